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

/// What has been read of a replica in search of what has rotted.
struct ScrubRun: Sendable {
  /// When the present or the last pass began.
  var startedAt: Timestamp
  /// When the last pass ended that came to its end.
  var endedAt: Timestamp?
  /// How much the pass under way has read.
  var readBytes = 0
  /// How often indexes or the manifest were made anew.
  var mendedCount: Int64 = 0
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
  /// What has been read of each replica that is here.
  private var runs: [TopicPartition: ScrubRun] = [:]

  private static let pieceBytes = 1 << 20
  /// How many replicas with nothing to read are passed over at once.
  private static let passedMax = 256
  /// How long it waits after a small file.
  private static let filePause = Duration.milliseconds(1)
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
        let check = partition.log.check(
          behind: schedule.current?.behind, suspect: suspect, bytesMax: Self.pieceBytes)
      {
        return perform(check, of: partition)
      }
      suspect = nil
      if let partition = lane.replica(of: place), partition.problem == nil { return finish(partition) }
      passed()
    }
    goOn(after: .milliseconds(1))
  }

  /// The pass over this replica ends with its manifest.
  private func finish(_ partition: LocalPartition) {
    let place = partition.place
    partition.log.letGoOfFiles()
    partition.log.checkManifest { [weak self] result in
      guard let self, !isStopped else { return }
      if case .success(let isSound) = result {
        note(place) { run in
          run.endedAt = wallClock()
          if !isSound { run.mendedCount += 1 }
        }
        if !isSound { lane.logger.warning("manifest had rotted and is written anew", ["partition": "\(place)"]) }
      }
      passed()
      goOn(after: Self.filePause)
    }
  }

  /// What is under way, or was last done, with a replica; nil if it has not been looked at yet.
  func run(of place: TopicPartition) -> ScrubRun? { runs[place] }

  private func note(_ place: TopicPartition, _ change: (inout ScrubRun) -> Void) {
    change(&runs[place, default: ScrubRun(startedAt: wallClock())])
  }

  private func passed() {
    if let current = schedule.current { runs[current.place]?.readBytes = 0 }
    schedule.passed(at: lane.loop.now)
    // Replicas that have gone are forgotten when they are more than those that are here.
    if runs.count > 2 * lane.places.count { runs = runs.filter { lane.replica(of: $0.key) != nil } }
  }

  private func perform(_ check: SegmentCheck, of partition: LocalPartition) {
    partition.log.perform(check) { [weak self, weak partition] result in
      guard let self, !isStopped else { return }
      switch result {
      case .success(let outcome):
        suspect = nil
        let bytes = outcome.reached.position.position - check.start.position.position
        lane.metrics.scrubbedBytes.add(bytes)
        if let place = schedule.current?.place { took(bytes, outcome, place) }
        schedule.reached(outcome.reached)
        goOn(after: .nanoseconds(Int64(bytes) * 1_000_000_000 / Int64(settings.bytesPerSecond)))
      case .failure(let failure):
        if let partition { failed(failure, check, partition) } else { schedule.lost() }
        goOn(after: .seconds(1))
      }
    }
  }

  private func took(_ bytes: Int, _ outcome: SegmentCheck.Outcome, _ place: TopicPartition) {
    note(place) { run in
      if schedule.current?.behind == nil { run.startedAt = wallClock() }
      run.readBytes += bytes
      if outcome.isIndexWrong { run.mendedCount += 1 }
    }
    guard outcome.isIndexWrong else { return }
    lane.logger.warning(
      "indexes had rotted, or nothing was known of them, and are made anew",
      ["partition": "\(place)", "segment": "\(outcome.reached.position.segment)"])
  }

  private func failed(_ failure: LogFailure, _ check: SegmentCheck, _ partition: LocalPartition) {
    // Something else may have made way for other bytes while they were read: only what is found twice is damage.
    if case .damaged = failure, suspect != check {
      suspect = check
      return
    }
    suspect = nil
    if case .closed = failure { return schedule.lost() }
    guard !failure.isPassing else { return }
    _ = partition.refusal(failure)
    passed()
  }
}
