import Bytes
import CMessages
import InteropMessages
import Messages
import Model
import Testing

private let everyMessage: [any WireMessage.Type] = [
  NewswireV1.everyMessage, NewswireInternalV1.everyMessage, GrpcHealthV1.everyMessage, GrpcReflectionV1.everyMessage,
  GrpcReflectionV1Alpha.everyMessage, GoogleRpc.everyMessage, GoogleProtobuf.everyMessage, GrpcTesting.everyMessage,
  NewswireTestingV1.everyMessage,
].flatMap { $0 }

/// Writes messages as every encoder would, with something in each field, from their schemas alone.
private struct SampleWriter {
  var random = Seeded(RobustnessTests.seed)

  mutating func message(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> [UInt8] {
    let fields = UnsafeBufferPointer(start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
    let chosen = Dictionary(grouping: fields.filter(\.isInOneof), by: \.quantifier_offset)
      .mapValues { $0[Int.random(in: $0.indices, using: &random)].id }
    return fields.filter { !$0.isInOneof || chosen[$0.quantifier_offset] == $0.id }.flatMap { self.field($0) }
  }

  private mutating func field(_ field: ProtobufCFieldDescriptor) -> [UInt8] {
    let isRepeated = field.label == PROTOBUF_C_LABEL_REPEATED
    let isMapEntry = field.message.map { String(cString: $0.pointee.short_name).hasSuffix("Entry") } ?? false
    let values = (0..<(isRepeated && !isMapEntry ? 3 : 1)).map { _ in value(field) }
    if isRepeated && field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_PACKED.rawValue) != 0 {
      return varint(UInt64(field.id) << 3 | 2) + sized(values.flatMap { $0 })
    }
    return values.flatMap { varint(UInt64(field.id) << 3 | field.wireType) + $0 }
  }

  private mutating func value(_ field: ProtobufCFieldDescriptor) -> [UInt8] {
    func bytes(_ count: Int, _ range: ClosedRange<UInt8>) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: range, using: &random) }
    }
    switch field.type {
    case PROTOBUF_C_TYPE_BOOL: return [1]
    case PROTOBUF_C_TYPE_STRING: return sized(bytes(.random(in: 1..<40, using: &random), 0x20...0x7E))
    case PROTOBUF_C_TYPE_BYTES: return sized(bytes(.random(in: 1..<40, using: &random), 0...255))
    case PROTOBUF_C_TYPE_MESSAGE: return field.message.map { sized(message($0)) } ?? []
    default: break
    }
    switch field.wireType {
    case 1: return bytes(8, 1...100)
    case 5: return bytes(4, 1...100)
    default: return varint(.random(in: 1...UInt64(Int32.max), using: &random))
    }
  }

  private func sized(_ bytes: [UInt8]) -> [UInt8] { varint(UInt64(bytes.count)) + bytes }

  private func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }
}

extension ProtobufCFieldDescriptor {
  fileprivate var isInOneof: Bool { flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 }

  fileprivate var message: UnsafePointer<ProtobufCMessageDescriptor>? {
    type == PROTOBUF_C_TYPE_MESSAGE ? descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self) : nil
  }

  fileprivate var wireType: UInt64 {
    switch type {
    case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_MESSAGE: 2
    case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT: 5
    case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE: 1
    default: 0
    }
  }
}

@Suite("Every message of every package")
struct EveryMessageTests {
  /// True if reading these bytes and writing what was read gives the same bytes.
  func isUnchanged<M: WireMessage>(_ type: M.Type, _ bytes: [UInt8]) throws -> Bool {
    try M(decoding: bytes).serialized == bytes
  }

  @Test("bytes with something in each field come back exactly as they were")
  func roundTrip() throws {
    var writer = SampleWriter()
    for type in everyMessage {
      for _ in 0..<5 {
        let bytes = writer.message(type.schema.descriptor)
        #expect(try isUnchanged(type, bytes), "\(type.messageName): \(bytes)")
      }
    }
    #expect(everyMessage.count > 150)
  }

  @Test("its name is that of its C descriptor")
  func messageNames() {
    for type in everyMessage {
      #expect(String(cString: type.schema.descriptor.pointee.name) == type.messageName)
    }
  }

  @Test("damaged bytes are refused or read, and never trap")
  func damaged() {
    var writer = SampleWriter()
    var random = Seeded(RobustnessTests.seed)
    var refused = 0
    for type in everyMessage {
      let bytes = writer.message(type.schema.descriptor)
      for _ in 0..<100 where (try? type.init(decoding: damage(bytes, &random))) == nil { refused += 1 }
    }
    #expect(refused > everyMessage.count)
  }
}
