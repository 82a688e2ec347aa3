public import Model
public import SegmentedLog

/// The folder of one log on a disk that forgets what was not synced, tears writes at sectors and can be full.
public final class SimulatedDisk: LogStorage {
  /// One file: what a reader sees, and how that differs from what survives a loss of power for certain.
  public struct File {
    /// What a reader sees.
    public var current: [UInt8]
    /// How long the file is for certain.
    fileprivate var durableCount: Int
    /// What stood where something was written, or cut off, that is not durable yet; the oldest first.
    fileprivate var overwritten: [(position: Int, bytes: ArraySlice<UInt8>)] = []
    /// What the disk has in place of `current`, since a sync has failed: later syncs bring nothing of before it there.
    fileprivate var lacking: [UInt8]?

    fileprivate init(durable: [UInt8] = []) {
      current = durable
      durableCount = durable.count
    }

    fileprivate var isDurable: Bool { durableCount == current.count && overwritten.isEmpty && lacking == nil }

    fileprivate mutating func makeDurable() {
      durableCount = current.count
      overwritten = []
      if lacking == current { lacking = nil }
    }

    /// A sync has failed: what was not durable never will be, though a reader sees it and no later sync complains.
    fileprivate mutating func giveUpUnsynced() {
      guard !isDurable else { return }
      lacking = lacking ?? durable
      makeDurable()
    }

    /// From now on a reader sees what the disk has, up to the length that memory knows.
    fileprivate mutating func readAnew() {
      makeDurable()
      guard let lacking else { return }
      let missing = max(0, current.count - lacking.count)
      current = lacking.prefix(current.count) + [UInt8](repeating: 0, count: missing)
      self.lacking = current + lacking.dropFirst(current.count)
      makeDurable()
    }

    /// Cuts the file. That the disk does so, too, is not certain before the next sync.
    fileprivate mutating func truncate(to size: Int) {
      if current.count > size {
        remember(size..<current.count)
        current.removeLast(current.count - size)
      }
      lacking = lacking.map { Array($0.prefix(size)) }
    }

    /// Remembers what stands in a range, as far as it is durable.
    fileprivate mutating func remember(_ range: Range<Int>) {
      let kept = range.clamped(to: 0..<min(durableCount, current.count))
      if !kept.isEmpty { overwritten.append((kept.lowerBound, current[kept])) }
    }

    /// What survives for certain.
    fileprivate var durable: [UInt8] {
      var content = Array(current.prefix(durableCount))
      content += [UInt8](repeating: 0, count: durableCount - content.count)
      for (position, bytes) in overwritten.reversed() {
        content.replaceSubrange(position..<position + bytes.count, with: bytes)
      }
      return content
    }
  }

  /// Files as a reader sees them. The folder's own changes survive only with the next sync of the folder.
  public var files: [String: File] = [:]
  /// Files that the folder does not list for certain.
  private var newNames: Set<String> = []
  /// Files that the folder may still list.
  private var removed: [String: File] = [:]
  /// No more bytes fit on it.
  public var bytesMax = Int.max
  /// The sync with this number, counted from now, fails.
  public var failingSync: Int?
  /// How many sectors a loss of power has left half written.
  public private(set) var sectorsTorn = 0
  /// What was once written where bits have flipped since, by the place of the batch.
  private(set) var spoiled: [LogPosition: [UInt8]] = [:]
  /// True if bits have flipped in what cannot be made anew from the rest: batches, or the manifest.
  private(set) var isSpoiled = false

  /// What the power lets the disk write: a sector, or its beginning in pieces of 16 bytes.
  public static let sector = 512
  static let sectorPiece = 16

  /// An empty disk.
  public init() {}

  /// The names of all files.
  public func fileNames() -> [String] { files.keys.sorted() }

  /// The bytes of a file; nil if it is not there.
  public func size(of file: LogFile) -> Int? { files[file.name]?.current.count }

