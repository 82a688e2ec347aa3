internal import DiskIO
internal import Model
internal import Observability
internal import Runtime
internal import SegmentedLog

/// How a broker looks for what has rotted on its disks.
struct ScrubSettings: Sendable {
  /// So much one lane reads; nothing if it is zero.
  let bytesPerSecond: Int
  /// How long after a pass a replica is read through again.
  let interval: Duration
}

/// Reads the replicas of a lane through, slowly, again and again: what nobody reads for months must be found damaged
/// while others still have it. Belongs to the lane's loop.
final class Scrubber {
  private unowned let lane: BrokerLane
  private let settings: ScrubSettings
  private var schedule: ScrubSchedule
  /// What was found damaged, until a second look says the same.
  private var suspect: SegmentCheck?
  private var isStopped = false

  private static let pieceBytes = 1 << 20
  /// How many replicas with nothing to read are passed over at once.
  private static let passedMax = 256
  /// How long it waits before it looks again whether something is due.
  private var idlePause: Duration { min(max(settings.interval / 10, .milliseconds(200)), .seconds(60)) }

  init(_ lane: BrokerLane, _ settings: ScrubSettings) {
    self.lane = lane
    self.settings = settings
    schedule = ScrubSchedule(interval: settings.interval)
  }

  /// Begins, if anything is to be read at all.
  func start() {
    guard settings.bytesPerSecond > 0 else { return }
    goOn(after: idlePause)
  }

  /// Reads no more.
  func stop() { isStopped = true }

  private func goOn(after pause: Duration) {
    guard !isStopped else { return }
    _ = lane.loop.schedule(after: pause) { [weak self] in self?.readPiece() }
  }

  private func readPiece() {
    guard !isStopped else { return }
    for _ in 0..<Self.passedMax {
      guard let place = schedule.next(among: lane.places, at: lane.loop.now) else {
        return goOn(after: idlePause)
      }
      if let partition = lane.replica(of: place), partition.problem == nil, partition.log.state.isLasting,
        let check = suspect ?? partition.log.check(behind: schedule.current?.behind, bytesMax: Self.pieceBytes)
      {
        return perform(check, of: partition)
      }
      suspect = nil
      schedule.passed(at: lane.loop.now)
    }
    goOn(after: .milliseconds(1))
  }

  private func perform(_ check: SegmentCheck, of partition: LocalPartition) {
    partition.log.perform(check) { [weak self, weak partition] result in
      guard let self, !isStopped else { return }
      switch result {
      case .success(let reached):
        suspect = nil
        let bytes = reached.position - check.start.position
        lane.metrics.scrubbedBytes.add(bytes)
        schedule.reached(reached)
        goOn(after: .nanoseconds(Int64(bytes) * 1_000_000_000 / Int64(settings.bytesPerSecond)))
      case .failure(let failure):
        if let partition { failed(failure, check, partition) } else { schedule.lost() }
        goOn(after: .seconds(1))
      }
    }
  }

  private func failed(_ failure: LogFailure, _ check: SegmentCheck, _ partition: LocalPartition) {
    // Something else may have made way for other bytes while they were read: only what is found twice is damage.
    if case .damaged = failure, suspect == nil {
      suspect = check
      return
    }
    suspect = nil
    if case .closed = failure { return schedule.lost() }
    guard !failure.isPassing else { return }
    _ = partition.refusal(failure)
    schedule.passed(at: lane.loop.now)
  }
}
