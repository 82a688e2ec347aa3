package import Bytes
import CMessages

/// From bytes to messages and back. Callable from any thread.
package enum WireCodec {
  /// The message that `bytes` are; its payload is a part of them.
  package static func decode<M: WireMessage>(_ bytes: ByteSlice) throws(MessageError) -> M {
    try bytes.withUnsafeBytes { raw throws(MessageError) -> M in
      let all = raw.assumingMemoryBound(to: UInt8.self)
      var check = WireCheck(count: all.count)
      try check.check(all, as: M.schema)
      let arena = Arena.ofThisThread
      defer { arena.reset() }
      let body = check.payload.map { withoutPayload(all, $0, arena) } ?? all
      guard
        let unpacked = protobuf_c_message_unpack(M.schema.descriptor, arena.allocator, body.count, body.baseAddress)
      else { throw MessageError(message: "\(M.messageName): the message is malformed") }
      var message = M(wire: UnsafeRawPointer(unpacked).assumingMemoryBound(to: M.Wire.self))
      if let payload = check.payload?.bytes, let start = all.baseAddress, let first = payload.baseAddress {
        message.wirePayload = .bytes(bytes[first - start..<first - start + payload.count])
      }
      return message
    }
  }

  /// The message's bytes but the payload: what stands before it, or, if it is not the last field, a copy of the rest.
  private static func withoutPayload(
    _ all: UnsafeBufferPointer<UInt8>, _ place: WireCheck.PayloadPlace, _ arena: Arena
  ) -> UnsafeBufferPointer<UInt8> {
    guard let start = all.baseAddress, let first = place.fields.first?.baseAddress else { return all }
    if place.fields.count == 1, first + place.fields[0].count == start + all.count {
      return UnsafeBufferPointer(start: start, count: first - start)
    }
    let copy = arena.allocate(UInt8.self, all.count)
    var count = 0
    var position = start
    func append(upTo end: UnsafePointer<UInt8>) {
      (copy + count).update(from: position, count: end - position)
      count += end - position
    }
    for case let field? in place.fields.map(\.range) {
      append(upTo: field.lowerBound)
      position = field.upperBound
    }
    append(upTo: start + all.count)
    return UnsafeBufferPointer(start: copy, count: count)
  }

  /// The message as bytes; its payload stays where it is.
  package static func encode<M: WireMessage>(_ message: M) -> EncodedMessage {
    let arena = Arena.ofThisThread
    defer { arena.reset() }
    let wire = UnsafeRawPointer(arena.message(message)).assumingMemoryBound(to: ProtobufCMessage.self)
    let payload = message.wirePayload
    let count = protobuf_c_message_get_packed_size(wire)
    let (storage, offset) = arena.messages.room(for: count + 16)
    let head = (storage.base + offset).assumingMemoryBound(to: UInt8.self)
    protobuf_c_message_pack(wire, head)
    guard payload.count > 0 else { return EncodedMessage(head: ByteSlice(storage, offset: offset, count: count)) }
    var end = count
    end += putVarint(UInt64(MessageSchema.payloadField) << 3 | 2, at: head + end)
    end += putVarint(UInt64(payload.count), at: head + end)
    return EncodedMessage(head: ByteSlice(storage, offset: offset, count: end), payload: payload)
  }

  private static func putVarint(_ value: UInt64, at target: UnsafeMutablePointer<UInt8>) -> Int {
    var rest = value
    var count = 0
    while rest >= 0x80 {
      target[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      rest >>= 7
      count += 1
    }
    target[count] = UInt8(rest)
    return count + 1
  }
}

extension UnsafeBufferPointer {
  fileprivate var range: Range<UnsafePointer<Element>>? { baseAddress.map { $0..<$0 + count } }
}
