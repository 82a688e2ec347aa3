import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("Many logs in one process")
struct ManyLogsTests {
  private static let logsCount: Int32 = 200
  private static let openFilesMax = 20

  /// How many files of the folder are open; other tests of this process open others.
  private func openFilesCount(below path: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      return target?.hasPrefix(path) == true
    }
  }

  @Test("hundreds of logs are written, closed, opened and read with a few dozen open files")
  func fewFiles() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    var random = SystemRandom()
    let folder = try LogFolder(path: bench.path, random: &random, openFilesMax: Self.openFilesMax)
    var logs: [TestLog] = []
    for index in 0..<Self.logsCount { logs.append(try await bench.open(folder, index)) }
    for log in logs { _ = try await log.append([batch(2)]) }
    // The folder's lock, and what is in use, come on top.
    let allowed = Self.openFilesMax + 10
    #expect(try openFilesCount(below: bench.path) > 5)
    #expect(try openFilesCount(below: bench.path) < allowed)
    for log in logs { try await log.close() }
    let wanted = (0..<Self.logsCount).map { (Workbench.partition($0), LogConfiguration()) }
    let opened = try folder.open(wanted, now: wallClock()).map { try $0.get() }
    #expect(opened.allSatisfy { $0.report.wasClean })
    #expect(try openFilesCount(below: bench.path) < allowed)
    logs = try await bench.on { opened.map { TestLog(LoopBound(PartitionLog($0, on: bench.thread), on: bench.loop)) } }
    let expected = stamped(try batch(2), 0)
    for log in logs { #expect(try await log.read(0) == expected) }
    #expect(try openFilesCount(below: bench.path) < allowed)
    for log in logs { try await log.close() }
  }
}
