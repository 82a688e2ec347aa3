import CNghttp2

/// The header fields of a request, an answer or its trailers, one behind the other in one piece of memory.
///
/// Written by its maker, then only read: whoever holds it may read it on any thread.
final class HeaderBlock: @unchecked Sendable {
  /// Where a field's name and, right behind it, its value lie.
  private struct Entry {
    var start: Int
    var nameCount: Int
    var valueCount: Int
  }

  /// One field, lent as long as the block lives.
  struct Field {
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer
  }

  /// The size of the list as HTTP/2 counts it: 32 bytes for each field on top of name and value.
  private(set) var listBytes = 0
  private var memory: UnsafeMutableRawPointer
  private var capacity = 512
  private var used = 0
  private var entries: [Entry] = []

  /// A block without fields.
  init() {
    memory = .allocate(byteCount: capacity, alignment: 8)
  }

  deinit { memory.deallocate() }

  /// How many fields there are.
  var count: Int { entries.count }

  /// The field at `index`.
  subscript(index: Int) -> Field {
    let entry = entries[index]
    return Field(
      name: UnsafeRawBufferPointer(start: memory + entry.start, count: entry.nameCount),
      value: UnsafeRawBufferPointer(start: memory + entry.start + entry.nameCount, count: entry.valueCount))
  }

  /// Takes all fields out, for the next use.
  func removeAll() {
    entries.removeAll(keepingCapacity: true)
    used = 0
    listBytes = 0
  }

  /// Adds a field.
  func append(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    let end = used + name.count + value.count
    if end > capacity { grow(to: end) }
    let target = UnsafeMutableRawBufferPointer(start: memory + used, count: end - used)
    target.copyMemory(from: name)
    UnsafeMutableRawBufferPointer(rebasing: target[name.count...]).copyMemory(from: value)
    entries.append(Entry(start: used, nameCount: name.count, valueCount: value.count))
    used = end
    listBytes += name.count + value.count + 32
  }

  /// Adds a field; the name must be lower case.
  func append(_ name: String, _ value: String) {
    var name = name
    var value = value
    name.withUTF8 { name in
      value.withUTF8 { value in append(UnsafeRawBufferPointer(name), UnsafeRawBufferPointer(value)) }
    }
  }

  /// Counts a field that is not kept because the list is over its limit already.
  func countOnly(nameCount: Int, valueCount: Int) {
    listBytes += nameCount + valueCount + 32
  }

  /// The first value under `name`, lent as long as the block lives.
  func value(_ name: StaticString) -> UnsafeRawBufferPointer? {
    let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    for index in entries.indices {
      let field = self[index]
      if field.name.elementsEqual(wanted) { return field.value }
    }
    return nil
  }

  /// The first value under `name`.
  func text(_ name: StaticString) -> String? {
    value(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Lends the fields in the form that nghttp2 takes, and copies from.
  func withNameValues<R>(_ body: (UnsafeMutablePointer<nghttp2_nv>, Int) -> R) -> R {
    withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: max(entries.count, 1)) { pairs in
      for (index, entry) in entries.enumerated() {
        let name = (memory + entry.start).assumingMemoryBound(to: UInt8.self)
        (pairs.baseAddress! + index).initialize(
          to: nghttp2_nv(
            name: name, value: name + entry.nameCount, namelen: entry.nameCount, valuelen: entry.valueCount,
            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
      }
      return body(pairs.baseAddress!, entries.count)
    }
  }

  private func grow(to needed: Int) {
    let larger = max(capacity * 2, needed)
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
    fresh.copyMemory(from: memory, byteCount: used)
    memory.deallocate()
    memory = fresh
    capacity = larger
  }
}

/// Header fields that never change, in memory that lives as long as the process: sent without a copy.
struct StaticHeaders: @unchecked Sendable {
  let base: UnsafeMutablePointer<nghttp2_nv>
  let count: Int

  /// Lays the fields out once.
  init(_ fields: [(StaticString, StaticString)]) {
    base = .allocate(capacity: fields.count)
    count = fields.count
    let flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
    for (index, field) in fields.enumerated() {
      (base + index).initialize(
        to: nghttp2_nv(
          name: UnsafeMutablePointer(mutating: field.0.utf8Start),
          value: UnsafeMutablePointer(mutating: field.1.utf8Start),
          namelen: field.0.utf8CodeUnitCount, valuelen: field.1.utf8CodeUnitCount, flags: UInt8(flags)))
    }
  }

  /// What nearly every gRPC answer begins with.
  static let answer = StaticHeaders([(":status", "200"), ("content-type", "application/grpc")])
  /// The same for an answer whose messages may be compressed.
  static let gzipAnswer = StaticHeaders([
    (":status", "200"), ("content-type", "application/grpc"), ("grpc-encoding", "gzip"),
  ])
  /// What nearly every gRPC answer ends with.
  static let okTrailers = StaticHeaders([("grpc-status", "0")])
}
