internal import CShims
internal import CUV
internal import Glibc
internal import Synchronization

/// A program to be started as a child of this process.
public struct ChildProgram: Sendable {
  /// The path of the executable.
  public var path: String
  /// The words behind the program's name.
  public var arguments: [String]
  /// The child's whole environment.
  public var environment: [String: String]
  /// A descriptor that becomes its standard output and standard error; nil: this process's own.
  public var output: Int32?
  /// True for a session of its own: signals of the terminal, such as Ctrl-C, do not reach it.
  public var isDetached: Bool

  /// The program at `path`.
  public init(
    path: String, arguments: [String], environment: [String: String], output: Int32? = nil, isDetached: Bool = false
  ) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.output = output
    self.isDetached = isDetached
  }
}

/// How a process came to its end.
public enum ProcessEnd: Hashable, Sendable, CustomStringConvertible {
  /// By itself, with this status.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)

  /// In words, as in "broker-1 …".
  public var description: String {
    switch self {
    case .exited(let status): "ended with status \(status)"
    case .signalled(let signal): "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    }
  }
}

/// A child of this process, from its start until the system has told how it ended.
public final class ChildProcess: Sendable {
  private struct State {
    var end: ProcessEnd?
    var waiting: [CheckedContinuation<ProcessEnd, Never>] = []
  }

  /// The process id.
  public let id: Int32
  private let handle: LoopBound<UnsafeMutablePointer<uv_process_t>>
  private let state = Mutex(State())

  /// Starts a program; `loop` watches over it and must live longer. Throws if it cannot be executed.
  public static func start(_ program: ChildProgram, on loop: EventLoop) async throws -> ChildProcess {
    try await LoopBound((), on: loop).run { _ in try ChildProcess(program, loop) }
  }

  private init(_ program: ChildProgram, _ loop: EventLoop) throws {
    let memory = UnsafeMutablePointer<uv_process_t>.allocate(capacity: 1)
    let result = spawn(program, loop.uv, memory)
    memory.pointee.data = nil
    handle = LoopBound(memory, on: loop)
    id = memory.pointee.pid
    guard result == 0 else {
      uv_close(asHandle(memory), freeProcess)
      throw RuntimeError(code: result, operation: "start \(program.path)")
    }
    // The running process keeps this object alive; `freeProcess` lets go.
    memory.pointee.data = Unmanaged.passRetained(self).toOpaque()
  }

  /// Sends a signal, unless the process has ended.
  public func send(_ signal: Int32) {
    handle.execute { [self] handle in
      if state.withLock({ $0.end == nil }) { uv_process_kill(handle, signal) }
    }
  }

  /// How it ended; waits for that.
  public var end: ProcessEnd {
    get async {
      await withCheckedContinuation { continuation in
        let end = state.withLock { state in
          if state.end == nil { state.waiting.append(continuation) }
          return state.end
        }
        if let end { continuation.resume(returning: end) }
      }
    }
  }

  fileprivate func ended(_ end: ProcessEnd) {
    let waiting = state.withLock { state in
      state.end = end
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: end) }
  }
}

/// From now on this process, and the program that it may become, gets `signal` when `parent`, which started it, ends.
/// False if the parent has ended already.
public func endWithParent(_ parent: Int32, by signal: Int32) -> Bool {
  newswire_end_with_parent(parent, signal) == 0
}

private func spawn(
  _ program: ChildProgram, _ loop: UnsafeMutablePointer<uv_loop_t>, _ handle: UnsafeMutablePointer<uv_process_t>
) -> Int32 {
  let words = CStrings([program.path] + program.arguments)
  let environment = CStrings(program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
  defer {
    words.free()
    environment.free()
  }
  var streams = [uv_stdio_container_t](repeating: uv_stdio_container_t(), count: 3)
  streams[0].flags = UV_IGNORE
  for (stream, own) in [(1, STDOUT_FILENO), (2, STDERR_FILENO)] {
    streams[stream].flags = UV_INHERIT_FD
    streams[stream].data.fd = program.output ?? own
  }
  return streams.withUnsafeMutableBufferPointer { streams in
    program.path.withCString { path in
      var options = uv_process_options_t()
      options.exit_cb = processEnded
      options.file = path
      options.args = words.pointers
      options.env = environment.pointers
      options.flags = program.isDetached ? UInt32(UV_PROCESS_DETACHED.rawValue) : 0
      options.stdio_count = 3
      options.stdio = streams.baseAddress
      return uv_spawn(loop, handle, &options)
    }
  }
}

private let processEnded: uv_exit_cb = { handle, status, signal in
  if let data = handle!.pointee.data {
    let child = Unmanaged<ChildProcess>.fromOpaque(data).takeUnretainedValue()
    child.ended(signal == 0 ? .exited(Int32(truncatingIfNeeded: status)) : .signalled(signal))
  }
  uv_close(asHandle(handle!), freeProcess)
}

/// The handle's memory is libuv's until here. A process that outlives its loop counts as ended for those who wait.
let freeProcess: uv_close_cb = { handle in
  if let data = handle!.pointee.data {
    Unmanaged<ChildProcess>.fromOpaque(data).takeRetainedValue().endedWithLoop()
  }
  UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_process_t.self).deallocate()
}

extension ChildProcess {
  fileprivate func endedWithLoop() {
    if state.withLock({ $0.end == nil }) { ended(.signalled(SIGKILL)) }
  }
}

/// Texts as C wants them in lists: ended by a null pointer.
private struct CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointers = .allocate(capacity: count + 1)
    for (index, text) in texts.enumerated() { pointers[index] = strdup(text) }
    pointers[count] = nil
  }

  func free() {
    for index in 0..<count { Glibc.free(pointers[index]) }
    pointers.deallocate()
  }
}
