import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("Cuts that the disk has not taken, though memory shows them")
struct FailedCutTests {
  fileprivate static let records = LogFile.records(SegmentID(Offset(0)))

  /// How a start comes to find a file that the disk has more of than memory shows.
  enum Way: CaseIterable {
    /// A follower's tail was to be cut off.
    case tail
    /// A start was to cut off an unfinished write, behind the end of a log that had been closed in order.
    case unfinishedWrite
    /// The same behind batches that no checkpoint knew.
    case unfinishedWriteBehindBatches
    /// All was to be given up, to begin again where the log began.
    case everything

    /// A log of ten batches, or fewer, whose last cut met a sync that failed.
    func host() throws -> (SimulatedHost, Expected) {
      let host = try SimulatedHost()
      var expected = Expected()
      for count in 1...10 {
        let (place, bytes) = try host.append(batch(bytes: 100 * count))
        try expected.append(place, bytes)
      }
      if self == .unfinishedWrite { host.ask { log, effects in log.close(into: &effects) } }
      try host.perform()
      switch self {
      case .tail:
        let point = try host.log.cutLookUp(to: Offset(6)).perform(on: host.disk)
        // The batches and both indexes are synced first.
        host.disk.failingSync = 3
        host.ask { log, effects in log.truncate(to: point, into: &effects) }
        expected.truncate(to: Offset(6))
      case .everything:
        host.disk.failingSync = 3
        host.ask { log, effects in log.restart(at: Offset(0), now: host.now, into: &effects) }
        expected.truncate(to: Offset(0))
      case .unfinishedWrite, .unfinishedWriteBehindBatches:
        host.disk.files[FailedCutTests.records.name]!.current += batch(bytes: 900).dropLast(400)
        _ = try host.disk.perform(.sync(through: host.log.end, indexes: false))
        host.disk.failingSync = 0
        #expect(throws: LogFailure.self) { try host.reopen() }
      }
      try host.perform()
      #expect(host.disk.failingSync == nil)
      return (host, expected)
    }
  }

  /// What comes first in the process that finds it.
  enum Next: CaseIterable {
    case append
    case close
    case closeAndAppend
    case cutAndAppend
    case nothing
  }

  @Test("what memory alone was cut of is cut on the disk before anything is put behind it", arguments: Way.allCases)
  func cutAgain(way: Way) throws {
    for next in Next.allCases {
      for count in 1...8 {
        var (host, expected) = try way.host()
        var random = Seeded(UInt64(count))
        try host.reopen()
        try expected.check(host, using: &random)
        let isEmpty = host.log.logEndOffset == Offset(0)
        switch next {
        case .close, .closeAndAppend:
          host.ask { log, effects in log.closeSegment(log.end.segment, now: host.now, into: &effects) }
        case .cutAndAppend where !isEmpty:
          let point = try host.log.cutLookUp(to: Offset(2)).perform(on: host.disk)
          host.ask { log, effects in log.truncate(to: point, into: &effects) }
          expected.truncate(to: Offset(2))
        default: break
        }
        switch next {
        case .append, .closeAndAppend, .cutAndAppend:
          for _ in 0..<count {
            let (place, bytes) = try host.append(batch(bytes: 210, fill: 0x42), epoch: 1)
            try expected.append(place, bytes)
          }
        default: break
        }
        try host.perform()
        host.disk.losePower(using: &random)
        try host.reopen()
        // As long as nothing came behind it, what was cut off may be there again, whole.
        if next == .nothing || next == .close && isEmpty { continue }
        try expected.check(host, using: &random)
      }
    }
  }

  @Test("a sync that fails behind a cut that was asked for meanwhile fails the log, and nothing more is performed")
  func syncBeforeCut() throws {
    let host = try SimulatedHost()
    for _ in 0..<2 { try host.append(batch()) }
    try host.perform()
    for _ in 0..<4 { try host.append(batch()) }
    try host.perform(7, deferSyncs: true)
    #expect(host.log.writtenEnd.offset == Offset(6) && host.log.syncedEnd.offset == Offset(2))
    let point = try host.log.cutLookUp(to: Offset(5)).perform(on: host.disk)
    host.ask { log, effects in log.truncate(to: point, into: &effects) }
    host.disk.failingSync = 0
    try host.perform()
    guard case .failed(.disk) = host.log.state else {
      Issue.record("the log is \(host.log.state)")
      return
    }
    #expect(host.log.syncedEnd.offset == Offset(2))
    try host.reopen()
    #expect(host.log.logEndOffset == Offset(2))
  }

