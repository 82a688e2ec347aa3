import Bytes
import Messages
import Model
import NewswireClient
import RecordBatch
import Runtime
import Synchronization
import Transport

/// A cluster in memory, behind real servers: brokers that know who leads what, keep batches and pass on what is not
/// theirs; any of them is coordinator and group coordinator too. It can be made to fail.
final class FakeCluster: Sendable {
  /// What a produce does instead of appending.
  enum Fault: Sendable {
    case refuse(ErrorReason)
    /// Appends, but the answer is lost.
    case loseAnswer
    /// Appends, but the answer is lost, and so is what is known of producers.
    case loseAnswerAndProducers
    case delay(Duration)
  }

  struct Log: Sendable {
    var batches: [(base: Int64, end: Int64, newest: Int64, bytes: [UInt8])] = []
    var end: Int64 = 0
    var start: Int64 = 0
    /// What each producer wrote last.
    var producers: [ProducerID: [(epoch: ProducerEpoch, first: Int32, next: Int32, base: Int64)]] = [:]
  }

  struct Topic: Sendable {
    var id: TopicID
    var leaders: [Int32?]
    var epochs: [Int32]
    var logs: [Log]
  }

  struct State: Sendable {
    var topics: [String: Topic] = [:]
    var groups: [String: FakeGroup] = [:]
    var addresses: [Int32: SocketAddress] = [:]
    var version: Int64 = 1
    var faults: [Fault] = []
    var producerIDs: Int64 = 0
    /// Why no producer id is given out, as often as there are reasons.
    var idFaults: [ErrorReason] = []
    var produceCalls = 0
    var forwarded = 0
    var inFlight: [String: Int] = [:]
    var inFlightMost = 0
    var consumeOpened = 0
  }

  let state = Mutex(State())
  let group: EventLoopGroup
  private let servers = Mutex<[Int32: Server]>([:])
  private let tls: TLSContext?

  init(brokers: Int32 = 1, tls: TLSContext? = nil) async throws {
    self.tls = tls
    group = try EventLoopGroup(count: 1, name: "fake")
    for id in 1...brokers { try await start(id) }
  }

  deinit {
    // The last one to hold it may be one of its own loops.
    Task.detached { [group] in group.stop() }
  }

  /// Starts the broker, on its old port if it had one.
  func start(_ id: Int32) async throws {
    let server = Server(group: group, tls: tls, router: router(id))
    let port = state.withLock { $0.addresses[id]?.port ?? 0 }
    let address = try await server.listen(try SocketAddress(host: "127.0.0.1", port: port))
    state.withLock {
      $0.addresses[id] = address
      $0.version += 1
    }
    servers.withLock { $0[id] = server }
  }

  /// Stops the broker, as if it were killed.
  func stop(_ id: Int32) async {
    await servers.withLock { $0.removeValue(forKey: id) }?.shutdown(grace: .zero)
  }

  func stop() async {
    for id in servers.withLock({ $0.keys.sorted() }) { await stop(id) }
  }

  var bootstrap: String {
    state.withLock {
      $0.addresses.sorted { $0.key < $1.key }.map { "127.0.0.1:\($0.value.port)" }.joined(separator: ",")
    }
  }

  func client(_ change: (inout ClientConfiguration) -> Void = { _ in }) throws -> NewswireClient {
    var configuration = ClientConfiguration(bootstrap: bootstrap, security: .plaintext, clientID: "tests")
    configuration.unknownTopicPatience = .milliseconds(300)
    change(&configuration)
    return try NewswireClient(configuration)
  }

  func create(_ topic: String, partitions: Int, leader: Int32 = 1) {
    state.withLock { state in
      var random = SystemRandom()
      state.topics[topic] = Topic(
        id: TopicID(random: &random), leaders: Array(repeating: leader, count: partitions),
        epochs: Array(repeating: 0, count: partitions), logs: Array(repeating: Log(), count: partitions))
      state.version += 1
    }
  }

  /// Gives the partition to another broker, or to none.
  func lead(_ topic: String, _ partition: Int, by leader: Int32?) {
    state.withLock { state in
      state.topics[topic]!.leaders[partition] = leader
      state.topics[topic]!.epochs[partition] += 1
      state.version += 1
    }
  }

