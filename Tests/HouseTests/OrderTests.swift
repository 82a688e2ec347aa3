import Foundation
import Testing

@Suite("Order in the house")
struct OrderTests {
  private static let written = [".swift", ".c", ".h", ".proto", ".py", ".sh"]

  @Test("a file fits a head", arguments: ["Sources", "Tests", "Protos"])
  func fileLength(folder: String) {
    for file in SourceTree.files(under: folder, endingIn: Self.written) where !file.isGenerated {
      #expect(file.lines.count <= 601, "\(file.path) has \(file.lines.count - 1) lines")
    }
  }

  @Test("work that is left undone stands in an issue, not in the source", arguments: ["Sources", "Tests", "Protos"])
  func nothingLeftUndone(folder: String) throws {
    let mark = try Regex(["TO" + "DO", "FIX" + "ME", "XX" + "X"].map { #"\b\#($0)\b"# }.joined(separator: "|"))
    for file in SourceTree.files(under: folder, endingIn: Self.written) {
      for (index, line) in file.lines.enumerated() {
        #expect(line.firstMatch(of: mark) == nil, "\(file.path):\(index + 1): \(line)")
      }
    }
  }

  @Test("a test that does not run is not a test")
  func everyTestRuns() throws {
    let mark = try Regex([#"\.disab"# + #"led\("#, "XCT" + "Skip", "withKnown" + "Issue"].joined(separator: "|"))
    for file in SourceTree.swift(under: "Tests") {
      for (index, line) in file.lines.enumerated() {
        #expect(line.firstMatch(of: mark) == nil, "\(file.path):\(index + 1): \(line)")
      }
    }
  }

  @Test("other packages can depend on this one: no unsafe flags, no package from outside")
  func packageIsUsable() throws {
    let package = try SourceTree.text(of: "Package.swift")
    #expect(!package.contains("unsafeFlags"))
    #expect(!package.contains(".package("))
    #expect(package.contains(".library(name: \"NewswireClient\""))
  }

  @Test("every target is built as strictly as the others")
  func strictSettings() throws {
    let package = try SourceTree.text(of: "Package.swift")
    for setting in [
      "swiftLanguageMode(.v6)", "InternalImportsByDefault", "MemberImportVisibility", "ExistentialAny",
    ] {
      #expect(package.contains(setting), "\(setting)")
    }
  }

  @Test("both package lists name a package once, in lines of their own", arguments: ["build", "runtime"])
  func packageLists(name: String) throws {
    let names = try SourceTree.text(of: "deploy/\(name)-packages.txt").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
    #expect(!names.isEmpty)
    #expect(Set(names).count == names.count)
    for package in names { #expect(package.wholeMatch(of: #/[a-z0-9][a-z0-9.+-]+/#) != nil, "\(package)") }
  }
}
