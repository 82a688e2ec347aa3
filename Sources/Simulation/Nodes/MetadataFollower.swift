import ClusterMetadata
import Model

/// A process that follows the metadata: it asks the coordinator for records, and folds them into its own image.
class MetadataFollower: Process {
  let world: World
  private(set) var image = MetadataImage()

  init(address: Address, in world: World) {
    self.world = world
    super.init(address: address)
    world.add(self)
    watch()
  }

  /// The image has changed from one that ended at `end`.
  func imageChanged(since end: MetadataOffset) {}

  func ask(_ request: MetadataRequest, completion: @escaping (Result<MetadataReply, Refusal>?) -> Void) {
    world.call(from: self, to: .coordinator, timeout: .seconds(1)) { process, reply in
      (process as? CoordinatorProcess)?.request(request, reply)
    } completion: {
      completion($0)
    }
  }

  func learn(_ records: [MetadataRecord], from first: MetadataOffset) {
    guard first <= image.endOffset else { return }
    let end = image.endOffset
    for (index, record) in records.enumerated() where first + Int64(index) == image.endOffset {
      image.apply(record, at: image.endOffset)
    }
    if image.endOffset > end { imageChanged(since: end) }
  }

  private func watch() {
    let next = image.endOffset
    let own = address
    world.send(from: address, to: .coordinator) { process in
      (process as? CoordinatorProcess)?.watch(from: next, for: own)
    }
    world.after(.milliseconds(300), self) { [self] in watch() }
  }
}
