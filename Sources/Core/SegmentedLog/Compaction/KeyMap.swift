internal import Model

/// Where each key stands last in a part of a log, in a table of fixed size.
///
/// Open addressing over slots of 20 bytes: the key's hash, and how far its offset is from the part's start, plus one. It
/// never grows: a part with more keys than there is room for is cleaned in several passes.
final class KeyMap {
  static let slotBytes = 20
  /// The first offset of the part.
  let start: Offset
  /// So many different keys have room.
  let countMax: Int
  private(set) var count = 0
  private let slotsCount: Int
  private let memory: UnsafeMutableRawPointer
  private let secret: KeySecret

  /// A map for offsets from `start` on: for `keysMax` keys, or as many as fit into `bytesMax`.
  init(start: Offset, keysMax: Int, bytesMax: Int, secret: KeySecret) {
    self.start = start
    self.secret = secret
    // A fifth of the slots stays empty, so that searches end soon.
    let wanted = min(keysMax, 1 << 40) / 4 * 5 + 16
    slotsCount = max(16, min(wanted, bytesMax / Self.slotBytes))
    countMax = slotsCount / 5 * 4
    memory = .allocate(byteCount: slotsCount * Self.slotBytes, alignment: 8)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: slotsCount * Self.slotBytes)
  }

  deinit { memory.deallocate() }

  /// The bytes of the table.
  var sizeInBytes: Int { slotsCount * Self.slotBytes }

  /// Notes that `key` stands at `offset`, behind all that were noted before. False if there is no room.
  func put(_ key: UnsafeRawBufferPointer, at offset: Offset) -> Bool {
    guard let distance = UInt32(exactly: offset - start), distance < .max else { return false }
    let hash = KeyHash(key, secret)
    let slot = slot(of: hash)
    if slot.loadUnaligned(fromByteOffset: 16, as: UInt32.self) == 0 {
      guard count < countMax else { return false }
      count += 1
      slot.storeBytes(of: hash.low, as: UInt64.self)
      slot.storeBytes(of: hash.high, toByteOffset: 8, as: UInt64.self)
    }
    slot.storeBytes(of: distance + 1, toByteOffset: 16, as: UInt32.self)
    return true
  }

  /// Where `key` stands last; nil if the part does not have it.
  func offset(of key: UnsafeRawBufferPointer) -> Offset? {
    let distance = slot(of: KeyHash(key, secret)).loadUnaligned(fromByteOffset: 16, as: UInt32.self)
    return distance == 0 ? nil : start + Int64(distance - 1)
  }

  /// The slot of the key, or the empty one where it belongs.
  @inline(__always)
  private func slot(of hash: KeyHash) -> UnsafeMutableRawPointer {
    var index = Int(hash.high.multipliedFullWidth(by: UInt64(slotsCount)).high)
    while true {
      let slot = memory + index * Self.slotBytes
      if slot.loadUnaligned(fromByteOffset: 16, as: UInt32.self) == 0 { return slot }
      if slot.loadUnaligned(as: UInt64.self) == hash.low,
        slot.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == hash.high
      {
        return slot
      }
      index += 1
      if index == slotsCount { index = 0 }
    }
  }
}
