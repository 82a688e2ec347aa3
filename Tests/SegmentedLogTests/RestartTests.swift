import Model
import SegmentedLog
import Simulation
import Testing

@Suite("Logs that begin again")
struct RestartTests {
  /// What becomes of the log while it begins again.
  enum Way: CaseIterable {
    case nothing
    case fullDisk
    /// What came first is given up once more.
    case cut
  }

  /// A log of ten batches in several segments that was told to begin again at `start`, and has got one more.
  private func host(_ start: Offset, _ way: Way) throws -> SimulatedHost {
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 400))
    for _ in 0..<10 { try host.append(batch()) }
    try host.perform()
    if way == .fullDisk { host.disk.bytesMax = host.disk.usedBytes }
    host.ask { log, effects in log.restart(at: start, now: host.now, into: &effects) }
    for _ in 0..<2 { try host.append(batch(), epoch: 3) }
    // Where the old segment goes on, its file is looked at.
    guard way == .cut, start > .zero else { return host }
    let point = try host.log.cutLookUp(to: start + 1).perform(on: host.disk)
    host.ask { log, effects in log.truncate(to: point, into: &effects) }
    return host
  }

  @Test(
    "what it says to have is there after a kill or a loss of power, and not the log before",
    arguments: [100, 10, 4, 0] as [Int64], Way.allCases)
  func claims(start: Int64, way: Way) throws {
    let start = Offset(start)
    var claimsCount = 0
    for count in 0..<30 {
      for losesPower in [false, true] {
        let host = try host(start, way)
        try host.perform(count)
        let ends = host.log.ends
        #expect(ends.syncedEndOffset <= ends.writtenEndOffset && ends.writtenEndOffset <= ends.logEndOffset)
        let claim = losesPower ? ends.syncedEndOffset : ends.writtenEndOffset
        var random = Seeded(UInt64(count))
        if losesPower { host.disk.losePower(using: &random) }
        host.disk.bytesMax = .max
        try host.reopen()
        guard claim > .zero else { continue }
        claimsCount += 1
        #expect(host.log.logStartOffset == start)
        #expect(host.log.logEndOffset >= claim)
      }
    }
    #expect((claimsCount > 0) == (way != .fullDisk))
  }

  @Test("as long as a full disk keeps its manifest away it says to hold nothing, and all when there is room again")
  func mended() throws {
    let host = try host(Offset(100), .fullDisk)
    try host.perform()
    for _ in 0..<2 {
      guard case .stalled = host.log.state else {
        Issue.record("the log is \(host.log.state)")
        return
      }
      #expect(host.log.ends.syncedEndOffset == .zero && host.log.ends.writtenEndOffset == .zero)
      host.ask { log, effects in log.mend(into: &effects) }
      try host.perform()
    }
    host.disk.bytesMax = .max
    host.ask { log, effects in log.mend(into: &effects) }
    try host.perform()
    let end = Offset(100)
    #expect(
      host.log.ends
        == LogEnds(logStartOffset: end, logEndOffset: end, writtenEndOffset: end, syncedEndOffset: end))
  }
}
