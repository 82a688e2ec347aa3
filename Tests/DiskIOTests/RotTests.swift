import Bytes
import Glibc
import Model
import RecordBatch
import Runtime
import SegmentedLog
import Testing

@testable import DiskIO

/// A log whose files rot, in any place, while it is open or while it is not: what comes out of it is what went in, or an
/// error that says so; and everything but records heals by itself.
@Suite("Files that rot")
struct RotTests {
  private static let configuration = LogConfiguration(
    segmentBytesMax: 6000, indexIntervalBytes: 300, checkpointBytes: 2500)
  private static let start: Int64 = 1_700_000_000_000

  /// What was written: each batch as it stands in the log.
  private struct Written {
    var batches: [(offset: Int64, bytes: [UInt8])] = []
    var times: [(offset: Int64, time: Int64)] = []
    var end: Int64 = 0
  }

  private func write(_ log: TestLog, _ random: inout Seeded) async throws -> Written {
    var written = Written()
    for round in 0..<8 {
      var batches: [[UInt8]] = []
      for _ in 0..<6 {
        // Times that do not grow evenly: an index of times that is wrong would show.
        let time = Self.start + written.end * 10 + Int64(random.next(40))
        let count = 1 + random.next(3)
        batches.append(try batch(count, bytes: 20 + random.next(200), timestamp: time))
        written.batches.append((written.end, stamped(batches.last ?? [], written.end, epoch: Int32(1 + round / 4))))
        for index in 0..<count { written.times.append((written.end + Int64(index), time + Int64(index))) }
        written.end += Int64(count)
      }
      _ = try await log.append(batches, epoch: Int32(1 + round / 4))
    }
    return written
  }

  /// The files of the log, with their sizes.
  private func files(_ bench: Workbench) throws -> [(path: String, size: Int)] {
    let folder = "\(bench.path)/\(Workbench.partition(0))"
    return try SystemCalls.names(in: folder).filter { $0 != "lock" }.sorted().compactMap { name in
      let path = "\(folder)/\(name)"
      return try SystemCalls.size(path).flatMap { $0 > 0 ? (path, $0) : nil }
    }
  }

  /// Flips one bit somewhere, in place; answers the file and the byte.
  private func flip(_ bench: Workbench, _ random: inout Seeded) throws -> (path: String, position: Int) {
    let files = try files(bench)
    // Each kind of file as often as the others, whatever their sizes.
    let suffix = [".log", ".index", ".timeindex", "/manifest"][random.next(4)]
    let kind = files.filter { $0.path.hasSuffix(suffix) }
    let file = kind[random.next(kind.count)]
    let position = random.next(file.size)
    try flip(file.path, position, bit: random.next(8))
    return (file.path, position)
  }

  private func flip(_ path: String, _ position: Int, bit: Int) throws {
    let descriptor = Glibc.open(path, O_RDWR)
    defer { Glibc.close(descriptor) }
    var byte: UInt8 = 0
    try #require(pread(descriptor, &byte, 1, off_t(position)) == 1)
    byte ^= 1 << UInt8(bit)
    try #require(pwrite(descriptor, &byte, 1, off_t(position)) == 1)
    try #require(fsync(descriptor) == 0)
  }

  /// Reads everything as a consumer does: what does not fit its checksums or its place is asked for again, checked.
  private func readAll(_ log: TestLog, _ written: Written) async throws -> LogFailure? {
    var offset: Int64 = 0
    var expected = written.batches[...]
    while offset < written.end {
      var bytes: [UInt8]
      do {
        bytes = try await log.read(offset, bytesMax: 1000)
        if !isSound(bytes, from: offset) { bytes = try await readChecked(log, offset) }
      } catch let failure as LogFailure { return failure }
      try #require(!bytes.isEmpty)
      var position = 0
      while position < bytes.count, let next = expected.popFirst() {
        try #require(Array(bytes[position...].prefix(next.bytes.count)) == next.bytes, "the batch at \(next.offset)")
        position += next.bytes.count
        offset = expected.first?.offset ?? written.end
      }
    }
    return nil
  }

