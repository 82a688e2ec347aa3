import CShims
import Glibc
import Model
import Synchronization

/// A thread that writes lines to a descriptor, so that a reader who stops reading stops nobody else.
///
/// Lives as long as the process: a log has no end.
final class LogWriter: Sendable {
  private struct Queue {
    var bytes: [UInt8] = []
    var dropped = 0
    /// True while the thread is writing what it took.
    var isWriting = false
  }

  private let descriptor: Int32
  private let format: LogFormat
  private let queue = Mutex(Queue())
  private let wake: WakeUp

  /// What may wait to be written.
  static let queueBytesMax = 1 << 20

  init(descriptor: Int32, format: LogFormat) {
    self.descriptor = descriptor
    self.format = format
    wake = WakeUp()
    startThread()
  }

  func enqueue(_ line: [UInt8]) {
    let isFirst = queue.withLock { queue in
      guard queue.bytes.count + line.count <= Self.queueBytesMax else {
        queue.dropped += 1
        return false
      }
      defer { queue.bytes += line }
      return queue.bytes.isEmpty
    }
    if isFirst { wake.post() }
  }

  func flush(timeout: Duration) -> Bool {
    let end = clock(CLOCK_MONOTONIC) + timeout.nanoseconds
    while queue.withLock({ !$0.bytes.isEmpty || $0.isWriting }) {
      guard clock(CLOCK_MONOTONIC) < end else { return false }
      usleep(500)
    }
    return true
  }

  private func startThread() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 256 << 10)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var blocked = sigset_t()
    var previous = sigset_t()
    sigfillset(&blocked)
    pthread_sigmask(SIG_SETMASK, &blocked, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<LogWriter>.fromOpaque(context).takeRetainedValue().run()
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(failure == 0, "no thread for the log")
  }

  private func run() -> Never {
    newswire_name_thread("log")
    while true {
      wake.wait()
      let (bytes, dropped) = queue.withLock { queue in
        defer {
          queue.bytes = []
          queue.dropped = 0
          queue.isWriting = true
        }
        return (queue.bytes, queue.dropped)
      }
      write(bytes)
      if dropped > 0 {
        let line = LogLine(level: .warning, event: "log lines dropped", fields: [("count", LogValue(dropped))])
        write(line.bytes(in: format, milliseconds: clock(CLOCK_REALTIME) / 1_000_000))
      }
      queue.withLock { $0.isWriting = false }
    }
  }

  /// Writes everything, however long it takes; gives up if the descriptor is gone.
  private func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if count < 0, errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, -1)
        } else if count < 0, errno == EINTR {
          continue
        } else {
          return
        }
      }
    }
  }
}

/// A semaphore: as many waits return as there were posts.
final class WakeUp: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }
  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func post() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0 {} }
}
