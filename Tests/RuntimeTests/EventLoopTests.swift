import Model
import Runtime
import Synchronization
import Testing

/// Collects what happened, from any thread.
final class Journal<Entry: Sendable>: Sendable {
  private let entries = Mutex<[Entry]>([])
  func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
  var all: [Entry] { entries.withLock { $0 } }
}

func onLoop<R: Sendable>(_ loop: EventLoop, _ body: @escaping @Sendable () throws -> R) async throws -> R {
  try await LoopBound((), on: loop).run { _ in try body() }
}

private actor Counter {
  private let loop: EventLoop
  private var count = 0
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  init(loop: EventLoop) { self.loop = loop }
  func increment() -> (Int, Bool) {
    count += 1
    return (count, loop.isCurrent)
  }
}

/// Does something when nobody has it any more.
private final class Parting: Sendable {
  private let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  deinit { body() }
}

@Suite("Event loop")
struct EventLoopTests {
  @Test("what a job held may hand over another job when it is let go")
  func parting() async throws {
    let loop = try EventLoop(name: "parting")
    loop.start()
    defer { loop.stop() }
    let journal = Journal<Int>()
    for number in 0..<100 {
      let parting = Parting { loop.execute { journal.add(number) } }
      loop.execute { _ = parting }
    }
    while journal.all.count < 100 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(journal.all.sorted() == Array(0..<100))
  }

  @Test("jobs from one thread run in order, each once, on the loop's thread")
  func order() async throws {
    let loop = try EventLoop(name: "order")
    loop.start()
    defer { loop.stop() }
    let journal = Journal<Int>()
    for number in 0..<5000 {
      loop.execute { if loop.isCurrent { journal.add(number) } }
    }
    _ = try await onLoop(loop) { true }
    #expect(journal.all == Array(0..<5000))
  }

  @Test("what a loop hands over runs in order on the other loop, and on itself")
  func handingOver() async throws {
    let loops = [try EventLoop(name: "from"), try EventLoop(name: "to")]
    for loop in loops { loop.start() }
    defer { for loop in loops { loop.stop() } }
    for target in loops {
      let journal = Journal<Int>()
      try await onLoop(loops[0]) {
        for number in 0..<3000 {
          loops[0].handOver(to: target) { if target.isCurrent { journal.add(number) } }
        }
      }
      let clock = ContinuousClock.now
      while journal.all.count < 3000, ContinuousClock.now - clock < .seconds(10) { await Task.yield() }
      #expect(journal.all == Array(0..<3000))
    }
  }

  @Test("a job that makes a job does not starve timers")
  func fairness() async throws {
    let loop = try EventLoop(name: "fair")
    loop.start()
    defer { loop.stop() }
    let running = Atomic<Bool>(true)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      @Sendable func again() {
        if running.load(ordering: .relaxed) { loop.execute(again) }
      }
      loop.execute {
        again()
        loop.schedule(after: .milliseconds(5)) {
          running.store(false, ordering: .relaxed)
          continuation.resume()
        }
      }
    }
    let stopped = !running.load(ordering: .relaxed)
    #expect(stopped)
  }

  @Test("an actor on a loop runs on its thread, called from another loop's")
  func actors() async throws {
    let group = try EventLoopGroup(count: 2, name: "pair")
    defer { group.stop() }
    let counter = Counter(loop: group.loops[0])
    for expected in 1...100 {
      let (count, onItsLoop) = await counter.increment()
      #expect(count == expected)
      #expect(onItsLoop)
    }
  }

  @Test("timers fire in the order of their time, never early; a cancelled one never")
  func timers() async throws {
    let loop = try EventLoop(name: "timers")
    loop.start()
    defer { loop.stop() }
    let journal = Journal<Int>()
    let start = monotonicNow()
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      loop.execute {
        loop.schedule(after: .milliseconds(20)) {
          journal.add(20)
          continuation.resume()
        }
        loop.schedule(after: .milliseconds(10)) { journal.add(10) }
        loop.schedule(after: .milliseconds(5)) { journal.add(5) }.cancel()
      }
    }
    #expect(journal.all == [10, 20])
    #expect(monotonicNow() - start >= .milliseconds(20))
  }

  @Test("a repeating timer goes on until it is cancelled, also from its own body")
  func repeating() async throws {
    let loop = try EventLoop(name: "repeat")
    loop.start()
    defer { loop.stop() }
    let count = Atomic<Int>(0)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      loop.execute {
        var timer: LoopTimer?
        timer = loop.schedule(every: .milliseconds(1)) {
          if count.add(1, ordering: .relaxed).newValue == 3 {
            timer?.cancel()
            loop.schedule(after: .milliseconds(10)) { continuation.resume() }
          }
        }
      }
    }
    let fired = count.load(ordering: .relaxed)
    #expect(fired == 3)
  }

  @Test("a loop stops with timers and jobs still pending, and lets everything go")
  func stopping() async throws {
    final class Witness: Sendable {
      let gone: Journal<Int>
      init(_ gone: Journal<Int>) { self.gone = gone }
      deinit { gone.add(1) }
    }
    let gone = Journal<Int>()
    do {
      let loop = try EventLoop(name: "stop")
      loop.start()
      let witness = Witness(gone)
      _ = try await onLoop(loop) {
        loop.schedule(after: .seconds(3600)) { _ = witness }
        return true
      }
      loop.stop()
    }
    #expect(gone.all == [1])
  }
}
