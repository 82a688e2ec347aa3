import Model

/// Simulated time and network, and everybody who lives in it.
///
/// Everything that happens is an action at a time; chance comes from one generator. So the same seed gives the same run.
final class World {
  private(set) var random: Seeded
  private var schedule = Schedule()
  private var processes: [Address: Process] = [:]
  var network = Network()
  /// Connections that have ended and are about to be made anew.
  var broken: Set<Connection> = []
  let checker: Checker
  /// Counts what happened, by name.
  var counts: [String: Int] = [:]
  /// Folds every step, so that two runs can be compared.
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The latest events of each partition in words, if they are kept.
  private(set) var traces: [TopicPartition: [String]] = [:]
  private let isTracing: Bool

  init(seed: UInt64, isTracing: Bool = false) {
    random = Seeded(seed)
    self.isTracing = isTracing
    checker = Checker()
  }

  var now: Instant { schedule.now }
  var steps: UInt64 { schedule.steps }

  // MARK: Time

  /// Does `action` after `delay`, unless `process` has died by then.
  func after(_ delay: Duration, _ process: Process?, _ action: @escaping () -> Void) {
    schedule.add(after: delay, process, action)
  }

  /// Does what is due before `end`, as long as no invariant is broken.
  func run(until end: Instant) {
    while checker.violations.isEmpty, let action = schedule.next(before: end) {
      fold(UInt64(bitPattern: now.rawValue))
      action()
    }
  }

  /// Folds something that must be the same in every run of this seed.
  func fold(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }

  /// Keeps an event of a partition for the report of a failure.
  func trace(_ place: TopicPartition, _ words: @autoclosure () -> String) {
    guard isTracing else { return }
    traces[place, default: []].append("\(now.rawValue / 1000) us  \(words())")
    if traces[place, default: []].count > 2000 { traces[place]?.removeFirst(1000) }
  }

  func count(_ name: String, _ number: Int = 1) { counts[name, default: 0] += number }

  // MARK: Chance

  func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
  func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &random) }
  func microseconds(_ range: ClosedRange<Int>) -> Duration { .microseconds(Int64(pick(range))) }
  func milliseconds(_ range: ClosedRange<Int>) -> Duration { microseconds(range.lowerBound * 1000...range.upperBound * 1000) }
  func number() -> UInt64 { random.next() }
  func withRandom<Answer>(_ body: (inout Seeded) -> Answer) -> Answer { body(&random) }

  // MARK: Processes

  func add(_ process: Process) { processes[process.address] = process }

  func process(at address: Address) -> Process? {
    guard let process = processes[address], process.isAlive else { return nil }
    return process
  }

  func pause(_ process: Process) { process.pause() }

  func wake(_ process: Process) {
    guard process.isAlive, process.isPaused else { return }
    for action in process.wake() { after(.zero, process, action) }
  }

  // MARK: Messages

  /// Carries a message: `deliver` gets the process that then lives at `to`. It may come late, twice, or never; then
  /// `onLoss` is called.
  func send(
    from: Address, to: Address, onLoss: (() -> Void)? = nil, _ deliver: @escaping (Process) -> Void
  ) {
    let copies = network.copies(from: from, to: to, using: &random)
    if copies.isEmpty {
      count("messages lost")
      onLoss?()
    }
    if copies.count > 1 { count("messages duplicated") }
    for delay in copies {
      after(delay, nil) { [weak self] in
        guard let self else { return }
        guard let target = process(at: to), !network.isCut(from: from, to: to) else {
          onLoss?()
          return
        }
        after(.zero, target) { deliver(target) }
      }
    }
  }

  /// Asks and waits for an answer: `completion` gets nil if none has come in time.
  func call<Answer>(
    from caller: Process, to: Address, timeout: Duration,
    _ body: @escaping (Process, @escaping (Answer) -> Void) -> Void, completion: @escaping (Answer?) -> Void
  ) {
    var isDone = false
    func finish(_ answer: Answer?) {
      guard !isDone else { return }
      isDone = true
      completion(answer)
    }
    after(timeout, caller) { finish(nil) }
    send(from: caller.address, to: to) { [weak self] target in
      body(target) { answer in
        guard let self else { return }
        self.send(from: to, to: caller.address) { receiver in
          if receiver === caller { finish(answer) }
        }
      }
    }
  }
}

/// Which messages get through, and how fast.
struct Network {
  /// The part of all messages that get lost.
  var loss = 0.0
  /// The part that arrive twice.
  var duplication = 0.0
  /// The part that take up to half a second.
  var lateness = 0.0
  private var cuts: Set<[Address]> = []

  mutating func cut(from: Address, to: Address) { cuts.insert([from, to]) }
  mutating func mend(from: Address, to: Address) { cuts.remove([from, to]) }
  mutating func mendAll() { cuts = [] }

  func isCut(from: Address, to: Address) -> Bool { !cuts.isEmpty && cuts.contains([from, to]) }

  /// The delays of the copies that arrive.
  func copies(from: Address, to: Address, using random: inout Seeded) -> [Duration] {
    guard !isCut(from: from, to: to), Double.random(in: 0..<1, using: &random) >= loss else { return [] }
    let isDoubled = Double.random(in: 0..<1, using: &random) < duplication
    return (0..<(isDoubled ? 2 : 1)).map { _ in
      let isLate = Double.random(in: 0..<1, using: &random) < lateness
      return .microseconds(Int64.random(in: isLate ? 1000...500_000 : 50...1500, using: &random))
    }
  }
}
