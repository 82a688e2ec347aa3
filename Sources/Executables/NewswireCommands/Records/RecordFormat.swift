internal import NewswireClient

/// How records are printed.
enum RecordFormat: String, CaseIterable, Sendable {
  /// The value and a newline.
  case value
  /// An object in one line.
  case json
}

/// Records as text, collected until they are written in one piece.
struct RecordText {
  private let format: RecordFormat
  private(set) var bytes: [UInt8] = []

  init(_ format: RecordFormat) { self.format = format }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func add(
    _ partition: TopicPartition, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
    value: UnsafeRawBufferPointer?, headers: @autoclosure () -> [Header]
  ) {
    switch format {
    case .value: if let value { bytes += value }
    case .json:
      add("{\"topic\":\(jsonQuoted(partition.topic)),\"partition\":\(partition.partition),\"offset\":\(offset)")
      add(",\"timestamp_ms\":\(timestamp)")
      add("key", key)
      add("value", value)
      add(",\"headers\":[")
      for (index, header) in headers().enumerated() {
        add("\(index > 0 ? "," : ""){\"key\":\(jsonQuoted(header.key))")
        if let value = header.value { value.withUnsafeBytes { add("value", $0) } } else { add("value", nil) }
        add("}")
      }
      add("]}")
    }
    bytes.append(10)
  }

  private mutating func add(_ text: String) { bytes += text.utf8 }

  /// A member: text where the bytes are UTF-8, else base64 under another name.
  private mutating func add(_ name: String, _ content: UnsafeRawBufferPointer?) {
    guard let content else { return add(",\"\(name)\":null") }
    if let text = String(validating: content, as: UTF8.self) {
      add(",\"\(name)\":\(jsonQuoted(text))")
    } else {
      add(",\"\(name)_base64\":\"\(base64(content))\"")
    }
  }
}

/// Bytes in base64, with padding.
func base64(_ bytes: UnsafeRawBufferPointer) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let rest = min(3, bytes.count - start)
    var word = UInt32(bytes[start]) << 16
    if rest > 1 { word |= UInt32(bytes[start + 1]) << 8 }
    if rest > 2 { word |= UInt32(bytes[start + 2]) }
    for place in 0..<4 {
      text.append(place <= rest ? alphabet[Int(word >> (18 - 6 * UInt32(place))) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
