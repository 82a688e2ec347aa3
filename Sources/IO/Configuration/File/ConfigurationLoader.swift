/// Fills a configuration from a document and the environment, and collects what is wrong on the way.
struct ConfigurationLoader {
  private let table: ConfigurationTable
  private let source: String
  private let byName: [String: SettingDeclaration]
  private let sections: Set<String>
  private var configuration = Configuration()
  private var problems: [ConfigurationError.Problem] = []

  init(table: ConfigurationTable, source: String) {
    self.table = table
    self.source = source
    byName = Dictionary(uniqueKeysWithValues: table.declarations.map { ($0.name, $0) })
    sections = Set(table.sections)
  }

  mutating func read(_ document: YAMLNode) {
    switch document.content {
    case .null: return
    case .map(let entries): read(entries, section: nil)
    case .scalar, .list: complain(document.line, "the file has to be keys and values, and is \(document.shapeName)")
    }
  }

  /// The environment goes before the file.
  mutating func read(_ environment: [String: String]) {
    for declaration in table.declarations {
      guard let text = environment[declaration.environment], !text.isEmpty else { continue }
      do throws(ShapeError) {
        let value = try value(declaration.shape, text: text)
        if let complaint = declaration.shape.complaint(about: value) { throw ShapeError(line: nil, message: complaint) }
        configuration.settings[declaration.name] = (value, .environment(declaration.environment))
      } catch {
        let place = "the environment variable \(declaration.environment)"
        problems.append(.init(source: nil, line: nil, message: "\(place): \(error.message)"))
      }
    }
  }

  /// The configuration, if nothing is wrong and nothing is missing.
  mutating func finish() throws(ConfigurationError) -> Configuration {
    let flawed = problems.map(\.message)
    for declaration in table.declarations where declaration.isRequired {
      let name = declaration.name
      guard configuration.settings[name] == nil, !flawed.contains(where: { $0.hasPrefix("\(name):") }) else { continue }
      problems.append(
        .init(
          source: source.isEmpty ? nil : source, line: nil,
          message: "\(name) is missing: set it in the file or by \(declaration.environment)"))
    }
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    return configuration
  }

  private mutating func read(_ entries: [YAMLEntry], section: String?) {
    var lines: [String: Int] = [:]
    for entry in entries {
      let name = section.map { "\($0).\(entry.key)" } ?? entry.key
      if let first = lines.updateValue(entry.line, forKey: name) {
        complain(entry.line, "\(quoted(name)) is set twice, first on line \(first)")
      } else if section == nil, sections.contains(name) {
        switch entry.value.content {
        case .null: continue
        case .map(let entries): read(entries, section: name)
        case .scalar, .list: complain(entry.line, "\(name): expected keys below it, not \(entry.value.shapeName)")
        }
      } else if let declaration = byName[name], !entry.key.contains(".") {
        set(declaration, to: entry)
      } else {
        complain(entry.line, "unknown key \(quoted(name))" + suggestion(for: name, among: knownNames))
      }
    }
  }

  private var knownNames: [String] { table.declarations.map(\.name) + sections.sorted() }

  private mutating func set(_ declaration: SettingDeclaration, to entry: YAMLEntry) {
    let name = declaration.name
    do throws(ShapeError) {
      if case .null = entry.value.content {
        throw ShapeError(line: entry.line, message: "has no value; remove the line for the default")
      }
      let value = try value(declaration.shape, node: entry.value)
      if let complaint = declaration.shape.complaint(about: value) {
        throw ShapeError(line: flawedLine(declaration.shape, entry.value), message: complaint)
      }
      configuration.settings[name] = (value, .file(path: source, line: entry.line))
    } catch {
      complain(error.line ?? entry.line, "\(name): \(error.message)")
    }
  }

  /// The line of the first element that is wrong.
  private func flawedLine(_ shape: SettingDeclaration.Shape, _ node: YAMLNode) -> Int? {
    switch (shape, node.content) {
    case (.list(let kind), .list(let elements)): elements.first { isFlawed(.scalar(kind), $0) }?.line
    case (.map(let kind), .map(let entries)): entries.first { isFlawed(.scalar(kind), $0.value) }?.line
    case (.records, .list(let elements)):
      elements.first { isFlawed(shape, YAMLNode(line: $0.line, content: .list([$0]))) }?.line
    default: nil
    }
  }

  private func isFlawed(_ shape: SettingDeclaration.Shape, _ node: YAMLNode) -> Bool {
    (try? value(shape, node: node)).map { shape.complaint(about: $0) != nil } ?? true
  }

  private mutating func complain(_ line: Int, _ message: String) {
    problems.append(.init(source: source, line: line, message: message))
  }
}
