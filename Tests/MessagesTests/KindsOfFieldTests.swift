import Bytes
import InteropMessages
import Messages
import Testing

typealias Everything = NewswireTestingV1.Everything
typealias Leaf = NewswireTestingV1.Leaf

/// A message with something in every field but the payload.
let full = Everything(
  int32Value: -1, int64Value: .min, uint32Value: .max, uint64Value: .max, sint32Value: -2, sint64Value: .min,
  fixed32Value: 7, fixed64Value: 8, sfixed32Value: -9, sfixed64Value: -10, floatValue: 1.5, doubleValue: -0.25,
  boolValue: true, stringValue: "grüße 🗞", bytesValue: [0, 255], enumValue: .minus,
  messageValue: Leaf(number: 1, text: "leaf"), int32List: [0, 1, -1], sint64List: [-1, .max], fixed64List: [1, .max],
  floatList: [0, 2.5], boolList: [true, false], enumList: [.plus, .minus, .unspecified], stringList: ["", "a"],
  bytesList: [[], [1]], innerList: [.init(), .init(leaves: [Leaf(number: 2), Leaf(text: "x")])],
  textByNumber: [2: "two", -1: ""], leafByName: ["b": Leaf(number: 3), "": Leaf()], number: 0, choice: .textChoice(""))

@Suite("Every kind of field")
struct KindsOfFieldTests {
  @Test("a message comes back as it was sent")
  func roundTrip() throws {
    #expect(try Everything(decoding: full.serialized) == full)
  }

  @Test("a message with nothing in it has no bytes")
  func empty() throws {
    #expect(Everything().serialized == [])
    #expect(try Everything(decoding: []) == Everything())
  }

  @Test("every field's bytes are those of the specification")
  func exactBytes() {
    #expect(Everything(int32Value: 150).serialized == [0x08, 0x96, 0x01])
    #expect(Everything(int32Value: -1).serialized == [0x08] + Array(repeating: 0xFF, count: 9) + [0x01])
    #expect(Everything(uint64Value: .max).serialized == [0x20] + Array(repeating: 0xFF, count: 9) + [0x01])
    #expect(Everything(sint32Value: -2).serialized == [0x28, 0x03])
    #expect(Everything(fixed32Value: 7).serialized == [0x3D, 7, 0, 0, 0])
    #expect(Everything(fixed64Value: 8).serialized == [0x41, 8, 0, 0, 0, 0, 0, 0, 0])
    #expect(Everything(doubleValue: 1).serialized == [0x61, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    #expect(Everything(boolValue: true).serialized == [0x68, 1])
    #expect(Everything(stringValue: "hi").serialized == [0x72, 2, 0x68, 0x69])
    #expect(Everything(enumValue: .minus).serialized == [0x80, 0x01] + Array(repeating: 0xFF, count: 9) + [0x01])
    #expect(Everything(messageValue: Leaf(number: 5)).serialized == [0x8A, 0x01, 2, 0x08, 5])
    #expect(Everything(int32List: [1, 2, 300]).serialized == [0x92, 0x01, 4, 1, 2, 0xAC, 0x02])
    #expect(Everything(stringList: ["", "a"]).serialized == [0xC2, 0x01, 0, 0xC2, 0x01, 1, 0x61])
    #expect(
      Everything(textByNumber: [2: "b", 1: ""]).serialized == [0xDA, 0x01, 2, 8, 1] + [0xDA, 0x01, 5, 8, 2, 18, 1, 98])
  }

  @Test("absence and zero are told apart where the field stands in a oneof")
  func presence() throws {
    #expect(Everything(number: 0).serialized == [0xE8, 0x01, 0])
    #expect(try Everything(decoding: [0xE8, 0x01, 0]).number == 0)
    #expect(try Everything(decoding: []).number == nil)
    #expect(NewswireV1.Record(key: []).serialized == [0x1A, 0])
    #expect(try NewswireV1.Record(decoding: [0x1A, 0]) == NewswireV1.Record(key: [], value: nil))
  }

  @Test(
    "each choice of a oneof comes back",
    arguments: [
      .textChoice("x"), .textChoice(""), .bytesChoice([]), .bytesChoice([1]), .leafChoice(Leaf()),
      .leafChoice(Leaf(number: 1)),
      .boolChoice(false), .signChoice(.minus), .signChoice(.unspecified), .doubleChoice(0),
    ] as [Everything.OneOfChoice])
  func choices(choice: Everything.OneOfChoice) throws {
    #expect(try Everything(decoding: Everything(choice: choice).serialized).choice == choice)
  }

  @Test("of two choices in the bytes the later one counts")
  func laterChoice() throws {
    let bytes =
      Everything(choice: .leafChoice(Leaf(text: "x"))).serialized + Everything(choice: .boolChoice(true)).serialized
    #expect(try Everything(decoding: bytes).choice == .boolChoice(true))
  }

  @Test("of a single field given twice the later one counts, and repeated fields are added up")
  func givenTwice() throws {
    let bytes = Everything(int32Value: 1, stringValue: "a", int32List: [1]).serialized
    let more = Everything(int32Value: 2, stringValue: "b", int32List: [2]).serialized
    #expect(try Everything(decoding: bytes + more) == Everything(int32Value: 2, stringValue: "b", int32List: [1, 2]))
  }

  @Test("repeated numbers are read packed and one by one")
  func unpacked() throws {
    #expect(try Everything(decoding: [0x90, 0x01, 1, 0x92, 0x01, 1, 2, 0x90, 0x01, 3]).int32List == [1, 2, 3])
  }

  @Test("an enum value of a newer program is kept")
  func openEnum() throws {
    let message = Everything(enumValue: .init(rawValue: 1000), enumList: [.init(rawValue: -77)])
    #expect(try Everything(decoding: message.serialized) == message)
    let acks = NewswireV1.ProduceRequest(acks: .init(rawValue: 99))
    #expect(try NewswireV1.ProduceRequest(decoding: acks.serialized).acks.rawValue == 99)
  }

  @Test("of two map entries with one key the later one counts, and what an entry leaves out is the default")
  func mapEntries() throws {
    let bytes: [UInt8] = [0xDA, 0x01, 5, 8, 2, 18, 1, 98] + [0xDA, 0x01, 5, 8, 2, 18, 1, 99] + [0xDA, 0x01, 0]
    #expect(try Everything(decoding: bytes).textByNumber == [2: "c", 0: ""])
    #expect(try Everything(decoding: [0xE2, 0x01, 3, 0x0A, 1, 0x61]).leafByName == ["a": Leaf()])
  }

  @Test("a NUL in a text that is sent becomes a replacement character, since it cannot be carried")
  func outgoingNUL() throws {
    #expect(try Leaf(decoding: Leaf(text: "a\0b").serialized).text == "a\u{FFFD}b")
  }
}
