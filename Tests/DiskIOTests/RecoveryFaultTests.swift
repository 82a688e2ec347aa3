import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("A start on a disk that fails")
struct RecoveryFaultTests {
  /// A folder as a killed process leaves it: not closed, with half a batch behind the end.
  private func killed() async throws -> (bench: Workbench, story: Story) {
    let bench = try Workbench()
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, Story.configuration)
    let story = Story(log)
    try await story.run()
    #expect(story.failures.isEmpty && story.acknowledged.count > 10)
    folder.release()
    let next = try bench.restarted()
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.file(""))
    let last = try #require(names.filter { $0.hasSuffix(".log") }.max())
    let handle = try #require(FileHandle(forWritingAtPath: bench.file(last)))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(batch(3, bytes: 500).prefix(300)))
    try handle.close()
    return (next, story)
  }

  /// Opens a copy of the folder with a fault; answers how many calls it could befall.
  private func start(
    from original: Workbench, _ story: Story, _ kind: Fault.Kind, after skipped: Int, places: inout Set<String>
  ) async throws -> Int {
    let bench = try Workbench()
    defer { bench.stop() }
    try FileManager.default.copyItem(atPath: original.path, toPath: bench.path)
    let fault = Fault(kind, "\(bench.path)*", after: skipped)
    var refusal: LogFailure?
    do throws(LogFailure) {
      let folder = try makeFolder(bench)
      _ = try folder.open(Workbench.partition(0), configuration: Story.configuration, now: wallClock())
    } catch { refusal = error }
    fault.end()
    let comment: Comment = "\(kind), call \(skipped), \(fault.place ?? "nothing"): \(String(describing: refusal))"
    if let place = fault.place { places.insert(place) }
    if let refusal {
      #expect(fault.place != nil && ![.short, .interrupted].contains(kind), comment)
      // It is the disk, and never said to be damage: a replica would be given up for that.
      let isSync = fault.place?.hasPrefix("sync") == true
      let reason: ErrorReason =
        switch kind {
        case .full where !isSync: .diskFull
        case .tooManyFiles: .resourceExhausted
        default: .diskFailed
        }
      #expect(refusal.reason == reason && refusal.description.contains(bench.path), comment)
    }
    let again = try await bench.open(try bench.folder(), 0, Story.configuration)
    try await story.checkKept(again)
    let after = Story(again)
    await after.append([10])
    #expect(after.failures.isEmpty, comment)
    try await again.close()
    return fault.seenCount
  }

  private func makeFolder(_ bench: Workbench) throws(LogFailure) -> LogFolder {
    var random = SystemRandom()
    return try LogFolder(path: bench.path, random: &random)
  }

  @Test(
    "whichever system call of a start fails: it is refused as the disk's failure, or it finds everything",
    .timeLimit(.minutes(3)), arguments: [Fault.Kind.broken, .full, .short, .interrupted, .tooManyFiles])
  func everyCall(kind: Fault.Kind) async throws {
    let (bench, story) = try await killed()
    defer { bench.stop() }
    var places: Set<String> = []
    var number = 0
    while case let seen = try await start(from: bench, story, kind, after: number, places: &places), seen > number {
      number += 1
    }
    let expected: Set<String> =
      switch kind {
      case .broken:
        ["open lock", "read folder", "read manifest", "read .log", "sync .log", "truncate .log", "sync names"]
      case .full: ["sync .log"]
      case .short, .interrupted: ["read folder", "read manifest", "read .log"]
      case .tooManyFiles: ["open lock", "open manifest", "open .log"]
      case .torn, .held, .none: []
      }
    #expect(expected.isSubset(of: places), "only \(places.sorted())")
  }
}
