internal import CUV

private final class SignalBox {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

let freeSignal: uv_close_cb = { handle in
  if let data = handle!.pointee.data { Unmanaged<SignalBox>.fromOpaque(data).release() }
  UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_signal_t.self).deallocate()
}

extension EventLoop {
  /// Runs `body` on this loop whenever the process gets `signal`, as long as the loop runs.
  public func onSignal(_ signal: Int32, _ body: @escaping () -> Void) {
    precondition(isCurrent, "not on loop \(name)")
    let handle = UnsafeMutablePointer<uv_signal_t>.allocate(capacity: 1)
    must(uv_signal_init(uv, handle), "uv_signal_init")
    handle.pointee.data = Unmanaged.passRetained(SignalBox(body)).toOpaque()
    must(
      uv_signal_start(
        handle,
        { handle, _ in
          Unmanaged<SignalBox>.fromOpaque(handle!.pointee.data).takeUnretainedValue().body()
        }, signal), "uv_signal_start")
  }
}
