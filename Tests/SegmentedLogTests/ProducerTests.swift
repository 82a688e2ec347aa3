import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("Producers of a log")
struct ProducerTests {
  /// A batch of two records, the first with this sequence number.
  private func batch(_ sequence: Int32, id: Int64 = 7) throws -> [UInt8] {
    var builder = RecordBatchBuilder()
    for _ in 0..<2 { builder.append(key: nil, value: [1, 2, 3], timestamp: Timestamp(1000)) }
    return try builder.build(
      producer: ProducerStamp(id: ProducerID(id), epoch: ProducerEpoch(0), baseSequence: sequence))
  }

  private func verdict(_ host: SimulatedHost, _ sequence: Int32, id: Int64 = 7) throws -> ProducerStates.Verdict {
    let header = try batch(sequence, id: id).withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    return host.log.producers.verdict(on: header)
  }

  @Test("they are known after a clean stop, after a crash behind the checkpoint, and from the checkpoint alone")
  func reopened() throws {
    let host = try SimulatedHost()
    for number in 0..<8 as Range<Int32> { try host.append(try batch(number * 2)) }
    try host.perform()
    try host.reopen()
    #expect(try verdict(host, 16) == .next)
    #expect(
      try verdict(host, 14)
        == .duplicate(baseOffset: Offset(14), nextOffset: Offset(16), maxTimestamp: Timestamp(1000)))
    try host.append(try batch(16))
    host.ask { $0.close(into: &$1) }
    try host.perform()
    let report = try host.reopen()
    #expect(report.scannedBytes == 0)
    #expect(try verdict(host, 18) == .next)
  }

  @Test("a cut that leaves a producer nothing of what was remembered is mended by reading the log")
  func lookUp() throws {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 300))
    for number in 0..<20 as Range<Int32> { try host.append(try batch(number * 2)) }
    try host.append(try batch(0, id: 8))
    try host.perform()
    let search = host.log.cutLookUp(to: Offset(10))
    let point = try search.perform(on: host.disk)
    host.ask { $0.truncate(to: point, into: &$1) }
    try host.perform()
    #expect(host.log.logEndOffset == Offset(10))
    guard case .refused(.leaderNotAvailable, _) = try verdict(host, 10) else {
      Issue.record("a producer of unknown past was answered")
      return
    }
    // The manifest that was written meanwhile says so too.
    try host.reopen()
    let file = try #require(
      host.disk.fileNames().last { host.disk.files[$0]?.current.count ?? 0 > 60 && $0 != "manifest" })
    let whole = try #require(host.disk.files[file]?.current)
    // A damaged batch tells nothing of its producer.
    host.disk.files[file]?.current[56] ^= 1
    #expect(throws: LogFailure.self) {
      try host.log.producerLookUp(now: host.now)?.perform(on: host.disk)
    }
    host.disk.files[file]?.current = whole
    let found = try #require(host.log.producerLookUp(now: host.now)).perform(on: host.disk)
    host.ask { log, _ in log.resolveProducers(found) }
    #expect(host.log.producerLookUp(now: host.now) == nil)
    #expect(try verdict(host, 10) == .next)
    #expect(try verdict(host, 12) != .next)
    #expect(try verdict(host, 0, id: 8) == .next)
  }

  /// A log of forty batches of a producer, cut so that nothing of what was remembered of it is left.
  private func cutLog() throws -> SimulatedHost {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 300))
    for number in 0..<40 as Range<Int32> { try host.append(try batch(number * 2)) }
    try host.perform()
    try cut(host, to: 40)
    return host
  }

  private func cut(_ host: SimulatedHost, to offset: Int64) throws {
    let point = try host.log.cutLookUp(to: Offset(offset)).perform(on: host.disk)
    host.ask { $0.truncate(to: point, into: &$1) }
    try host.perform()
  }

  @Test("what a follower takes in while a producer is being looked for is not forgotten when it has been found")
  func newer() throws {
    let host = try cutLog()
    let found = try #require(host.log.producerLookUp(now: host.now)).perform(on: host.disk)
    try host.append(try batch(40))
    try host.perform()
    host.ask { log, _ in log.resolveProducers(found) }
    #expect(try verdict(host, 42) == .next)
    #expect(
      try verdict(host, 40)
        == .duplicate(baseOffset: Offset(40), nextOffset: Offset(42), maxTimestamp: Timestamp(1000)))
    #expect(
      try verdict(host, 38)
        == .duplicate(baseOffset: Offset(38), nextOffset: Offset(40), maxTimestamp: Timestamp(1000)))
  }

  @Test("what was found of a producer counts for nothing if the log has been cut again meanwhile")
  func cutAgain() throws {
    let host = try cutLog()
    let found = try #require(host.log.producerLookUp(now: host.now)).perform(on: host.disk)
    try cut(host, to: 20)
    host.ask { log, _ in log.resolveProducers(found) }
    let again = try #require(host.log.producerLookUp(now: host.now)).perform(on: host.disk)
    host.ask { log, _ in log.resolveProducers(again) }
    #expect(try verdict(host, 20) == .next)
  }

  @Test("the highest number of a writer fences lower ones, after a crash, after a cut, and in a log begun anew")
  func writers() throws {
    func write(_ number: Int64) throws -> [UInt8] { try batch(-1, id: ProducerID(ofWriter: number).rawValue) }
    func isFenced(_ host: SimulatedHost, _ number: Int64) throws -> Bool {
      try verdict(host, -1, id: ProducerID(ofWriter: number).rawValue) != .next
    }
    let host = try SimulatedHost()
    try host.append(try write(7))
    try host.append(try write(9))
    try host.perform()
    try host.reopen()
    #expect(try isFenced(host, 8) && !isFenced(host, 9) && !isFenced(host, 10))
    let point = try host.log.cutLookUp(to: Offset(2)).perform(on: host.disk)
    host.ask { $0.truncate(to: point, into: &$1) }
    try host.perform()
    #expect(try isFenced(host, 8) && !isFenced(host, 9))
    host.ask { $0.restart(at: Offset(100), now: Timestamp(0), into: &$1) }
    try host.perform()
    try host.reopen()
    #expect(try isFenced(host, 8) && !isFenced(host, 9))
    #expect(host.log.producers.count == 0)
  }
}
