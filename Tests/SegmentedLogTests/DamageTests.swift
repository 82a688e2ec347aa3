import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

@Suite("Damaged and foreign log folders")
struct DamageTests {
  static let records = LogFile.records(SegmentID(Offset(0))).name

  /// A log of ten batches that was not closed, as `kill -9` leaves it.
  func killed() throws -> (host: SimulatedHost, batches: [[UInt8]]) {
    let host = try SimulatedHost()
    let batches = try (0..<10).map { try host.append(batch(2, bytes: 300, fill: 0x30 + UInt8($0))).bytes }
    try host.perform()
    return (host, batches)
  }

  func opening(_ host: SimulatedHost) -> String {
    do {
      try host.reopen()
      return "opened"
    } catch { return "\(error)" }
  }

  @Test("a tail that was cut short is cut off where the last whole batch ends", arguments: [1, 100, 600])
  func tornTail(missing: Int) throws {
    let (host, batches) = try killed()
    host.disk.files[Self.records]!.current.removeLast(missing)
    let report = try host.reopen()
    #expect(host.log.logEndOffset == Offset(18))
    #expect(report.cutBytes == batches[9].count - missing)
    #expect(report.finding != nil)
    #expect(try host.read(from: Offset(0), bytesMax: 1 << 20)?.bytes == Array(batches.dropLast().joined()))
  }

  @Test("noise behind the last batch is cut off")
  func noise() throws {
    let (host, batches) = try killed()
    var random = Seeded(7)
    host.disk.files[Self.records]!.current += (0..<3000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let report = try host.reopen()
    #expect(report.cutBytes == 3000)
    #expect(try host.read(from: Offset(0), bytesMax: 1 << 20)?.bytes == Array(batches.joined()))
  }

  @Test("a damaged batch with whole ones behind it is refused, and the message says where")
  func damagedMiddle() throws {
    let (host, batches) = try killed()
    host.disk.files[Self.records]!.current[4 * batches[0].count + 100] ^= 1
    let words = opening(host)
    #expect(words.hasPrefix("\(Self.records) is damaged at byte \(4 * batches[0].count): the checksum"))
    #expect(words.contains("offset 10"))
  }

  @Test("a damaged last batch that is there in full length is refused, not cut off")
  func damagedLast() throws {
    let (host, batches) = try killed()
    host.disk.files[Self.records]!.current[9 * batches[0].count + 100] ^= 1
    #expect(opening(host).contains("all of its bytes are there"))
  }

  @Test("a whole batch of an earlier leader epoch than the one before it is refused, though a sector looks unwritten")
  func earlierEpoch() throws {
    let host = try SimulatedHost()
    let first = try host.append(batch(2, bytes: 300), epoch: 3)
    try host.append(batch(2, bytes: 1200, fill: 0), epoch: 3)
    try host.perform()
    host.disk.files[Self.records]!.current[first.bytes.count + 15] ^= 1
    #expect(opening(host).contains("names leader epoch 2, but follows one of 3"))
  }

  @Test("batches that are read once more for their indexes have to be of the leader epochs that the log remembers")
  func otherEpoch() throws {
    let host = try SimulatedHost()
    try host.append(batch(2, bytes: 300), epoch: 3)
    try host.append(batch(2, bytes: 300), epoch: 4)
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    host.disk.files[LogFile.offsetIndex(SegmentID(Offset(0))).name] = nil
    host.disk.files[Self.records]!.current[15] ^= 1
    #expect(opening(host).contains("names leader epoch 2, but was written in 3"))
  }

  @Test("a last batch that states a wrong length is refused, not taken for an unfinished write")
  func damagedLength() throws {
    for bit in 0..<32 {
      let (host, batches) = try killed()
      host.disk.files[Self.records]!.current[9 * batches[0].count + 8 + bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(opening(host).contains("is damaged"), "bit \(bit)")
    }
  }

  @Test("a sector that was written in part is an unfinished write and is cut off")
  func tornSector() throws {
    let (host, batches) = try killed()
    let size = host.disk.files[Self.records]!.current.count
    let sectorEnd = size / 512 * 512
    #expect(sectorEnd > 9 * batches[0].count)
    host.disk.files[Self.records]!.current.replaceSubrange(
      sectorEnd - 32..<sectorEnd, with: Array(repeating: 0, count: 32))
    let report = try host.reopen()
    #expect(host.log.logEndOffset == Offset(18))
    #expect(report.cutBytes == batches[9].count)
  }

  @Test("a cut that meets a damaged batch is refused: it could reach further back than it should")
  func damagedBeforeCut() throws {
    let (host, batches) = try killed()
    #expect(try host.log.cutLookUp(to: Offset(16)).perform(on: host.disk).place.offset == Offset(16))
    // The batch of offsets 4 and 5 says now that it goes on to offset 4 + 257.
    host.disk.files[Self.records]!.current[2 * batches[0].count + 25] ^= 1
    #expect(throws: LogFailure.self) { try host.log.cutLookUp(to: Offset(16)).perform(on: host.disk) }
  }

  @Test("bytes that were durable at the checkpoint and are gone are refused")
  func shorterThanCheckpoint() throws {
    let (host, _) = try killed()
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    host.disk.files[Self.records]!.current.removeLast()
    #expect(opening(host).contains("had been made durable"))
    host.disk.files[Self.records] = nil
    #expect(opening(host).contains("missing"))
  }

  @Test("missing index files are made anew")
  func missingIndexes() throws {
    let host = try SimulatedHost(LogConfiguration(indexIntervalBytes: 500))
    for _ in 0..<10 { try host.append(batch(2, bytes: 300)) }
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    let name = LogFile.offsetIndex(SegmentID(Offset(0))).name
    let before = host.disk.files[name]?.current
    host.disk.files[name] = nil
    try host.reopen()
    #expect(before?.isEmpty == false)
    #expect(host.disk.files[name]?.current == before)
    #expect(host.log.logEndOffset == Offset(20))
  }

  @Test("batches that do not lead to the checkpoint's offset are refused, not taken for another log")
  func otherCheckpoint() throws {
    let (host, batches) = try killed()
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    var body = Array(host.disk.files["manifest"]!.current[16...])
    #expect(body[35] == 20, "the checkpoint's offset")
    body[35] = 21
    host.disk.files["manifest"]!.current = SealedFile.seal(kind: 0x4e57_4c4d, version: 5, body: body)
    host.disk.files[LogFile.offsetIndex(SegmentID(Offset(0))).name] = nil
    let end = batches.joined().count
    #expect(
      opening(host)
        == "\(Self.records) is damaged at byte \(end): its record batches lead to offset 20 here, "
        + "but the checkpoint has offset 21 at byte \(end)")
  }

  @Test("a folder of another partition, of a newer version or without its manifest is refused")
  func foreignFolders() throws {
    let (host, _) = try killed()
    let manifest = host.disk.files["manifest"]!.current
    let other = TopicPartition(topic: UUID128(high: 9, low: 9), partition: PartitionIndex(0))
    let recovery = Recovery(partition: other, configuration: LogConfiguration(), now: Timestamp(0))
    #expect(throws: LogFailure.wrongFolder("the folder of \(other) holds the log of \(SimulatedHost.partition)")) {
      try recovery.perform(on: host.disk)
    }
    host.disk.files["manifest"]!.current = SealedFile.seal(kind: 0x4e57_4c4d, version: 6, body: Array(manifest[16...]))
    #expect(opening(host).contains("version 6"))
    host.disk.files["manifest"] = nil
    #expect(opening(host).contains("missing"))
  }

