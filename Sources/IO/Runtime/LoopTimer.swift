internal import CUV
internal import Model

/// Something due on a loop. Belongs to the loop's thread.
public final class LoopTimer {
  private var handle: UnsafeMutablePointer<uv_timer_t>?
  private unowned let loop: EventLoop
  private var body: (() -> Void)?

  fileprivate init(loop: EventLoop, body: @escaping () -> Void) {
    self.loop = loop
    self.body = body
  }

  fileprivate func start(after delay: Duration, repeating: Duration?) {
    guard !loop.isEnding else { return }
    let handle = loop.timers.take(loop.uv)
    self.handle = handle
    // The running timer keeps itself alive; `cancel` and the last firing let go.
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    uv_update_time(loop.uv)
    let milliseconds = roundedUp(delay)
    let interval = repeating.map { max(1, roundedUp($0)) } ?? 0
    must(uv_timer_start(handle, fired, milliseconds, interval), "uv_timer_start")
  }

  /// Takes it back; nothing happens if it has fired or was cancelled already.
  public func cancel() {
    body = nil
    guard let handle else { return }
    self.handle = nil
    uv_timer_stop(handle)
    let me = Unmanaged<LoopTimer>.fromOpaque(handle.pointee.data)
    handle.pointee.data = nil
    loop.timers.give(handle)
    me.release()
  }

  /// The loop has ended and takes the handle's memory with it.
  fileprivate func detach() {
    handle = nil
    body = nil
  }

  fileprivate func fire() {
    guard let handle, let body else { return }
    if uv_timer_get_repeat(handle) == 0 {
      cancel()
    }
    body()
  }
}

private func roundedUp(_ duration: Duration) -> UInt64 {
  let nanoseconds = max(0, duration.nanoseconds)
  return UInt64(nanoseconds) / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
}

private let fired: uv_timer_cb = { handle in
  guard let data = handle!.pointee.data else { return }
  Unmanaged<LoopTimer>.fromOpaque(data).takeUnretainedValue().fire()
}

/// Timers that are not running, kept for the next call's deadline.
struct TimerPool {
  private static let keep = 1024
  private var idle: [UnsafeMutablePointer<uv_timer_t>] = []

  mutating func take(_ uv: UnsafeMutablePointer<uv_loop_t>) -> UnsafeMutablePointer<uv_timer_t> {
    if let handle = idle.popLast() { return handle }
    let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
    must(uv_timer_init(uv, handle), "uv_timer_init")
    handle.pointee.data = nil
    return handle
  }

  mutating func give(_ handle: UnsafeMutablePointer<uv_timer_t>) {
    if uv_is_closing(asHandle(handle)) != 0 { return }
    if idle.count < Self.keep {
      idle.append(handle)
    } else {
      uv_close(asHandle(handle), freeTimer)
    }
  }
}

private let freeTimer: uv_close_cb = { handle in
  if let data = handle!.pointee.data { Unmanaged<LoopTimer>.fromOpaque(data).takeRetainedValue().detach() }
  UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_timer_t.self).deallocate()
}

@inline(__always)
func asHandle(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<uv_handle_t> {
  pointer.assumingMemoryBound(to: uv_handle_t.self)
}

/// Closes a handle that is still open when its loop ends, with the callback that frees it.
func closeOwned(_ handle: UnsafeMutablePointer<uv_handle_t>) {
  switch handle.pointee.type {
  case UV_TIMER: uv_close(handle, freeTimer)
  case UV_TCP, UV_POLL: closeSocketAtEnd(handle)
  case UV_SIGNAL: uv_close(handle, freeSignal)
  case UV_PROCESS: uv_close(handle, freeProcess)
  default: uv_close(handle, nil)
  }
}

extension EventLoop {
  /// Runs `body` on this loop once `delay` has passed; a resolution of one millisecond, never early.
  @discardableResult
  public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> LoopTimer {
    precondition(isCurrent, "not on loop \(name)")
    let timer = LoopTimer(loop: self, body: body)
    timer.start(after: delay, repeating: nil)
    return timer
  }

  /// Runs `body` on this loop every `interval`, first after one interval, until it is cancelled.
  public func schedule(every interval: Duration, _ body: @escaping () -> Void) -> LoopTimer {
    precondition(isCurrent, "not on loop \(name)")
    let timer = LoopTimer(loop: self, body: body)
    timer.start(after: interval, repeating: interval)
    return timer
  }
}
