import Model

@testable import Transport

/// Bytes as the values of gRPC's own headers.
func fuzzHeaders(_ bytes: UnsafeRawBufferPointer) {
  if let decoded = Base64.decode(bytes) {
    let again = Base64.encode(decoded).utf8.map(\.self)
    guard again.withUnsafeBytes({ Base64.decode($0) }) == decoded else { fatalError("base64 changes what it carries") }
  }
  let text = PercentEncoding.decode(bytes)
  guard PercentEncoding.decode(PercentEncoding.encode(text).utf8) == text else {
    fatalError("percent encoding changes")
  }
  if let timeout = TimeoutHeader.parse(bytes), timeout >= .zero { _ = TimeoutHeader.format(timeout) }
  var metadata = Metadata()
  let half = bytes.count / 2
  try? metadata.receive(
    wireName: UnsafeRawBufferPointer(rebasing: bytes[..<half]),
    wireValue: UnsafeRawBufferPointer(rebasing: bytes[half...]))
  _ = Status(.unknown, "", details: Array(bytes)).refusal
}

func headerSeeds() -> [[UInt8]] {
  let refusal = Refusal(.unknownTopic, "there is no topic", metadata: ["topic": "orders"], field: "topic")
  let texts = ["10S", "99999999H", "trace-binAQID/w==", "a-binAQ,Ag==,/w", "not found: caf%C3%A9 %zz", "key:value"]
  return texts.map { Array($0.utf8) } + [Status(refusal, node: "newswire://c/broker/1").details]
}
