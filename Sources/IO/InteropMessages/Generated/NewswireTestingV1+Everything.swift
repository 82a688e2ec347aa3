// swift-format-ignore-file
// Generated from newswire/testing/v1/everything.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CInteropMessages
public import Messages

extension NewswireTestingV1 {
  /// An enum with a value below zero.
  public struct Sign: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// Neither.
    public static let unspecified = Self(rawValue: 0)
    /// Above zero.
    public static let plus = Self(rawValue: 1)
    /// Below zero.
    public static let minus = Self(rawValue: -1)
  }

  /// A message to put into others.
  public struct Leaf: Message {
    /// A number.
    public var number: Int32 = 0
    /// A text.
    public var text: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      number: Int32 = 0,
      text: String = ""
    ) {
      self.number = number
      self.text = text
    }
  }

  /// Every kind of field.
  public struct Everything: Message {
    /// A varint.
    public var int32Value: Int32 = 0
    /// A varint.
    public var int64Value: Int64 = 0
    /// A varint.
    public var uint32Value: UInt32 = 0
    /// A varint.
    public var uint64Value: UInt64 = 0
    /// A zigzag varint.
    public var sint32Value: Int32 = 0
    /// A zigzag varint.
    public var sint64Value: Int64 = 0
    /// Four bytes.
    public var fixed32Value: UInt32 = 0
    /// Eight bytes.
    public var fixed64Value: UInt64 = 0
    /// Four bytes.
    public var sfixed32Value: Int32 = 0
    /// Eight bytes.
    public var sfixed64Value: Int64 = 0
    /// Four bytes.
    public var floatValue: Float = 0
    /// Eight bytes.
    public var doubleValue: Double = 0
    /// A varint.
    public var boolValue: Bool = false
    /// Text.
    public var stringValue: String = ""
    /// Bytes.
    public var bytesValue: [UInt8] = []
    /// A varint.
    public var enumValue: NewswireTestingV1.Sign = .init(rawValue: 0)
    /// A message.
    public var messageValue: NewswireTestingV1.Leaf? = nil
    /// Packed varints.
    public var int32List: [Int32] = []
    /// Packed varints.
    public var sint64List: [Int64] = []
    /// Packed, eight bytes each.
    public var fixed64List: [UInt64] = []
    /// Packed, four bytes each.
    public var floatList: [Float] = []
    /// Packed varints.
    public var boolList: [Bool] = []
    /// Packed varints.
    public var enumList: [NewswireTestingV1.Sign] = []
    /// Texts.
    public var stringList: [String] = []
    /// Bytes.
    public var bytesList: [[UInt8]] = []
    /// Messages within messages.
    public var innerList: [NewswireTestingV1.Everything.Inner] = []
    /// A map.
    public var textByNumber: [Int32: String] = [:]
    /// A map of messages.
    public var leafByName: [String: NewswireTestingV1.Leaf] = [:]
    /// A number that can be zero and there.
    ///
    /// Nil if it is not there.
    public var number: Int64? = nil
    /// One of several.
    public var choice: OneOfChoice? = nil
    /// What is never copied.
    public var payload: Bytes.Payload = .none

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      int32Value: Int32 = 0,
      int64Value: Int64 = 0,
      uint32Value: UInt32 = 0,
      uint64Value: UInt64 = 0,
      sint32Value: Int32 = 0,
      sint64Value: Int64 = 0,
      fixed32Value: UInt32 = 0,
      fixed64Value: UInt64 = 0,
      sfixed32Value: Int32 = 0,
      sfixed64Value: Int64 = 0,
      floatValue: Float = 0,
      doubleValue: Double = 0,
      boolValue: Bool = false,
      stringValue: String = "",
      bytesValue: [UInt8] = [],
      enumValue: NewswireTestingV1.Sign = .init(rawValue: 0),
      messageValue: NewswireTestingV1.Leaf? = nil,
      int32List: [Int32] = [],
      sint64List: [Int64] = [],
      fixed64List: [UInt64] = [],
      floatList: [Float] = [],
      boolList: [Bool] = [],
      enumList: [NewswireTestingV1.Sign] = [],
      stringList: [String] = [],
      bytesList: [[UInt8]] = [],
      innerList: [NewswireTestingV1.Everything.Inner] = [],
      textByNumber: [Int32: String] = [:],
      leafByName: [String: NewswireTestingV1.Leaf] = [:],
      number: Int64? = nil,
      choice: OneOfChoice? = nil,
      payload: Bytes.Payload = .none
    ) {
      self.int32Value = int32Value
      self.int64Value = int64Value
      self.uint32Value = uint32Value
      self.uint64Value = uint64Value
      self.sint32Value = sint32Value
      self.sint64Value = sint64Value
      self.fixed32Value = fixed32Value
      self.fixed64Value = fixed64Value
      self.sfixed32Value = sfixed32Value
      self.sfixed64Value = sfixed64Value
      self.floatValue = floatValue
      self.doubleValue = doubleValue
      self.boolValue = boolValue
      self.stringValue = stringValue
      self.bytesValue = bytesValue
      self.enumValue = enumValue
      self.messageValue = messageValue
      self.int32List = int32List
      self.sint64List = sint64List
      self.fixed64List = fixed64List
      self.floatList = floatList
      self.boolList = boolList
      self.enumList = enumList
      self.stringList = stringList
      self.bytesList = bytesList
      self.innerList = innerList
      self.textByNumber = textByNumber
      self.leafByName = leafByName
      self.number = number
      self.choice = choice
      self.payload = payload
    }

    /// One of several.
    public enum OneOfChoice: Hashable, Sendable {
      /// Text.
      case textChoice(String)
      /// Bytes.
      case bytesChoice([UInt8])
      /// A message.
      case leafChoice(NewswireTestingV1.Leaf)
      /// A truth.
      case boolChoice(Bool)
      /// A sign.
      case signChoice(NewswireTestingV1.Sign)
      /// A number.
      case doubleChoice(Double)
    }

    /// A message within.
    public struct Inner: Message {
      /// A list of messages.
      public var leaves: [NewswireTestingV1.Leaf] = []

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        leaves: [NewswireTestingV1.Leaf] = []
      ) {
        self.leaves = leaves
      }
    }
  }
}

