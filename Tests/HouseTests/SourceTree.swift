import Foundation

/// The files of this repository, as the house rules see them.
enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  struct File {
    /// The path below the repository's root, such as `Sources/Core/Model/Numbers.swift`.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// What a program wrote says so in its first line.
    var isGenerated: Bool { path.contains("/Generated/") || (lines.first ?? "").contains("enerated by") }
  }

  /// Every readable text file under `folder` whose name ends in one of `suffixes`, in the order of paths.
  static func files(under folder: String, endingIn suffixes: [String]) -> [File] {
    let start = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
    let prefix = root.path(percentEncoded: false)
    return walk.compactMap { $0 as? URL }
      .map { $0.path(percentEncoded: false) }
      .filter { path in suffixes.contains { path.hasSuffix($0) } }
      .sorted()
      .compactMap { path in
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return File(path: String(path.dropFirst(prefix.count)), text: text)
      }
  }

  static func swift(under folder: String) -> [File] {
    files(under: folder, endingIn: [".swift"])
  }

  static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}

extension SourceTree.File {
  /// The text without comments and without what stands in string literals; the lines keep their numbers.
  ///
  /// Good enough for house rules: interpolations count as text of their literal.
  var code: String {
    var scanner = CodeScanner()
    return scanner.codeOnly(of: text)
  }

  /// The modules that this file imports, with the line of each import.
  var imports: [(module: String, line: Int)] {
    let attributes: Set<Substring> = ["public", "package", "internal", "fileprivate", "private", "@testable"]
    return code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      var words = line.split(separator: " ")
      while let first = words.first, attributes.contains(first) || first.hasPrefix("@") { words.removeFirst() }
      guard words.first == "import", words.count >= 2 else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      let name = words.count > 2 && kinds.contains(words[1]) ? words[2] : words[1]
      return (String(name.prefix { $0 != "." }), index + 1)
    }
  }
}

/// Blanks out comments and string literals, character by character.
private struct CodeScanner {
  private enum Place {
    case code, lineComment, string, longString
    case blockComment(depth: Int)
  }

  private var place = Place.code

  mutating func codeOnly(of text: String) -> String {
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let step = advance(at: bytes[index...])
      for byte in bytes[index..<min(index + step.length, bytes.count)] {
        kept.append(step.isCode || byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
      }
      index += step.length
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// Decides on the next few bytes: how many belong together, and whether they are code.
  private mutating func advance(at rest: ArraySlice<UInt8>) -> (length: Int, isCode: Bool) {
    func starts(_ mark: String) -> Bool { rest.starts(with: mark.utf8) }
    switch place {
    case .code:
      if starts("//") { place = .lineComment; return (2, false) }
      if starts("/*") { place = .blockComment(depth: 1); return (2, false) }
      if starts("\"\"\"") { place = .longString; return (3, false) }
      if starts("\"") { place = .string; return (1, false) }
      return (1, true)
    case .lineComment:
      if starts("\n") { place = .code }
      return (1, false)
    case .blockComment(let depth):
      if starts("/*") { place = .blockComment(depth: depth + 1); return (2, false) }
      if starts("*/") { place = depth == 1 ? .code : .blockComment(depth: depth - 1); return (2, false) }
      return (1, false)
    case .string:
      if starts("\\") { return (2, false) }
      if starts("\"") || starts("\n") { place = .code }
      return (1, false)
    case .longString:
      if starts("\\") { return (2, false) }
      if starts("\"\"\"") { place = .code; return (3, false) }
      return (1, false)
    }
  }
}
