public import SegmentedLog

/// The folder of one log on a disk that forgets what was not synced, tears writes at sectors and can be full.
public final class SimulatedDisk: LogStorage {
  /// One file.
  public struct File {
    /// What a reader sees.
    public var current: [UInt8] = []
    /// What survives a loss of power for certain.
    public var durable: [UInt8] = []
  }

  /// Files as a reader sees them. The folder's own changes survive only with the next sync of the folder.
  public var files: [String: File] = [:]
  private var durableNames: [String: File] = [:]
  /// No more bytes fit on it.
  public var bytesMax = Int.max
  /// The sync with this number, counted from now, fails.
  public var failingSync: Int?

  /// What is written whole or not at all.
  public static let sector = 512

  /// An empty disk.
  public init() {}

  public func fileNames() -> [String] { files.keys.sorted() }

  public func size(of file: LogFile) -> Int? { files[file.name]?.current.count }

  public func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    guard let content = files[file.name]?.current else {
      throw .disk(operation: "opening", file: file.name, code: 2, message: "No such file or directory")
    }
    guard position < content.count else { return 0 }
    let count = min(buffer.count, content.count - position)
    buffer.copyBytes(from: content[position..<position + count])
    return count
  }

  private var usedBytes: Int { files.values.reduce(0) { $0 + $1.current.count } }

  func write(_ name: String, at position: Int, _ bytes: [UInt8]) throws(LogFailure) {
    guard var file = files[name] else { fatalError("a write to \(name), which is not there") }
    let growth = max(0, position + bytes.count - file.current.count)
    let room = max(0, bytesMax - usedBytes)
    let written = growth <= room ? bytes.count : max(0, bytes.count - (growth - room))
    if file.current.count < position { file.current += Array(repeating: 0, count: position - file.current.count) }
    let overlap = min(written, file.current.count - position)
    file.current.replaceSubrange(position..<position + overlap, with: bytes[..<overlap])
    file.current += bytes[overlap..<written]
    files[name] = file
    guard written == bytes.count else { throw .diskFull(operation: "writing", file: name) }
  }

  func sync(_ name: String) throws(LogFailure) {
    if let left = failingSync {
      failingSync = left - 1
      if left == 0 { throw .disk(operation: "syncing", file: name, code: 5, message: "Input/output error") }
    }
    guard var file = files[name] else { return }
    file.durable = file.current
    files[name] = file
    if durableNames[name] != nil { durableNames[name] = file }
  }

  func create(_ name: String) { files[name] = File() }

  func truncate(_ name: String, to size: Int) throws(LogFailure) {
    guard var file = files[name] else { return create(name) }
    if file.current.count > size { file.current.removeLast(file.current.count - size) }
    files[name] = file
    try sync(name)
  }

  func replace(_ name: String, _ bytes: [UInt8]) throws(LogFailure) {
    guard usedBytes + bytes.count <= bytesMax else { throw .diskFull(operation: "writing", file: name) }
    files[name] = File(current: bytes, durable: bytes)
    syncFolder()
  }

  func remove(_ name: String) { files[name] = nil }

  public func syncFolder() { durableNames = files }

  /// The power fails: of what was not synced, any sectors may be there and any may not.
  public func losePower(using random: inout Seeded) {
    var survivors: [String: File] = [:]
    // What the folder lists is the state of its last sync, or the newer one.
    let names = Bool.random(using: &random) ? durableNames : files
    for name in names.keys.sorted() {
      guard let file = files[name] ?? names[name] else { continue }
      let longest = max(file.durable.count, file.current.count)
      let shortest = min(file.durable.count, file.current.count)
      let size = [file.durable.count, file.current.count, Int.random(in: shortest...longest, using: &random)]
        .randomElement(using: &random)!
      var content = Array((file.durable + Array(repeating: 0, count: max(0, size - file.durable.count))).prefix(size))
      for start in stride(from: 0, to: size, by: Self.sector) where Int.random(in: 0..<4, using: &random) > 0 {
        let end = min(start + Self.sector, size, file.current.count)
        if end > start { content.replaceSubrange(start..<end, with: file.current[start..<end]) }
      }
      survivors[name] = File(current: content, durable: content)
    }
    files = survivors
    durableNames = survivors
  }

  /// Performs one effect of a log; a write's bytes are handed in.
  public func perform(_ effect: LogEffect, bytes: [UInt8] = []) throws(LogFailure) -> LogEvent? {
    switch effect {
    case .write(let at, _, let end):
      try write(LogFile.records(at.segment).name, at: at.position, bytes)
      return .written(end)
    case .writeIndex(let file, let position, let bytes):
      try write(file.name, at: position, bytes)
    case .sync(let through, let indexes):
      for file in indexes ? LogFile.segment(through.segment) : [.records(through.segment)] { try sync(file.name) }
      return .synced(through)
    case .createSegment(let base):
      for file in LogFile.segment(base) { create(file.name) }
    case .replaceManifest(let checkpoint, let bytes):
      try replace(LogFile.manifest.name, bytes)
      return .checkpointed(checkpoint)
    case .replaceIndex(let file, let bytes):
      try replace(file.name, bytes)
    case .truncate(let file, let size):
      try truncate(file.name, to: size)
    case .removeSegments(let bases):
      for base in bases { for file in LogFile.segment(base) { remove(file.name) } }
    }
    return nil
  }
}
