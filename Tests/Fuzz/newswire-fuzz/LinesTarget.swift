import Bytes
import NewswireClient

@testable import NewswireCommands

private let lines = LineRecords(
  topic: "t", partition: nil, format: .json, keySeparator: nil, headers: [Header("from", Array("line".utf8))])

/// Bytes as what people pipe into the command line: a line of JSON as a record, a line with a key, a time, base64.
///
/// A record that was understood is printed as `newswire consume` does, and understood again as the same.
func fuzzLines(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  switch number % 4 {
  case 0: checkJSON(rest)
  case 1: checkRecord(rest)
  case 2: checkBase64(rest)
  default: checkText(rest)
  }
}

private func checkJSON(_ bytes: UnsafeRawBufferPointer) {
  guard let value = try? JSON(bytes) else { return }
  for text in [value.text, value.pretty] {
    guard let again = try? Array(text.utf8).withUnsafeBytes({ try JSON($0) }), again.text == value.text else {
      fatalError("\(text) is not understood as what it was written from")
    }
  }
}

private func checkRecord(_ bytes: UnsafeRawBufferPointer) {
  guard let json = try? JSON(bytes), let record = try? lines.record(json: json) else { return }
  var text = RecordText(.json)
  (record.key ?? []).withUnsafeBytes { key in
    (record.value ?? []).withUnsafeBytes { value in
      text.add(
        TopicPartition("t", 0), offset: 0, timestamp: record.timestamp ?? 0, key: record.key == nil ? nil : key,
        value: record.value == nil ? nil : value, headers: record.headers.dropLast())
    }
  }
  let again = try? text.bytes.withUnsafeBytes { try lines.record(json: try JSON($0)) }
  guard let again, again.key == record.key, again.value == record.value, again.headers == record.headers,
    again.timestamp == record.timestamp ?? 0
  else { fatalError("\(record) is printed as \(String(decoding: text.bytes, as: UTF8.self))") }
}

private func checkBase64(_ rest: UnsafeRawBufferPointer) {
  guard NewswireCommands.bytes(base64: base64(rest)) == Array(rest) else { fatalError("base64 loses \(Array(rest))") }
  _ = NewswireCommands.bytes(base64: String(decoding: rest, as: UTF8.self))
}

private func checkText(_ rest: UnsafeRawBufferPointer) {
  let text = String(decoding: rest, as: UTF8.self)
  if let time = TimestampText.milliseconds(text) {
    guard TimestampText.milliseconds(TimestampText.text(time)) == time else { fatalError("\(text) is another time") }
  }
  if let (key, value) = split(rest, at: Array("::".utf8)) {
    guard key.count + 2 + value.count == rest.count else { fatalError("a key and a value have lost something") }
  }
}

func lineSeeds() -> [[UInt8]] {
  let record = """
    {"topic":"t","partition":0,"offset":5,"timestamp_ms":1700000000000,"key":"k","value_base64":"AP8=",\
    "headers":[{"key":"h","value":"\\u00e9\\n\\ud83d\\ude00"},{"key":"","value":null}]}
    """
  let texts: [(UInt8, [String])] = [
    (0, [#"{"a":[1,-2.5e3,true,null,"x\"\\"],"b":{}}"#, "[[[[[]]]]]", "-0", "9223372036854775807", "1e400"]),
    (1, [record, #"{"value":"v"}"#, #"{"key":null,"value":null,"headers":null}"#]),
    (2, ["AQI=", "newswire", "AQ"]), (3, ["2026-07-01T12:00:00.250Z", "2026-07-01", "k::v::w", "9999-12-31 23:59"]),
  ]
  return texts.flatMap { kind, texts in texts.map { [kind] + Array($0.utf8) } }
}
