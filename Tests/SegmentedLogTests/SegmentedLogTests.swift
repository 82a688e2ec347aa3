import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("Segmented log")
struct SegmentedLogTests {
  @Test("offsets are dense, and a read in the middle of a batch gives the whole batch")
  func appendAndRead() throws {
    let host = try SimulatedHost()
    let first = try host.append(batch(3))
    let second = try host.append(batch(2))
    #expect(first.place.offset == Offset(0))
    #expect(second.place.offset == Offset(3))
    #expect(host.log.logEndOffset == Offset(5))
    try host.perform()
    for offset in 0..<3 { #expect(try host.read(from: Offset(Int64(offset)))?.bytes == first.bytes + second.bytes) }
    for offset in 3..<5 { #expect(try host.read(from: Offset(Int64(offset)))?.bytes == second.bytes) }
    #expect(try host.read(from: Offset(5)) == nil)
    #expect(try host.read(from: Offset(1), bytesMax: 0)?.bytes == first.bytes)
    #expect(try host.read(from: Offset(1), below: Offset(3))?.bytes == first.bytes)
    #expect(try host.read(from: Offset(3), below: Offset(3)) == nil)
  }

  @Test("an offset outside the log is answered with the range that is inside")
  func outOfRange() throws {
    let host = try SimulatedHost()
    try host.append(batch(4))
    try host.perform()
    guard case .outOfRange(let range) = host.log.read(from: Offset(5), bytesMax: 1, below: Offset(4)) else {
      Issue.record("offset 5 was found")
      return
    }
    #expect(range == Offset(0)..<Offset(4))
    host.ask { log, effects in log.deleteRecords(before: Offset(2), into: &effects) }
    #expect(host.log.ends.logStartOffset == Offset(2) && host.log.ends.settledStartOffset == Offset(0))
    try host.perform()
    #expect(host.log.ends.settledStartOffset == Offset(2) && host.log.ends.keptStartOffset == Offset(0))
    guard case .outOfRange(let rest) = host.log.read(from: Offset(1), bytesMax: 1, below: Offset(4)) else {
      Issue.record("offset 1 was found")
      return
    }
    #expect(rest == Offset(2)..<Offset(4))
    // Followers copy it from where its first batch begins.
    guard case .found(let kept) = host.log.read(from: Offset(0), bytesMax: 1, below: Offset(4), deleted: true) else {
      Issue.record("offset 0 is not there for followers")
      return
    }
    #expect(kept.start.offset == Offset(0) && kept.nextOffset == Offset(4))
    try host.reopen()
    #expect(host.log.logStartOffset == Offset(2))
  }

  @Test("an acknowledgement needs a sync, and one sync serves all writes before it")
  func groupCommit() throws {
    let host = try SimulatedHost()
    for _ in 0..<3 { try host.append(batch()) }
    #expect(host.queue.count == 6)
    try host.perform(1)
    #expect(host.log.writtenEnd.offset == Offset(1))
    #expect(host.log.syncedEnd.offset == Offset(0))
    try host.perform(5, deferSyncs: true)
    #expect(host.log.writtenEnd.offset == Offset(3))
    #expect(host.log.syncedEnd.offset == Offset(3))
    try host.append(batch(), sync: false)
    try host.perform()
    #expect(host.log.writtenEnd.offset == Offset(4))
    #expect(host.log.syncedEnd.offset == Offset(3))
    host.ask { log, effects in log.sync(into: &effects) }
    try host.perform()
    #expect(host.log.syncedEnd.offset == Offset(4))
  }

  @Test("a segment is closed by size, by age, and when an index is full")
  func rolling() throws {
    let size = batch().count
    let bySize = try SimulatedHost(LogConfiguration(segmentBytesMax: 3 * size))
    for _ in 0..<7 { try bySize.append(batch()) }
    #expect(bySize.log.segmentsCount == 3)
    try bySize.perform()
    #expect(
      bySize.disk.fileNames().filter { $0.hasSuffix(".log") } == [
        "00000000000000000000.log", "00000000000000000003.log", "00000000000000000006.log",
      ])
    #expect(bySize.disk.files["00000000000000000003.log"]?.current.count == 3 * size)

    let byAge = try SimulatedHost(LogConfiguration(segmentAgeMax: .seconds(60)))
    try byAge.append(batch())
    byAge.now = byAge.now.advanced(59_999)
    try byAge.append(batch())
    #expect(byAge.log.segmentsCount == 1)
    byAge.now = byAge.now.advanced(1)
    try byAge.append(batch())
    #expect(byAge.log.segmentsCount == 2)

    let byIndex = try SimulatedHost(LogConfiguration(indexIntervalBytes: 0, indexBytesMax: 40))
    for _ in 0..<6 { try byIndex.append(batch()) }
    #expect(byIndex.log.segmentsCount == 1)
    try byIndex.append(batch())
    #expect(byIndex.log.segmentsCount == 2)
  }

  @Test("a single batch may be larger than a segment")
  func largeBatch() throws {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 100))
    let large = try host.append(batch(1, bytes: 5000))
    try host.append(batch())
    #expect(host.log.segmentsCount == 2)
    try host.perform()
    #expect(try host.read(from: Offset(0), bytesMax: 1)?.bytes == large.bytes)
  }

  @Test("the index files are laid out as Kafka's")
  func indexLayout() throws {
    let host = try SimulatedHost(LogConfiguration(indexIntervalBytes: 100))
    // Each batch has 79 bytes: an entry is made for the third, and for each second one behind it.
    for index in 0..<6 { try host.append(batch(1, bytes: 11, timestamp: 1000 + Int64(index))) }
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    #expect(batch(1, bytes: 11).count == 79)
    #expect(
      host.disk.files["00000000000000000000.index"]?.current == [0, 0, 0, 2, 0, 0, 0, 158, 0, 0, 0, 4, 0, 0, 1, 60])
    #expect(
      host.disk.files["00000000000000000000.timeindex"]?.current == [
        0, 0, 0, 0, 0, 0, 3, 0xea, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0xec, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 3, 0xed, 0, 0,
        0,
        5,
      ])
  }

  @Test("an index that is wrong misleads nobody and can be made anew")
  func wrongIndex() throws {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 4000, indexIntervalBytes: 100))
    var all: [UInt8] = []
    for index in 0..<80 {
      let appended = try host.append(batch(1, timestamp: Int64(index)))
      if appended.place.segment == SegmentID(Offset(0)) { all += appended.bytes }
    }
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    let name = LogFile.offsetIndex(SegmentID(Offset(0))).name
    let good = try #require(host.disk.files[name])
    host.disk.files[name]!.current = good.current.map { $0 ^ 0x15 }
    try host.reopen()
    guard case .lookUp(let lookUp) = host.log.read(from: Offset(20), bytesMax: 5000, below: Offset(80)) else {
      Issue.record("old batches are known without a look")
      return
    }
    let answer = try lookUp.perform(on: host.disk)
    #expect(answer.isIndexWrong)
    #expect(answer.batches?.start.offset == Offset(20))
    let rebuilt = try #require(host.log.indexRebuild(ofSegment: SegmentID(Offset(0)))).perform(on: host.disk)
    host.ask { log, effects in log.installIndexes(rebuilt, into: &effects) }
    try host.perform()
    #expect(host.disk.files[name]?.current == good.current)
    #expect(try lookUp.perform(on: host.disk).isIndexWrong == false)
    #expect(try host.read(from: Offset(0), bytesMax: 1 << 20)?.bytes == all)
  }

  @Test("the first record at or after a time is found, within a batch too")
  func offsetsByTime() throws {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 2000, indexIntervalBytes: 200))
    // Batch n has records at 100 n, 100 n + 1, 100 n + 2.
    for index in 0..<60 { try host.append(batch(3, timestamp: 100 * Int64(index))) }
    try host.perform()
    func find(_ timestamp: Int64, below limit: Int64 = 180) throws -> TimestampedOffset? {
      try host.log.timeLookUp(Timestamp(timestamp), below: Offset(limit))?.perform(on: host.disk, decompressor: nil)
    }
    #expect(host.log.segmentsCount > 2)
    for index in stride(from: Int64(0), to: 60, by: 7) {
      #expect(try find(100 * index) == TimestampedOffset(timestamp: Timestamp(100 * index), offset: Offset(3 * index)))
      #expect(try find(100 * index + 2)?.offset == Offset(3 * index + 2))
      #expect(try find(100 * index - 50)?.offset == Offset(3 * index))
    }
    #expect(try find(5903) == nil)
    #expect(try find(5902)?.offset == Offset(179))
    #expect(try find(5000, below: 150) == nil)
    #expect(host.log.newest == TimestampedOffset(timestamp: Timestamp(5902), offset: Offset(179)))
    try host.reopen()
    #expect(try find(4201)?.offset == Offset(127))
  }

  @Test("retention deletes whole old segments, by time and by size, and nothing above the high watermark")
  func retention() throws {
    let size = batch().count
    var configuration = LogConfiguration(segmentBytesMax: 2 * size, retentionAge: .seconds(10))
    let host = try SimulatedHost(configuration)
    for index in 0..<6 { try host.append(batch(1, timestamp: host.now.rawValue + 1000 * Int64(index))) }
    try host.perform()
    host.now = host.now.advanced(11_500)
    host.ask { [now = host.now] log, effects in
      log.applyRetention(now: now, highWatermark: Offset(1), into: &effects)
    }
    #expect(host.log.logStartOffset == Offset(0))
    host.ask { [now = host.now] log, effects in
      log.applyRetention(now: now, highWatermark: Offset(6), into: &effects)
    }
    try host.perform()
    #expect(host.log.logStartOffset == Offset(2))
    #expect(host.disk.fileNames().filter { $0.hasSuffix(".log") }.count == 2)
    host.now = host.now.advanced(100_000)
    host.ask { [now = host.now] log, effects in
      log.applyRetention(now: now, highWatermark: Offset(6), into: &effects)
    }
    try host.perform()
    #expect(host.log.logStartOffset == Offset(6))
    #expect(host.log.segmentsCount == 1)
    try host.reopen()
    #expect(host.log.logEndOffset == Offset(6))

    configuration.retentionAge = nil
    configuration.retentionBytes = 3 * size
    let bySize = try SimulatedHost(configuration)
    for _ in 0..<8 { try bySize.append(batch()) }
    bySize.ask { log, effects in log.applyRetention(now: Timestamp(0), highWatermark: Offset(8), into: &effects) }
    try bySize.perform()
    #expect(bySize.log.logStartOffset == Offset(4))
  }

  @Test("leader epochs tell where each ended", arguments: [false, true])
  func leaderEpochs(afterRestart: Bool) throws {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 200))
    for epoch in [0, 0, 2, 2, 5] as [Int32] { try host.append(batch(2), epoch: epoch) }
    try host.perform()
    if afterRestart { try host.reopen() }
    func end(_ epoch: Int32) -> [Int64]? {
      host.log.epochs.end(of: LeaderEpoch(epoch), logEndOffset: host.log.logEndOffset).map {
        [Int64($0.epoch.rawValue), $0.endOffset.rawValue]
      }
    }
    #expect(end(0) == [0, 4])
    #expect(end(1) == [0, 4])
    #expect(end(2) == [2, 8])
    #expect(end(4) == [2, 8])
    #expect(end(5) == [5, 10])
    #expect(end(6) == nil)
    #expect(host.log.epochs.epoch(at: Offset(3)) == LeaderEpoch(0))
    #expect(host.log.epochs.epoch(at: Offset(4)) == LeaderEpoch(2))
  }

  @Test("a follower's tail is cut at the batch that holds the offset", arguments: 0..<20)
  func truncation(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(CrashTests.small)
    var expected = Expected()
    for epoch in 0..<60 {
      let (place, bytes) = try host.append(
        batch(3, bytes: Int.random(in: 1...900, using: &random), timestamp: Int64(epoch)), epoch: Int32(epoch))
      try expected.append(place, bytes)
    }
    try host.perform()
    let wanted = Int64.random(in: 0...180, using: &random)
    let point = try host.log.cutLookUp(to: Offset(wanted)).perform(on: host.disk)
    #expect(point.place.offset == Offset(wanted / 3 * 3))
    #expect(point.newest?.timestamp ?? Timestamp(1) == Timestamp(wanted / 3 + 1) || point.place.position == 0)
    host.ask { log, effects in log.truncate(to: point, into: &effects) }
    let performed = Int.random(in: 0...8, using: &random)
    try host.perform(performed)
    if performed == 8 {
      expected.truncate(to: point.place.offset)
      #expect(host.log.logEndOffset == point.place.offset)
      #expect(host.log.epochs.latest == (wanted < 3 ? nil : LeaderEpoch(Int32(wanted / 3 - 1))))
      try expected.check(host, using: &random)
      let (place, bytes) = try host.append(batch(1), epoch: 100)
      try expected.append(place, bytes)
      try host.perform()
      try expected.check(host, using: &random)
    }
    host.disk.losePower(using: &random)
    try host.reopen()
    #expect(host.log.logEndOffset >= point.place.offset)
    expected.truncate(to: host.log.logEndOffset)
    try expected.check(host, using: &random)
  }
}

