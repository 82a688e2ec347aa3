import Bytes
import CFaultyDisk
import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("A disk that takes its time")
struct SlowDiskTests {
  private static func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<4000 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("not within 20 seconds: \(what)")
  }

  @Test(
    "while a sync hangs, the loop goes on, other folders write and read, and what waits is bounded",
    .timeLimit(.minutes(2)))
  func hangingSync() async throws {
    let (slow, other) = (try Workbench(), try Workbench())
    defer {
      slow.stop()
      other.stop()
    }
    let thread = DiskThread(loop: slow.loop, waitingBytesMax: 100_000)
    defer { thread.stop() }
    let (late, quick) = (
      try await slow.open(slow.folder(), on: thread), try await slow.open(other.folder(), on: thread)
    )
    _ = try await late.append([batch()])
    let held = Fault(.held, "\(slow.path)*", times: .max)
    let waiting = Task { await late.appendEach([try batch(2)], sync: .immediately) }
    try await Self.until("a sync that hangs") { held.changedCount == 1 }

    // The same loop, another disk.
    for round in Int64(0)..<20 {
      _ = try await quick.append([batch()])
      #expect(try await quick.read(round).count == batch().count)
    }
    #expect(try await quick.get { $0.syncedEndOffset } == Offset(20))

    // What is on the slow disk already is read; nothing else is promised.
    #expect(try await late.read(0, below: 1).count == batch().count)
    #expect(try await late.get { $0.syncedEndOffset } == Offset(1))

    // Writes are taken until so much waits, and then refused in words; not those of others.
    let large = ByteSlice(try batch(1, bytes: 9000))
    let (taken, failure) = try await late.get { log -> (Int, LogFailure?) in
      for count in 0..<1000 {
        do throws(LogFailure) {
          try log.append(large, leaderEpoch: .zero, sync: .immediately, now: wallClock())
        } catch { return (count, error) }
      }
      return (1000, nil)
    }
    #expect((10...13).contains(taken))
    let refusal = try #require(failure)
    #expect(refusal.reason == .resourceExhausted && refusal.description.contains("the disk is behind"))
    _ = try await quick.append([batch()])

    held.end()
    let outcomes = try await waiting.value
    #expect(outcomes.allSatisfy { if case .success = $0.result { true } else { false } })
    try await Self.until("everything on the disk") { [taken] in
      try await late.get { $0.syncedEndOffset == Offset(Int64(3 + taken)) && $0.waitingBytes == 0 }
    }
    _ = try await late.append([batch()])
    try await late.close()
    try await quick.close()
  }

  @Test("while a search on one disk hangs, searches on another are answered", .timeLimit(.minutes(2)))
  func hangingRead() async throws {
    let (slow, other) = (try Workbench(), try Workbench())
    defer {
      slow.stop()
      other.stop()
    }
    func newest(_ log: TestLog) async throws -> TimestampedOffset? {
      try await log.answers { log, completion in log.newest(below: log.writtenEndOffset, completion: completion) }
    }
    let (late, quick) = (try await slow.open(slow.folder()), try await slow.open(other.folder()))
    for log in [late, quick] { _ = try await log.append([batch()]) }
    let held = Fault(.held, "\(slow.path)*", calls: faulty_read, times: .max)
    let waiting = Task { try await newest(late) }
    try await Self.until("a read that hangs") { held.changedCount == 1 }
    #expect(try await newest(quick)?.offset == Offset(0))
    _ = try await late.append([batch()])
    held.end()
    #expect(try await waiting.value?.offset == Offset(0))
    try await late.close()
    try await quick.close()
  }
}
