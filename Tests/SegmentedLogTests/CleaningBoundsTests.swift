import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("What a cleaning may take, and when")
struct CleaningBoundsTests {
  /// A log with the mark of `a` at offset 1, old enough to go.
  private func hostWithOldMark() throws -> SimulatedHost {
    let host = try CompactionTests.host(CompactionTests.configuration(deleteRetention: .seconds(10)))
    try host.append(keyed([("a", "1")]))
    try host.append(keyed([("a", nil)]))
    for index in 0..<20 { try host.append(keyed([("c", "\(index)")])) }
    try host.perform()
    try host.clean()
    #expect(try host.readRecords().first?.offset == Offset(1))
    #expect(host.log.cleaned.marksRemovedEnd == .zero)
    host.now = Timestamp(host.now.rawValue + 10_001)
    return host
  }

  private func clean(_ host: SimulatedHost, marksEnd: Offset?, swapBelow: Offset? = nil) throws -> [Bool] {
    let plan = try #require(
      host.log.compactionPlan(now: host.now, highWatermark: host.log.logEndOffset, marksEnd: marksEnd))
    var cleaner = LogCleaner(
      plan, on: host.disk, keyBytesMax: 1 << 20, secret: KeySecret(low: 1, high: 2), codecs: turningCodecs)
    var swaps: [Bool] = []
    while true {
      switch try cleaner.step() {
      case .working: break
      case .swap(let segment):
        host.ask { log, effects in swaps.append(log.swap(in: segment, marksEnd: swapBelow, into: &effects)) }
        try host.perform()
        if swaps.last == false { return swaps }
      case .finished(let pass):
        host.ask { log, effects in _ = log.finish(pass, into: &effects) }
        try host.perform()
        return swaps
      }
    }
  }

  @Test("a mark stays as long as a replica has not got behind it, and is looked at again after a while")
  func bound() throws {
    let host = try hostWithOldMark()
    _ = try clean(host, marksEnd: Offset(1))
    #expect(try host.readRecords().first?.offset == Offset(1))
    #expect(host.log.cleaned.marksRemovedEnd == .zero)
    #expect(host.log.compactionDebt(now: host.now, highWatermark: host.log.logEndOffset)?.isDue == false)
    host.now = Timestamp(host.now.rawValue + 10_001)
    _ = try clean(host, marksEnd: Offset(2))
    #expect(try host.readRecords().first?.key == "c")
    #expect(host.log.cleaned.marksRemovedEnd == Offset(2))
  }

  @Test("what stands before the log's start goes with the next cleaning, marks too; a mark at the start stays")
  func beforeTheStart() throws {
    let host = try CompactionTests.host(CompactionTests.configuration(deleteRetention: .seconds(10)))
    try host.append(keyed([("a", "1")]))
    try host.append(keyed([("a", nil)]))
    try host.append(keyed([("b", nil)]))
    for index in 0..<20 { try host.append(keyed([("c", "\(index)")])) }
    try host.perform()
    host.ask { log, effects in log.deleteRecords(before: Offset(2), into: &effects) }
    try host.perform()
    try host.clean()
    let segment = try #require(host.log.segmentFacts.first)
    let gap = try host.disk.files[LogFile.records(segment.id).name]!.current.withUnsafeBytes {
      try RecordBatchHeader(decoding: $0)
    }
    #expect(gap.baseOffset == .zero && gap.nextOffset == Offset(2) && gap.recordsCount == 0)
    let first = try #require(try host.readRecords().first)
    #expect(first.key == "b" && first.value == nil)
    // A replica that has not got to the start begins anew there: for it no mark is gone.
    #expect(host.log.history.marksRemovedEnd == .zero)
  }

  @Test("how far marks are gone survives a restart, and comes with a copied log")
  func remembered() throws {
    let host = try hostWithOldMark()
    try host.clean()
    #expect(host.log.history.marksRemovedEnd == Offset(2))
    try host.reopen()
    #expect(host.log.history.marksRemovedEnd == Offset(2))
    let copy = try CompactionTests.host()
    for batch in try host.readBatches() { try copy.append(batch) }
    #expect(copy.log.history.marksRemovedEnd >= Offset(2))
    #expect(copy.log.history.marksRemovedEnd == copy.log.cleaned.comparedEnd)
  }

  @Test("a segment without a mark that somebody needs since is not put in its place")
  func refusedSwap() throws {
    let host = try hostWithOldMark()
    #expect(try clean(host, marksEnd: nil, swapBelow: Offset(1)) == [false])
    #expect(try host.readRecords().first?.offset == Offset(1))
    #expect(try clean(host, marksEnd: nil, swapBelow: Offset(2)).first == true)
  }

  @Test("a manifest of before says of everything cleaned that marks may be gone")
  func olderManifest() throws {
    let host = try hostWithOldMark()
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    let body = Array(host.disk.files["manifest"]!.current[16...].dropLast(8))
    host.disk.files["manifest"]!.current = SealedFile.seal(kind: 0x4e57_4c4d, version: 4, body: body)
    try host.reopen()
    #expect(host.log.history.marksRemovedEnd == host.log.cleaned.comparedEnd)
    #expect(host.log.cleaned.comparedEnd > .zero)
  }

  @Test("retention that a full disk keeps from the manifest is made up for, and the files go then")
  func fullDisk() throws {
    let size = keyed([("a", "0")]).count
    let host = try SimulatedHost(
      LogConfiguration(segmentBytesMax: 2 * size, checkpointBytes: 100_000, retentionAge: .seconds(1)))
    for index in 0..<5 { try host.append(keyed([("a", "\(index)")])) }
    try host.perform()
    host.disk.bytesMax = host.disk.usedBytes
    host.now = Timestamp(host.now.rawValue + 10_000)
    host.ask { log, effects in
      log.applyRetention(now: host.now, highWatermark: log.logEndOffset, into: &effects)
    }
    try host.perform()
    #expect(!host.failures.isEmpty)
    guard case .stalled = host.log.state else {
      Issue.record("the log is not stalled but \(host.log.state)")
      return
    }
    #expect(host.log.logStartOffset == Offset(5) && host.log.logEndOffset == Offset(5))
    host.disk.bytesMax = .max
    host.ask { log, effects in log.mend(into: &effects) }
    try host.perform()
    #expect(host.log.state == .open)
    try host.append(keyed([("a", "5")]))
    try host.perform()
    #expect(host.disk.fileNames().filter { $0.hasSuffix(".log") } == ["00000000000000000005.log"])
    try host.reopen()
    #expect(host.log.logStartOffset == Offset(5) && host.log.logEndOffset == Offset(6))
  }

  @Test("old segments that a full disk has kept are removed when there is room")
  func leftOverFiles() throws {
    let size = keyed([("a", "0")]).count
    let host = try SimulatedHost(
      LogConfiguration(segmentBytesMax: 2 * size, checkpointBytes: 100_000, retentionAge: nil, retentionBytes: size))
    for index in 0..<5 { try host.append(keyed([("a", "\(index)")])) }
    try host.perform()
    host.disk.bytesMax = host.disk.usedBytes
    func retain() throws {
      host.ask { log, effects in
        log.applyRetention(now: host.now, highWatermark: log.logEndOffset, into: &effects)
      }
      try host.perform()
    }
    try retain()
    #expect(host.log.state == .open && host.log.logStartOffset == Offset(4))
    #expect(host.disk.fileNames().filter { $0.hasSuffix(".log") }.count == 3)
    host.disk.bytesMax = .max
    try retain()
    #expect(host.disk.fileNames().filter { $0.hasSuffix(".log") } == ["00000000000000000004.log"])
  }

  @Test("a segment whose successor is not written yet is left alone: without room for it, it is the last one again")
  func unwrittenSuccessor() throws {
    let size = keyed([("a", "0")]).count
    let host = try CompactionTests.host(CompactionTests.configuration(segmentBytes: 2 * size))
    for index in 0..<6 { try host.append(keyed([("a", "\(index)")])) }
    try host.perform()
    try host.append(keyed([("a", "6")]))
    #expect(host.log.segmentsCount == 4)
    var cleaner = try #require(host.cleaner())
    cleaning: while true {
      switch try cleaner.step() {
      case .working: break
      case .swap(let segment): host.ask { log, effects in #expect(log.swap(in: segment, into: &effects)) }
      case .finished(let pass):
        #expect(pass.end == Offset(4))
        break cleaning
      }
    }
    host.disk.bytesMax = host.disk.usedBytes
    try host.perform()
    #expect(!host.failures.isEmpty && host.log.logEndOffset == Offset(6))
    host.disk.bytesMax = .max
    host.ask { log, effects in log.mend(into: &effects) }
    try host.perform()
    try host.append(keyed([("b", "6")]))
    try host.perform()
    #expect(try host.readRecords().suffix(3).map(\.offset.rawValue) == [4, 5, 6])
    try host.reopen()
    #expect(try host.readRecords().suffix(3).map(\.offset.rawValue) == [4, 5, 6])
  }
}
