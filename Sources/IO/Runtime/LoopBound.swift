internal import Glibc
internal import Synchronization

/// Something that belongs to one loop, as other threads may hold it: they can only send work to it.
public struct LoopBound<Value>: @unchecked Sendable {
  /// The loop it belongs to.
  public let loop: EventLoop
  @usableFromInline let bound: Value

  /// Says that `value` is touched on `loop` alone from now on.
  @inlinable
  public init(_ value: Value, on loop: EventLoop) {
    self.loop = loop
    bound = value
  }

  /// The thing itself; traps unless called on its loop.
  @inlinable
  public var value: Value {
    precondition(loop.isCurrent, "not on loop \(loop.name)")
    return bound
  }

  /// Hands `body` over to the loop; on the loop itself it runs at once.
  @inlinable
  public func execute(_ body: @escaping @Sendable (Value) -> Void) {
    if loop.isCurrent {
      body(bound)
    } else {
      loop.execute { body(self.value) }
    }
  }

  /// Runs `body` on the loop and waits for what it answers; throws if the loop has been stopped.
  public func run<R: Sendable>(_ body: @escaping @Sendable (Value) throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      let answer = Answer(continuation, loop: loop.name)
      execute { value in answer.give(Result { try body(value) }) }
    }
  }
}

/// Whoever waits for a job on a loop; told as well when the job is dropped because the loop was stopped.
private final class Answer<R: Sendable>: Sendable {
  private let continuation: Mutex<CheckedContinuation<R, any Error>?>
  private let loop: String

  init(_ continuation: CheckedContinuation<R, any Error>, loop: String) {
    self.continuation = Mutex(continuation)
    self.loop = loop
  }

  deinit {
    give(.failure(RuntimeError(code: -ECANCELED, operation: "run on loop \(loop)", message: "the loop was stopped")))
  }

  func give(_ result: Result<R, any Error>) {
    let waiting = continuation.withLock { $0.take() }
    waiting?.resume(with: result)
  }
}

/// The loops of a process, one per core it may use.
public final class EventLoopGroup: Sendable {
  /// All of them, started.
  public let loops: [EventLoop]

  /// Starts `count` loops whose threads are called `name-0`, `name-1`, …
  public init(count: Int, name: String) throws(RuntimeError) {
    precondition(count > 0, "a group needs a loop")
    var loops: [EventLoop] = []
    for index in 0..<count {
      loops.append(try EventLoop(name: "\(name)-\(index)"))
    }
    self.loops = loops
    for loop in loops { loop.start() }
  }

  /// The loop that owns whatever has this hash; the hash must be the same in every run.
  public func loop(forStableHash hash: UInt64) -> EventLoop {
    loops[Int(hash % UInt64(loops.count))]
  }

  /// Stops and joins all of them.
  public func stop() {
    for loop in loops { loop.stop() }
  }
}