  @Test("no change of a manifest goes unnoticed, and none traps")
  func changedManifest() throws {
    let (host, _) = try killed()
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    let manifest = host.disk.files["manifest"]!.current
    for index in manifest.indices {
      var changed = manifest
      changed[index] ^= 0x40
      #expect(throws: LogFailure.self) { try Manifest(decoding: changed) }
      #expect(throws: LogFailure.self) { try Manifest(decoding: Array(manifest.prefix(index))) }
    }
  }

  @Test("a manifest with a right checksum and any content never traps", arguments: 0..<20)
  func forgedManifest(seed: UInt64) throws {
    var random = Seeded(seed)
    let (host, _) = try killed()
    let body = Array(host.disk.files["manifest"]!.current[16...])
    var refused = 0
    for _ in 0..<200 {
      var forged = body
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        forged[Int.random(in: 16..<forged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      host.disk.files["manifest"]!.current = SealedFile.seal(kind: 0x4e57_4c4d, version: 5, body: forged)
      let recovery = Recovery(
        partition: SimulatedHost.partition, configuration: LogConfiguration(), now: Timestamp(0))
      do { _ = try recovery.perform(on: host.disk) } catch { refused += 1 }
    }
    #expect(refused > 0)
  }

  @Test("index files of any content never trap and never mislead", arguments: 0..<40)
  func noisyIndexes(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(LogConfiguration(segmentBytesMax: 3000, indexIntervalBytes: 100))
    var expected = Expected()
    for index in 0..<60 {
      let (place, bytes) = try host.append(batch(1, timestamp: Int64(index)))
      try expected.append(place, bytes)
    }
    host.ask { log, effects in log.close(into: &effects) }
    try host.perform()
    for name in host.disk.fileNames() where name.contains("index") {
      for place in host.disk.files[name]!.current.indices where Int.random(in: 0..<8, using: &random) == 0 {
        host.disk.files[name]!.current[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    try host.reopen()
    try expected.check(host, using: &random)
    for _ in 0..<20 {
      let wanted = Int64.random(in: 0..<60, using: &random)
      let found = try host.log.timeLookUp(Timestamp(wanted), below: Offset(60))?.perform(
        on: host.disk, decompressor: nil)
      #expect(found == TimestampedOffset(timestamp: Timestamp(wanted), offset: Offset(wanted)))
    }
  }

  @Test("only a log's own file names are taken for its files")
  func fileNames() {
    for file in LogFile.segment(SegmentID(Offset(1234))) + [.manifest] { #expect(LogFile(name: file.name) == file) }
    #expect(LogFile.records(SegmentID(Offset(1234))).name == "00000000000000001234.log")
    for name in ["", ".log", "1.log", "00000000000000001234.log.deleted", "0000000000000000123a.log", "manifest.new"] {
      #expect(LogFile(name: name) == nil)
    }
    #expect(LogFile(name: "99999999999999999999.log") == nil)
  }
}
