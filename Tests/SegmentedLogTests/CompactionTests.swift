import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("A log that is compacted by key")
struct CompactionTests {
  static let day = Duration.seconds(86_400)

  static func configuration(
    segmentBytes: Int = 400, deleteRetention: Duration = day, lagMin: Duration = .zero, lagMax: Duration? = nil,
    ratio: Double = 0
  ) -> LogConfiguration {
    LogConfiguration(
      segmentBytesMax: segmentBytes, indexIntervalBytes: 100, checkpointBytes: 8000, retentionAge: nil,
      compaction: CompactionRules(
        deleteRetention: deleteRetention, lagMin: lagMin, lagMax: lagMax, dirtyRatioMin: ratio))
  }

  static func host(_ configuration: LogConfiguration = configuration()) throws -> SimulatedHost {
    try SimulatedHost(configuration)
  }

  @Test("of each key the newest record stays, at its offset and with its time; the active segment is not touched")
  func newestStays() throws {
    let host = try Self.host()
    for index in 0..<30 { try host.append(keyed([("k\(index % 3)", "v\(index)")], timestamp: 1000 + Int64(index))) }
    try host.perform()
    let active = try #require(host.log.segmentFacts.last).offsets.lowerBound.rawValue
    let before = try host.readRecords()
    let passes = try host.clean()
    #expect(passes.count == 1)
    let after = try host.readRecords()
    let kept = before.filter { record in
      record.offset.rawValue >= active
        || !before.contains { $0.key == record.key && $0.offset > record.offset && $0.offset.rawValue < active }
    }
    #expect(after == kept)
    #expect(passes[0].removedCount == before.count - kept.count)
    #expect(host.log.cleaned.cleanedEnd.rawValue == active)
    #expect(host.log.logEndOffset == Offset(30))
    #expect(host.log.compactionPlan(now: host.now, highWatermark: host.log.logEndOffset) == nil)
  }

  @Test("small segments become one, and the log is the same after a restart")
  func merged() throws {
    let host = try Self.host()
    for index in 0..<60 { try host.append(keyed([("k\(index % 2)", "v\(index)")])) }
    try host.perform()
    let segments = host.log.segmentsCount
    try host.clean()
    for index in 60..<70 { try host.append(keyed([("k\(index % 2)", "v\(index)")])) }
    try host.perform()
    try host.clean()
    #expect(segments > 8 && host.log.segmentFacts.filter { $0.offsets.upperBound <= Offset(50) }.count <= 2)
    let records = try host.readRecords()
    let files = Set(host.disk.fileNames())
    try host.reopen()
    #expect(try host.readRecords() == records)
    #expect(Set(host.disk.fileNames()) == files && files.count == 1 + 3 * host.log.segmentsCount)
  }

  @Test("a read at an offset that is gone gives what comes next, also by the index")
  func readsAtGaps() throws {
    let host = try Self.host(Self.configuration(segmentBytes: 4000))
    for index in 0..<200 { try host.append(keyed([(index % 10 == 0 ? "k\(index)" : "same", "v\(index)")])) }
    try host.perform()
    try host.clean()
    try host.reopen()
    let records = try host.readRecords()
    for offset in 0..<200 {
      let (found, _) = try #require(try host.read(from: Offset(Int64(offset)), bytesMax: 1))
      #expect(found.start.offset <= Offset(Int64(offset)) && found.nextOffset > Offset(Int64(offset)))
    }
    #expect(records.filter { $0.key != "same" }.map(\.offset.rawValue) == stride(from: 0, to: 200, by: 10).map { $0 })
    let lookUp = try #require(host.log.timeLookUp(records[3].timestamp, below: host.log.logEndOffset))
    #expect(try lookUp.perform(on: host.disk, decompressor: nil)?.offset == records.first?.offset)
  }

