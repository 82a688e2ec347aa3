import ClusterMetadata
import Group
import Model
import Partition

/// A group coordinator's process: registers, follows the metadata, and owns the shards that it names.
final class GroupCoordinatorProcess: MetadataFollower {
  /// What stays when the process dies.
  final class Machine {
    let id: GroupCoordinatorID
    /// How many processes it has had.
    fileprivate var starts: UInt64 = 0

    init(_ id: GroupCoordinatorID) { self.id = id }
  }

  let id: GroupCoordinatorID
  private let incarnation: UUID128
  private var epoch: GroupCoordinatorEpoch?
  private var shards: [PartitionIndex: SimulatedShard] = [:]
  private var topics = GroupTopics()
  private var loads: UInt32 = 0

  init(_ machine: Machine, in world: World) {
    id = machine.id
    machine.starts += 1
    incarnation = UUID128(high: 500 + UInt64(id.rawValue), low: machine.starts)
    super.init(address: .groupCoordinator(id), in: world)
    register()
    heartbeat()
  }

  /// The shard, if this process owns it.
  func shard(_ index: PartitionIndex) -> SimulatedShard? { shards[index] }

  /// A number higher than all that this process has had.
  func nextLoad() -> UInt32 {
    loads += 1
    return loads
  }

  private func register() {
    let registration = GroupCoordinatorRegistration(
      id: id, epoch: GroupCoordinatorEpoch(0), incarnation: incarnation,
      listeners: [ListenerAddress(name: "internal", host: "g\(id)", port: 9192)], rack: nil, version: "1")
    ask(.registerGroupCoordinator(RegisterGroupCoordinator(registration: registration))) { [self] answer in
      guard case .success(.groupCoordinatorRegistered(let epoch, _))? = answer else {
        return world.after(.milliseconds(200), self) { [self] in register() }
      }
      self.epoch = epoch
      takeShards()
    }
  }

  private func heartbeat() {
    world.after(.seconds(1), self) { [self] in
      if let epoch {
        ask(.groupCoordinatorHeartbeat(GroupCoordinatorHeartbeat(id: id, epoch: epoch))) { [self] answer in
          guard case .failure(let refusal)? = answer, refusal.reason == .fencedBrokerEpoch, self.epoch == epoch else {
            return
          }
          self.epoch = nil
          register()
        }
      }
      for shard in shards.sorted(by: { $0.key < $1.key }).map(\.value) { shard.tick() }
      heartbeat()
    }
  }

  override func imageChanged(since end: MetadataOffset) { takeShards() }

  private func takeShards() {
    noteTopics()
    guard let epoch, image.groupCoordinator(id)?.epoch == epoch,
      let topic = image.topic(named: MetadataImage.consumerOffsetsName)
    else { return }
    for (number, owner) in image.groupShards.enumerated() {
      let index = PartitionIndex(Int32(number))
      let isOwn = owner.owner == id && owner.ownerEpoch == epoch
      if let known = shards[index], !isOwn || known.epoch != owner.epoch {
        shards[index] = nil
        known.close(Refusal(.notGroupCoordinator, "shard \(index) is with another owner"))
      }
      guard isOwn, shards[index] == nil else { continue }
      let shard = SimulatedShard(
        TopicPartition(topic: topic.id, partition: index), epoch: owner.epoch, topics: topics, of: self)
      shards[index] = shard
      shard.open()
    }
  }

  private func noteTopics() {
    var byName: [TopicName: GroupTopic] = [:]
    for topic in image.topics(limit: .max) {
      byName[topic.name] = GroupTopic(id: topic.id, partitionCount: topic.partitions.count)
    }
    let new = GroupTopics(byName)
    guard new != topics else { return }
    topics = new
    for shard in shards.sorted(by: { $0.key < $1.key }).map(\.value) { shard.change(new) }
  }
}
