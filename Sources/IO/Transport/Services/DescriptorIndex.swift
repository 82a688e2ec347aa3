/// What the compiled `.proto` files define, and in which of them: what reflection looks things up in.
///
/// Reads the few fields of `FileDescriptorProto` that it needs. The files come from this program's own compiler; one
/// that cannot be read ends where it is damaged.
struct DescriptorIndex: Sendable {
  /// A file as it is answered.
  struct File: Sendable {
    let name: String
    let bytes: [UInt8]
    let dependencies: [String]
  }

  /// An extension of a message: `extend Foo { … = 123; }`.
  struct Extension: Hashable, Sendable {
    let type: String
    let number: Int32
  }

  private(set) var files: [String: File] = [:]
  private(set) var services: Set<String> = []
  private var fileOfSymbol: [String: String] = [:]
  private var fileOfExtension: [Extension: String] = [:]

  /// An index over these files.
  init(_ files: [(name: String, bytes: [UInt8])]) {
    for file in files { add(file.name, file.bytes) }
  }

  /// The file with this name, and behind it those that it imports, each once.
  func fileWithImports(_ name: String) -> [File]? {
    guard let first = files[name] else { return nil }
    var found = [first]
    var seen: Set<String> = [name]
    var next = 0
    while next < found.count {
      for dependency in found[next].dependencies where seen.insert(dependency).inserted {
        if let file = files[dependency] { found.append(file) }
      }
      next += 1
    }
    return found
  }

  /// The file that defines a message, field, enum, value, service or method with this full name.
  func file(ofSymbol symbol: String) -> String? { fileOfSymbol[symbol] }

  /// The file that defines this extension.
  func file(ofExtension number: Int32, of type: String) -> String? {
    fileOfExtension[Extension(type: type, number: number)]
  }

  /// The numbers of all extensions of a message, in order; nil if there is no such message.
  func extensionNumbers(of type: String) -> [Int32]? {
    guard fileOfSymbol[type] != nil else { return nil }
    return fileOfExtension.keys.filter { $0.type == type }.map(\.number).sorted()
  }

  private mutating func add(_ name: String, _ bytes: [UInt8]) {
    let fields = ProtobufFields(bytes[...])
    var dependencies: [String] = []
    let package = fields.first { $0.number == 2 }?.text ?? ""
    for field in fields {
      switch field.number {
      case 3: dependencies.append(field.text)
      case 4: addMessage(field.bytes, in: package, name)
      case 5: addEnum(field.bytes, in: package, name)
      case 6: addService(field.bytes, in: package, name)
      case 7: addExtension(field.bytes, in: package, name)
      default: break
      }
    }
    files[name] = File(name: name, bytes: bytes, dependencies: dependencies)
  }

  private mutating func addMessage(_ bytes: ArraySlice<UInt8>, in scope: String, _ file: String) {
    let symbol = define(bytes, in: scope, file)
    for field in ProtobufFields(bytes) {
      switch field.number {
      case 2, 8: define(field.bytes, in: symbol, file)
      case 3: addMessage(field.bytes, in: symbol, file)
      case 4: addEnum(field.bytes, in: symbol, file)
      case 6: addExtension(field.bytes, in: symbol, file)
      default: break
      }
    }
  }

  /// The values of an enum are named in the scope around it.
  private mutating func addEnum(_ bytes: ArraySlice<UInt8>, in scope: String, _ file: String) {
    define(bytes, in: scope, file)
    for field in ProtobufFields(bytes) where field.number == 2 { define(field.bytes, in: scope, file) }
  }

  private mutating func addService(_ bytes: ArraySlice<UInt8>, in scope: String, _ file: String) {
    let symbol = define(bytes, in: scope, file)
    services.insert(symbol)
    for field in ProtobufFields(bytes) where field.number == 2 { define(field.bytes, in: symbol, file) }
  }

  private mutating func addExtension(_ bytes: ArraySlice<UInt8>, in scope: String, _ file: String) {
    define(bytes, in: scope, file)
    let fields = ProtobufFields(bytes)
    guard let number = fields.first(where: { $0.number == 3 })?.value,
      let type = fields.first(where: { $0.number == 2 })?.text
    else { return }
    let name = type.hasPrefix(".") ? String(type.dropFirst()) : type
    fileOfExtension[Extension(type: name, number: Int32(truncatingIfNeeded: number))] = file
  }

  /// Takes up the definition whose name is its field 1; answers its full name.
  @discardableResult
  private mutating func define(_ bytes: ArraySlice<UInt8>, in scope: String, _ file: String) -> String {
    let name = ProtobufFields(bytes).first { $0.number == 1 }?.text ?? ""
    let symbol = scope.isEmpty ? name : "\(scope).\(name)"
    fileOfSymbol[symbol] = file
    return symbol
  }
}

/// The fields of a serialized message, one after the other, as far as they can be read.
private struct ProtobufFields: Sequence, IteratorProtocol {
  struct Field {
    var number: UInt64
    /// The value of a number.
    var value: UInt64 = 0
    /// The contents of a string, bytes or message.
    var bytes: ArraySlice<UInt8> = []
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> Field? {
    guard let tag = varint() else { return nil }
    var field = Field(number: tag >> 3)
    switch tag & 7 {
    case 0:
      guard let value = varint() else { return nil }
      field.value = value
    case 1: rest = rest.dropFirst(8)
    case 2:
      guard let length = varint(), length <= UInt64(rest.count) else { return nil }
      field.bytes = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
    case 5: rest = rest.dropFirst(4)
    default: return nil
    }
    return field
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
