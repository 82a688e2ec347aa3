import Bytes
import CMessages
import Messages

private let everyMessage: [any WireMessage.Type] = [
  NewswireV1.everyMessage, NewswireInternalV1.everyMessage, GrpcHealthV1.everyMessage, GrpcReflectionV1.everyMessage,
  GrpcReflectionV1Alpha.everyMessage, GoogleRpc.everyMessage, GoogleProtobuf.everyMessage,
].flatMap { $0 }

/// Two bytes choose the message, the rest is decoded as it. What was accepted comes out of its own encoding unchanged.
func fuzzMessages(_ bytes: UnsafeRawBufferPointer) {
  guard let (high, behindHigh) = choice(bytes), let (low, rest) = choice(behindHigh) else { return }
  let type = everyMessage[(high << 8 | low) % everyMessage.count]
  check(type, Array(rest))
}

private func check<M: WireMessage>(_ type: M.Type, _ bytes: [UInt8]) {
  guard let message = try? M(decoding: bytes) else { return }
  let encoded = message.serialized
  guard let again = try? M(decoding: encoded) else { fatalError("\(M.messageName): refuses its own encoding") }
  guard again.serialized == encoded else { fatalError("\(M.messageName): changes when it is encoded") }
}

/// Each message with something in each field, as its schema says.
func messageSeeds() -> [[UInt8]] {
  everyMessage.enumerated().map { index, type in
    [UInt8(index >> 8), UInt8(index & 0xff)] + sample(type.schema.descriptor)
  }
}

private func sample(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> [UInt8] {
  let fields = UnsafeBufferPointer(start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
  return fields.flatMap { field -> [UInt8] in
    let number = UInt64(field.id) << 3
    switch field.type {
    case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES: return varint(number | 2) + [2, 0x61, 0x62]
    case PROTOBUF_C_TYPE_MESSAGE:
      let inner = sample(field.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
      return varint(number | 2) + varint(UInt64(inner.count)) + inner
    case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT:
      return varint(number | 5) + [1, 2, 3, 4]
    case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE:
      return varint(number | 1) + [1, 2, 3, 4, 5, 6, 7, 8]
    default: return varint(number) + [1]
    }
  }
}

private func varint(_ value: UInt64) -> [UInt8] {
  value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
}
