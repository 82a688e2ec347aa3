import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

/// What has been appended, by base offset, to compare what is read with.
struct Expected {
  var batches: [(offset: Offset, next: Offset, bytes: [UInt8])] = []

  mutating func append(_ place: LogPosition, _ bytes: [UInt8]) throws {
    let header = try bytes.withUnsafeBytes { try RecordBatchHeader(decoding: $0) }
    batches.append((place.offset, header.nextOffset, bytes))
  }

  mutating func truncate(to end: Offset) { batches.removeAll { $0.offset >= end } }

  /// Reads the whole log in pieces and compares every byte.
  func check(_ host: SimulatedHost, using random: inout Seeded) throws {
    let all = batches.filter { $0.next > host.log.logStartOffset }
    var offset = host.log.logStartOffset
    var index = 0
    var hint: BatchPlace?
    while let (found, bytes) = try host.read(
      from: offset, bytesMax: Int.random(in: 0...20_000, using: &random), hint: Bool.random(using: &random) ? hint : nil
    ) {
      var place = 0
      while place < bytes.count {
        guard index < all.count else { throw Unexpected(what: "more batches than were appended") }
        let batch = all[index].bytes
        #expect(bytes.count >= place + batch.count && Array(bytes[place..<place + batch.count]) == batch)
        place += batch.count
        index += 1
      }
      guard index > 0, all[index - 1].next == found.nextOffset, found.nextOffset > offset else {
        throw Unexpected(what: "a read from \(offset) went to \(found.nextOffset)")
      }
      offset = found.nextOffset
      hint = found.next
    }
    #expect(index == all.count)
    #expect(offset == host.log.writtenEnd.offset)
  }
}

/// The first `count` seeds, and those that once found a fault.
func seeds(_ found: [UInt64], _ count: UInt64) -> [UInt64] { Array(0..<count) + found.filter { $0 >= count } }

@Suite("A log over a disk that loses what was not synced")
struct CrashTests {
  static let small = LogConfiguration(
    segmentBytesMax: 30_000, indexIntervalBytes: 1000, checkpointBytes: 8000, retentionAge: nil)

