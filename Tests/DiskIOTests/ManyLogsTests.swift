import DiskIO
import Glibc
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("Many logs in one process")
struct ManyLogsTests {
  private static let logsCount: Int32 = 1000
  private static let openFilesMax = 64

  private func openFilesCount() throws -> Int {
    let folder = try #require(opendir("/proc/self/fd"))
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }

  @Test("a thousand logs are written, closed, opened and read with a few dozen open files")
  func fewFiles() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let before = try openFilesCount()
    var random = SystemRandom()
    let folder = try LogFolder(path: bench.path, random: &random, openFilesMax: Self.openFilesMax)
    var logs: [TestLog] = []
    for index in 0..<Self.logsCount { logs.append(try await bench.open(folder, index)) }
    for log in logs { _ = try await log.append([batch(2)]) }
    // Other tests of this process open files too.
    let allowed = before + Self.openFilesMax + 200
    #expect(try openFilesCount() < allowed)
    for log in logs { try await log.close() }
    let wanted = (0..<Self.logsCount).map { (Workbench.partition($0), LogConfiguration()) }
    let opened = try folder.open(wanted, now: wallClock()).map { try $0.get() }
    #expect(opened.allSatisfy { $0.report.wasClean })
    #expect(try openFilesCount() < allowed)
    logs = try await bench.on { opened.map { TestLog(LoopBound(PartitionLog($0, on: bench.thread), on: bench.loop)) } }
    let expected = stamped(try batch(2), 0)
    for log in logs { #expect(try await log.read(0) == expected) }
    #expect(try openFilesCount() < allowed)
    for log in logs { try await log.close() }
  }
}