  @Test(
    "whatever is cut, and whichever sync fails when, every start opens the log and finds all that was synced",
    arguments: seeds([164, 365, 469, 562, 910, 915], 100))
  func model(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(
      LogConfiguration(
        segmentBytesMax: Int.random(in: 1000...12_000, using: &random), indexIntervalBytes: 500,
        checkpointBytes: Int.random(in: 1000...30_000, using: &random), retentionAge: nil))
    var histories = Histories()
    var epoch: Int32 = 0
    for _ in 0..<Int.random(in: 50...200, using: &random) {
      switch Int.random(in: 0..<24, using: &random) {
      case 0: host.disk.failingSync = Int.random(in: 0...8, using: &random)
      case 1: host.disk.bytesMax = host.disk.usedBytes + Int.random(in: 0...3000, using: &random)
      case 2: host.disk.bytesMax = .max
      case 3 where host.log.state == .open:
        host.ask { log, effects in log.closeSegment(log.end.segment, now: host.now, into: &effects) }
      case 4, 5:
        if case .stalled = host.log.state {
          try host.perform()
          host.ask { log, effects in log.mend(into: &effects) }
          try host.perform()
        }
        // A cut waits for what has to be written, but not for what has to be synced.
        while host.log.writtenEnd.offset < host.log.logEndOffset, !host.queue.isEmpty {
          try host.perform(1, deferSyncs: true)
        }
        histories.giveUp(from: host.log.logEndOffset)
        guard host.log.state == .open else { continue }
        let wanted = max(0, host.log.logEndOffset.rawValue - Int64.random(in: 0...12, using: &random))
        let point = try host.log.cutLookUp(to: Offset(wanted)).perform(on: host.disk)
        host.ask { log, effects in log.truncate(to: point, into: &effects) }
        histories.cut(to: host.log.logEndOffset)
        epoch += 1
      case 6 where host.log.state == .open && Bool.random(using: &random):
        host.ask { log, effects in log.close(into: &effects) }
      case 6, 7, 8:
        if Bool.random(using: &random) { try host.perform() }
        let synced = host.log.syncedEnd.offset
        if Bool.random(using: &random) { host.disk.losePower(using: &random) }
        try reopen(host)
        #expect(host.log.logEndOffset >= synced)
        try histories.settle(on: host, synced: synced)
        epoch += 1
      case 9..<14:
        try host.perform(Int.random(in: 1...8, using: &random), deferSyncs: Bool.random(using: &random))
        histories.giveUp(from: host.log.logEndOffset)
      case _ where host.log.state == .open:
        let content = batch(
          Int.random(in: 1...3, using: &random), bytes: Int.random(in: 1...700, using: &random),
          fill: UInt8.random(in: 0...255, using: &random))
        let (place, bytes) = try host.append(content, epoch: epoch, sync: Bool.random(using: &random))
        try histories.current.append(place, bytes)
      default: break
      }
    }
  }

  /// Opens the log; where the disk fails at that, another start follows.
  private func reopen(_ host: SimulatedHost) throws {
    do { try host.reopen() } catch {
      guard case .disk = error else { throw error }
      try host.reopen()
    }
  }
}

/// What a log may hold after a start: what was appended last, or all that a cut was to give up, as long as nothing has
/// come behind it.
private struct Histories {
  var current = Expected()
  private var older: [Expected] = []

  mutating func cut(to end: Offset) {
    older.append(current)
    current.truncate(to: end)
  }

  mutating func giveUp(from end: Offset) { current.truncate(to: end) }

  /// Finds out which of them the log holds the beginning of.
  mutating func settle(on host: SimulatedHost, synced: Offset) throws {
    let found = try host.readBatches()
    var kept = current
    kept.truncate(to: synced)
    #expect(found.starts(with: kept.batches.map(\.bytes)))
    let fitting = ([current] + older.reversed()).first { history in
      var history = history
      history.truncate(to: host.log.logEndOffset)
      return history.batches.map(\.bytes) == found
    }
    older.append(current)
    current = try #require(fitting)
    current.truncate(to: host.log.logEndOffset)
  }
}
