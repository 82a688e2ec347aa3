import Model

/// Simulated time and network, and everybody who lives in it.
///
/// Everything that happens is an action at a time; chance comes from generators with a seed. So the same seed gives the
/// same run.
final class World {
  private var random: Seeded
  private var schedule = Schedule()
  private var processes: [Address: Process] = [:]
  var network = Network()
  /// Connections that have ended and are about to be made anew.
  var broken: Set<Connection> = []
  let wiring: Wiring
  /// True once any clock has gone wrong.
  var haveClocksGoneWrong = false
  /// Counts what happened.
  private var tallies = Tallies()
  /// The invariants that were found broken, the first one first.
  private(set) var violations: [Violation] = []
  /// Folds everything that must be the same in every run of this seed.
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  private(set) lazy var checker = Checker(self)
  private(set) lazy var cleaningChecker = CleaningChecker(self)
  private(set) lazy var groupChecker = GroupChecker(self)

  /// The latest events of each partition in words, if they are kept.
  private(set) var traces: [TopicPartition: [String]] = [:]
  private let isTracing: Bool
  private static let traceMax = 1000

  init(seed: UInt64, wiring: Wiring, isTracing: Bool) {
    random = Seeded(seed)
    self.wiring = wiring
    self.isTracing = isTracing
  }

  var now: Instant { schedule.now }
  var steps: UInt64 { schedule.steps }
  var counts: [Happening: Int] {
    var counts = tallies.counts
    counts[.messagesLate] = network.late
    counts[.messagesOvertaken] = network.overtaken
    return counts
  }

  // MARK: Time

  /// Does `action` after `delay`, unless `process` has died by then.
  func after(_ delay: Duration, _ process: Process?, _ action: @escaping () -> Void) {
    schedule.add(after: delay, process, action)
  }

  /// Does what is due before `end`, as long as no invariant is broken.
  func run(until end: Instant) {
    while violations.isEmpty, let action = schedule.next(before: end) {
      fold(UInt64(bitPattern: now.rawValue))
      action()
    }
  }

  // MARK: What is told of the run

  func fold(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }

  func count(_ happening: Happening, _ number: Int = 1) { tallies.add(happening, number) }

  func violate(_ invariant: String, _ place: TopicPartition? = nil, _ words: String) {
    violations.append(Violation(invariant: invariant, partition: place, words: words))
    if let place { trace(place, "VIOLATION \(invariant): \(words)") }
  }

  /// Keeps an event of a partition for the report of a failure.
  func trace(_ place: TopicPartition, _ words: @autoclosure () -> String) {
    guard isTracing else { return }
    traces[place, default: []].append("\(secondsText(now)) s  \(words())")
    if traces[place, default: []].count > 2 * Self.traceMax { traces[place]?.removeFirst(Self.traceMax) }
  }

  /// Keeps something that all partitions saw.
  func traceAll(_ words: String) {
    guard isTracing else { return }
    for place in traces.keys.sorted() { trace(place, words) }
  }

  // MARK: Chance

  func chance(_ probability: Double) -> Bool { random.chance(probability) }
  func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &random) }
  func microseconds(_ range: ClosedRange<Int>) -> Duration { random.microseconds(range) }
  func milliseconds(_ range: ClosedRange<Int>) -> Duration { random.milliseconds(range) }
  func withRandom<Answer>(_ body: (inout Seeded) -> Answer) -> Answer { body(&random) }

  // MARK: Processes

  func add(_ process: Process) { processes[process.address] = process }

  func process(at address: Address) -> Process? {
    guard let process = processes[address], process.isAlive else { return nil }
    return process
  }

  func wake(_ process: Process) {
    guard process.isAlive, process.isPaused else { return }
    for action in process.wake() { after(.zero, process, action) }
  }

  /// Lets everything go that holds on to each other.
  func dissolve() {
    processes = [:]
    schedule = Schedule()
  }

  // MARK: Messages

  /// Carries a message: `deliver` gets the process that then lives at `to`. It may come late, twice, or never; then
  /// `onLoss` is called. What `isOrdered` comes in its order, or seldom not.
  func send(
    from: Address, to: Address, isOrdered: Bool = false, onLoss: (() -> Void)? = nil,
    _ deliver: @escaping (Process) -> Void
  ) {
    let copies = network.copies(from: from, to: to, isOrdered: isOrdered, at: now, using: &random)
    if copies.isEmpty {
      count(.messagesLost)
      onLoss?()
    }
    if copies.count > 1 { count(.messagesDuplicated) }
    for delay in copies {
      after(delay, nil) { [unowned self] in
        guard let target = process(at: to), !network.isCut(from: from, to: to) else {
          onLoss?()
          return
        }
        if target.isPaused { after(.zero, target) { deliver(target) } } else { deliver(target) }
      }
    }
  }

  /// Asks and waits for an answer: `completion` gets nil if none has come in time. What is not repeatable is received
  /// once at most, as over one connection.
  func call<Answer>(
    from caller: Process, to: Address, timeout: Duration, isRepeatable: Bool = true,
    _ body: @escaping (Process, @escaping (Answer) -> Void) -> Void, completion: @escaping (Answer?) -> Void
  ) {
    var isDone = false
    func finish(_ answer: Answer?) {
      guard !isDone else { return }
      isDone = true
      completion(answer)
    }
    after(timeout, caller) { finish(nil) }
    var isReceived = false
    send(from: caller.address, to: to) { [unowned self] target in
      guard isRepeatable || !isReceived else { return }
      isReceived = true
      body(target) { answer in
        self.send(from: to, to: caller.address) { receiver in
          if receiver === caller { finish(answer) }
        }
      }
    }
  }
}

extension Seeded {
  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
  mutating func microseconds(_ range: ClosedRange<Int>) -> Duration {
    .microseconds(Int64(Int.random(in: range, using: &self)))
  }
  mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    microseconds(range.lowerBound * 1000...range.upperBound * 1000)
  }
}

/// Simulated time in words: `12.345678`.
func secondsText(_ instant: Instant) -> String {
  let microseconds = String(instant.rawValue / 1000 % 1_000_000)
  return "\(instant.rawValue / 1_000_000_000).\(String(repeating: "0", count: 6 - microseconds.count))\(microseconds)"
}
