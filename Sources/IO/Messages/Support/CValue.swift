package import CMessages

/// Copies of C values, as Swift values. The C side has been checked: lengths are right, strings are UTF-8.
package enum CValue {
  package static func string(_ text: UnsafePointer<CChar>?) -> String {
    text.map { String(cString: $0) } ?? ""
  }

  package static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
    Array(UnsafeBufferPointer(start: data.data, count: data.len))
  }

  package static func message<M: WireMessage>(_ wire: UnsafePointer<M.Wire>?) -> M {
    wire.map { M(wire: $0) } ?? M()
  }

  package static func message<M: WireMessage>(_ wire: UnsafeMutablePointer<M.Wire>?) -> M {
    message(UnsafePointer(wire))
  }

  package static func numbers<Number>(_ first: UnsafeMutablePointer<Number>?, _ count: Int) -> [Number] {
    Array(UnsafeBufferPointer(start: first, count: count))
  }

  package static func array<C, Element>(
    _ first: UnsafeMutablePointer<C>?, _ count: Int, _ convert: (C) -> Element
  ) -> [Element] {
    UnsafeBufferPointer(start: first, count: count).map(convert)
  }

  package static func messages<M: WireMessage>(
    _ first: UnsafeMutablePointer<UnsafeMutablePointer<M.Wire>?>?, _ count: Int
  ) -> [M] {
    UnsafeBufferPointer(start: first, count: count).map { message($0) }
  }

  /// The entries of a map; of two with the same key the later one counts.
  package static func dictionary<Entry, Key: Hashable, Value>(
    _ first: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?, _ count: Int,
    _ convert: (UnsafeMutablePointer<Entry>) -> (Key, Value)
  ) -> [Key: Value] {
    var result: [Key: Value] = [:]
    result.reserveCapacity(count)
    for case let entry? in UnsafeBufferPointer(start: first, count: count) {
      let (key, value) = convert(entry)
      result[key] = value
    }
    return result
  }
}

/// Copies of Swift values, as C values that live in the arena.
extension Arena {
  func allocate<C>(_ type: C.Type, _ count: Int = 1) -> UnsafeMutablePointer<C> {
    raw(MemoryLayout<C>.stride * count).bindMemory(to: type, capacity: count)
  }

  /// The text with a NUL behind it. protobuf-c takes strings to end at a NUL, so one inside becomes U+FFFD.
  package func string(_ text: String) -> UnsafeMutablePointer<CChar> {
    var text = text.utf8.contains(0) ? withoutNUL(text) : text
    return text.withUTF8 { utf8 in
      let copy = raw(utf8.count + 1)
      if let source = utf8.baseAddress { copy.copyMemory(from: source, byteCount: utf8.count) }
      copy.storeBytes(of: 0, toByteOffset: utf8.count, as: UInt8.self)
      return copy.assumingMemoryBound(to: CChar.self)
    }
  }

  private func withoutNUL(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })
    return String(scalars)
  }

  package func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    let (count, data) = numbers(bytes)
    return ProtobufCBinaryData(len: count, data: data)
  }

  package func message<M: WireMessage>(_ message: M) -> UnsafeMutablePointer<M.Wire> {
    let wire = allocate(M.Wire.self)
    message.fill(wire, in: self)
    return wire
  }

  package func numbers<Number: BitwiseCopyable>(_ list: [Number]) -> (Int, UnsafeMutablePointer<Number>?) {
    guard !list.isEmpty else { return (0, nil) }
    let copy = allocate(Number.self, list.count)
    list.withUnsafeBufferPointer { copy.initialize(from: $0.baseAddress.unsafelyUnwrapped, count: list.count) }
    return (list.count, copy)
  }

  package func array<Element, C>(
    _ list: [Element], _ convert: (Element) -> C
  ) -> (Int, UnsafeMutablePointer<C>?) {
    guard !list.isEmpty else { return (0, nil) }
    let copy = allocate(C.self, list.count)
    for (index, element) in list.enumerated() { (copy + index).initialize(to: convert(element)) }
    return (list.count, copy)
  }

  package func messages<M: WireMessage>(
    _ list: [M]
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<M.Wire>?>?) {
    guard !list.isEmpty else { return (0, nil) }
    let structs = allocate(M.Wire.self, list.count)
    let pointers = allocate(UnsafeMutablePointer<M.Wire>?.self, list.count)
    for index in list.indices {
      list[index].fill(structs + index, in: self)
      (pointers + index).initialize(to: structs + index)
    }
    return (list.count, pointers)
  }

  /// The entries in the order of their keys, so that equal maps have equal bytes.
  package func dictionary<Key: Comparable, Value, Entry>(
    _ map: [Key: Value], _ initialize: (UnsafeMutablePointer<Entry>) -> Void,
    _ fill: (UnsafeMutablePointer<Entry>, Key, Value) -> Void
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
    array(map.sorted { $0.key < $1.key }) { pair in
      let entry = allocate(Entry.self)
      initialize(entry)
      fill(entry, pair.key, pair.value)
      return entry
    }
  }
}
