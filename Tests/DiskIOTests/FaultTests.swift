import CFaultyDisk
import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("A log whose disk fails")
struct FaultTests {
  /// A log's life with a fault in it, and what a later process finds; answers how many calls the fault could befall.
  private func live(
    _ kind: Fault.Kind, after skipped: Int, isDirect: Bool = false, places: inout Set<String>
  ) async throws -> Int {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, Story.configuration)
    let story = Story(log)
    await story.append([100])
    let fault = Fault(kind, "\(bench.path)*", after: skipped, isDirect: isDirect)
    try await story.run()
    await story.close()
    fault.end()
    let comment: Comment =
      "\(kind), call \(skipped), \(fault.place ?? "nothing"): \(story.failures) \(String(describing: story.closeFailure))"
    if let place = fault.place {
      places.insert(place)
      check(kind, place, fault.file, story, try await log.get { $0.state }, comment)
    } else {
      #expect(story.failures.isEmpty && story.readFailures.isEmpty && story.closeFailure == nil, comment)
    }
    folder.release()
    let next = try bench.restarted()
    defer { next.stop() }
    let again = try await next.open(try next.folder(), 0, Story.configuration)
    try await story.checkKept(again)
    let after = Story(again)
    await after.append([10, 20])
    #expect(after.failures.isEmpty && after.acknowledged.count == 2, comment)
    try await again.close()
    return fault.seenCount
  }

  /// What callers were told.
  private func check(
    _ kind: Fault.Kind, _ place: String, _ file: String, _ story: Story, _ state: SegmentedLog.State, _ comment: Comment
  ) {
    let refused = story.failures + story.readFailures + [story.closeFailure].compactMap { $0 }
    let isSync = place.hasPrefix("sync")
    switch kind {
    case .short, .interrupted:
      #expect(refused.isEmpty, comment)
    case .tooManyFiles, .full:
      for failure in refused {
        // What the disk holds after a failed sync is not known, whatever the reason.
        let reason = isSync ? ErrorReason.diskFailed : kind == .full ? .diskFull : .resourceExhausted
        #expect(failure.reason == reason && failure.isPassing == !isSync, comment)
      }
      if !isSync { #expect(state == .closed, comment) }
    case .broken, .torn:
      // A search that is refused has changed nothing.
      let isOfReads = !story.readFailures.isEmpty || place.hasPrefix("read")
      if case .failed(let failure) = state {
        // Fenced for good, and everybody is told why.
        #expect(refused.allSatisfy { $0 == failure } && !refused.isEmpty, comment)
      } else {
        #expect(state == .closed && (isOfReads || story.closeFailure != nil), comment)
      }
      for failure in refused {
        #expect(failure.reason == .diskFailed && !failure.isPassing, comment)
        #expect(failure.description.contains("Input/output error"), comment)
        #expect(
          failure.description.contains(isOfReads ? "segment" : file) || failure.description.contains(file), comment)
      }
    case .held, .none: break
    }
  }

  @Test(
    "a write past the page cache that fails is a write that fails", .timeLimit(.minutes(1)),
    arguments: [Fault.Kind.broken, .torn, .full, .short, .interrupted])
  func pastCache(kind: Fault.Kind) async throws {
    var places: Set<String> = []
    var number = 0
    while case let seen = try await live(kind, after: number, isDirect: true, places: &places), seen > number {
      number += 1
    }
    // Some file systems know no such writes.
    #expect(places.isSubset(of: ["open .log", "write .log"]), "\(places)")
  }

  @Test(
    "whichever system call fails: what was acknowledged is kept, the rest is refused in words, and the log is fenced",
    .timeLimit(.minutes(3)), arguments: [Fault.Kind.broken, .torn, .full, .short, .interrupted, .tooManyFiles])
  func everyCall(kind: Fault.Kind) async throws {
    var places: Set<String> = []
    var number = 0
    // One call after another, until a life is over before it is that call's turn.
    while case let seen = try await live(kind, after: number, places: &places), seen > number { number += 1 }
    let expected: Set<String> =
      switch kind {
      case .broken:
        [
          "open .log", "open .index", "write .log", "sync .log", "write .index", "sync .index", "write .timeindex",
          "write .new", "sync .new", "rename .new", "sync names", "truncate .log", "remove .log", "read .log",
        ]
      case .full: ["open .log", "write .log", "sync .log", "write .index", "write .new", "sync .new", "rename .new"]
      case .torn, .interrupted, .short: ["write .log", "write .index", "write .new"]
      case .tooManyFiles: ["open .log"]
      case .held, .none: []
      }
    #expect(expected.isSubset(of: places), "only \(places.sorted())")
  }

  @Test("a sync of the whole disk that fails is told to every log that waits for it", .timeLimit(.minutes(1)))
  func wholeDisk() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    var logs: [TestLog] = []
    for index in Int32(0)..<8 { logs.append(try await bench.open(folder, index)) }
    // While one sync takes its time, the others come together.
    let held = Fault(.held, "\(bench.path)*")
    let broken = Fault(.broken, bench.path, calls: faulty_sync)
    let content = try batch()
    let outcomes = try await withThrowingTaskGroup(of: TestLog.Outcome?.self) { [logs] group in
      group.addTask { await logs[0].appendEach([content], sync: .immediately).first }
      while held.changedCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
      for log in logs.dropFirst() { group.addTask { await log.appendEach([content], sync: .immediately).first } }
      while try await logs[0].get({ $0.waitingBytes }) < 8 * content.count {
        try await Task.sleep(for: .milliseconds(2))
      }
      held.end()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    broken.end()
    #expect(broken.place == "sync names")
    let failures = outcomes.compactMap { outcome in
      if case .failure(let failure)? = outcome?.result { failure } else { nil }
    }
    #expect(outcomes.count == 8 && failures.count == 7 && failures.allSatisfy { $0.reason == .diskFailed })
    for log in logs.dropFirst() {
      #expect(try await log.get { $0.syncedEndOffset } == Offset(0))
      #expect(try await log.get { $0.state.isLasting } == false)
    }
    #expect(try await logs[0].get { $0.syncedEndOffset } == Offset(1))
  }
}
