internal import CShims
internal import CUV
internal import Glibc
public import Model
internal import Synchronization

/// A libuv loop on a thread of its own: what connections, partitions and groups live on.
///
/// What belongs to a loop is touched by its thread alone, so nothing there needs a lock. Other threads hand work over
/// with `execute`, or as jobs of actors and tasks that name the loop as their executor.
///
/// A started loop lives until `stop()`: its thread keeps the object, so libuv's handles may refer to it unretained, and
/// a loop that everybody has forgotten goes on instead of using memory that is gone.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// A piece of work that waits for its turn.
  private enum Job {
    case swift(UnownedJob)
    case closure(@Sendable () -> Void)
    /// It has begun, and stands in the list no more.
    case done
  }

  /// The most jobs that run before sockets and timers get their turn again.
  private static let burst = 1024

  /// The name of the loop's thread.
  public let name: String
  let uv = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
  private let handles = LoopHandles()
  private let wakeDescriptor: Int32

  // Shared between threads.
  /// What other threads have handed over.
  private struct Inbox: ~Copyable {
    var jobs: [Job] = []
    /// The thread has ended: nothing runs any more.
    var isOver = false
  }
  private let inbox = Mutex(Inbox())
  private let thread = Atomic<UInt>(0)
  private let stopping = Atomic<Bool>(false)

  // The loop thread's own.
  private var jobs: [Job] = []
  private var ticks: [() -> Void] = []
  /// What other loops get at the end of this tick.
  private var outboxes: [(target: EventLoop, jobs: [Job])] = []
  private var spinning = false
  private var tickTime: Instant?
  /// True once everything on the loop is being closed: what is told so may neither wait nor connect any more.
  private(set) var isEnding = false
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 4096)
  var timers = TimerPool()

  // The owner's: whoever calls start and stop.
  private var pthread = pthread_t()
  private var started = false

  /// A loop that does nothing until `start()`.
  public init(name: String) throws(RuntimeError) {
    self.name = name
    wakeDescriptor = newswire_eventfd()
    try check(wakeDescriptor, "create the wake-up of loop \(name)")
    try check(uv_loop_init(uv), "create loop \(name)")
    install()
  }

  deinit {
    if !started { finish() }
    close(wakeDescriptor)
    handles.deallocate()
    uv.deallocate()
    readBuffer.deallocate()
  }

  // MARK: Any thread

  /// Starts the loop's thread, which keeps the loop until `stop()`.
  public func start() {
    precondition(!started, "loop \(name) was started twice")
    started = true
    let me = Unmanaged.passRetained(self).toOpaque()
    pthread_create(&pthread, nil, threadBody, me)
  }

  /// Closes everything that is open on the loop and waits for its thread to end. Jobs not yet run are dropped.
  public func stop() {
    precondition(!isCurrent, "a loop cannot stop itself")
    guard started, !stopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
    wake()
    pthread_join(pthread, nil)
  }

  /// True on the loop's own thread.
  public var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// Runs `job` on the loop, after everything that was handed over before it; also when called on the loop itself.
  public func execute(_ job: @escaping @Sendable () -> Void) {
    enqueue(.closure(job))
  }

  /// Takes a job of an actor or a task.
  public func enqueue(_ job: consuming ExecutorJob) {
    enqueue(.swift(UnownedJob(job)))
  }

  /// The loop as the executor of an actor.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Traps unless called on the loop's thread.
  public func checkIsolated() { precondition(isCurrent, "not on loop \(name)") }

  /// True on the loop's own thread.
  public func isIsolatingCurrentContext() -> Bool? { isCurrent }

  private func enqueue(_ job: Job) {
    if isCurrent {
      jobs.append(job)
      return
    }
    let first = inbox.withLock { inbox in
      guard !inbox.isOver else { return false }
      inbox.jobs.append(job)
      return inbox.jobs.count == 1
    }
    if first { wake() }
  }

  /// Takes over what another loop has gathered, and leaves it an empty list.
  private func enqueue(all more: inout [Job]) {
    let first = inbox.withLock { inbox in
      guard !inbox.isOver else { return false }
      defer { inbox.jobs.append(contentsOf: more) }
      return inbox.jobs.isEmpty
    }
    more.removeAll(keepingCapacity: true)
    if first { wake() }
  }

  private func wake() {
    var one: UInt64 = 1
    // A full counter (EAGAIN) means that the loop is being woken already.
    _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
  }

  // MARK: The loop's thread

  /// The moment now; read once per tick.
  public var now: Instant {
    if let tickTime { return tickTime }
    let time = monotonicNow()
    tickTime = time
    return time
  }

  /// Runs `hook` once per tick, after the jobs: the place to flush what the tick produced. Never removed.
  public func addTickHook(_ hook: @escaping () -> Void) {
    precondition(isCurrent, "not on loop \(name)")
    ticks.append(hook)
  }

  /// Runs `job` on `target`, together with all else that this loop hands over to it during this tick: one wake for many.
  ///
  /// What is handed over so keeps its order, but may come behind what was given to `execute` later.
  public func handOver(to target: EventLoop, _ job: @escaping @Sendable () -> Void) {
    precondition(isCurrent, "not on loop \(name)")
    if target === self { return jobs.append(.closure(job)) }
    if let index = outboxes.firstIndex(where: { $0.target === target }) {
      outboxes[index].jobs.append(.closure(job))
    } else {
      outboxes.append((target, [.closure(job)]))
    }
  }

  private func sendOutboxes() {
    for index in outboxes.indices where !outboxes[index].jobs.isEmpty {
      outboxes[index].target.enqueue(all: &outboxes[index].jobs)
    }
  }

  fileprivate func run() {
    newswire_name_thread(name)
    blockPipeSignal()
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    uv_run(uv, UV_RUN_DEFAULT)
    sendOutboxes()
    outboxes = []
    // Hooks may refer to what refers to this loop.
    ticks = []
    finish()
    let left = jobs
    jobs = []
    _ = consume left
    // What goes with a job may hand over others: not under the lock.
    let dropped = inbox.withLock { inbox in
      inbox.isOver = true
      defer { inbox.jobs = [] }
      return inbox.jobs
    }
    _ = consume dropped
  }

  /// Closes every handle and lets the close callbacks run.
  private func finish() {
    isEnding = true
    uv_walk(
      uv,
      { handle, _ in
        guard let handle, uv_is_closing(handle) == 0 else { return }
        // Sockets and timers free themselves in a close callback of their own.
        closeOwned(handle)
      }, nil)
    while uv_run(uv, UV_RUN_DEFAULT) != 0 {}
    must(uv_loop_close(uv), "uv_loop_close")
  }

  /// Runs what is waiting, then the hooks. Called before the loop sleeps and after it woke up.
  private func tick() {
    if stopping.load(ordering: .acquiring) {
      uv_stop(uv)
      return
    }
    tickTime = nil
    inbox.withLock { inbox in
      if jobs.isEmpty {
        swap(&inbox.jobs, &jobs)
      } else if !inbox.jobs.isEmpty {
        jobs.append(contentsOf: inbox.jobs)
        inbox.jobs.removeAll(keepingCapacity: true)
      }
    }
    runJobs()
    for hook in ticks { hook() }
    sendOutboxes()
    // Jobs are left over (or hooks made some): poll without sleeping.
    setSpinning(!jobs.isEmpty)
  }

  private func runJobs() {
    guard !jobs.isEmpty else { return }
    let executor = asUnownedSerialExecutor()
    var done = 0
    while done < jobs.count, done < Self.burst {
      // What a job held is let go outside of the list: its end may hand over another job.
      let job = jobs[done]
      jobs[done] = .done
      switch job {
      case .swift(let job): job.runSynchronously(on: executor)
      case .closure(let body): body()
      case .done: break
      }
      done += 1
    }
    if done == jobs.count {
      jobs.removeAll(keepingCapacity: true)
    } else {
      jobs.removeFirst(done)
    }
  }

  private func setSpinning(_ on: Bool) {
    guard on != spinning else { return }
    spinning = on
    if on {
      uv_idle_start(handles.idle) { _ in }
    } else {
      uv_idle_stop(handles.idle)
    }
  }

  // MARK: Wiring

  private func install() {
    let me = Unmanaged.passUnretained(self).toOpaque()
    must(uv_poll_init(uv, handles.wake, wakeDescriptor), "uv_poll_init")
    must(uv_prepare_init(uv, handles.prepare), "uv_prepare_init")
    must(uv_check_init(uv, handles.check), "uv_check_init")
    must(uv_idle_init(uv, handles.idle), "uv_idle_init")
    handles.wake.pointee.data = me
    handles.prepare.pointee.data = me
    handles.check.pointee.data = me
    uv_poll_start(handles.wake, Int32(UV_READABLE.rawValue)) { handle, _, _ in
      // The jobs run in the check phase that follows.
      loop(handle!.pointee.data) { loop in
        var count: UInt64 = 0
        _ = read(loop.wakeDescriptor, &count, MemoryLayout<UInt64>.size)
      }
    }
    // libuv moved timer and close callbacks between its versions: before sleeping and after waking covers all.
    uv_prepare_start(handles.prepare) { handle in loop(handle!.pointee.data) { $0.tick() } }
    uv_check_start(handles.check) { handle in loop(handle!.pointee.data) { $0.tick() } }
  }
}

/// The loop's own libuv handles. Their memory must outlive the loop's last run.
private struct LoopHandles {
  let wake = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
  let prepare = UnsafeMutablePointer<uv_prepare_t>.allocate(capacity: 1)
  let check = UnsafeMutablePointer<uv_check_t>.allocate(capacity: 1)
  let idle = UnsafeMutablePointer<uv_idle_t>.allocate(capacity: 1)

  func deallocate() {
    wake.deallocate()
    prepare.deallocate()
    check.deallocate()
    idle.deallocate()
  }
}

@inline(__always)
private func loop(_ data: UnsafeMutableRawPointer?, _ body: (EventLoop) -> Void) {
  Unmanaged<EventLoop>.fromOpaque(data!)._withUnsafeGuaranteedRef { body($0) }
}

/// A peer that is gone shall be an error of the write (EPIPE), not the end of the process.
private func blockPipeSignal() {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}

private func threadBody(_ data: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let mine = Unmanaged<EventLoop>.fromOpaque(data!)
  mine._withUnsafeGuaranteedRef { $0.run() }
  mine.release()
  return nil
}
