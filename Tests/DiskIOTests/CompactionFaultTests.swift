import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("A cleaning on a disk that fails")
struct CompactionFaultTests {
  /// Cleans a log with a fault; answers how many calls the fault could befall.
  private func clean(_ kind: Fault.Kind, after skipped: Int, places: inout Set<String>) async throws -> Int {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let log = try await bench.open(folder, 0, CompactionTests.configuration)
    _ = try await log.append(try CompactionTests.batches(0..<150, keys: 40))
    let before = try await CompactionTests.read(log).latest
    let compactor = CompactionTests.compactor()
    let fault = Fault(kind, "\(bench.path)*", after: skipped)
    let run = try await CompactionTests.compact(log, by: compactor)
    // What the swap has begun must be over: a write behind it, or its refusal, comes after it.
    let refused = await log.appendEach([try batch()], sync: .immediately).compactMap { outcome in
      if case .failure(let failure) = outcome.result { failure } else { nil }
    }
    fault.end()
    compactor.stop()
    let state = try await log.get { $0.state }
    let comment: Comment =
      "\(kind), call \(skipped), \(fault.place ?? "nothing"): \(String(describing: run.failure)) \(refused) \(state)"
    if let place = fault.place {
      places.insert(place)
      for failure in refused + [run.failure].compactMap({ $0 }) {
        let isSync = place.hasPrefix("sync")
        #expect(failure.reason == (kind == .full && !isSync ? .diskFull : .diskFailed), comment)
        #expect(failure.description.contains(bench.path), comment)
      }
      if [.short, .interrupted].contains(kind) { #expect(run.failure == nil && refused.isEmpty, comment) }
      if kind == .full, !place.hasPrefix("sync") { #expect(state == .open, comment) }
    } else {
      #expect(run.failure == nil && run.removedCount > 0, comment)
    }
    // Whoever reads meanwhile misses nothing, and whoever starts anew finds each key's last value.
    if state == .open { #expect(try await CompactionTests.read(log).latest.count == before.count, comment) }
    folder.release()
    let next = try bench.restarted()
    defer { next.stop() }
    let again = try await next.open(try next.folder(), 0, CompactionTests.configuration)
    #expect(try await CompactionTests.read(again).latest == before, comment)
    // It is cleaned in the end.
    let second = CompactionTests.compactor()
    defer { second.stop() }
    if try await again.get({ $0.compactionDebt(now: wallClock(), highWatermark: $0.syncedEndOffset)?.isDue == true }) {
      #expect(try await CompactionTests.compact(again, by: second).failure == nil, comment)
    }
    #expect(try await CompactionTests.read(again).latest == before, comment)
    _ = try await again.append([try batch()])
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.file(""))
    #expect(try await again.get { $0.segmentsCount } == left.filter { $0.hasSuffix(".log") }.count, comment)
    try await again.close()
    return fault.seenCount
  }

  @Test(
    "whichever system call of a cleaning fails: each key keeps its last value, and it is cleaned later",
    .timeLimit(.minutes(3)), arguments: [Fault.Kind.broken, .torn, .full, .short, .interrupted])
  func everyCall(kind: Fault.Kind) async throws {
    var places: Set<String> = []
    var number = 0
    while case let seen = try await clean(kind, after: number, places: &places), seen > number { number += 1 }
    let expected: Set<String> =
      switch kind {
      case .broken:
        [
          "open .log", "read .log", "write .log", "sync .log", "write .index", "sync .index", "write .new", "sync .new",
          "rename .new", "sync names", "remove .log",
        ]
      case .torn, .interrupted: ["write .log", "write .index", "write .new"]
      case .short: ["read .log", "write .log", "write .index", "write .new"]
      case .full: ["open .log", "write .log", "sync .log", "write .new", "rename .new"]
      case .held, .tooManyFiles, .none: []
      }
    #expect(expected.isSubset(of: places), "only \(places.sorted())")
  }
}
