import ClusterMetadata
import Model

/// A coordinator: the decisions about metadata over a log of records that is synced before anything is answered.
final class CoordinatorProcess: Process {
  /// What is on its disk, and stays when the process dies.
  final class Machine {
    var records: [MetadataRecord] = []
  }

  private let world: World
  private let machine: Machine
  private var metadata: ClusterMetadata
  /// Records on their way to the disk.
  private var unsynced: [MetadataRecord] = []
  private var replies: [RequestToken: (Result<MetadataReply, Refusal>) -> Void] = [:]
  private var nextToken: UInt64 = 0
  private var watchers: [(address: Address, next: MetadataOffset)] = []

  init(_ machine: Machine, in world: World) {
    self.world = world
    self.machine = machine
    var image = MetadataImage()
    for (index, record) in machine.records.enumerated() { image.apply(record, at: MetadataOffset(Int64(index))) }
    metadata = ClusterMetadata(image: image)
    super.init(address: .coordinator)
    world.add(self)
    handle(
      .activated(
        CoordinatorRegistration(id: CoordinatorID(1), listeners: [], version: "1"),
        newCluster: ClusterIdentity(id: UUID128(high: 1, low: 1), name: "simulated")))
    keepTime()
  }

  var image: MetadataImage { metadata.committed }

  func request(_ request: MetadataRequest, _ reply: @escaping (Result<MetadataReply, Refusal>) -> Void) {
    nextToken += 1
    replies[RequestToken(nextToken)] = reply
    handle(.requestReceived(request, RequestToken(nextToken)))
  }

  /// Sends what is committed from `offset` on, now and whenever there is more.
  func watch(from offset: MetadataOffset, for address: Address) {
    watchers.removeAll { $0.address == address }
    watchers.append((address, offset))
    feed()
  }

  func foundDead(_ broker: BrokerID, _ epoch: BrokerEpoch) { handle(.brokerFoundDead(broker, epoch)) }

  /// The machine loses power: what was not synced may be there, up to anywhere.
  func losePower() {
    machine.records += unsynced.prefix(world.pick(0...unsynced.count))
    die()
  }

  private func handle(_ event: ClusterMetadata.Event) {
    var effects: [ClusterMetadata.Effect] = []
    metadata.handle(event, at: world.now, into: &effects)
    for effect in effects {
      switch effect {
      case .append(let records, _): append(records)
      case .reply(let token, let answer): replies.removeValue(forKey: token)?(answer)
      case .probe: break
      }
    }
  }

  private func append(_ records: [MetadataRecord]) {
    let isIdle = unsynced.isEmpty
    unsynced += records
    if isIdle { syncSoon() }
  }

  private func syncSoon() {
    let count = unsynced.count
    world.after(world.microseconds(200...2000), self) { [self] in
      let records = Array(unsynced.prefix(count))
      unsynced.removeFirst(count)
      let offset = MetadataOffset(Int64(machine.records.count))
      machine.records += records
      handle(.recordsCommitted(records, at: offset))
      feed()
      if !unsynced.isEmpty { syncSoon() }
    }
  }

  private func feed() {
    let end = metadata.committed.endOffset
    for index in watchers.indices where watchers[index].next < end {
      let first = watchers[index].next
      let records = Array(machine.records[Int(first.rawValue)..<Int(end.rawValue)])
      world.send(from: address, to: watchers[index].address) { process in
        (process as? BrokerProcess)?.learn(records, from: first)
      }
      watchers[index].next = end
    }
  }

  private func keepTime() {
    world.after(.milliseconds(100), self) { [self] in
      handle(.timeElapsed)
      keepTime()
    }
  }
}
