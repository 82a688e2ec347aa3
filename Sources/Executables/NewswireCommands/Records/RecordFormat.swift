internal import NewswireClient

/// How records are printed.
enum RecordFormat: String, CaseIterable, Sendable {
  /// The value and a newline, perhaps with the key before it.
  case value
  /// An object in one line; holds everything, whatever the bytes are.
  case json
}

/// Records as text, collected until they are written in one piece.
struct RecordText {
  private let format: RecordFormat
  /// What stands between key and value; nil: the value alone.
  private let keySeparator: [UInt8]?
  private(set) var bytes: [UInt8] = []

  init(_ format: RecordFormat, keySeparator: String? = nil) {
    self.format = format
    self.keySeparator = keySeparator.map { Array($0.utf8) }
  }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func add(
    _ partition: TopicPartition, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
    value: UnsafeRawBufferPointer?, headers: @autoclosure () -> [Header]
  ) {
    switch format {
    case .value:
      if let keySeparator {
        if let key { bytes += key }
        bytes += keySeparator
      }
      if let value { bytes += value }
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
