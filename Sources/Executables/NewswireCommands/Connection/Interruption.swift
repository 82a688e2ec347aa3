internal import Glibc
internal import Runtime
internal import Synchronization

/// Ctrl-C and SIGTERM as something that a command can wait for. The second one ends the process at once.
final class Interruption: Sendable {
  /// The exit status of a command that did not do all it was asked for because of Ctrl-C, as shells have it.
  static let status: Int32 = 130

  private struct State {
    var isInterrupted = false
    var bodies: [@Sendable () -> Void] = []
  }

  /// Can be read from as soon as there was a signal.
  let descriptor: Int32
  private let writer: Int32
  private let loop: EventLoop
  private let state = Mutex(State())

  /// Takes the signals over from now on.
  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw CommandError.system("cannot make a pipe") }
    descriptor = ends[0]
    writer = ends[1]
    loop = try EventLoop(name: "signals")
    loop.start()
    loop.execute { [self] in
      for number in [SIGINT, SIGTERM] {
        loop.onSignal(number) {
          if self.isInterrupted { _exit(Self.status) }
          self.interrupt()
        }
      }
    }
  }

  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// Calls `body` once there is a signal; at once if there was one.
  func onInterruption(_ body: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isInterrupted { state.bodies.append(body) }
      return state.isInterrupted
    }
    if isLate { body() }
  }

  /// Does what a signal does, for another reason to end.
  func interrupt() {
    let bodies = state.withLock { state -> [@Sendable () -> Void]? in
      guard !state.isInterrupted else { return nil }
      state.isInterrupted = true
      defer { state.bodies = [] }
      return state.bodies
    }
    guard let bodies else { return }
    var byte: UInt8 = 0
    _ = write(writer, &byte, 1)
    for body in bodies { body() }
  }
}
