import ClusterMetadata
import Model
import Partition
import RecordBatch

/// A process that reads or writes one partition, and asks the coordinator who leads it.
class PartitionClient: Process {
  let world: World
  let place: TopicPartition
  private(set) var leader: BrokerID

  init(_ index: Int, place: TopicPartition, brokers: [BrokerID], in world: World) {
    self.world = world
    self.place = place
    leader = brokers[index % brokers.count]
    super.init(address: .client(index))
    world.add(self)
  }

  func findLeader() {
    world.call(from: self, to: .coordinator, timeout: .milliseconds(500)) { [place] process, reply in
      reply((process as? CoordinatorProcess)?.image.partition(place)?.leader)
    } completion: { [self] (answer: BrokerID??) in
      if let found = answer, let found { leader = found }
    }
  }
}

/// An idempotent producer for one partition: each request is repeated until it is answered.
///
/// Five are under way at most. Most have one batch; now and then one has more than a leader remembers of a producer.
final class ProducerClient: PartitionClient {
  private final class Request {
    let number: Int
    let batches: [[UInt8]]
    let headers: [RecordBatchHeader]

    init(_ number: Int, _ batches: [[UInt8]]) throws {
      self.number = number
      self.batches = batches
      headers = try batches.map { try $0.withUnsafeBytes { try RecordBatchHeader(decoding: $0) } }
    }
  }

  private var producer: ProducerID
  /// True while requests are given up because all that it wrote is gone, and nobody knows it any more.
  private var isForgotten = false
  private var isProceeding = false
  private var nextSequence: Int32 = 0
  private var pending: [Request] = []
  private(set) var left: Int
  private var begun = 0
  /// Why a request had to be repeated last, in words.
  private(set) var lastRefusal = "nothing was refused"
  private static let windowMax = 5
  /// True if its records have keys, of which it now and then deletes one.
  private let isKeyed: Bool

  init(
    _ index: Int, place: TopicPartition, operations: Int, isKeyed: Bool, brokers: [BrokerID], in world: World
  ) {
    producer = ProducerID(Int64(index))
    self.isKeyed = isKeyed
    left = operations
    super.init(index, place: place, brokers: brokers, in: world)
    proceed()
  }

  /// True when everything has been answered.
  var isDone: Bool { left == 0 && pending.isEmpty }

  private func proceed() {
    guard left > 0 else { return isProceeding = false }
    isProceeding = true
    world.after(world.milliseconds(1...(isKeyed ? 500 : 80)), self) { [self] in
      if !isForgotten, begun - (pending.first?.number ?? begun) < Self.windowMax { begin() }
      proceed()
    }
  }

  private func begin() {
    left -= 1
    do {
      let request = try Request(begun, try (0..<(world.chance(0.1) ? world.pick(2...12) : 1)).map { _ in try batch() })
      begun += 1
      pending.append(request)
      send(request)
    } catch { world.violate("Progress", place, "a batch cannot be built: \(error)") }
  }

  private func batch() throws -> [UInt8] {
    var builder = RecordBatchBuilder()
    let count = world.pick(1...3)
    for index in 0..<count {
      let value = withUnsafeBytes(of: (producer.rawValue, nextSequence + Int32(index))) { Array($0.prefix(12)) }
      let time = Timestamp(1_700_000_000_000 + (isKeyed ? world.now.rawValue / 1_000_000 : 0))
      let isDeletion = isKeyed && world.chance(0.25)
      builder.append(
        key: isKeyed ? [UInt8(world.pick(0...19))] : nil, value: isDeletion ? nil : value, timestamp: time)
    }
    let stamp = ProducerStamp(id: producer, epoch: ProducerEpoch(0), baseSequence: nextSequence)
    nextSequence += Int32(count)
    return try builder.build(producer: stamp)
  }

  private func send(_ request: Request) {
    world.count(.operations)
    world.call(from: self, to: .broker(leader), timeout: world.milliseconds(300...3000)) { [place] process, reply in
      guard let replica = (process as? BrokerProcess)?.replica(place) else {
        return reply(Result<ProduceAcknowledgement, Refusal>.failure(Refusal(.leaderNotAvailable, "no replica")))
      }
      replica.produce(request.batches, acks: .all, completion: reply)
    } completion: { [self] answer in
      answered(request, answer)
    }
  }

  private func answered(_ request: Request, _ answer: Result<ProduceAcknowledgement, Refusal>?) {
    switch answer {
    case .success(let acknowledgement)?: acknowledged(request, at: acknowledgement.baseOffset)
    // So many batches have come since that nobody remembers where it stands.
    case .failure(let refusal)? where refusal.reason == .duplicateSequence: acknowledged(request, at: nil)
    case .failure(let refusal)? where refusal.reason == .fencedProducerEpoch:
      world.violate("IdempotentOnce", place, "a producer without a rival was refused: \(refusal.message)")
    case .failure(let refusal)? where isKeyed && (isForgotten || isUnknown(refusal)): giveUp(request)
    case .failure, nil:
      if case .failure(let refusal)? = answer { lastRefusal = refusal.message } else { lastRefusal = "no answer came" }
      world.count(.producesRepeated)
      findLeader()
      world.after(world.milliseconds(10...150), self) { [self] in send(request) }
    }
  }

  /// True if it is not known any more, or only by an early request that came once more.
  private func isUnknown(_ refusal: Refusal) -> Bool {
    refusal.reason == .unknownProducerID
      || refusal.reason == .outOfOrderSequence && world.checker.isBegunAgain(place, producer)
  }

  /// Retention has taken all that it wrote, so that a new replica does not know it: it begins anew under another id, when
  /// nothing is under way under the old one.
  private func giveUp(_ request: Request) {
    isForgotten = true
    left += 1
    pending.removeAll { $0 === request }
    beginAnewIfForgotten()
  }

  private func beginAnewIfForgotten() {
    guard isForgotten, pending.isEmpty else { return }
    isForgotten = false
    producer = ProducerID(producer.rawValue + 10_000)
    nextSequence = 0
    if !isProceeding { proceed() }
  }

  private func acknowledged(_ request: Request, at offset: Offset?) {
    world.count(.acknowledged, request.headers.count)
    pending.removeAll { $0 === request }
    world.checker.acknowledged(place, at: offset, request.headers)
    beginAnewIfForgotten()
  }
}