  @Test("what lies at the high watermark or above is never touched")
  func highWatermark() throws {
    let host = try Self.host()
    for index in 0..<40 { try host.append(keyed([("k", "v\(index)")])) }
    try host.perform()
    let facts = host.log.segmentFacts
    let watermark = facts[2].offsets.lowerBound + 1
    var cleaner = try #require(host.cleaner(highWatermark: watermark))
    var made: [CleanedSegment] = []
    while true {
      let step = try cleaner.step()
      if case .swap(let segment) = step { made.append(segment) }
      if case .finished(let pass) = step {
        #expect(pass.end == facts[2].offsets.lowerBound)
        break
      }
    }
    for segment in made { host.ask { log, effects in #expect(log.swap(in: segment, into: &effects)) } }
    try host.perform()
    let left = try host.readRecords()
    #expect(left.map(\.offset.rawValue) == Array(facts[2].offsets.lowerBound.rawValue - 1..<40))
  }

  @Test("the mark of a deleted key stays for its time and goes then, without a new record", arguments: [false, true])
  func marks(restarts: Bool) throws {
    let host = try Self.host()
    try host.append(keyed([("a", "1"), ("b", "1")]))
    try host.append(keyed([("a", nil)], timestamp: 1_700_000_000_500))
    for index in 0..<10 { try host.append(keyed([("c", "\(index)")])) }
    try host.perform()
    try host.clean()
    #expect(try host.readRecords().filter { $0.key != "c" }.map(\.key) == ["b", "a"])
    let mark = try #require(try host.readRecords().first { $0.key == "a" })
    #expect(mark.value == nil && mark.timestamp == Timestamp(1_700_000_000_500))
    if restarts { try host.reopen() }
    host.now = Timestamp(host.now.rawValue + Self.day.milliseconds)
    try host.clean()
    #expect(try host.readRecords().contains(mark))
    host.now = Timestamp(host.now.rawValue + 1)
    try host.clean()
    #expect(try host.readRecords().filter { $0.key != "c" }.map(\.key) == ["b"])
    #expect(host.log.compactionPlan(now: host.now, highWatermark: host.log.logEndOffset) == nil)
  }

  @Test(
    "with a small table the log is cleaned in several passes, and the result is the same", arguments: [320, 1000, 2000])
  func severalPasses(bytes: Int) throws {
    let whole = try Self.host()
    let pieces = try Self.host()
    var random = Seeded(UInt64(bytes))
    for index in 0..<400 {
      let batch = keyed(
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
          ("k\(Int.random(in: 0..<150, using: &random))", "v\(index)")
        })
      try whole.append(batch)
      try pieces.append(batch)
    }
    try whole.perform()
    try pieces.perform()
    #expect(try whole.clean().count == 1)
    let passes = try pieces.clean(keyBytesMax: bytes)
    #expect(passes.count > 1 && passes.allSatisfy { $0.keysCount <= bytes / 20 })
    #expect(try whole.readRecords() == pieces.readRecords())
    #expect(whole.log.cleaned.cleanedEnd == pieces.log.cleaned.cleanedEnd)
  }

  @Test("batches are made anew in their codec", arguments: CompressionCodec.allCases)
  func codecs(codec: CompressionCodec) throws {
    let host = try Self.host()
    for index in 0..<20 {
      try host.append(keyed([("k\(index)", "v"), ("same", "v\(index)")], codec: codec))
    }
    try host.perform()
    let before = try host.readRecords()
    try host.clean()
    let headers = try host.readBatches().map { try $0.withUnsafeBytes { try RecordBatchHeader(decoding: $0) } }
    #expect(headers.allSatisfy { $0.attributes.codec == codec })
    let after = try host.readRecords()
    #expect(after.count < before.count && Set(after).isSubset(of: before))
    #expect(Set(after.map(\.key)) == Set(before.map(\.key)))
  }

  @Test("who copies a compacted log knows its producers, the newest writer and the epochs as the log itself does")
  func copies() throws {
    let host = try Self.host()
    let names = (0..<5).map { ProducerID(Int64($0)) }
    for index in 0..<60 {
      let stamp = ProducerStamp(
        id: names[index < 50 ? index % 5 : 0], epoch: ProducerEpoch(0),
        baseSequence: Int32(index < 50 ? index / 5 : index - 40))
      try host.append(keyed([("k", "v\(index)")], producer: stamp), epoch: Int32(index / 7))
    }
    try host.perform()
    try host.clean()
    let copy = try Self.host(Self.configuration(segmentBytes: 100_000))
    for batch in try host.readBatches() {
      let header = try batch.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
      #expect(header.baseOffset == copy.log.logEndOffset)
      try copy.append(batch, epoch: header.leaderEpoch?.rawValue ?? 0)
    }
    #expect(copy.log.logEndOffset == host.log.logEndOffset)
    #expect(copy.log.epochs == host.log.epochs)
    for name in names {
      let next = ProducerStamp(
        id: name, epoch: ProducerEpoch(0), baseSequence: name.rawValue == 0 ? 20 : 10)
      let header = try keyed([("k", "v")], producer: next).withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
      #expect(copy.log.producers.verdict(on: header) == .next)
      #expect(host.log.producers.verdict(on: header) == .next)
    }
  }

  @Test("a flipped bit in a segment is found before anything is made of it")
  func damage() throws {
    let host = try Self.host()
    for index in 0..<30 { try host.append(keyed([("k\(index % 3)", "v\(index)")])) }
    try host.perform()
    let first = try #require(host.log.segmentFacts.first).id
    host.disk.files[LogFile.records(first).name]?.current[80] ^= 1
    #expect(throws: LogFailure.self) { try host.clean() }
    #expect(host.log.segmentFacts.first?.id == first)
  }

  @Test("a log that was written before there were cleanings is opened, and cleaned")
  func olderManifest() throws {
    let host = try Self.host(Self.configuration(segmentBytes: 100_000))
    for index in 0..<30 { try host.append(keyed([("k\(index % 3)", "v\(index)")])) }
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    var body = Array(host.disk.files["manifest"]!.current[16...])
    body.removeSubrange(86..<103)
    body.removeLast(36)
    host.disk.files["manifest"]!.current = SealedFile.seal(kind: 0x4e57_4c4d, version: 2, body: body)
    #expect(try host.reopen().wasClean)
    host.log.configuration.segmentBytesMax = 400
    try host.append(keyed([("k3", "v")]))
    try host.perform()
    try host.clean()
    #expect(try host.readRecords().map(\.key) == ["k0", "k1", "k2", "k3"])
  }

  @Test("what was made of segments that have changed meanwhile is refused")
  func refused() throws {
    let host = try Self.host()
    for index in 0..<30 { try host.append(keyed([("k\(index % 3)", "v\(index)")])) }
    try host.perform()
    var cleaner = try #require(host.cleaner())
    var made: CleanedSegment?
    while made == nil { if case .swap(let segment) = try cleaner.step() { made = segment } }
    let segment = try #require(made)
    let second = host.log.segmentFacts[1].offsets.lowerBound
    host.ask { log, effects in log.deleteRecords(before: second, into: &effects) }
    host.ask { log, effects in #expect(!log.swap(in: segment, into: &effects)) }
    try host.perform()
    #expect(try host.readRecords().first?.offset == second)
  }
}
