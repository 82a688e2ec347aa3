import Bytes
import InteropMessages
import Messages
import Testing

/// Bytes that must be refused, and what the refusal says.
struct Malformed: Sendable, CustomTestStringConvertible {
  let what: String
  let bytes: [UInt8]
  let says: String
  var testDescription: String { what }

  init(_ what: String, _ bytes: [UInt8], says: String) {
    self.what = what
    self.bytes = bytes
    self.says = says
  }
}

private let tooLong: [UInt8] = Array(repeating: 0x80, count: 10) + [1]

let malformed: [Malformed] = [
  Malformed("a tag alone", [0x08], says: "int32_value' is cut off"),
  Malformed("half a tag", [0x80], says: "tag is cut off"),
  Malformed("a tag of six bytes", [0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 1], says: "tag is cut off or out of range"),
  Malformed("field number 0", [0x00, 1], says: "tag is cut off or out of range"),
  Malformed("a field number beyond the largest", [0x88, 0x80, 0x80, 0x80, 0x20, 1], says: "out of range"),
  Malformed("half a varint", [0x08, 0x80], says: "int32_value' is cut off or too long"),
  Malformed("a varint of eleven bytes", [0x10] + tooLong, says: "int64_value' is cut off or too long"),
  Malformed(
    "a varint of more than 64 bits", [0x10] + Array(repeating: 0xFF, count: 9) + [2], says: "int64_value' is cut off"),
  Malformed("a varint where text is due", [0x70, 1], says: "string_value' has the wrong wire type 0"),
  Malformed("text where a varint is due", [0x0A, 1, 0x61], says: "int32_value' has the wrong wire type 2"),
  Malformed(
    "eight bytes where four are due", [0x39, 1, 2, 3, 4, 5, 6, 7, 8], says: "fixed32_value' has the wrong wire"),
  Malformed("a group", [0x0B, 0x0C], says: "int32_value' has the wrong wire type 3"),
  Malformed("an unknown group", [0xA3, 0x06, 0xA4, 0x06], says: "unknown field 100"),
  Malformed("an unknown wire type", [0xA7, 0x06], says: "unknown field 100"),
  Malformed("an unknown field that is cut off", [0xA2, 0x06, 5, 1], says: "unknown field 100"),
  Malformed("three of four bytes", [0x3D, 1, 2, 3], says: "fixed32_value' is cut off"),
  Malformed("seven of eight bytes", [0x41, 1, 2, 3, 4, 5, 6, 7], says: "fixed64_value' is cut off"),
  Malformed("text past the end", [0x72, 2, 0x61], says: "string_value' is cut off"),
  Malformed("a length of 2^31", [0x72, 0x80, 0x80, 0x80, 0x80, 0x08], says: "string_value' is cut off"),
  Malformed("a length of 2^64 - 1", [0x72] + Array(repeating: 0xFF, count: 9) + [1], says: "string_value' is cut off"),
  Malformed("text with a NUL", [0x72, 3, 0x61, 0, 0x62], says: "string_value' is not UTF-8, or has a NUL"),
  Malformed("a lone continuation byte", [0x72, 1, 0x80], says: "not UTF-8"),
  Malformed("half a character", [0x72, 2, 0xE2, 0x82], says: "not UTF-8"),
  Malformed("an overlong slash", [0x72, 2, 0xC0, 0xAF], says: "not UTF-8"),
  Malformed("an overlong NUL", [0x72, 3, 0xE0, 0x80, 0x80], says: "not UTF-8"),
  Malformed("a surrogate", [0x72, 3, 0xED, 0xA0, 0x80], says: "not UTF-8"),
  Malformed("a character beyond U+10FFFF", [0x72, 4, 0xF4, 0x90, 0x80, 0x80], says: "not UTF-8"),
  Malformed("a byte that UTF-8 never has", [0x72, 1, 0xFF], says: "not UTF-8"),
  Malformed("bad text in a list", [0xC2, 0x01, 1, 0xFF], says: "string_list' is not UTF-8"),
  Malformed("bad text as a map's value", [0xDA, 0x01, 3, 0x12, 1, 0xFF], says: "value' is not UTF-8"),
  Malformed("bad text as a choice", [0xF2, 0x01, 1, 0xFF], says: "text_choice' is not UTF-8"),
  Malformed(
    "bad text within a message", [0x8A, 0x01, 3, 0x12, 1, 0], says: "newswire.testing.v1.Leaf: the field 'text'"),
  Malformed("a message past the end", [0x8A, 0x01, 3, 0x12, 1], says: "message_value' is cut off"),
  Malformed("a message whose inside is past its end", [0x8A, 0x01, 2, 0x12, 1, 0x61], says: "Leaf: the field 'text'"),
  Malformed("packed numbers that end within one", [0x92, 0x01, 2, 1, 0x80], says: "int32_list' has a number"),
  Malformed("packed numbers of seven bytes", [0xA2, 0x01, 7, 1, 2, 3, 4, 5, 6, 7], says: "fixed64_list' is cut off"),
  Malformed("a message given twice", [0x8A, 0x01, 0, 0x8A, 0x01, 0], says: "message_value' is given twice"),
  Malformed("a chosen message given twice", [0x82, 0x02, 0, 0x82, 0x02, 0], says: "leaf_choice' is given twice"),
]

