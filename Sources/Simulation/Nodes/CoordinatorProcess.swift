import ClusterMetadata
import Model
import RecordBatch
import SegmentedLog

/// A coordinator: the decisions about metadata over a real log on a simulated disk, synced before anything is answered.
final class CoordinatorProcess: Process {
  /// What stays when the process dies.
  final class Machine {
    let disk = SimulatedDisk()
    /// What the log's records stand for: each holds its number here.
    fileprivate var records: [MetadataRecord] = []
    /// How many processes it has had.
    fileprivate var starts = 0
  }

  private let world: World
  private let machine: Machine
  private var metadata: ClusterMetadata
  private let storage: SimulatedLog
  /// Everything that the log holds, by offset: what is committed, and then what is on its way to the disk.
  private var records: [MetadataRecord] = []
  private var replies: [RequestToken: (Result<MetadataReply, Refusal>) -> Void] = [:]
  private var nextToken: UInt64 = 0
  private var watchers: [(address: Address, next: MetadataOffset)] = []
  private var events: [ClusterMetadata.Event] = []
  private var isHandling = false

  private static let place = TopicPartition(topic: UUID128(high: 0, low: 0), partition: PartitionIndex(0))

  init(_ machine: Machine, in world: World) {
    self.world = world
    self.machine = machine
    machine.starts += 1
    var policy = MetadataPolicy()
    policy.consumerOffsetsPartitionCount = 2
    do {
      storage = try SimulatedLog(
        Self.place, LogConfiguration(segmentBytesMax: 32_768, checkpointBytes: 8_192), on: machine.disk,
        in: world, now: Timestamp(0))
    } catch { fatalError("the coordinator's log cannot be opened: \(error)") }
    for batch in storage.batches {
      for value in SimulatedLog.values(of: batch) {
        records.append(machine.records[Int(value.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) })])
      }
    }
    var image = MetadataImage()
    for (index, record) in records.enumerated() { image.apply(record, at: MetadataOffset(Int64(index))) }
    metadata = ClusterMetadata(image: image, policy: policy)
    super.init(address: .coordinator)
    storage.process = self
    world.add(self)
    world.checker.restored(image, records)
    storage.onProgress = { [unowned self] in progressed($0) }
    handle(
      .activated(
        CoordinatorRegistration(id: CoordinatorID(1), listeners: [], version: "\(machine.starts)"),
        newCluster: ClusterIdentity(id: UUID128(high: 1, low: 1), name: "simulated")))
    keepTime()
  }

  var image: MetadataImage { metadata.committed }

  func request(_ request: MetadataRequest, _ reply: @escaping (Result<MetadataReply, Refusal>) -> Void) {
    nextToken += 1
    replies[RequestToken(nextToken)] = reply
    handle(.requestReceived(world.wiring.request(request, in: metadata.committed), RequestToken(nextToken)))
  }

  /// Sends what is committed from `offset` on, now and whenever there is more.
  func watch(from offset: MetadataOffset, for address: Address) {
    watchers.removeAll { $0.address == address }
    watchers.append((address, offset))
    feed()
  }

  /// The process dies; with the power, what was not synced is lost.
  func kill(withPower: Bool) {
    storage.breakOff()
    if withPower, world.withRandom({ machine.disk.losePower(using: &$0) }) { world.count(.metadataLost) }
    die()
  }

  func setSlowness(_ slowness: Int) { storage.slowness = slowness }

  // MARK: Decisions

  private func handle(_ event: ClusterMetadata.Event) {
    events.append(event)
    guard !isHandling else { return }
    isHandling = true
    while !events.isEmpty {
      var effects: [ClusterMetadata.Effect] = []
      let next = events.removeFirst()
      if case .recordsCommitted(let records, let offset) = next {
        world.checker.committed(records, at: offset, since: metadata.committed)
      }
      metadata.handle(next, at: world.now, into: &effects)
      for effect in effects {
        switch effect {
        case .append(let records, let offset): append(records, at: offset)
        case .reply(let token, let answer): replies.removeValue(forKey: token)?(answer)
        case .probe(let process, _): probe(process)
        }
      }
    }
    isHandling = false
    feed()
  }

  /// A connection over which somebody followed the metadata has ended.
  func lost(_ node: LostNode) { handle(.connectionLost(node)) }

  /// Tries the process's address.
  private func probe(_ process: RegisteredProcess) {
    guard case .broker(let id, _) = process else { return handle(.processProbed(process, .unclear)) }
    let address = Address.broker(id)
    world.after(world.milliseconds(1...300), self) { [self] in
      let finding: ProbeFinding
      if world.network.isCut(from: self.address, to: address) || world.network.isCut(from: address, to: self.address) {
        finding = .unclear
      } else if let broker = world.process(at: address) as? BrokerProcess {
        finding = broker.isPaused ? .unclear : .answered(incarnation: broker.incarnation)
      } else {
        finding = .refused
      }
      handle(.processProbed(process, finding))
    }
  }

  // MARK: The log

  private func append(_ new: [MetadataRecord], at offset: MetadataOffset) {
    guard storage.log.state == .open, Int64(records.count) == offset.rawValue else {
      return handle(.recordsGivenUp(Refusal(.diskFull, "the metadata's disk is full"), from: offset))
    }
    var builder = RecordBatchBuilder()
    for record in new {
      let number = Int64(machine.records.count)
      machine.records.append(record)
      builder.append(key: nil, value: withUnsafeBytes(of: number) { Array($0) }, timestamp: Timestamp(0))
    }
    do {
      records += new
      _ = try storage.append(
        try builder.build(), leaderEpoch: LeaderEpoch(Int32(machine.starts)), sync: .immediately, now: Timestamp(0))
      if world.wiring.commitsUnsyncedMetadata { commit(upTo: storage.log.logEndOffset) }
    } catch { world.violate("OffsetsAreDense", nil, "the metadata's log took no records: \(error)") }
  }

  private func progressed(_ failure: LogFailure?) {
    commit(upTo: storage.log.syncedEnd.offset)
    guard let failure else { return }
    let end = Int(storage.log.logEndOffset.rawValue)
    records.removeLast(records.count - end)
    let refusal = failure.refusal("the metadata")
    if end >= Int(metadata.committed.endOffset.rawValue) {
      handle(.recordsGivenUp(refusal, from: MetadataOffset(Int64(end))))
    }
    if !storage.log.state.isLasting { world.count(.logsFailed) }
  }

  private func commit(upTo end: Offset) {
    let first = metadata.committed.endOffset
    guard end.rawValue > first.rawValue else { return }
    handle(.recordsCommitted(Array(records[Int(first.rawValue)..<Int(end.rawValue)]), at: first))
  }

  private func feed() {
    let end = metadata.committed.endOffset
    for index in watchers.indices where watchers[index].next < end {
      let first = watchers[index].next
      let new = Array(records[Int(first.rawValue)..<Int(end.rawValue)])
      world.send(from: address, to: watchers[index].address) { process in
        (process as? MetadataFollower)?.learn(new, from: first)
      }
      watchers[index].next = end
    }
  }

  private func keepTime() {
    world.after(.milliseconds(100), self) { [self] in
      storage.mend()
      handle(.timeElapsed)
      keepTime()
    }
  }
}
