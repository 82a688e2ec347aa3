import SegmentedLog

/// The folder of a log in memory, and what performs the log's effects on it.
struct MemoryFolder: LogStorage {
  var files: [LogFile: [UInt8]] = [:]

  func fileNames() -> [String] { files.keys.map(\.name) }

  func size(of file: LogFile) -> Int? { files[file]?.count }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    guard let content = files[file], position < content.count else { return 0 }
    let count = min(buffer.count, content.count - position)
    buffer.copyBytes(from: content[position..<position + count])
    return count
  }

  func readAnew(_ file: LogFile, from position: Int) {}

  /// Does what the log asks for; `batch` is what it writes if that is a batch.
  mutating func perform(_ effects: [LogEffect], of log: inout SegmentedLog, batch: [UInt8] = []) {
    var more: [LogEffect] = []
    for effect in effects {
      if let event = perform(effect, batch) { log.handle(event, generation: log.generation, into: &more) }
    }
    guard more.isEmpty else { fatalError("a disk without a fault was asked for more: \(more)") }
  }

  private mutating func perform(_ effect: LogEffect, _ batch: [UInt8]) -> LogEvent? {
    switch effect {
    case .write(let place, _, let end):
      write(.records(place.segment), at: place.position, batch)
      return .written(end)
    case .writeIndex(let file, let position, let bytes): write(file, at: position, bytes)
    case .sync(let end, _): return .synced(end)
    case .createSegment(let base): for file in LogFile.segment(base) { files[file] = [] }
    case .replaceManifest(let checkpoint, let bytes):
      files[.manifest] = bytes
      return .checkpointed(checkpoint)
    case .replaceIndex(let file, let bytes): files[file] = bytes
    case .truncate(let file, let size): files[file] = Array((files[file] ?? []).prefix(size))
    case .removeSegments(let bases): for base in bases { for file in LogFile.segment(base) { files[file] = nil } }
    }
    return nil
  }

  mutating func write(_ file: LogFile, at position: Int, _ bytes: [UInt8]) {
    var content = files[file] ?? []
    guard position <= content.count else { fatalError("\(file) has \(content.count) bytes, no \(position)") }
    content.replaceSubrange(position..<min(position + bytes.count, content.count), with: bytes)
    files[file] = content
  }
}