extension NewswireTestingV1.Leaf: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.testing.v1.Leaf"
  package typealias Wire = Newswire__Testing__V1__Leaf
  package static let schema = MessageSchema(of: Newswire__Testing__V1__Leaf.self, newswire__testing__v1__leaf__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Testing__V1__Leaf>) {
    self.number = wire.pointee.number
    self.text = CValue.string(wire.pointee.text)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Testing__V1__Leaf>, in arena: Arena) {
    newswire__testing__v1__leaf__init(wire)
    wire.pointee.number = self.number
    wire.pointee.text = arena.string(self.text)
  }
}

extension NewswireTestingV1.Everything: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.testing.v1.Everything"
  package typealias Wire = Newswire__Testing__V1__Everything
  package static let schema = MessageSchema(of: Newswire__Testing__V1__Everything.self, newswire__testing__v1__everything__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Testing__V1__Everything>) {
    self.int32Value = wire.pointee.int32_value
    self.int64Value = wire.pointee.int64_value
    self.uint32Value = wire.pointee.uint32_value
    self.uint64Value = wire.pointee.uint64_value
    self.sint32Value = wire.pointee.sint32_value
    self.sint64Value = wire.pointee.sint64_value
    self.fixed32Value = wire.pointee.fixed32_value
    self.fixed64Value = wire.pointee.fixed64_value
    self.sfixed32Value = wire.pointee.sfixed32_value
    self.sfixed64Value = wire.pointee.sfixed64_value
    self.floatValue = wire.pointee.float_value
    self.doubleValue = wire.pointee.double_value
    self.boolValue = wire.pointee.bool_value != 0
    self.stringValue = CValue.string(wire.pointee.string_value)
    self.bytesValue = CValue.bytes(wire.pointee.bytes_value)
    self.enumValue = .init(rawValue: wire.pointee.enum_value.rawValue)
    if let message = wire.pointee.message_value { self.messageValue = .init(wire: message) }
    self.int32List = CValue.numbers(wire.pointee.int32_list, wire.pointee.n_int32_list)
    self.sint64List = CValue.numbers(wire.pointee.sint64_list, wire.pointee.n_sint64_list)
    self.fixed64List = CValue.numbers(wire.pointee.fixed64_list, wire.pointee.n_fixed64_list)
    self.floatList = CValue.numbers(wire.pointee.float_list, wire.pointee.n_float_list)
    self.boolList = CValue.array(wire.pointee.bool_list, wire.pointee.n_bool_list) { $0 != 0 }
    self.enumList = CValue.array(wire.pointee.enum_list, wire.pointee.n_enum_list) { .init(rawValue: $0.rawValue) }
    self.stringList = CValue.array(wire.pointee.string_list, wire.pointee.n_string_list) { CValue.string($0) }
    self.bytesList = CValue.array(wire.pointee.bytes_list, wire.pointee.n_bytes_list) { CValue.bytes($0) }
    self.innerList = CValue.messages(wire.pointee.inner_list, wire.pointee.n_inner_list)
    self.textByNumber = CValue.dictionary(wire.pointee.text_by_number, wire.pointee.n_text_by_number) {
      ($0.pointee.key, CValue.string($0.pointee.value))
    }
    self.leafByName = CValue.dictionary(wire.pointee.leaf_by_name, wire.pointee.n_leaf_by_name) {
      (CValue.string($0.pointee.key), CValue.message($0.pointee.value))
    }
    if wire.pointee.number_presence_case.rawValue == 29 { self.number = wire.pointee.number }
    switch wire.pointee.choice_case.rawValue {
    case 30: self.choice = .textChoice(CValue.string(wire.pointee.text_choice))
    case 31: self.choice = .bytesChoice(CValue.bytes(wire.pointee.bytes_choice))
    case 32: self.choice = .leafChoice(CValue.message(wire.pointee.leaf_choice))
    case 33: self.choice = .boolChoice(wire.pointee.bool_choice != 0)
    case 34: self.choice = .signChoice(.init(rawValue: wire.pointee.sign_choice.rawValue))
    case 35: self.choice = .doubleChoice(wire.pointee.double_choice)
    default: break
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Testing__V1__Everything>, in arena: Arena) {
    newswire__testing__v1__everything__init(wire)
    wire.pointee.int32_value = self.int32Value
    wire.pointee.int64_value = self.int64Value
    wire.pointee.uint32_value = self.uint32Value
    wire.pointee.uint64_value = self.uint64Value
    wire.pointee.sint32_value = self.sint32Value
    wire.pointee.sint64_value = self.sint64Value
    wire.pointee.fixed32_value = self.fixed32Value
    wire.pointee.fixed64_value = self.fixed64Value
    wire.pointee.sfixed32_value = self.sfixed32Value
    wire.pointee.sfixed64_value = self.sfixed64Value
    wire.pointee.float_value = self.floatValue
    wire.pointee.double_value = self.doubleValue
    wire.pointee.bool_value = self.boolValue ? 1 : 0
    wire.pointee.string_value = arena.string(self.stringValue)
    wire.pointee.bytes_value = arena.bytes(self.bytesValue)
    wire.pointee.enum_value = .init(self.enumValue.rawValue)
    if let message = self.messageValue { wire.pointee.message_value = arena.message(message) }
    (wire.pointee.n_int32_list, wire.pointee.int32_list) = arena.numbers(self.int32List)
    (wire.pointee.n_sint64_list, wire.pointee.sint64_list) = arena.numbers(self.sint64List)
    (wire.pointee.n_fixed64_list, wire.pointee.fixed64_list) = arena.numbers(self.fixed64List)
    (wire.pointee.n_float_list, wire.pointee.float_list) = arena.numbers(self.floatList)
    (wire.pointee.n_bool_list, wire.pointee.bool_list) = arena.array(self.boolList) { $0 ? 1 : 0 }
    (wire.pointee.n_enum_list, wire.pointee.enum_list) = arena.array(self.enumList) { .init($0.rawValue) }
    (wire.pointee.n_string_list, wire.pointee.string_list) = arena.array(self.stringList) { arena.string($0) }
    (wire.pointee.n_bytes_list, wire.pointee.bytes_list) = arena.array(self.bytesList) { arena.bytes($0) }
    (wire.pointee.n_inner_list, wire.pointee.inner_list) = arena.messages(self.innerList)
    (wire.pointee.n_text_by_number, wire.pointee.text_by_number) = arena.dictionary(self.textByNumber, newswire__testing__v1__everything__text_by_number_entry__init) {
      entry, key, value in
      entry.pointee.key = key
      entry.pointee.value = arena.string(value)
    }
    (wire.pointee.n_leaf_by_name, wire.pointee.leaf_by_name) = arena.dictionary(self.leafByName, newswire__testing__v1__everything__leaf_by_name_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.message(value)
    }
    if let value = self.number {
      wire.pointee.number_presence_case = .init(29)
      wire.pointee.number = value
    }
    switch self.choice {
    case .textChoice(let value)?:
      wire.pointee.choice_case = .init(30)
      wire.pointee.text_choice = arena.string(value)
    case .bytesChoice(let value)?:
      wire.pointee.choice_case = .init(31)
      wire.pointee.bytes_choice = arena.bytes(value)
    case .leafChoice(let value)?:
      wire.pointee.choice_case = .init(32)
      wire.pointee.leaf_choice = arena.message(value)
    case .boolChoice(let value)?:
      wire.pointee.choice_case = .init(33)
      wire.pointee.bool_choice = value ? 1 : 0
    case .signChoice(let value)?:
      wire.pointee.choice_case = .init(34)
      wire.pointee.sign_choice = .init(value.rawValue)
    case .doubleChoice(let value)?:
      wire.pointee.choice_case = .init(35)
      wire.pointee.double_choice = value
    case nil: break
    }
  }

  package var wirePayload: Bytes.Payload {
    get { payload }
    set { payload = newValue }
  }
}

extension NewswireTestingV1.Everything.Inner: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.testing.v1.Everything.Inner"
  package typealias Wire = Newswire__Testing__V1__Everything__Inner
  package static let schema = MessageSchema(of: Newswire__Testing__V1__Everything__Inner.self, newswire__testing__v1__everything__inner__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Testing__V1__Everything__Inner>) {
    self.leaves = CValue.messages(wire.pointee.leaves, wire.pointee.n_leaves)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Testing__V1__Everything__Inner>, in arena: Arena) {
    newswire__testing__v1__everything__inner__init(wire)
    (wire.pointee.n_leaves, wire.pointee.leaves) = arena.messages(self.leaves)
  }
}