  /// Elects a leader whose log goes only up to `end`, and that has heard of all producers before, or of none.
  func lose(_ topic: String, _ partition: Int, from end: Int64, knowsProducers: Bool) {
    state.withLock { state in
      var log = state.topics[topic]!.logs[partition]
      log.batches.removeAll { $0.end > end }
      log.end = end
      log.producers = knowsProducers ? log.producers.mapValues { $0.filter { $0.base < end } } : [:]
      state.topics[topic]!.logs[partition] = log
    }
  }

  /// Every value of a partition, in order.
  func values(_ topic: String, _ partition: Int) throws -> [String] {
    let log = state.withLock { $0.topics[topic]!.logs[partition] }
    return try log.batches.flatMap { batch in
      try records(of: ByteSlice(batch.bytes), decompressor: testDecompressor).joined().map { $0.value ?? "nil" }
    }
  }

  // MARK: What brokers do

  func refusal(_ reason: ErrorReason, _ metadata: [String: String] = [:]) -> Status {
    Status(Refusal(reason, "the fake cluster says \(reason.rawValue)", metadata: metadata))
  }

  /// The partition's leader, unless this broker is it, or passes calls on.
  func checkLeader(_ topic: String, _ partition: Int, at id: Int32, _ context: CallContext) throws {
    try state.withLock { state in
      guard let found = state.topics[topic] else { throw refusal(.unknownTopic) }
      guard found.leaders.indices.contains(partition) else { throw refusal(.partitionOutOfRange) }
      guard let leader = found.leaders[partition] else { throw refusal(.leaderNotAvailable) }
      guard leader != id else { return }
      if context.metadata.first("newswire-forward") == "never" {
        throw refusal(.notLeader, ["leader_id": "\(leader)", "leader_epoch": "\(found.epochs[partition])"])
      }
      state.forwarded += 1
    }
  }

  /// Appends batches; returns the first record's offset and their number.
  func append(_ topic: String, _ partition: Int, _ bytes: [UInt8]) throws -> (base: Int64, count: Int32) {
    try state.withLock { state in
      var log = state.topics[topic]!.logs[partition]
      var base = log.end
      let ranges = try bytes.withUnsafeBytes { try RecordBatchSequence.split($0, countMax: 1000) }
      for range in ranges {
        var batch = Array(bytes[range])
        let header = try batch.withUnsafeBytes { bytes in
          try RecordBatchView(bytes).validate(decompressor: testDecompressor)
          return try RecordBatchHeader(decoding: bytes)
        }
        if let known = try place(of: header, in: &log) {
          if range.lowerBound == 0 { base = known }
          continue
        }
        batch.withUnsafeMutableBytes {
          RecordBatchStamp.stamp($0, baseOffset: Offset(log.end), leaderEpoch: LeaderEpoch(0))
        }
        let end = log.end + Int64(header.recordsCount)
        log.batches.append((log.end, end, header.maxTimestamp.rawValue, batch))
        log.end = end
      }
      state.topics[topic]!.logs[partition] = log
      return (base, Int32(log.end - base))
    }
  }

  /// Where a batch stands already; nil if it is new and the next of its producer.
  private func place(of header: RecordBatchHeader, in log: inout Log) throws -> Int64? {
    guard let stamp = header.producer else { return nil }
    let known = log.producers[stamp.id, default: []]
    if let last = known.last, stamp.epoch < last.epoch { throw refusal(.fencedProducerEpoch) }
    let present = known.filter { $0.epoch == stamp.epoch }
    if let same = present.first(where: { $0.first == stamp.baseSequence }) { return same.base }
    if known.isEmpty, stamp.baseSequence != 0 { throw refusal(.unknownProducerID) }
    guard stamp.baseSequence == present.last?.next ?? 0 else {
      throw refusal(stamp.baseSequence < present.last?.next ?? 0 ? .duplicateSequence : .outOfOrderSequence)
    }
    let next = stamp.behind(header.recordsCount).baseSequence
    log.producers[stamp.id] = known.suffix(4) + [(stamp.epoch, stamp.baseSequence, next, log.end)]
    return nil
  }
}
