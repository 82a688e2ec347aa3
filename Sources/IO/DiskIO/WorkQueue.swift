internal import CShims
internal import Glibc

/// What threads hand over to one thread that sleeps when there is nothing to do.
final class WorkQueue<Item: Sendable>: @unchecked Sendable {
  // The mutex guards `items` and `isClosed`; it must not move.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var items: [Item] = []
  private var isClosed = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Adds items behind the others; false if the queue has been closed.
  @discardableResult
  func append(_ more: [Item]) -> Bool {
    pthread_mutex_lock(mutex)
    let isTaken = !isClosed
    if isTaken { items.append(contentsOf: more) }
    pthread_mutex_unlock(mutex)
    // Who is woken while the mutex is held would have to sleep again.
    if isTaken { pthread_cond_signal(condition) }
    return isTaken
  }

  /// Waits for something to do and takes all of it; nil when the queue is closed and empty.
  func takeAll() -> [Item]? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while items.isEmpty {
      if isClosed { return nil }
      pthread_cond_wait(condition, mutex)
    }
    var taken: [Item] = []
    swap(&taken, &items)
    return taken
  }

  /// Lets the thread end when it has done what is in the queue.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}

/// A thread with a name that runs one body.
final class NamedThread: @unchecked Sendable {
  private var thread = pthread_t()
  private var isJoined = false

  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    let result = pthread_create(
      &thread, nil,
      { pointer in
        let start = Unmanaged<ThreadStart>.fromOpaque(pointer!).takeRetainedValue()
        newswire_name_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    precondition(result == 0, "the system has no thread left for \(name)")
  }

  /// Waits for the body to end.
  func join() {
    guard !isJoined else { return }
    isJoined = true
    pthread_join(thread, nil)
  }
}

private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void
  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}
