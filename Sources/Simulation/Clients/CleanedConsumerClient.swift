import Model
import Partition
import RecordBatch
import SegmentedLog

/// A consumer of a partition that is cleaned: it reads it from its start to its end, again and again, and holds what it
/// has come to know of each key against what was written.
final class CleanedConsumerClient: PartitionClient {
  /// The log that an answer came from, as it then was.
  private struct Source: Hashable {
    let broker: BrokerID
    let leaderEpoch: LeaderEpoch
    let lastCleaning: UInt32
  }

  private struct Answer {
    let batches: [SimulatedLog.Stored]
    let source: Source
    let logStartOffset: Offset
  }

  /// One time of reading.
  private struct Pass {
    let start: Offset
    var offset: Offset
    var view = KeyedView()
    let source: Source
    var isOfOneLog = true
  }

  private var pass: Pass?
  /// How far it has read at least once.
  private(set) var end = Offset.zero

  override init(_ index: Int, place: TopicPartition, brokers: [BrokerID], in world: World) {
    super.init(index, place: place, brokers: brokers, in: world)
    poll()
  }

  private func poll() {
    world.after(pass == nil ? world.milliseconds(200...1500) : world.milliseconds(5...60), self) { [self] in fetch() }
  }

  private func fetch() {
    world.count(.operations)
    let from = pass?.offset
    world.call(from: self, to: .broker(leader), timeout: .milliseconds(800)) { [place] process, reply in
      guard let broker = process as? BrokerProcess, let replica = broker.replica(place) else {
        return reply(Result<Answer, Refusal>.failure(Refusal(.leaderNotAvailable, "no replica")))
      }
      // Who begins asks where the log starts.
      let start = from ?? replica.partition.log.logStartOffset
      reply(
        replica.read(from: start).map { batches, bounds in
          Answer(
            batches: batches,
            source: Source(
              broker: broker.id, leaderEpoch: bounds.leaderEpoch, lastCleaning: replica.storage.log.cleaned.lastCleaning
            ),
            logStartOffset: start)
        })
    } completion: { [self] answer in
      switch answer {
      case .success(let answer)?: take(answer, from: from)
      case .failure(let refusal)? where refusal.reason == .offsetOutOfRange: outOfRange(refusal)
      case .failure, nil: findLeader()
      }
      poll()
    }
  }

  private func take(_ answer: Answer, from: Offset?) {
    // An answer to an earlier question counts no more.
    guard from == pass?.offset else { return }
    var pass = self.pass ?? Pass(start: answer.logStartOffset, offset: answer.logStartOffset, source: answer.source)
    pass.isOfOneLog = pass.isOfOneLog && pass.source == answer.source
    for batch in answer.batches where batch.header.nextOffset > pass.offset {
      world.count(.batchesRead)
      guard batch.header.baseOffset <= pass.offset else {
        return world.violate(
          "OffsetsAreDense", place, "a consumer at \(pass.offset) was given \(batch.header.baseOffset) next")
      }
      pass.view.take(batch, from: pass.start)
      pass.offset = batch.header.nextOffset
    }
    self.pass = pass
    // Only who knows all that is acknowledged can judge.
    guard pass.offset >= world.checker.committedEnd(place) else { return }
    world.count(.cleanedReads)
    if pass.isOfOneLog { world.count(.strictReads) }
    world.cleaningChecker.check(
      place, pass.view, pass.start..<pass.offset, isStrict: pass.isOfOneLog, "a consumer that read from \(pass.start)")
    end = max(end, pass.offset)
    self.pass = nil
  }

  /// What it wanted to read next has been deleted: it begins anew. Nothing else may be out of range.
  private func outOfRange(_ refusal: Refusal) {
    let start = refusal.metadata["log_start_offset"].flatMap { Int64($0) }.map { Offset($0) }
    if let start, let pass, pass.offset >= start {
      world.violate(
        "ReadsAreCommitted", place,
        "a consumer at \(pass.offset) was told that it is out of range: \(refusal.message)")
    }
    pass = nil
  }
}
