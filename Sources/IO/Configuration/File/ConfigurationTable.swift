import Glibc

/// All keys of one service's configuration: the one place where they are named, checked and explained.
public struct ConfigurationTable: Sendable {
  /// What stands at the top of the default file.
  public let summary: String
  /// The keys, in the order of the default file.
  public let settings: [any ConfigurationSetting]
  let declarations: [SettingDeclaration]

  /// The most bytes that a file may have.
  public static let fileBytesMax = 1 << 20

  /// A table of these keys; one of the form `section.key` stands below `section:` in the file.
  public init(summary: String, settings: [any ConfigurationSetting]) {
    self.summary = summary
    self.settings = settings
    declarations = settings.map(\.declaration)
    let names = declarations.map(\.name)
    precondition(Set(names).count == names.count, "a key is declared twice")
    precondition(Set(declarations.map(\.environment)).count == names.count, "two keys have one environment variable")
    precondition(names.allSatisfy { $0.filter { $0 == "." }.count <= 1 }, "sections do not nest")
    precondition(Set(names).isDisjoint(with: sections), "a section is also a key")
  }

  var sections: [String] {
    declarations.compactMap { declaration in
      declaration.name.firstIndex(of: ".").map { String(declaration.name[..<$0]) }
    }
  }

  /// Reads the file at `path`, if there is one to read, and the environment; throws all that is wrong at once.
  public func load(path: String?, environment: [String: String]) throws(ConfigurationError) -> Configuration {
    guard let path else { return try load([], source: "", environment: environment) }
    return try load(try contents(of: path), source: path, environment: environment)
  }

  /// Reads `bytes` as a file of the name `source`, and the environment.
  public func load(
    _ bytes: [UInt8], source: String, environment: [String: String]
  ) throws(ConfigurationError) -> Configuration {
    guard bytes.count <= Self.fileBytesMax else {
      throw ConfigurationError(source: source, "the file has over \(sizeText(Self.fileBytesMax))")
    }
    var loader = ConfigurationLoader(table: self, source: source)
    if let document = try YAMLReader.read(bytes, source: source) { loader.read(document) }
    loader.read(environment)
    return try loader.finish()
  }

  private func contents(of path: String) throws(ConfigurationError) -> [UInt8] {
    func failure() -> ConfigurationError {
      ConfigurationError(source: path, "cannot be read: \(String(cString: strerror(errno)))")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.fileBytesMax + 1)
    var count = 0
    while count < bytes.count {
      let length = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + count, $0.count - count, count) }
      if length < 0, errno == EINTR { continue }
      guard length >= 0 else { throw failure() }
      if length == 0 { break }
      count += length
    }
    return Array(bytes.prefix(count))
  }
}
