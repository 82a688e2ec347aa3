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

  /// Reads all that is durable; answers where each piece ended.
  private func pass(_ host: SimulatedHost, bytesMax: Int = 300) throws -> [LogPosition] {
    var ends: [LogPosition] = []
    while let check = host.log.check(behind: ends.last, bytesMax: bytesMax) {
      #expect(host.log.stillHolds(check))
      ends.append(try check.perform(on: host.disk))
    }
    return ends
  }

  @Test("a pass reads every durable batch once, piece by piece, and ends", arguments: [1, 300, 1 << 20])
  func whole(bytesMax: Int) throws {
    let host = try written()
    #expect(host.log.segmentsCount > 2)
    let ends = try pass(host, bytesMax: bytesMax)
    #expect(ends.last == host.log.syncedEnd)
    let segments = host.log.segmentFacts.map(\.sizeInBytes)
    let bySegment = Dictionary(grouping: ends, by: \.segment)
    #expect(bySegment.count == segments.count)
    #expect(bySegment.values.map { $0.map(\.position).max() ?? 0 }.sorted() == segments.sorted())
    // What is not durable yet is not looked at.
    try host.append(batch(), epoch: 4)
    #expect(host.log.check(behind: ends.last, bytesMax: bytesMax) == nil)
    try host.perform()
    #expect(host.log.check(behind: ends.last, bytesMax: bytesMax) != nil)
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
    _ = try pass(host)
  }

  @Test("what was cut off, deleted or grown while it was read is no damage")
  func changes() throws {
    let host = try written()
    let first = try #require(host.log.check(behind: nil, bytesMax: 300))
    let last = try #require(host.log.check(behind: try pass(host).dropLast().last, bytesMax: 300))
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
    _ = try pass(host)
  }
}