  @Test(
    "everything acknowledged as synced is there after a loss of power, and nothing else is served",
    arguments: seeds([120, 145, 1296, 1635], 40))
  func lossOfPower(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(Self.small)
    var expected = Expected()
    var epoch: Int32 = 0
    for _ in 0..<12 {
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: epoch += 1
        case 1: host.ask { log, effects in log.sync(into: &effects) }
        case 2:
          let start = Offset(Int64.random(in: 0...host.log.syncedEnd.offset.rawValue, using: &random))
          host.ask { log, effects in log.deleteRecords(before: start, into: &effects) }
        case 3...6: try host.perform(Int.random(in: 1...8, using: &random), deferSyncs: Bool.random(using: &random))
        default:
          let content = batch(
            Int.random(in: 1...5, using: &random), bytes: Int.random(in: 1...1200, using: &random),
            fill: UInt8.random(in: 0...255, using: &random))
          let (place, bytes) = try host.append(content, epoch: epoch, sync: Bool.random(using: &random))
          try expected.append(place, bytes)
        }
      }
      if Bool.random(using: &random) { try host.perform() }
      let synced = host.log.syncedEnd.offset
      let startBefore = host.log.logStartOffset
      host.disk.losePower(using: &random)
      try host.reopen()
      #expect(host.log.logEndOffset >= synced)
      #expect(host.log.logStartOffset <= startBefore)
      expected.truncate(to: host.log.logEndOffset)
      try expected.check(host, using: &random)
      epoch = max(epoch, host.log.epochs.latest?.rawValue ?? 0)
    }
  }

  @Test("a log that was closed in order is opened without reading it", arguments: 0..<10)
  func cleanClose(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(Self.small)
    var expected = Expected()
    for _ in 0..<4 {
      for _ in 0..<20 {
        let (place, bytes) = try host.append(batch(2, bytes: Int.random(in: 1...900, using: &random)))
        try expected.append(place, bytes)
      }
      host.ask { log, effects in log.close(into: &effects) }
      try host.perform()
      host.disk.losePower(using: &random)
      let report = try host.reopen()
      #expect(report.wasClean && report.scannedBytes == 0 && report.cutBytes == 0)
      try expected.check(host, using: &random)
    }
  }

  @Test("a full disk costs only what was not written, and the log goes on when there is room", arguments: 0..<40)
  func fullDisk(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(Self.small)
    var expected = Expected()
    for round in 0..<6 {
      host.disk.bytesMax = Int.random(in: 10_000...60_000, using: &random) * (round + 1)
      for _ in 0..<40 {
        let (place, bytes) = try host.append(batch(2, bytes: Int.random(in: 1...900, using: &random)))
        try expected.append(place, bytes)
        if Int.random(in: 0..<3, using: &random) == 0 {
          try host.perform(deferSyncs: Bool.random(using: &random))
          #expect(host.log.state == .open)
          expected.truncate(to: host.log.logEndOffset)
        }
      }
      try host.perform()
      expected.truncate(to: host.log.logEndOffset)
      #expect(host.log.writtenEnd.offset == host.log.logEndOffset)
      try expected.check(host, using: &random)
      let synced = host.log.syncedEnd.offset
      if Bool.random(using: &random) { host.disk.bytesMax = .max }
      if Bool.random(using: &random) {
        host.disk.losePower(using: &random)
        try host.reopen()
        #expect(host.log.logEndOffset >= synced)
        expected.truncate(to: host.log.logEndOffset)
        try expected.check(host, using: &random)
      }
    }
    #expect(host.failures.allSatisfy { if case .diskFull = $0 { true } else { false } })
  }

  @Test("after a failed sync nothing is appended any more, and nothing of it is called synced")
  func failedSync() throws {
    let host = try SimulatedHost(Self.small)
    try host.append(batch())
    try host.perform()
    let synced = host.log.syncedEnd
    host.disk.failingSync = 0
    try host.append(batch())
    try host.perform()
    guard case .failed(.disk) = host.log.state else {
      Issue.record("the log is \(host.log.state)")
      return
    }
    #expect(host.log.syncedEnd == synced)
    #expect(try host.read(from: Offset(0))?.found.nextOffset == Offset(2))
  }

  @Test(
    "after a failed sync and a new start only what the disk has counts, whatever memory shows", arguments: 0..<20)
  func failedSyncAndNewStart(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(Self.small)
    var expected = Expected()
    for _ in 0..<Int.random(in: 0...30, using: &random) {
      let (place, bytes) = try host.append(batch(bytes: Int.random(in: 1...900, using: &random)))
      try expected.append(place, bytes)
    }
    try host.perform()
    let synced = host.log.syncedEnd
    host.disk.failingSync = 0
    for _ in 0..<Int.random(in: 1...5, using: &random) { try host.append(batch(bytes: 700, fill: 0x42)) }
    try host.perform(deferSyncs: Bool.random(using: &random))
    try host.reopen()
    #expect(host.log.logEndOffset == synced.offset && host.log.syncedEnd.offset == synced.offset)
    try expected.check(host, using: &random)
    // What is there now stays there, and what comes next does, too.
    let (place, bytes) = try host.append(batch(bytes: 100))
    try expected.append(place, bytes)
    try host.perform()
    host.disk.losePower(using: &random)
    try host.reopen()
    try expected.check(host, using: &random)
  }

  @Test(
    "a flipped bit is refused or answered as damage, never served and never skipped",
    arguments: seeds([11, 2706, 4308], 150))
  func flippedBit(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(Self.small)
    var expected = Expected()
    for _ in 0..<60 {
      let (place, bytes) = try host.append(batch(2, bytes: Int.random(in: 1...900, using: &random)))
      try expected.append(place, bytes)
    }
    try host.perform()
    let end = host.log.logEndOffset
    let name = host.disk.fileNames().randomElement(using: &random)!
    let size = host.disk.files[name]!.current.count
    guard size > 0 else { return }
    host.disk.files[name]!.current[Int.random(in: 0..<size, using: &random)] ^=
      1 << UInt8.random(in: 0..<8, using: &random)
    do { try host.reopen() } catch {
      guard case .damaged = error else { throw error }
      return
    }
    // A changed length of the very last batch cannot be told from a write that was cut short.
    guard host.log.logEndOffset == end else {
      #expect(host.log.logEndOffset == expected.batches.last?.offset)
      return
    }
    do { try expected.check(host, using: &random) } catch let failure as LogFailure {
      guard case .damaged = failure else { throw failure }
    }
  }
}