  private func isSound(_ bytes: [UInt8], from offset: Int64) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var batches = RecordBatchSequence(bytes)
      var expected = offset
      do {
        while let batch = try batches.next() {
          try batch.validateChecksum()
          guard batch.header.baseOffset.rawValue == expected else { return false }
          expected = batch.header.nextOffset.rawValue
        }
      } catch { return false }
      return true
    }
  }

  private func readChecked(_ log: TestLog, _ offset: Int64) async throws -> [UInt8] {
    let read = try await log.answers { (log, completion: @escaping (Result<LogRead?, LogFailure>) -> Void) in
      switch try log.read(from: Offset(offset), bytesMax: 1000, below: log.writtenEndOffset, checked: true) {
      case .lookUp(let search): log.look(up: search, completion: completion)
      default: completion(.failure(.closed))
      }
    }
    return try read.map { try $0.batches.contents().withUnsafeBytes { Array($0) } } ?? []
  }

  /// Asks for the first record at or after some times: the right one, or an error.
  private func askTimes(_ log: TestLog, _ written: Written, _ random: inout Seeded) async throws {
    for _ in 0..<20 {
      let time = Self.start + Int64(random.next(Int(written.end) * 10 + 60)) - 10
      let right = written.times.first { $0.time >= time }
      do {
        let found = try await log.answers {
          (log, completion: @escaping (Result<TimestampedOffset?, LogFailure>) -> Void) in
          log.offset(atOrAfter: Timestamp(time), below: log.writtenEndOffset, completion: completion)
        }
        #expect(found?.offset.rawValue == right?.offset, "the first record at or after \(time - Self.start)")
      } catch let failure as LogFailure {
        guard case .damaged = failure else { throw failure }
      }
    }
  }

  /// Reads the log through, as a scrubber does; answers the damage that it meets, and how much was made anew.
  private func scrub(_ log: TestLog) async throws -> (damage: LogFailure?, mended: Int) {
    var place: SegmentCheck.CheckedPlace?
    var mended = 0
    while let check = try await log.get({ [place] in $0.check(behind: place, bytesMax: 2000) }) {
      do {
        let outcome = try await log.answers {
          (log, completion: @escaping (Result<SegmentCheck.Outcome, LogFailure>) -> Void) in
          log.perform(check, completion: completion)
        }
        if outcome.isIndexWrong { mended += 1 }
        place = outcome.reached
      } catch let failure as LogFailure { return (failure, mended) }
    }
    let isSound = try await log.answers { (log, completion: @escaping (Result<Bool, LogFailure>) -> Void) in
      log.checkManifest(completion: completion)
    }
    return (nil, mended + (isSound ? 0 : 1))
  }

  /// Reads through until nothing is found any more.
  private func scrubUntilSound(_ log: TestLog) async throws {
    for _ in 0..<100 {
      let found = try await scrub(log)
      try #require(found.damage == nil)
      if found.mended == 0 { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the log does not become sound")
  }

  @Test(
    "while the log is open: nothing wrong is read, the rot is found, and all but records are mended", arguments: 0..<60)
  func whileOpen(seed: Int) async throws {
    var random = Seeded(UInt64(seed))
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    var log = try await bench.open(folder, 0, Self.configuration)
    let written = try await write(log, &random)
    if random.next(2) == 0 {
      // Now nothing of it is in memory.
      try await log.close()
      log = try await bench.open(folder, 0, Self.configuration)
    }
    try await scrubUntilSound(log)
    let flipped = try flip(bench, &random)
    let isInRecords = flipped.path.hasSuffix(".log")

    let failure = try await readAll(log, written)
    #expect(isInRecords || failure == nil, "\(flipped): \(failure.map { "\($0)" } ?? "")")
    try await askTimes(log, written, &random)
    let found = try await scrub(log)
    #expect((found.damage != nil) == isInRecords, "\(flipped): \(found)")
    if isInRecords {
      guard case .damaged = found.damage else { throw found.damage ?? .closed }
    } else {
      // What a reader has met before may have been mended, or closed with its segment.
      try await scrubUntilSound(log)
      try await log.close()
      log = try await bench.open(folder, 0, Self.configuration)
      #expect(try await log.get { $0.report.wasClean })
      try await scrubUntilSound(log)
      #expect(try await readAll(log, written) == nil)
      try await askTimes(log, written, &random)
    }
    try await log.close()
    folder.release()
  }

  @Test("before a start: the log is refused, or nothing wrong is read from it and the rot is found", arguments: 0..<60)
  func beforeStart(seed: Int) async throws {
    var random = Seeded(UInt64(1000 + seed))
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    var log = try await bench.open(folder, 0, Self.configuration)
    let written = try await write(log, &random)
    try await log.close()
    let flipped = try flip(bench, &random)
    do { log = try await bench.open(folder, 0, Self.configuration) } catch let failure as LogFailure {
      guard case .damaged = failure else { throw failure }
      return #expect(flipped.path.hasSuffix("manifest"), "\(flipped): \(failure)")
    }
    let isInRecords = flipped.path.hasSuffix(".log")
    let failure = try await readAll(log, written)
    #expect((failure != nil) == isInRecords, "\(flipped): \(failure.map { "\($0)" } ?? "")")
    try await askTimes(log, written, &random)
    if isInRecords {
      #expect(try await scrub(log).damage != nil, "\(flipped)")
    } else {
      try await scrubUntilSound(log)
      #expect(try await readAll(log, written) == nil)
      try await askTimes(log, written, &random)
    }
    try await log.close()
  }
}

extension Seeded {
  /// A number below `bound`.
  fileprivate mutating func next(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &self) }
}
