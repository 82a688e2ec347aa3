internal import Model
internal import SegmentedLog

/// Which replica of a lane is read through next, and from where on: a value that knows no clock and no disk.
struct ScrubSchedule {
  /// A replica is read through again so long after its last pass.
  let interval: Duration
  /// When the last pass over each replica ended.
  private var passes: [TopicPartition: Instant] = [:]
  /// Those whose turn comes, the next one last: put in order once, not for each of thousands anew.
  private var waiting: [TopicPartition] = []
  /// The replica whose pass is under way, and how far it is.
  private(set) var current: (place: TopicPartition, behind: SegmentCheck.CheckedPlace?)?

  init(interval: Duration) { self.interval = interval }

  /// Chooses among the lane's replicas: goes on with the one under way, else begins the one that waits longest.
  mutating func next(among places: some Collection<TopicPartition>, at now: Instant) -> TopicPartition? {
    if let current { return current.place }
    dropGone(places)
    if waiting.isEmpty { putInOrder(places, now) }
    guard let chosen = waiting.popLast() else { return nil }
    current = (chosen, nil)
    return chosen
  }

  private mutating func dropGone(_ places: some Collection<TopicPartition>) {
    while let next = waiting.last, !places.contains(next) { waiting.removeLast() }
  }

  private mutating func putInOrder(_ places: some Collection<TopicPartition>, _ now: Instant) {
    passes = places.reduce(into: [:]) { kept, place in kept[place] = passes[place] }
    waiting = places.filter { place in passes[place].map { now - $0 >= interval } ?? true }
    waiting.sort { first, second in
      switch (passes[first], passes[second]) {
      case (nil, nil): first > second
      case (nil, _): false
      case (_, nil): true
      case (let before?, let after?): (before, first) > (after, second)
      }
    }
  }

  /// The pass under way has come to `place`.
  mutating func reached(_ place: SegmentCheck.CheckedPlace) { current?.behind = place }

  /// The pass under way is over at `now`: there is no more, or no sense in going on.
  mutating func passed(at now: Instant) {
    guard let current else { return }
    passes[current.place] = now
    self.current = nil
  }

  /// What had been read is not there any more: the pass under way begins anew when the replica's turn comes again.
  mutating func lost() {
    guard let current else { return }
    waiting.append(current.place)
    self.current = nil
  }
}
