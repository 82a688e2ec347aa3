/// Something that takes bytes from outside and must survive all of them.
enum FuzzTarget: String, CaseIterable {
  case recordBatch = "record-batch"
  case compression
  case messages
  case configuration
  case http2
  case headers
  case indexes

  func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .recordBatch: fuzzRecordBatch(bytes)
    case .compression: fuzzCompression(bytes)
    case .messages: fuzzMessages(bytes)
    case .configuration: fuzzConfiguration(bytes)
    case .http2: fuzzHTTP2(bytes)
    case .headers: fuzzHeaders(bytes)
    case .indexes: fuzzIndexes(bytes)
    }
  }
}

/// The first byte as a choice, and the rest.
func choice(_ bytes: UnsafeRawBufferPointer) -> (Int, UnsafeRawBufferPointer)? {
  guard let first = bytes.first else { return nil }
  return (Int(first), UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
}
