import Bytes
import InteropMessages
import Messages
import Testing

@Suite("The payload: field 1000")
struct PayloadTests {
  let payload = Payload.bytes(ByteSlice([7, 8, 9]))

  @Test("the head ends with the payload's tag and length, and the payload is the very same memory")
  func encodedByReference() throws {
    let slice = ByteSlice(Array(repeating: 5, count: 300))
    let encoded = Everything(int32Value: 1, payload: .bytes(slice)).encoded()
    #expect(encoded.head.array == [0x08, 1, 0xC2, 0x3E, 0xAC, 0x02])
    #expect(encoded.payload.slice?.storage === slice.storage)
    #expect(encoded.count == 306)
  }

  @Test("an empty payload is not sent")
  func emptyPayload() throws {
    #expect(Everything(int32Value: 1, payload: .bytes(.empty)).serialized == [0x08, 1])
  }

  @Test("a payload that lies in a file goes out as that range of the file")
  func fileRange() throws {
    let file = FileReference(descriptor: -1, onRelease: { _ in })
    let encoded = Everything(payload: .file(FileRange(file: file, offset: 10, count: 20))).encoded()
    #expect(encoded.head.array == [0xC2, 0x3E, 20])
    #expect(encoded.payload == .file(FileRange(file: file, offset: 10, count: 20)))
  }

  @Test("a decoded payload is a part of the bytes that came in")
  func decodedByReference() throws {
    let bytes = ByteSlice([0x08, 1, 0xC2, 0x3E, 3, 7, 8, 9])
    let message = try Everything(decoding: bytes)
    #expect(message == Everything(int32Value: 1, payload: payload))
    #expect(message.payload.slice?.storage === bytes.storage)
    #expect(message.payload.slice?.offset == 5)
  }

  @Test("a part of a larger buffer is decoded with the payload at its place")
  func decodedFromTheMiddle() throws {
    let buffer = ByteSlice([0xFF, 0xFF, 0x08, 1, 0xC2, 0x3E, 3, 7, 8, 9, 0xFF])
    let message = try Everything(decoding: buffer[2..<10])
    #expect(message == Everything(int32Value: 1, payload: payload))
  }

  @Test("fields may stand behind the payload, known and unknown ones")
  func fieldsBehind() throws {
    let field: [UInt8] = [0xC2, 0x3E, 3, 7, 8, 9]
    let unknown: [UInt8] = [0xCA, 0x3E, 2, 1, 1]
    let expected = Everything(int32Value: 1, stringValue: "x", payload: payload)
    #expect(try Everything(decoding: field + [0x08, 1] + [0x72, 1, 0x78]) == expected)
    #expect(try Everything(decoding: [0x08, 1] + field + unknown + [0x72, 1, 0x78] + unknown) == expected)
    #expect(try Everything(decoding: unknown + [0x72, 1, 0x78, 0x08, 1] + field) == expected)
  }

  @Test("of a payload given twice the last one counts, even if it is empty")
  func givenTwice() throws {
    let first: [UInt8] = [0xC2, 0x3E, 2, 1, 2]
    let second: [UInt8] = [0xC2, 0x3E, 3, 7, 8, 9]
    #expect(try Everything(decoding: first + second).payload == payload)
    #expect(
      try Everything(decoding: first + [0x08, 1] + second + [0x68, 1])
        == Everything(int32Value: 1, boolValue: true, payload: payload))
    #expect(try Everything(decoding: second + [0xC2, 0x3E, 0]).payload.count == 0)
  }

  @Test("a payload that is cut off or of another wire type is refused")
  func malformed() {
    #expect(throws: MessageError.self) { try Everything(decoding: [0xC2, 0x3E, 3, 7, 8]) }
    #expect(throws: MessageError.self) { try Everything(decoding: [0xC2, 0x3E]) }
    #expect(throws: MessageError.self) { try Everything(decoding: [0xC0, 0x3E, 1]) }
  }

  @Test("the field number 1000 of a message without a payload is unknown and skipped")
  func unknownElsewhere() throws {
    #expect(try Leaf(decoding: [0x08, 1, 0xC2, 0x3E, 3, 7, 8, 9]) == Leaf(number: 1))
  }
}
