import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("Reading a log through")
struct ScrubTests {
  /// Several segments in two leader epochs, with more batches than one piece holds.
  private func written() throws -> SimulatedHost {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 900, indexIntervalBytes: 100))
    for index in 0..<12 { try host.append(batch(2, bytes: 60), epoch: index < 5 ? 3 : 4) }
    try host.perform()
    return host
  }

  /// Reads all that is durable; answers what each piece found.
  private func outcomes(_ host: SimulatedHost, bytesMax: Int = 300) throws -> [SegmentCheck.Outcome] {
    var found: [SegmentCheck.Outcome] = []
    while let check = host.log.check(behind: found.last?.reached, bytesMax: bytesMax) {
      #expect(host.log.stillHolds(check))
      found.append(try check.perform(on: host.disk))
    }
    return found
  }

  /// Reads all that is durable; answers where each piece ended.
  @discardableResult
  private func pass(_ host: SimulatedHost, bytesMax: Int = 300) throws -> [LogPosition] {
    let found = try outcomes(host, bytesMax: bytesMax)
    #expect(found.allSatisfy { !$0.isIndexWrong })
    return found.map(\.reached.position)
  }

  /// The file's bytes, to be changed.
  private func withFile(_ file: LogFile, of host: SimulatedHost, _ body: (inout [UInt8]) throws -> Void) rethrows {
    try body(&host.disk.files[file.name]!.current)
  }

  @Test("a pass reads every durable batch once, piece by piece, and ends", arguments: [1, 300, 1 << 20])
  func whole(bytesMax: Int) throws {
    let host = try written()
    #expect(host.log.segmentsCount > 2)
    let found = try outcomes(host, bytesMax: bytesMax)
    let ends = found.map(\.reached.position)
    #expect(ends.last == host.log.syncedEnd)
    let segments = host.log.segmentFacts.map(\.sizeInBytes)
    let bySegment = Dictionary(grouping: ends, by: \.segment)
    #expect(bySegment.count == segments.count)
    #expect(bySegment.values.map { $0.map(\.position).max() ?? 0 }.sorted() == segments.sorted())
    // What is not durable yet is not looked at.
    try host.append(batch(), epoch: 4)
    #expect(host.log.check(behind: found.last?.reached, bytesMax: bytesMax) == nil)
    try host.perform()
    #expect(host.log.check(behind: found.last?.reached, bytesMax: bytesMax) != nil)
  }

  @Test("a flipped bit is found wherever it is")
  func flips() throws {
    let host = try written()
    let names = host.log.segmentFacts.map { LogFile.records($0.id).name }
    var flipped = 0
    for name in names {
      for position in host.disk.files[name]!.current.indices {
        host.disk.files[name]!.current[position] ^= 1 << UInt8(position % 8)
        #expect(throws: LogFailure.self, "byte \(position) of \(name)") { try pass(host) }
        host.disk.files[name]!.current[position] ^= 1 << UInt8(position % 8)
        flipped += 1
      }
    }
    #expect(flipped == host.log.sizeInBytes)
    try pass(host)
  }

  @Test(
    "a batch that takes the place of another one, with everything about it right, is found by the segment's checksum")
  func otherBatch() throws {
    let host = try written()
    let first = try #require(host.log.segmentFacts.first)
    let bytes = host.disk.files[LogFile.records(first.id).name]!.current
    let original = try bytes.withUnsafeBytes { try RecordBatchView(startOf: $0).header }
    // As a disk does it that loses a write, and goes on showing what stood there before.
    var other = batch(2, bytes: 60, fill: 0x5a)
    other.withUnsafeMutableBytes {
      RecordBatchStamp.stamp($0, baseOffset: original.baseOffset, leaderEpoch: LeaderEpoch(3))
    }
    #expect(other.count == original.sizeInBytes)
    withFile(.records(first.id), of: host) { $0.replaceSubrange(0..<other.count, with: other) }
    #expect(throws: LogFailure.self) { try pass(host) }
    host.now = Timestamp(host.now.rawValue + 1)
    try host.reopen()
    #expect(throws: LogFailure.self, "the manifest knows it after a start, too") { try pass(host) }
  }

  @Test("a flipped bit in an index is found, and the index is as before once it has been made anew")
  func indexFlips() throws {
    let host = try written()
    let closed = host.log.segmentFacts.filter { !$0.isActive }.map(\.id)
    var flipped = 0
    for file in closed.flatMap({ [LogFile.offsetIndex($0), .timeIndex($0)] }) {
      let before = host.disk.files[file.name]!.current
      for position in before.indices {
        withFile(file, of: host) { $0[position] ^= 1 << UInt8(position % 8) }
        let wrong = try outcomes(host).filter(\.isIndexWrong)
        #expect(wrong.map(\.reached.position.segment) == [file.segment], "byte \(position) of \(file)")
        let work = try #require(host.log.indexRebuild(ofSegment: file.segment!))
        let rebuilt = try work.perform(on: host.disk)
        host.ask { log, effects in log.installIndexes(rebuilt, into: &effects) }
        try host.perform()
        try pass(host)
        flipped += 1
      }
    }
    #expect(flipped > 50)
  }

  @Test("indexes of the segment that is written to are checked up to the checkpoint, and made anew once it is closed")
  func activeIndexFlips() throws {
    let host = try SimulatedHost(LogConfiguration(indexIntervalBytes: 100))
    for _ in 0..<12 { try host.append(batch(2, bytes: 60), epoch: 3) }
    host.ask { log, effects in log.rewriteManifest(into: &effects) }
    try host.perform()
    try pass(host)
    let active = try #require(host.log.segmentFacts.last).id
    for file in [LogFile.offsetIndex(active), .timeIndex(active)] {
      #expect(host.disk.files[file.name]!.current.count >= 12)
    }
    withFile(.timeIndex(active), of: host) { $0[3] ^= 4 }
    #expect(try outcomes(host).map(\.isIndexWrong).reversed().prefix(2) == [true, false])
    let now = host.now
    host.ask { log, effects in log.closeSegment(active, now: now, into: &effects) }
    try host.perform()
    let rebuilt = try #require(host.log.indexRebuild(ofSegment: active)).perform(on: host.disk)
    host.ask { log, effects in log.installIndexes(rebuilt, into: &effects) }
    try host.perform()
    try pass(host)
    try host.reopen()
    try pass(host)
  }

  @Test("what a cut has left unknown is known again once the indexes have been made anew")
  func afterCut() throws {
    let host = try SimulatedHost(LogConfiguration(indexIntervalBytes: 100))
    for _ in 0..<6 { try host.append(batch(2, bytes: 60), epoch: 3) }
    try host.perform()
    let cut = try host.log.cutLookUp(to: Offset(7)).perform(on: host.disk)
    host.ask { log, effects in log.truncate(to: cut, into: &effects) }
    let (active, now) = (try #require(host.log.segmentFacts.last).id, host.now)
    host.ask { log, effects in log.closeSegment(active, now: now, into: &effects) }
    try host.perform()
    #expect(try outcomes(host).filter(\.isIndexWrong).map(\.reached.position.segment) == [active])
    let rebuilt = try #require(host.log.indexRebuild(ofSegment: active)).perform(on: host.disk)
    host.ask { log, effects in log.installIndexes(rebuilt, into: &effects) }
    try host.perform()
    try pass(host)
  }

  @Test("a manifest that has rotted is found by any flipped bit, and written anew from memory")
  func manifestFlips() throws {
    let host = try written()
    let count = host.disk.files[LogFile.manifest.name]!.current.count
    for position in 0..<count {
      #expect(try host.log.manifestCheck.perform(on: host.disk))
      withFile(.manifest, of: host) { $0[position] ^= 1 << UInt8(position % 8) }
      #expect(try !host.log.manifestCheck.perform(on: host.disk), "byte \(position)")
      host.ask { log, effects in log.rewriteManifest(into: &effects) }
      try host.perform()
    }
    #expect(try host.log.manifestCheck.perform(on: host.disk))
    try host.reopen()
    try pass(host)
  }

  @Test("what was cut off, deleted or grown while it was read is no damage")
  func changes() throws {
    let host = try written()
    let first = try #require(host.log.check(behind: nil, bytesMax: 300))
    let last = try #require(host.log.check(behind: try outcomes(host).dropLast().last?.reached, bytesMax: 300))
    try host.append(batch(), epoch: 4)
    try host.perform()
    #expect(host.log.stillHolds(first) && host.log.stillHolds(last))

    let cut = try host.log.cutLookUp(to: host.log.logEndOffset - 3).perform(on: host.disk)
    host.ask { log, effects in log.truncate(to: cut, into: &effects) }
    try host.perform()
    #expect(!host.log.stillHolds(last))

    let again = try #require(host.log.check(behind: nil, bytesMax: 300))
    host.ask { log, effects in log.deleteRecords(before: Offset(10), into: &effects) }
    host.ask { log, effects in
      log.applyRetention(now: host.now, highWatermark: log.logEndOffset, into: &effects)
    }
    try host.perform()
    #expect(!host.log.stillHolds(again))
    try pass(host)
  }
}
