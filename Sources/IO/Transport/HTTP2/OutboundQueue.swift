import Bytes
import Glibc

/// What waits to be sent on one stream: messages by reference, each with its five-byte prefix.
struct OutboundQueue {
  private struct Item {
    var prefix: (UInt8, UInt8, UInt8, UInt8, UInt8)
    var prefixCount: Int
    var head: ByteSlice
    var payload: Payload
    var count: Int { prefixCount + head.count + payload.count }
  }

  private var items: [Item] = []
  private var first = 0
  private var sentOfFirst = 0

  /// How many bytes wait, prefixes included.
  private(set) var count = 0

  /// Queues a gRPC message. Its size must fit the four bytes that announce it.
  mutating func append(message head: ByteSlice, _ payload: Payload, isCompressed: Bool) {
    let length = UInt32(head.count + payload.count)
    append(
      Item(
        prefix: (
          isCompressed ? 1 : 0, UInt8(truncatingIfNeeded: length >> 24), UInt8(truncatingIfNeeded: length >> 16),
          UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)
        ),
        prefixCount: 5, head: head, payload: payload))
  }

  /// Queues bytes that are not a gRPC message.
  mutating func append(raw bytes: ByteSlice) {
    guard !bytes.isEmpty else { return }
    append(Item(prefix: (0, 0, 0, 0, 0), prefixCount: 0, head: bytes, payload: .none))
  }

  private mutating func append(_ item: Item) {
    items.append(item)
    count += item.count
  }

  /// Forgets everything.
  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    first = 0
    sentOfFirst = 0
    count = 0
  }

  /// Moves the next `wanted` bytes (no more than there are) to `target`; false if a file could not be read.
  mutating func move(_ wanted: Int, to target: UnsafeMutableRawPointer) -> Bool {
    var target = target
    var left = wanted
    while left > 0 {
      let moved = Self.copy(items[first], from: sentOfFirst, atMost: left, to: target)
      guard moved > 0 else { return false }
      target += moved
      left -= moved
      count -= moved
      sentOfFirst += moved
      if sentOfFirst == items[first].count { dropFirst() }
    }
    return true
  }

  private mutating func dropFirst() {
    sentOfFirst = 0
    first += 1
    if first == items.count {
      items.removeAll(keepingCapacity: true)
      first = 0
    } else {
      items[first - 1].head = .empty
      items[first - 1].payload = .none
      compact()
    }
  }

  private mutating func compact() {
    guard first >= 64, first * 2 >= items.count else { return }
    items.removeFirst(first)
    first = 0
  }

  /// Copies one contiguous part of an item; 0 if a file could not be read.
  private static func copy(
    _ item: borrowing Item, from start: Int, atMost limit: Int, to target: UnsafeMutableRawPointer
  ) -> Int {
    if start < item.prefixCount {
      let count = min(item.prefixCount - start, limit)
      withUnsafeBytes(of: item.prefix) { target.copyMemory(from: $0.baseAddress! + start, byteCount: count) }
      return count
    }
    let inHead = start - item.prefixCount
    if inHead < item.head.count {
      let count = min(item.head.count - inHead, limit)
      item.head.withUnsafeBytes { target.copyMemory(from: $0.baseAddress! + inHead, byteCount: count) }
      return count
    }
    let inPayload = inHead - item.head.count
    let count = min(item.payload.count - inPayload, limit)
    switch item.payload {
    case .bytes(let slice):
      slice.withUnsafeBytes { target.copyMemory(from: $0.baseAddress! + inPayload, byteCount: count) }
      return count
    case .file(let range):
      return read(range, from: inPayload, count: count, to: target)
    }
  }

  private static func read(_ range: FileRange, from start: Int, count: Int, to target: UnsafeMutableRawPointer) -> Int {
    var done = 0
    while done < count {
      let result = range.file.withDescriptor {
        pread($0, target + done, count - done, off_t(range.offset + start + done))
      }
      if result < 0 && errno == EINTR { continue }
      guard result > 0 else { return 0 }
      done += result
    }
    return done
  }
}
