import Glibc
import Runtime
import Testing

@Suite("Child processes")
struct ChildProcessTests {
  private func withLoop<Result>(_ body: (EventLoop) async throws -> Result) async throws -> Result {
    let loop = try EventLoop(name: "children")
    loop.start()
    defer { loop.stop() }
    return try await body(loop)
  }

  private func shell(_ script: String, output: Int32? = nil) -> ChildProgram {
    ChildProgram(path: "/bin/sh", arguments: ["-c", script], environment: ["WORD": "wire"], output: output)
  }

  @Test("the end of a child is known by its status, to everybody who asks")
  func status() async throws {
    try await withLoop { loop in
      let child = try await ChildProcess.start(shell("exit 7"), on: loop)
      #expect(await child.end == .exited(7))
      #expect(await child.end == .exited(7))
    }
  }

  @Test("a signal ends a child, and one sent to a child that has ended does nothing")
  func signals() async throws {
    try await withLoop { loop in
      let child = try await ChildProcess.start(shell("exec sleep 3600"), on: loop)
      child.send(SIGTERM)
      #expect(await child.end == .signalled(SIGTERM))
      child.send(SIGKILL)
      #expect(await child.end == .signalled(SIGTERM))
    }
  }

  @Test("what a child writes goes to the given descriptor, and its environment is the given one")
  func output() async throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    try await withLoop { loop in
      let child = try await ChildProcess.start(shell("echo $WORD; echo $HOME >&2", output: ends[1]), on: loop)
      #expect(await child.end == .exited(0))
    }
    close(ends[1])
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = read(ends[0], &buffer, buffer.count)
    #expect(String(decoding: buffer.prefix(count), as: UTF8.self) == "wire\n\n")
  }

  @Test("a program that is not there cannot be started, and the error names it")
  func missing() async throws {
    try await withLoop { loop in
      let error = await #expect(throws: RuntimeError.self) {
        _ = try await ChildProcess.start(
          ChildProgram(path: "/nowhere/at-all", arguments: [], environment: [:]), on: loop)
      }
      #expect(error?.description == "start /nowhere/at-all: no such file or directory")
    }
  }

  @Test("who waits for a child is not left waiting when the loop ends first")
  func loopEnds() async throws {
    let loop = try EventLoop(name: "children")
    loop.start()
    let child = try await ChildProcess.start(shell("exec sleep 3600"), on: loop)
    async let end = child.end
    loop.stop()
    #expect(await end == .signalled(SIGKILL))
    kill(child.id, SIGKILL)
  }

  @Test("a process that is bound to another than its parent is told so")
  func notTheParent() {
    #expect(!endWithParent(getpid(), by: 0))
  }
}