@Suite("Malformed bytes")
struct MalformedTests {
  @Test("bytes that are not a message are refused with the field's name", arguments: malformed)
  func refused(malformed: Malformed) {
    let error = #expect(throws: MessageError.self) { try Everything(decoding: malformed.bytes) }
    #expect(error?.message.contains(malformed.says) == true, "it says: \(error?.message ?? "nothing")")
    #expect(error?.message.hasPrefix("newswire.testing.v1.") == true)
  }

  @Test("what is unusual but allowed is read")
  func unusual() throws {
    #expect(try Everything(decoding: [0x08, 0x80, 0x00]).int32Value == 0)
    #expect(try Everything(decoding: [0x68, 0x80, 0x01]).boolValue)
    #expect(try Everything(decoding: [0x72, 0x81, 0x00, 0x61]).stringValue == "a")
    #expect(try Everything(decoding: [0xA0, 0x06, 1, 0xA2, 0x06, 1, 1, 0xA5, 0x06, 0, 0, 0, 0]) == Everything())
    #expect(
      try Everything(decoding: Everything(stringValue: "\u{1}\u{7F}\u{80}\u{7FF}\u{FFFF}\u{10FFFF}").serialized)
        .stringValue.unicodeScalars.count == 6)
  }

  @Test("a message cut off anywhere is refused or read as a shorter one, and never traps")
  func truncated() {
    let bytes = full.serialized
    for count in bytes.indices {
      #expect((try? Everything(decoding: Array(bytes.prefix(count)))) != full)
    }
  }

  @Test("a few megabytes of tiny parts are refused before they become gigabytes")
  func tinyParts() {
    func refusal(_ part: [UInt8]) -> String? {
      var bytes = part
      while bytes.count < 4 << 20 { bytes += bytes }
      do {
        _ = try Everything(decoding: bytes)
        return nil
      } catch { return error.message }
    }
    #expect(refusal([0xD2, 0x01, 0])?.contains("too many small parts") == true)
    #expect(refusal([0xC2, 0x01, 0])?.contains("too many small parts") == true)
    #expect(refusal([0xA0, 0x06, 1])?.contains("too many small parts") == true)
    #expect(refusal([0x08, 1])?.contains("too many small parts") == true)
    #expect(refusal([0xC2, 0x3E, 0])?.contains("too many small parts") == true)
  }

  @Test("a hundred thousand small records in one produce are read")
  func manyRecords() throws {
    let records = (0..<100_000).map { _ in NewswireV1.Record(value: [1]) }
    let request = NewswireV1.ProduceRequest(topic: "t", records: records)
    #expect(try NewswireV1.ProduceRequest(decoding: request.serialized).records.count == 100_000)
  }
}
