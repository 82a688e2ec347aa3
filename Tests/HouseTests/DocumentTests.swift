import Foundation
import Testing

/// What the pages for readers say about the sources, checked against them.
@Suite("Pages that name what is there")
struct DocumentTests {
  static let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/operations.md"]

  /// What a page has in backticks, outside its blocks of code.
  static func quoted(_ page: String) throws -> [String] {
    let prose = try SourceTree.text(of: page).split(separator: "```", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
    return prose.matches(of: /`([^`\n]+)`/).map { String($0.1) }
  }

  @Test("a type that a page names exists", arguments: pages)
  func types(page: String) throws {
    let declared = Self.declared
    for name in try Self.quoted(page) where name.wholeMatch(of: /[A-Z][A-Za-z0-9]+(\.[A-Za-z]+)*s?/) != nil {
      guard name.contains(where: \.isLowercase), !Self.exists(name) else { continue }
      let parts = name.split(separator: ".").map(String.init)
      let unknown = parts.filter { !declared.contains($0) && !Self.standard.contains($0) }
      #expect(unknown.isEmpty, "\(page) names \(name)")
    }
  }

  @Test("a file or folder that a page names exists", arguments: pages)
  func paths(page: String) throws {
    let places = ["", "Sources/", "Sources/Core/", "Sources/IO/", "Sources/Services/"]
    for name in try Self.quoted(page) where name.wholeMatch(of: /[A-Za-z.]+(\/[A-Za-z0-9_.]+)+\/?/) != nil {
      let candidates = places.flatMap { ["\($0)\(name)", "\($0)\(name).swift"] }
      #expect(candidates.contains(where: Self.exists), "\(page) names \(name)")
    }
  }

  @Test("a make target that a page names exists", arguments: pages)
  func targets(page: String) throws {
    let makefile = try SourceTree.text(of: "Makefile")
    for match in try SourceTree.text(of: page).matches(of: /`make ([a-z-]+)/) {
      #expect(makefile.contains("\n\(match.1): "), "\(page) names make \(match.1)")
    }
  }

  @Test("a relative link of a page leads somewhere", arguments: pages)
  func links(page: String) throws {
    for match in try SourceTree.text(of: page).matches(of: /\]\(([^):#]+)\)/) {
      let folder = page.contains("/") ? "docs/" : ""
      #expect(Self.exists(folder + match.1), "\(page) links to \(match.1)")
    }
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: SourceTree.root.appending(path: path).path(percentEncoded: false))
  }

  /// The language's own names.
  private static let standard: Set = ["Int64", "InternalImportsByDefault", "MemberImportVisibility", "ExistentialAny"]

  /// Every name that is declared in the sources, or in the interface.
  private static let declared: Set<String> = {
    var names: Set<String> = []
    for file in SourceTree.swift(under: "Sources") {
      for match in file.text.matches(
        of: /(?:struct|class|enum|actor|protocol|typealias|func|case|let|var) ([A-Za-z0-9]+)/)
      {
        names.insert(String(match.1))
      }
    }
    for file in SourceTree.files(under: "Protos", endingIn: [".proto"]) {
      for match in file.text.matches(of: /(?:message|service|rpc|enum) ([A-Za-z0-9]+)/) {
        names.insert(String(match.1))
      }
    }
    return names.union(names.map { "\($0)s" })
  }()
}
