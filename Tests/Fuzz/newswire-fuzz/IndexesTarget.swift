import Model

@testable import SegmentedLog

/// The folder of a log whose files hold whatever the fuzzer likes.
private struct FuzzedFolder: LogStorage {
  var files: [LogFile: [UInt8]]

  func fileNames() -> [String] { files.keys.map(\.name) }

  func size(of file: LogFile) -> Int? { files[file]?.count }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    guard let content = files[file], position < content.count else { return 0 }
    let count = min(buffer.count, content.count - position)
    buffer.copyBytes(from: content[position..<position + count])
    return count
  }
}

/// Bytes as the files of a log, three of them with their lengths in front: the records, both indexes, and the manifest's
/// body, sealed so that the fuzzer gets behind its checksum. Whatever opens is searched and read.
func fuzzIndexes(_ bytes: UnsafeRawBufferPointer) {
  var rest = bytes[...]
  func part() -> [UInt8] {
    let count = min(rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }, max(0, rest.count - 2))
    defer { rest = rest.dropFirst(2 + count) }
    return Array(rest.dropFirst(2).prefix(count))
  }
  let base = Offset(0)
  let files: [LogFile: [UInt8]] = [
    .offsetIndex(base): part(), .timeIndex(base): part(), .records(base): part(),
    .manifest: SealedFile.seal(kind: Manifest.kind, version: Manifest.version, body: Array(rest)),
  ]
  let folder = FuzzedFolder(files: files)
  let partition =
    (try? Manifest(decoding: files[.manifest] ?? []))?.partition
    ?? TopicPartition(topic: UUID128(high: 0, low: 0), partition: PartitionIndex(0))
  let recovery = Recovery(partition: partition, configuration: LogConfiguration(), now: Timestamp(0))
  guard let opened = try? recovery.perform(on: folder) else { return }
  read(opened.log, from: folder)
}

private func read(_ log: SegmentedLog, from folder: FuzzedFolder) {
  let limit = log.writtenEnd.offset
  for offset in [log.logStartOffset, log.logStartOffset + 1, limit] {
    if case .lookUp(let search) = log.read(from: offset, bytesMax: 1 << 16, below: limit) {
      _ = try? search.perform(on: folder)
    }
  }
  for time in [Int64.min, 0, 1_700_000_000_000, .max] {
    _ = try? log.timeLookUp(Timestamp(time), below: limit)?.perform(on: folder, decompressor: nil)
  }
}
