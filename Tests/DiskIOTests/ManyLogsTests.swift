import CFaultyDisk
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

  /// Logs with a batch each that has been written and not synced: how long syncs take has not been measured yet.
  private func written(_ bench: Workbench) async throws -> [TestLog] {
    let folder = try bench.folder()
    var logs: [TestLog] = []
    for index in 0..<Self.logsCount { logs.append(try await bench.open(folder, index)) }
    for log in logs { _ = try await log.append([batch(2)], sync: .never) }
    return logs
  }

  /// Closes all logs in one tick.
  private func close(_ logs: [TestLog]) async -> [Result<Void, LogFailure>] {
    await withCheckedContinuation { continuation in
      logs[0].bound.execute { _ in
        var results: [Result<Void, LogFailure>] = []
        for log in logs {
          log.bound.value.close { result in
            results.append(result)
            if results.count == logs.count { continuation.resume(returning: results) }
          }
        }
      }
    }
  }

  @Test("hundreds of logs that have just been written to are closed with a handful of syncs")
  func closedTogether() async throws {
    let bench = try Workbench()
    let logs = try await written(bench)
    let syncs = Fault(.none, "\(bench.path)*", calls: faulty_sync)
    for result in await close(logs) { try result.get() }
    syncs.end()
    #expect(syncs.seenCount > 0 && syncs.seenCount < 10)
    let again = try bench.restarted()
    defer { again.stop() }
    let wanted = (0..<Self.logsCount).map { (Workbench.partition($0), LogConfiguration()) }
    for opened in try again.folder().open(wanted, now: wallClock()) {
      #expect(try opened.get().report.wasClean)
      #expect(try opened.get().logEndOffset == Offset(2))
    }
  }

  @Test(
    "when a sync fails while hundreds of logs are closed, each is told, and none is taken for closed", arguments: 0...2)
  func failedClose(skipped: Int) async throws {
    let bench = try Workbench()
    let logs = try await written(bench)
    let broken = Fault(.broken, bench.path, calls: faulty_sync, after: skipped)
    let results = await close(logs)
    broken.end()
    #expect(broken.changedCount == 1)
    for result in results {
      guard case .failure(let failure) = result else {
        Issue.record("a log was closed that is not known to be durable")
        continue
      }
      #expect(failure.reason == .diskFailed)
    }
    let again = try bench.restarted()
    defer { again.stop() }
    let wanted = (0..<Self.logsCount).map { (Workbench.partition($0), LogConfiguration()) }
    for opened in try again.folder().open(wanted, now: wallClock()) {
      let end = try opened.get().logEndOffset
      #expect(skipped == 0 ? end <= Offset(2) : end == Offset(2))
      #expect(try skipped == 2 || end == .zero || !opened.get().report.wasClean)
    }
  }
}
