import Glibc
import NewswireClient
import Testing

@testable import NewswireCommands

@Suite("Lines to records and records to lines")
struct RecordTests {
  /// The lines of a text that comes through a pipe.
  private func lines(_ text: String, lineBytesMax: Int = 1000, bufferBytes: Int = 8) throws -> [String] {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let bytes = Array(text.utf8)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    defer { close(ends[0]) }
    let reader = LineReader(descriptor: ends[0], lineBytesMax: lineBytesMax, bufferBytes: bufferBytes)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(reader.count == lines.count)
    return lines
  }

  @Test("lines come without their newline, empty ones too, whatever the pieces that are read")
  func lineReader() throws {
    #expect(try lines("a\n\nlonger than the buffer\nz") == ["a", "", "longer than the buffer", "z"])
    #expect(try lines("a\nb\n") == ["a", "b"])
    #expect(try lines("") == [])
    #expect(try lines("\n") == [""])
  }

  @Test("a line that is too long for a record is refused by its number, at the end of the input too")
  func longLine() {
    for text in ["ok\n12345\n", "ok\n12345"] {
      let error = #expect(throws: CommandError.self) { try lines(text, lineBytesMax: 4) }
      #expect(error?.description == "line 2 is longer than 4 bytes, the most that a record may have")
    }
  }

  @Test("reading ends when it is interrupted, without what has no newline yet being lost")
  func interruption() throws {
    var input: [Int32] = [0, 0]
    var signal: [Int32] = [0, 0]
    #expect(pipe(&input) == 0 && pipe(&signal) == 0)
    defer { for descriptor in input + signal { close(descriptor) } }
    #expect(write(input[1], "a\nb", 3) == 3)
    let reader = LineReader(descriptor: input[0], interruption: signal[0], lineBytesMax: 100)
    #expect(try reader.next().map { String(decoding: $0, as: UTF8.self) } == "a")
    #expect(write(signal[1], "!", 1) == 1)
    #expect(try reader.next().map { String(decoding: $0, as: UTF8.self) } == "b")
    #expect(try reader.next() == nil)
  }

  private func parts(_ line: String, _ separator: String) -> [String]? {
    Array(line.utf8).withUnsafeBytes { line in
      split(line, at: Array(separator.utf8)).map { parts in
        [parts.key, parts.value].map { String(decoding: $0, as: UTF8.self) }
      }
    }
  }

  @Test("the key ends at the first separator")
  func keys() {
    #expect(parts("k\tv\tw", "\t") == ["k", "v\tw"])
    #expect(parts("\tv", "\t") == ["", "v"])
    #expect(parts("k\t", "\t") == ["k", ""])
    #expect(parts("a:b::c", "::") == ["a:b", "c"])
    #expect(parts("a:", "::") == nil)
    #expect(parts("", ":") == nil)
  }

  private func text(
    _ format: RecordFormat, key: [UInt8]?, value: [UInt8]?, headers: [Header] = [], separator: String? = nil
  ) -> String {
    var text = RecordText(format, keySeparator: separator)
    func lend(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Void) {
      if let bytes { bytes.withUnsafeBytes { body($0) } } else { body(nil) }
    }
    lend(key) { key in
      lend(value) { value in
        text.add(
          TopicPartition("news", 3), offset: 7, timestamp: 12, key: key, value: value, headers: headers)
      }
    }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test("a record as JSON has text where it is UTF-8, base64 where it is not, and null where there is nothing")
  func json() {
    #expect(
      text(.json, key: nil, value: Array("a\"é\n".utf8), headers: [Header("h", "x"), Header("n", [UInt8]?.none)])
        == #"{"topic":"news","partition":3,"offset":7,"timestamp_ms":12,"key":null,"value":"a\"é\n","#
        + #""headers":[{"key":"h","value":"x"},{"key":"n","value":null}]}"# + "\n")
    #expect(
      text(.json, key: [0xff, 0xfe, 0], value: [0x80])
        == #"{"topic":"news","partition":3,"offset":7,"timestamp_ms":12,"key_base64":"//4A","value_base64":"gA==","#
        + #""headers":[]}"# + "\n")
  }

  @Test("a record as its value is the value and a newline")
  func value() {
    #expect(text(.value, key: [1], value: Array("v".utf8)) == "v\n")
    #expect(text(.value, key: nil, value: nil) == "\n")
    #expect(text(.value, key: Array("k".utf8), value: Array("v".utf8), separator: ": ") == "k: v\n")
    #expect(text(.value, key: nil, value: Array("v".utf8), separator: ":") == ":v\n")
  }

  @Test(
    "times are read as people write them, in UTC",
    arguments: [
      ("1970-01-01", 0), ("1970-01-02T00:00:00Z", 86_400_000), ("2026-07-01 12:30", 1_782_909_000_000),
      ("2026-07-01T12:30:01.25Z", 1_782_909_001_250), ("2026-07-01T12:30:01.123456789", 1_782_909_001_123),
    ])
  func times(text: String, milliseconds: Int64) {
    #expect(TimestampText.milliseconds(text) == milliseconds)
  }

  @Test(
    "what is not a time is not read as one",
    arguments: ["", "2026", "2026-13-01", "2026-07-01T", "2026-07-01T25:00", "2026-07-01T12:00:00+02:00", "2026-7-1"])
  func noTimes(text: String) {
    #expect(TimestampText.milliseconds(text) == nil)
  }

  @Test("times are written with milliseconds")
  func writtenTimes() {
    #expect(TimestampText.text(1_782_909_001_050) == "2026-07-01T12:30:01.050Z")
    #expect(TimestampText.text(-1) == "1969-12-31T23:59:59.999Z")
    #expect(TimestampText.text(-47_161_958_400_000) == "0475-07-01T00:00:00.000Z")
  }

  @Test("a place is an offset, a time, or so long ago")
  func places() throws {
    guard case .offset(12)? = PlaceText("12", now: 0) else { throw CommandError("not an offset") }
    guard case .timestamp(86_400_000)? = PlaceText("1970-01-02", now: 0) else { throw CommandError("not a time") }
    guard case .timestamp(400_000)? = PlaceText("10m", now: 1_000_000) else { throw CommandError("not so long ago") }
    #expect(PlaceText("-1", now: 0) == nil)
    #expect(PlaceText("soon", now: 0) == nil)
  }
}
