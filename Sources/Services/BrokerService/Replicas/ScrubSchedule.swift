internal import Model
internal import SegmentedLog

/// Which replica of a lane is read through next, and from where on: a value that knows no clock and no disk.
struct ScrubSchedule {
  /// A replica is read through again so long after its last pass.
  let interval: Duration
  /// When the last pass over each replica ended.
  private var passes: [TopicPartition: Instant] = [:]
  /// The replica whose pass is under way, and how far it is.
  private(set) var current: (place: TopicPartition, behind: LogPosition?)?

  init(interval: Duration) { self.interval = interval }

  /// Chooses among the lane's replicas: goes on with the one under way, else begins the one that waits longest.
  mutating func next(among places: @autoclosure () -> [TopicPartition], at now: Instant) -> TopicPartition? {
    if let current { return current.place }
    let places = places()
    passes = places.reduce(into: [:]) { kept, place in kept[place] = passes[place] }
    let due = places.filter { place in passes[place].map { now - $0 >= interval } ?? true }
    let chosen = due.min { first, second in
      switch (passes[first], passes[second]) {
      case (nil, nil): first < second
      case (nil, _): true
      case (_, nil): false
      case (let first?, let second?): first < second
      }
    }
    current = chosen.map { ($0, nil) }
    return chosen
  }

  /// The pass under way has come to `position`.
  mutating func reached(_ position: LogPosition) { current?.behind = position }

  /// The pass under way is over at `now`: there is no more, or no sense in going on.
  mutating func passed(at now: Instant) {
    guard let current else { return }
    passes[current.place] = now
    self.current = nil
  }

  /// What had been read is not there any more: the pass under way begins anew when the replica's turn comes again.
  mutating func lost() { current = nil }
}
