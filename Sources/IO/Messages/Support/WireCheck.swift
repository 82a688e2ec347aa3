import CMessages

/// Looks through the bytes of a message before protobuf-c takes them apart.
///
/// protobuf-c ends strings at a NUL, doesn't look at UTF-8, merges sub-messages that are given twice in quadratic time,
/// and takes some hundred times the memory of a message that is made of tiny parts. What passes here is none of that.
/// The recursion is as deep as the `.proto` files nest messages; none of them nests itself.
struct WireCheck {
  /// Where the payload stands in the message.
  struct PayloadPlace {
    /// The payload's own bytes: the last that were given.
    var bytes: UnsafeBufferPointer<UInt8>
    /// Everything about the payload, tag and length included, in rising order.
    var fields: [UnsafeBufferPointer<UInt8>]
  }

  /// Nil if there is none.
  private(set) var payload: PayloadPlace?
  private var memory = 0
  private let memoryMax: Int

  /// A check of a message of `count` bytes.
  init(count: Int) {
    memoryMax = max(64 << 20, 16 * count)
  }

  /// Checks the whole message.
  mutating func check(_ bytes: UnsafeBufferPointer<UInt8>, as schema: MessageSchema) throws(MessageError) {
    guard let start = bytes.baseAddress else { return }
    try fields(WireReader(start, start + bytes.count), schema.descriptor, payloadOf: schema.hasPayload ? schema : nil)
  }

  private mutating func fields(
    _ bytes: WireReader, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, payloadOf schema: MessageSchema?
  ) throws(MessageError) {
    var reader = bytes
    /// One bit for each field of the message that may be there once; the lint allows no more than 64 fields.
    var seen: UInt64 = 0
    while !reader.isAtEnd {
      let start = reader.position
      guard let (number, wireType) = reader.tag() else {
        throw malformed(descriptor, "a field's tag is cut off or out of range")
      }
      try spend(40, descriptor)
      if schema != nil, number == MessageSchema.payloadField, wireType == 2 {
        guard let content = reader.lengthPrefixed() else { throw malformed(descriptor, "the payload is cut off") }
        try spend(64, descriptor)
        foundPayload(content, field: UnsafeBufferPointer(start: start, count: reader.position - start))
        continue
      }
      guard let index = descriptor.pointee.index(of: number) else {
        try unknown(number, wireType, &reader, descriptor)
        continue
      }
      let field = descriptor.pointee.fields + index
      try known(field, wireType, &reader, descriptor)
      if field.pointee.type == PROTOBUF_C_TYPE_MESSAGE, field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
        let bit: UInt64 = 1 << UInt64(index & 63)
        guard seen & bit == 0 else { throw malformed(descriptor, field, "is given twice") }
        seen |= bit
      }
    }
  }

  private mutating func foundPayload(_ bytes: UnsafeBufferPointer<UInt8>, field: UnsafeBufferPointer<UInt8>) {
    if payload == nil { payload = PayloadPlace(bytes: bytes, fields: []) }
    payload?.bytes = bytes
    payload?.fields.append(field)
  }

  private mutating func known(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ wireType: UInt8, _ reader: inout WireReader,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(MessageError) {
    switch (field.pointee.type.wireType, wireType) {
    case (0, 0):
      guard reader.varint() != nil else { throw malformed(descriptor, field, "is cut off or too long") }
      try spend(16, descriptor)
    case (1, 1):
      guard reader.skip(8) else { throw malformed(descriptor, field, "is cut off") }
      try spend(16, descriptor)
    case (5, 5):
      guard reader.skip(4) else { throw malformed(descriptor, field, "is cut off") }
      try spend(16, descriptor)
    case (2, 2):
      guard let content = reader.lengthPrefixed() else { throw malformed(descriptor, field, "is cut off") }
      try sized(field, content, descriptor)
    case (let element, 2) where field.pointee.label == PROTOBUF_C_LABEL_REPEATED:
      guard let content = reader.lengthPrefixed() else { throw malformed(descriptor, field, "is cut off") }
      try packed(field, element, content, descriptor)
    default:
      throw malformed(descriptor, field, "has the wrong wire type \(wireType)")
    }
  }

  /// A string, bytes, or a message.
  private mutating func sized(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ content: UnsafeBufferPointer<UInt8>,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(MessageError) {
    guard field.pointee.type == PROTOBUF_C_TYPE_MESSAGE else {
      try spend(2 * content.count + 64, descriptor)
      if field.pointee.type == PROTOBUF_C_TYPE_STRING, !content.isText {
        throw malformed(descriptor, field, "is not UTF-8, or has a NUL in it")
      }
      return
    }
    let inner = field.pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    try spend(2 * inner.pointee.sizeof_message + 24, descriptor)
    guard let start = content.baseAddress else { return }
    try fields(WireReader(start, start + content.count), inner, payloadOf: nil)
  }

  /// Numbers one behind the other.
  private mutating func packed(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ element: UInt8, _ content: UnsafeBufferPointer<UInt8>,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(MessageError) {
    try spend(16 * content.count, descriptor)
    switch element {
    case 0:
      guard let start = content.baseAddress else { return }
      var reader = WireReader(start, start + content.count)
      while !reader.isAtEnd {
        guard reader.varint() != nil else {
          throw malformed(descriptor, field, "has a number that is cut off or too long")
        }
      }
    default:
      guard content.count % (element == 1 ? 8 : 4) == 0 else { throw malformed(descriptor, field, "is cut off") }
    }
  }

  /// A field of a newer program.
  private mutating func unknown(
    _ number: UInt32, _ wireType: UInt8, _ reader: inout WireReader,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(MessageError) {
    let start = reader.position
    let isWhole =
      switch wireType {
      case 0: reader.varint() != nil
      case 1: reader.skip(8)
      case 2: reader.lengthPrefixed() != nil
      case 5: reader.skip(4)
      default: false
      }
    guard isWhole else {
      throw malformed(descriptor, "the unknown field \(number) is cut off or of no known wire type")
    }
    try spend(reader.position - start + 48, descriptor)
  }

  /// Counts memory that protobuf-c and the value will take, roughly.
  private mutating func spend(
    _ bytes: Int, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) throws(MessageError) {
    memory += bytes
    guard memory <= memoryMax else { throw malformed(descriptor, "the message has too many small parts") }
  }

  private func malformed(
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ what: String
  ) -> MessageError {
    MessageError(message: "\(String(cString: descriptor.pointee.name)): \(what)")
  }

  private func malformed(
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ field: UnsafePointer<ProtobufCFieldDescriptor>,
    _ what: String
  ) -> MessageError {
    malformed(descriptor, "the field '\(String(cString: field.pointee.name))' \(what)")
  }
}

extension ProtobufCMessageDescriptor {
  /// The place of the field with this number in `fields`, which are sorted by number.
  fileprivate func index(of number: UInt32) -> Int? {
    let count = Int(n_fields)
    let guess = Int(number) - 1
    if guess < count, fields[guess].id == number { return guess }
    var range = 0..<count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let id = fields[middle].id
      if id == number { return middle }
      range = id < number ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}

extension ProtobufCType {
  /// The wire type of one value.
  fileprivate var wireType: UInt8 {
    switch self {
    case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_MESSAGE: 2
    case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT: 5
    case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE: 1
    default: 0
    }
  }
}
