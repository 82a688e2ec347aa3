import Model
import Testing

@testable import Transport

@Suite("Header codecs")
struct HeaderCodecTests {
  @Test(
    "grpc-timeout is read in every unit",
    arguments: [
      ("1n", Duration.nanoseconds(1)), ("99999999u", .microseconds(99_999_999)), ("100m", .milliseconds(100)),
      ("15S", .seconds(15)), ("2M", .seconds(120)), ("99999999H", .seconds(99_999_999 * 3600)), ("0S", .zero),
    ])
  func timeouts(text: String, duration: Duration) {
    #expect(TimeoutHeader.parse(Array(text.utf8)) == duration)
  }

  @Test(
    "a grpc-timeout of any other form is refused",
    arguments: ["", "S", "1", "123456789S", "1s", "-1S", "+1S", "1 S", " 1S", "1.5S", "1SS", "12٣S"])
  func wrongTimeouts(text: String) {
    #expect(TimeoutHeader.parse(Array(text.utf8)) == nil)
  }

  @Test(
    "grpc-timeout is written in the finest unit that fits, never too short",
    arguments: [
      (Duration.nanoseconds(5), "5n"), (.zero, "1n"), (.seconds(-3), "1n"), (.milliseconds(99), "99000000n"),
      (.milliseconds(100), "100000u"), (.seconds(100), "100000m"), (.nanoseconds(100_000_001), "100001u"),
      (.seconds(100_000), "100000S"), (.seconds(Int64.max), "2562048H"),
    ])
  func writtenTimeouts(duration: Duration, text: String) {
    #expect(TimeoutHeader.format(duration) == text)
  }

  @Test("a message survives percent encoding, whatever is in it")
  func percent() {
    let text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n 100%"
    let encoded = PercentEncoding.encode(text)
    #expect(encoded.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    #expect(encoded.hasPrefix("%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA"))
    #expect(PercentEncoding.decode(Array(encoded.utf8)) == text)
    #expect(PercentEncoding.encode("plain ~ text") == "plain ~ text")
  }

  @Test("a broken escape stays as it is", arguments: ["%", "%4", "%zz", "a%G1b", "%%"])
  func brokenPercent(text: String) {
    #expect(PercentEncoding.decode(Array(text.utf8)) == text)
  }

  @Test("base64 is written without padding and read with and without")
  func base64() {
    for count in 0...9 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 250 + $0 * 7) }
      let text = Base64.encode(bytes)
      #expect(!text.contains("="))
      #expect(decode(text) == bytes)
      #expect(decode(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)) == bytes)
    }
    #expect(Base64.encode([0xab, 0xab, 0xab]) == "q6ur")
  }

  @Test("what is not base64 is refused", arguments: ["a", "ab=", "ab===", "a b=", "ab-_", "=", "====", "abcde"])
  func wrongBase64(text: String) {
    #expect(decode(text) == nil)
  }

  private func decode(_ text: String) -> [UInt8]? {
    Array(text.utf8).withUnsafeBytes { Base64.decode($0) }
  }
}

@Suite("Metadata")
struct MetadataTests {
  @Test("values keep their order, and a name may occur twice")
  func order() {
    var metadata = Metadata()
    metadata.add("b", "1")
    metadata.add("a", "2")
    metadata.add("b", "3")
    #expect(metadata.all.map(\.key) == ["b", "a", "b"])
    #expect(metadata.first("b") == "1")
    #expect(metadata.values("b") == [.text("1"), .text("3")])
    #expect(metadata.first("c") == nil)
    metadata.remove("b")
    #expect(metadata.all.map(\.key) == ["a"])
  }

  @Test("only lower-case names that the protocol leaves free are valid")
  func keys() {
    for key in ["a", "x-y_z.0", "-bin", "user-agent"] { #expect(Metadata.isValidKey(key), "\(key)") }
    for key in ["", "A", "grpc-x", ":path", "a b", "ä", "te", "content-type", "a:b"] {
      #expect(!Metadata.isValidKey(key), "\(key)")
    }
  }

  @Test("a value that could break a header is made harmless")
  func values() {
    var metadata = Metadata()
    metadata.add("k", "a\r\nb: c ☺")
    #expect(metadata.first("k") == "a??b: c ?")
  }

  @Test("bytes come from base64, and several from one header joined by commas")
  func binary() throws {
    var metadata = Metadata()
    try receive(&metadata, "x-bin", "q6ur,AAE,AAE=")
    #expect(metadata.values("x-bin") == [.binary([0xab, 0xab, 0xab]), .binary([0, 1]), .binary([0, 1])])
    #expect(metadata.firstBinary("x-bin") == [0xab, 0xab, 0xab])
    #expect(metadata.all[1].wireValue == "AAE")
  }

  @Test("bytes that are not base64 are an error, reserved names are passed over")
  func received() throws {
    var metadata = Metadata()
    #expect(throws: Status.self) { try receive(&metadata, "x-bin", "!") }
    try receive(&metadata, "grpc-encoding", "gzip")
    try receive(&metadata, "te", "trailers")
    try receive(&metadata, "x", "a, b")
    #expect(metadata.all.map(\.wireValue) == ["a, b"])
  }

  private func receive(_ metadata: inout Metadata, _ name: String, _ value: String) throws {
    try Array(name.utf8).withUnsafeBytes { name in
      try Array(value.utf8).withUnsafeBytes { value in try metadata.receive(wireName: name, wireValue: value) }
    }
  }
}

@Suite("Status")
struct StatusTests {
  @Test(
    "an answer without a gRPC status is told by its HTTP status",
    arguments: [
      (400, StatusCode.internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
      (429, .unavailable), (502, .unavailable), (503, .unavailable), (504, .unavailable), (200, .unknown),
      (418, .unknown),
    ])
  func http(status: Int, code: StatusCode) {
    #expect(Status(httpStatus: status).code == code)
  }

  @Test(
    "a reset stream is told by its code",
    arguments: [
      (0, StatusCode.internal), (1, .internal), (7, .unavailable), (8, .cancelled), (11, .resourceExhausted),
      (12, .permissionDenied), (999, .internal),
    ] as [(UInt32, StatusCode)])
  func resets(reset: UInt32, code: StatusCode) {
    #expect(Status(resetCode: reset).code == code)
  }

  @Test("a code that nobody knows means unknown")
  func unknownCode() {
    #expect(Status(wireCode: 99, message: "m").code == .unknown)
    #expect(Status(wireCode: 14, message: "m") == Status(.unavailable, "m"))
  }
}