extension Timestamp {
  func advanced(_ milliseconds: Int64) -> Timestamp { Timestamp(rawValue + milliseconds) }
}

@Suite("Cuts")
struct CutTests {
  private func cut(_ host: SimulatedHost, to end: Int64) throws {
    let point = try host.log.cutLookUp(to: Offset(end)).perform(on: host.disk)
    host.ask { $0.truncate(to: point, into: &$1) }
  }

  @Test("on a full disk a cut waits for its manifest: a crash meanwhile finds the old log, whole")
  func cutOnFullDisk() throws {
    for appendsMeanwhile in [false, true] {
      let host = try SimulatedHost(LogConfiguration(checkpointBytes: 1))
      for _ in 0..<10 { try host.append(batch()) }
      try host.perform()
      host.disk.bytesMax = 0
      try cut(host, to: 6)
      if appendsMeanwhile { for _ in 0..<20 { try host.append(batch(fill: 0x42), epoch: 1) } }
      try host.perform()
      guard case .stalled = host.log.state else {
        Issue.record("the log is \(host.log.state)")
        return
      }
      #expect(host.log.logEndOffset == Offset(6))
      host.ask { $0.mend(into: &$1) }
      try host.perform()
      var random = Seeded(1)
      let copy = SimulatedDisk()
      copy.files = host.disk.files
      copy.syncFolder()
      copy.losePower(using: &random)
      #expect(try SimulatedHost.open(copy, LogConfiguration(), host.now).log.logEndOffset == Offset(10))

      host.disk.bytesMax = .max
      host.ask { $0.mend(into: &$1) }
      try host.perform()
      #expect(host.log.state == .open)
      try host.append(batch(fill: 0x43), epoch: 2)
      try host.perform()
      try host.reopen()
      #expect(host.log.logEndOffset == Offset(7))
      #expect(host.log.epochs.latest == LeaderEpoch(2))
    }
  }

  @Test("a log that begins again has nothing of what it had, before and after a restart")
  func restart() throws {
    for start in [100, 10, 0] as [Int64] {
      let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 200))
      for _ in 0..<10 { try host.append(batch()) }
      try host.perform()
      host.ask { $0.restart(at: Offset(start), now: host.now, into: &$1) }
      try host.append(batch(), epoch: 3)
      try host.perform()
      for _ in 0..<2 {
        #expect(host.log.logStartOffset == Offset(start))
        #expect(host.log.logEndOffset == Offset(start + 1))
        #expect(host.log.epochs.entries == [.init(epoch: LeaderEpoch(3), startOffset: Offset(start))])
        try host.reopen()
      }
    }
  }
}