  /// Reads what a reader sees.
  public func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure)
    -> Int
  {
    guard let content = files[file.name]?.current else {
      throw .disk(operation: "opening", file: file.name, code: 2, message: "No such file or directory")
    }
    guard position < content.count else { return 0 }
    let count = min(buffer.count, content.count - position)
    content.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
    }
    return count
  }

  /// Forgets what memory shows and the disk does not have.
  public func readAnew(_ file: LogFile, from position: Int) { files[file.name]?.readAnew() }

  /// The bytes of all files.
  public var usedBytes: Int { files.values.reduce(0) { $0 + $1.current.count } }

  func write(_ name: String, at position: Int, _ bytes: [UInt8]) throws(LogFailure) {
    guard let size = files[name]?.current.count else { fatalError("a write to \(name), which is not there") }
    var written = bytes.count
    if bytesMax < .max {
      let growth = max(0, position + bytes.count - size)
      written = max(0, bytes.count - max(0, growth - max(0, bytesMax - usedBytes)))
    }
    files[name]?.write(bytes.prefix(written), at: position)
    if !spoiled.isEmpty { forgetSpoiled(in: name, from: position) }
    guard written == bytes.count else { throw .diskFull(operation: "writing", file: name) }
  }

  func sync(_ name: String) throws(LogFailure) {
    if let left = failingSync {
      failingSync = left > 0 ? left - 1 : nil
      if left == 0 {
        files[name]?.giveUpUnsynced()
        throw .disk(operation: "syncing", file: name, code: 5, message: "Input/output error")
      }
    }
    files[name]?.makeDurable()
  }

  func create(_ name: String) {
    if files[name] == nil {
      newNames.insert(name)
      files[name] = File()
    } else {
      files[name]?.truncate(to: 0)
    }
  }

  func truncate(_ name: String, to size: Int) throws(LogFailure) {
    guard files[name] != nil else { return create(name) }
    files[name]?.truncate(to: size)
    try sync(name)
  }

  func replace(_ name: String, _ bytes: [UInt8]) throws(LogFailure) {
    guard bytesMax == .max || usedBytes + bytes.count <= bytesMax else {
      throw .diskFull(operation: "writing", file: name)
    }
    files[name] = File(durable: bytes)
    if name == LogFile.manifest.name, spoiled.isEmpty { isSpoiled = false }
    syncFolder()
  }

  func remove(_ name: String) {
    guard let file = files.removeValue(forKey: name) else { return }
    if newNames.remove(name) == nil { removed[name] = file }
  }

  /// Makes the list of files durable.
  public func syncFolder() {
    newNames = []
    removed = [:]
  }

  /// The power fails: of what was not synced, any sectors may be there, any may not, and any may be there in part.
  /// Answers whether bytes were lost that a reader has seen.
  @discardableResult
  public func losePower(using random: inout Seeded) -> Bool {
    // What the folder lists is the state of its last sync, or the newer one.
    if Bool.random(using: &random) {
      for name in newNames.sorted() { files[name] = nil }
      for (name, file) in removed { files[name] = file }
    }
    syncFolder()
    var hasLost = false
    for name in files.keys.sorted() {
      guard let file = files[name], !file.isDurable else { continue }
      let survivor = file.afterLossOfPower(using: &random, torn: &sectorsTorn)
      hasLost = hasLost || survivor != file.current
      files[name] = File(durable: survivor)
    }
    return hasLost
  }

  /// Flips one bit in a file, if it is there and not empty.
  func flip(_ file: LogFile, using random: inout Seeded) -> Bool {
    guard let count = files[file.name]?.current.count, count > 0 else { return false }
    flipBit(in: file, within: 0..<count, using: &random)
    if file == .manifest { isSpoiled = true }
    return true
  }

  /// Flips one bit of a batch, if it is there whole. Every other time it is one that the batch's checksum does not cover.
  func spoil(_ batch: [UInt8], at place: LogPosition, using random: inout Seeded) -> Bool {
    let file = LogFile.records(place.segment)
    let range = place.position..<place.position + batch.count
    guard let content = files[file.name]?.current, range.upperBound <= content.count,
      content[range].elementsEqual(batch)
    else { return false }
    flipBit(in: file, within: random.chance(0.5) ? range.prefix(16) : range, using: &random)
    spoiled[place] = batch
    isSpoiled = true
    return true
  }

  /// What is written anew is as it shall be.
  private func forgetSpoiled(in name: String, from position: Int) {
    spoiled = spoiled.filter { LogFile.records($0.key.segment).name != name || $0.key.position < position }
  }

  private func flipBit(in file: LogFile, within range: Range<Int>, using random: inout Seeded) {
    let position = Int.random(in: range, using: &random)
    files[file.name]?.current[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
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

extension SimulatedDisk: CompactionStorage {
  /// Makes an empty file.
  public func create(_ file: LogFile) throws(LogFailure) { create(file.name) }

  /// Writes to a file that a cleaning makes.
  public func write(_ bytes: UnsafeRawBufferPointer, to file: LogFile, at position: Int) throws(LogFailure) {
    try write(file.name, at: position, Array(bytes))
  }

  /// Makes files durable, and the list of files.
  public func sync(_ files: [LogFile]) throws(LogFailure) {
    for file in files { try sync(file.name) }
    syncFolder()
  }
}

extension SimulatedDisk.File {
  fileprivate mutating func write(_ bytes: ArraySlice<UInt8>, at position: Int) {
    if let onDisk = lacking {
      let missing = max(0, position + bytes.count - onDisk.count)
      lacking = onDisk + [UInt8](repeating: 0, count: missing)
      lacking?.replaceSubrange(position..<position + bytes.count, with: bytes)
    }
    if current.count < position { current += [UInt8](repeating: 0, count: position - current.count) }
    let overlap = min(bytes.count, current.count - position)
    if overlap > 0 {
      remember(position..<position + overlap)
      current.replaceSubrange(position..<position + overlap, with: bytes.prefix(overlap))
    }
    current += bytes.dropFirst(overlap)
  }

  /// Each sector that was not durable is there, is as it was before, or is there in part; and the file may have either
  /// length.
  fileprivate func afterLossOfPower(using random: inout Seeded, torn: inout Int) -> [UInt8] {
    if let lacking { return lacking }
    let durable = durable
    let longest = max(durable.count, current.count)
    let shortest = min(durable.count, current.count)
    let middle = Int.random(in: shortest...longest, using: &random)
    let size = [durable.count, current.count, middle][Int.random(in: 0..<3, using: &random)]
    var content = Array((durable + [UInt8](repeating: 0, count: max(0, size - durable.count))).prefix(size))
    // Sectors before the first change are the same anyway.
    let changedFrom = min(durable.count, overwritten.map(\.position).min() ?? durable.count)
    let sector = SimulatedDisk.sector
    for start in stride(from: changedFrom / sector * sector, to: size, by: sector) {
      var end = min(start + sector, size, current.count)
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: continue
      case 2, 3:
        let pieces = (end - start) / SimulatedDisk.sectorPiece
        guard pieces > 1 else { continue }
        end = start + Int.random(in: 1..<pieces, using: &random) * SimulatedDisk.sectorPiece
        torn += 1
      default: break
      }
      if end > start { content.replaceSubrange(start..<end, with: current[start..<end]) }
    }
    return content
  }
}
