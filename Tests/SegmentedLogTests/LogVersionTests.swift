import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("What was read of a log counts in that log alone")
struct LogVersionTests {
  /// What may become of a log between two pieces of a pass over it.
  enum Change: CaseIterable {
    case begunAnew, openedAgain, emptied, cut, deleted, cleaned

    /// True if what the place lies in is not the log any more.
    var isOtherLog: Bool { self == .begunAnew || self == .openedAgain }
  }

  private static let bytesMax = 300

  /// A log whose segments are small, with records that a cleaning leaves out.
  private func host(count: Int = 30, value: String = "v") throws -> SimulatedHost {
    let host = try CompactionTests.host()
    for index in 0..<count { try host.append(keyed([("k\(index % 3)", value), ("l\(index % 4)", value)])) }
    try host.perform()
    return host
  }

  private func pieces(_ host: SimulatedHost, behind place: SegmentCheck.CheckedPlace? = nil) throws -> [SegmentCheck] {
    var (place, pieces) = (place, [SegmentCheck]())
    while let check = host.log.check(behind: place, bytesMax: Self.bytesMax) {
      pieces.append(check)
      place = try check.perform(on: host.disk).reached
    }
    return pieces
  }

  /// The log after the change; where it is another one, that stands in the same place and has other batches.
  private func changed(_ host: SimulatedHost, _ change: Change) throws -> SimulatedHost {
    switch change {
    case .begunAnew: return try self.host(count: 40, value: "another value")
    case .openedAgain: try host.reopen()
    case .emptied:
      host.ask { log, effects in log.restart(at: .zero, now: host.now, into: &effects) }
      for index in 0..<40 { try host.append(keyed([("k\(index)", "another value")])) }
    case .cut:
      let cut = try host.log.cutLookUp(to: Offset(20)).perform(on: host.disk)
      host.ask { log, effects in log.truncate(to: cut, into: &effects) }
      for index in 0..<40 { try host.append(keyed([("k\(index)", "another value")])) }
    case .deleted: host.ask { log, effects in log.deleteRecords(before: Offset(30), into: &effects) }
    case .cleaned: try host.clean()
    }
    try host.perform()
    return host
  }

  @Test("a pass goes on without finding damage, wherever it was", arguments: Change.allCases)
  func passes(_ change: Change) throws {
    for index in try pieces(host()).indices {
      let host = try host()
      let place = try pieces(host)[index].perform(on: host.disk).reached
      let after = try changed(host, change)
      let rest = try pieces(after, behind: place)
      guard change.isOtherLog else { continue }
      #expect(rest.first?.start.position == LogPosition(offset: .zero, segment: SegmentID(.zero), position: 0))
      #expect(rest == (try pieces(after)), "as if there had been no place")
    }
  }

  @Test("what was suspected of damage is looked at again only as a part of the same log", arguments: Change.allCases)
  func suspects(_ change: Change) throws {
    for index in try pieces(host()).indices {
      let host = try host()
      let suspect = try pieces(host)[index]
      #expect(host.log.check(behind: nil, suspect: suspect, bytesMax: Self.bytesMax) == suspect)
      let after = try changed(host, change)
      let holds = after.log.stillHolds(suspect)
      #expect(!holds || change == .deleted || change == .cleaned)
      let check = try #require(after.log.check(behind: nil, suspect: suspect, bytesMax: Self.bytesMax))
      #expect((check == suspect) == holds || check.start.position.position == 0)
      _ = try check.perform(on: after.disk)
    }
  }

  @Test(
    "where a read ended is no place in a log that was emptied meanwhile, or put in its place", arguments: [true, false])
  func reads(isEmptied: Bool) throws {
    func append(_ host: SimulatedHost, bytes: Int) throws {
      for _ in 0..<1500 { try host.append(batch(1, bytes: bytes)) }
      try host.perform()
    }
    let first = try SimulatedHost()
    try append(first, bytes: 30)
    let places = try (0..<1500).compactMap { try first.read(from: Offset($0), bytesMax: 1)?.found.next }
    #expect(places.count == 1500)
    let after = isEmptied ? first : try SimulatedHost()
    if isEmptied { first.ask { log, effects in log.restart(at: .zero, now: first.now, into: &effects) } }
    try append(after, bytes: 45)
    if !isEmptied { try after.reopen() }
    for place in places.dropLast() {
      let read = try #require(try after.read(from: place.position.offset, bytesMax: 1, hint: place))
      #expect(read.found.start.offset == place.position.offset)
      #expect(read.bytes == (try after.read(from: place.position.offset, bytesMax: 1))?.bytes)
    }
  }

  @Test("indexes, cleaned segments and finished passes of one log are refused by another, though all is the same")
  func works() throws {
    let (first, second) = (try host(), try host())
    let closed = try #require(first.log.segmentFacts.first).id
    let rebuilt = try #require(first.log.indexRebuild(ofSegment: closed)).perform(on: first.disk)
    var cleaner = try #require(first.cleaner())
    var (swaps, passes) = (0, 0)
    working: while true {
      switch try cleaner.step() {
      case .working: break
      case .swap(let segment):
        swaps += 1
        second.ask { log, effects in #expect(!log.swap(in: segment, into: &effects)) }
        first.ask { log, effects in #expect(log.swap(in: segment, into: &effects)) }
        try first.perform()
      case .finished(let pass):
        passes += 1
        second.ask { log, effects in #expect(!log.finish(pass, into: &effects)) }
        first.ask { log, effects in #expect(log.finish(pass, into: &effects)) }
        break working
      }
    }
    #expect(swaps > 0 && passes == 1)
    second.ask { log, effects in #expect(!log.installIndexes(rebuilt, into: &effects)) }
    #expect(second.queue.isEmpty)
    let own = try #require(second.log.indexRebuild(ofSegment: closed)).perform(on: second.disk)
    second.ask { log, effects in #expect(log.installIndexes(own, into: &effects)) }
  }
}
