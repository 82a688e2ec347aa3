import NewswireClient
import Testing

@testable import NewswireCommands

@Suite("JSON that is read")
struct JSONTests {
  private func read(_ text: String) throws -> JSON {
    try Array(text.utf8).withUnsafeBytes { try JSON($0) }
  }

  @Test(
    "what is written is read again",
    arguments: [
      JSON.null, .bool(true), .integer(-7), .integer(.max), .number(1.5e300), "", "é\u{1f600}\"\\\n\u{0}\u{7f}\u{2028}",
      [],
      [[], [:], ["a": ["b": .null]]], ["b": .integer(1), "a": "", "b": .bool(false)],
    ])
  func roundTrip(value: JSON) throws {
    #expect(try read(value.text) == value)
    #expect(try read(value.pretty) == value)
  }

  @Test("escapes and blanks are understood")
  func escapes() throws {
    #expect(
      try read(" [ \"\\u00e9\\uD83D\\ude00\\b\\f\\/\" ,\t1e2 , -0 ]\r\n") == [
        "é😀\u{8}\u{c}/", .number(100), .integer(0),
      ])
  }

  @Test(
    "what is not JSON is refused, and where",
    arguments: [
      ("", 1), ("{", 2), ("[1,]", 4), ("{\"a\" 1}", 6), ("{a:1}", 2), ("tru", 1), ("1 2", 3), ("01", 1), ("1.", 1),
      ("+1", 1), ("1e999", 1), ("\"a", 3), ("\"\n\"", 2), ("\"\\x\"", 3), ("\"\\u12g4\"", 4), ("\"\\ud800\"", 8),
      ("\"\\ud800\\u0041\"", 14), (String(repeating: "[", count: 100), 65), ("nul\u{0}", 1),
    ])
  func refused(text: String, place: Int) {
    let error = #expect(throws: JSONError.self) { try read(text) }
    #expect(error?.place == place, "\(text): \(error.map { "\($0)" } ?? "")")
  }

  @Test("bytes that are not UTF-8 are refused")
  func encoding() {
    #expect(throws: JSONError.self) { try ([0x22, 0xff, 0x22] as [UInt8]).withUnsafeBytes { try JSON($0) } }
  }

  @Test("base64 is read with padding and without; anything else is none")
  func base64() {
    for bytes in [[], [0], [1, 2], [255, 254, 253], Array(0...255)] as [[UInt8]] {
      let text = bytes.withUnsafeBytes { NewswireCommands.base64($0) }
      #expect(NewswireCommands.bytes(base64: text) == bytes)
      #expect(NewswireCommands.bytes(base64: String(text.prefix { $0 != "=" })) == bytes)
    }
    for text in ["A", "AAAAA", "A=AA", "AA==A", "A-_A", "é"] { #expect(NewswireCommands.bytes(base64: text) == nil) }
  }

  private func record(_ text: String) throws -> ProducerRecord {
    let lines = LineRecords(topic: "t", partition: nil, format: .json, keySeparator: nil, headers: [Header("all", "1")])
    return try lines.record(json: try read(text))
  }

  @Test("a record is what the other command prints, but for the place where it lay")
  func records() throws {
    let all =
      ##"{"topic":"old","partition":3,"offset":7,"timestamp_ms":12,"key_base64":"//4A","value":"v","##
      + ##""headers":[{"key":"h","value":"x"},{"key":"b","value_base64":"gA=="},{"key":"n","value":null}]}"##
    #expect(
      try record(all)
        == ProducerRecord(
          topic: "t", key: [0xff, 0xfe, 0], value: Array("v".utf8),
          headers: [Header("h", "x"), Header("b", [0x80]), Header("n", [UInt8]?.none), Header("all", "1")],
          timestamp: 12))
    #expect(try record("{}") == ProducerRecord(topic: "t", value: nil, headers: [Header("all", "1")]))
  }

  @Test(
    "an object that is no record is refused, and why",
    arguments: [
      ("[]", "JSON object"), (##"{"vlaue":"a"}"##, "no member \"vlaue\""), (##"{"value":1}"##, "text or null"),
      (##"{"key":"a","key_base64":"AA"}"##, "exclude each other"), (##"{"value_base64":"?"}"##, "not base64"),
      (##"{"headers":{}}"##, "list"), (##"{"headers":[{"value":"x"}]}"##, "header is an object"),
      (##"{"timestamp_ms":-1}"##, "milliseconds"), (##"{"timestamp_ms":"now"}"##, "milliseconds"),
    ])
  func noRecords(text: String, words: String) {
    let error = #expect(throws: LineRecords.Problem.self) { try record(text) }
    #expect(error?.text.contains(words) == true, "\(error?.text ?? "")")
  }
}
