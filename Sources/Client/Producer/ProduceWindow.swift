/// The requests of one partition that have been taken and not been told of, oldest first.
///
/// They are sent in their order. With numbers in them several may be under way: the leader puts each where it belongs,
/// and knows what comes twice. Whatever is answered waits for those before it, so that the oldest request without an
/// answer is never far behind the newest: a leader remembers the last few only.
struct ProduceWindow {
  /// Names a request among all of a producer.
  typealias Number = Int

  /// Where a request is.
  enum Stage: Hashable {
    /// To be sent again.
    case due
    /// Under way to this broker.
    case sending(broker: Int32)
    /// Surely not in the log, because something before it is missing there: it needs another number.
    case misplaced
    /// Written or given up.
    case over
  }

  /// One request.
  struct Request: Hashable {
    let number: Number
    var stage: Stage
    var attempts = 1
    /// True if everything before it had its place in the log, or none, when it was sent last.
    var wasFirst: Bool
    /// True if an earlier sending of it may have been written: its answer was lost.
    var mayBeWritten = false

    /// True if it has its place in the log, or none.
    fileprivate var isPlaced: Bool { stage == .over || stage == .misplaced }
  }

  private(set) var requests: [Request] = []
  /// True once the leader may expect numbers that will not come: nothing new is sent until all numbers begin anew.
  private(set) var isBroken = false
  /// True as long as the partition rests after a failure.
  var isResting = false
  /// True if there are more records to take.
  var hasMore = false
  /// True while it stands in a queue.
  var isQueued = false
  /// Who led the partition when its turn was asked for last.
  var leader: Int32?

  /// True if a request is to be sent, were there nobody to wait for.
  func hasWork(countMax: Int) -> Bool { !isResting && (nextDue != nil || takesNew(countMax: countMax)) }

  private var nextDue: Int? { requests.firstIndex { $0.stage == .due } }

  private func takesNew(countMax: Int) -> Bool {
    hasMore && !isBroken && requests.count < countMax
      && requests.allSatisfy { $0.stage != .due && $0.stage != .misplaced }
  }

  /// Sends the next request to `broker`; a new one gets the number `fresh`.
  mutating func send(to broker: Int32, fresh: Number, countMax: Int) -> (number: Number, isNew: Bool)? {
    guard hasWork(countMax: countMax) else { return nil }
    if let index = nextDue {
      requests[index].stage = .sending(broker: broker)
      requests[index].attempts += 1
      requests[index].wasFirst = isFirstOpen(requests[index].number)
      return (requests[index].number, false)
    }
    let isFirst = requests.allSatisfy(\.isPlaced)
    requests.append(Request(number: fresh, stage: .sending(broker: broker), wasFirst: isFirst))
    hasMore = false
    return (fresh, true)
  }

  subscript(_ number: Number) -> Request? { requests.first { $0.number == number } }

  /// Moves a request on; returns the broker that it was under way to.
  mutating func move(_ number: Number, to stage: Stage) -> Int32? {
    guard let index = requests.firstIndex(where: { $0.number == number }) else { return nil }
    defer { requests[index].stage = stage }
    if case .sending(let broker) = requests[index].stage { return broker }
    return nil
  }

  /// An answer to the request was lost.
  mutating func lostAnswer(_ number: Number) {
    guard let index = requests.firstIndex(where: { $0.number == number }) else { return }
    requests[index].mayBeWritten = true
  }

  /// Takes a request out that has turned out to be empty.
  mutating func drop(_ number: Number) { requests.removeAll { $0.number == number } }

  /// True if everything before the request has its place in the log, or none.
  func isFirstOpen(_ number: Number) -> Bool {
    requests.prefix { $0.number != number }.allSatisfy(\.isPlaced)
  }

  /// The request that can be told of next, if there is one; it is forgotten.
  mutating func popOver() -> Number? {
    guard let first = requests.first, first.stage == .over else { return nil }
    return requests.removeFirst().number
  }

  // MARK: Numbers

  /// Numbers are missing: none that follow them will be taken.
  mutating func broke() { isBroken = true }

  /// The requests that need other numbers, once nobody knows the old ones any more.
  var renumberable: [Number]? {
    guard isBroken, requests.allSatisfy(\.isPlaced) else { return nil }
    return requests.filter { $0.stage == .misplaced }.map(\.number)
  }

  /// Those requests have other numbers now.
  mutating func renumbered() {
    isBroken = false
    for index in requests.indices where requests[index].stage == .misplaced {
      requests[index].stage = .due
      requests[index].mayBeWritten = false
    }
  }
}
