import BrokerService
import CoordinatorService
import Foundation
import GroupCoordinatorService
import Model
import Node
import Testing

@testable import Configuration

/// A configuration file as it is installed, beside the keys that the service's code declares.
struct InstalledFile: CustomTestStringConvertible, Sendable {
  let kind: NodeKind

  static let all = [CoordinatorNode.kind, BrokerNode.kind, GroupCoordinatorNode.kind].map(InstalledFile.init)

  var testDescription: String { "\(kind.role.rawValue).yaml" }
  var table: ConfigurationTable { NodeProcess(kind).table }

  /// The text as it is installed.
  func text() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "deploy/config/\(testDescription)"), encoding: .utf8)
  }

  /// The file with every key that is commented out put in force, and the names of those keys.
  func withEverythingInForce() throws -> (text: String, commentedOut: Set<String>) {
    var (section, lines, commentedOut) = ("", [String](), Set<String>())
    for line in try text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let match = line.wholeMatch(of: /([a-z-]+):.*/) { section = String(match.1) }
      if let match = line.wholeMatch(of: /( *)# ([a-z-]+): .*/) {
        let name = match.1.isEmpty ? String(match.2) : "\(section).\(match.2)"
        if table.declarations.contains(where: { $0.name == name }) {
          commentedOut.insert(name)
          lines.append(line.replacing("# ", with: "", maxReplacements: 1))
          continue
        }
      }
      lines.append(line)
    }
    return (lines.joined(separator: "\n"), commentedOut)
  }

  func load(_ text: String) throws -> Configuration {
    try table.load(Array(text.utf8), source: testDescription, environment: [:])
  }
}

@Suite("The configuration files that are installed")
struct ConfigurationFileTests {
  @Test("a service starts with its file as it is installed", arguments: InstalledFile.all)
  func loads(file: InstalledFile) throws {
    let configuration = try file.load(try file.text())
    #expect(configuration.value(NodeKeys.id) == 1)
    #expect(configuration.value(NodeKeys.clusterName) == "newswire")
  }

  @Test("a file names every key that there is", arguments: InstalledFile.all)
  func complete(file: InstalledFile) throws {
    let configuration = try file.load(try file.withEverythingInForce().text)
    let named = Set(configuration.settings.keys)
    #expect(named == Set(file.table.declarations.map(\.name)))
    #expect(named.count <= 30, "nobody reads that many")
  }

  @Test("what a file shows as a default is the default", arguments: InstalledFile.all)
  func defaults(file: InstalledFile) throws {
    let (text, commentedOut) = try file.withEverythingInForce()
    let configuration = try file.load(text)
    for declaration in file.table.declarations where declaration.defaultValue != nil {
      let shown = configuration.settings[declaration.name]?.value
      #expect(shown == declaration.defaultValue, "\(declaration.name)")
    }
    let needless = file.table.declarations.filter { $0.isRequired && commentedOut.contains($0.name) }
    #expect(needless.isEmpty, "required keys are in force")
  }

  @Test("a key that is not known is refused with its line", arguments: InstalledFile.all)
  func unknownKey(file: InstalledFile) throws {
    let text = try file.text()
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
    #expect {
      try file.load(text + "retension: 5\n")
    } throws: { error in
      "\(error)".hasPrefix("\(file.testDescription):\(line): unknown key \"retension\"")
    }
  }

  @Test("the file that a service prints itself is right as well", arguments: InstalledFile.all)
  func printed(file: InstalledFile) throws {
    let configuration = try file.load(file.table.defaultFile)
    #expect(configuration.isSet(NodeKeys.id))
  }
}
