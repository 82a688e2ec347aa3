public import Model
internal import SegmentedLog

/// One leadership of a partition: who is in sync, what may be seen, who waits for an answer.
public struct Leadership: Sendable {
  /// A request whose records are in the log and that waits until they are safe.
  struct Waiting: Hashable, Sendable {
    let request: RequestID
    let acks: Acks
    let baseOffset: Offset
    let nextOffset: Offset
    let maxTimestamp: Timestamp
  }

  /// The leader epoch.
  public let epoch: LeaderEpoch
  /// Who holds everything acknowledged, this broker included. Only the coordinator changes it.
  public private(set) var isr: [BrokerID]
  /// How many replicas the partition has.
  public private(set) var replicasCount: Int
  /// The first offset not known to be on every in-sync replica. Exclusive.
  ///
  /// `logStartOffset <= highWatermark <= logEndOffset`. Never moves back within a leader epoch.
  public private(set) var highWatermark: Offset

  private let broker: BrokerID
  /// How far the other replicas say that they are.
  private var reported: [BrokerID: Offset] = [:]
  /// In the order of their offsets.
  private var waiting: [Waiting] = []

  init(_ assignment: PartitionAssignment, broker: BrokerID, highWatermark: Offset) {
    epoch = assignment.leaderEpoch
    isr = assignment.isr
    replicasCount = assignment.replicasCount
    self.broker = broker
    self.highWatermark = highWatermark
  }

  /// All requests that wait for an answer, in the order of their offsets.
  var requests: [RequestID] { waiting.map(\.request) }

  func requests(beyond end: Offset) -> [RequestID] { waiting.filter { $0.nextOffset > end }.map(\.request) }

  mutating func change(to assignment: PartitionAssignment) {
    isr = assignment.isr
    replicasCount = assignment.replicasCount
  }

  mutating func note(_ replica: BrokerID, _ end: Offset) { reported[replica] = end }

  mutating func wait(_ request: Waiting) { waiting.append(request) }

  /// True if the request was waiting.
  mutating func forget(_ request: RequestID) -> Bool {
    guard let index = waiting.firstIndex(where: { $0.request == request }) else { return false }
    waiting.remove(at: index)
    return true
  }

  /// How many replicas must be in sync before anything is acknowledged to everybody.
  func insyncReplicasMin(_ configuration: TopicConfiguration) -> Int {
    configuration.insyncReplicasMin(replicationFactor: replicasCount)
  }

  /// Moves the high watermark to the smallest position in the in-sync set, if that has enough members.
  mutating func advanceWatermark(
    log: LogEnds, configuration: TopicConfiguration, into effects: inout [PartitionEffect]
  ) {
    guard isr.count >= insyncReplicasMin(configuration) else { return }
    let own = configuration.flush == .os ? log.writtenEndOffset : log.syncedEndOffset
    let safe = isr.reduce(own) { least, replica in
      replica == broker ? least : min(least, reported[replica] ?? log.logStartOffset)
    }
    let moved = max(highWatermark, safe, log.logStartOffset)
    if moved > highWatermark {
      highWatermark = moved
      effects.append(.highWatermarkMoved(moved))
    }
    answer(log, into: &effects) { $0.nextOffset <= moved }
  }

  mutating func answerWritten(_ log: LogEnds, into effects: inout [PartitionEffect]) {
    answer(log, into: &effects) { $0.acks == .leader && $0.nextOffset <= log.writtenEndOffset }
  }

  private mutating func answer(
    _ log: LogEnds, into effects: inout [PartitionEffect], where isDone: (Waiting) -> Bool
  ) {
    guard waiting.contains(where: isDone) else { return }
    for request in waiting where isDone(request) {
      effects.append(.acknowledge(request.request, acknowledgement(of: request, log)))
    }
    waiting.removeAll(where: isDone)
  }

  private func acknowledgement(of request: Waiting, _ log: LogEnds) -> ProduceAcknowledgement {
    let others = reported.values.count { $0 >= request.nextOffset }
    return ProduceAcknowledgement(
      baseOffset: request.baseOffset, nextOffset: request.nextOffset, leaderEpoch: epoch,
      maxTimestamp: request.maxTimestamp, replicas: others + 1,
      replicasSynced: others + (log.syncedEndOffset >= request.nextOffset ? 1 : 0),
      logStartOffset: log.logStartOffset)
  }
}
