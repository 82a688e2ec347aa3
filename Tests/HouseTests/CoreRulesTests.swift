import Foundation
import Testing

@Suite("What Core may not do")
struct CoreRulesTests {
  /// A word that betrays a clock, a thread, the world or chance; none has a place where decisions are made.
  private static let banned = [
    #"\bFoundation(Essentials)?\b"#, #"\bDispatch\b"#, #"\bGlibc\b"#, #"\basync\b"#, #"\bawait\b"#, #"\bTask\b"#,
    #"\.now\b"#, #"\bDate\("#, #"\bUUID\(\)"#, #"\bhashValue\b"#, #"\bprint\("#, #"\bSystemRandomNumberGenerator\b"#,
  ]

  @Test("Core has no clock, no threads, no Foundation and no output", arguments: banned)
  func bannedWords(pattern: String) throws {
    let word = try Regex(pattern)
    let files = SourceTree.swift(under: "Sources/Core")
    #expect(!files.isEmpty)
    for file in files {
      for (index, line) in file.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        #expect(line.firstMatch(of: word) == nil, "\(file.path):\(index + 1): \(line)")
      }
    }
  }

  @Test("Core takes chance only from a generator that is handed in")
  func randomness() throws {
    let draw = #/\.(random|randomElement|shuffled|shuffle)\(/#
    for file in SourceTree.swift(under: "Sources/Core") {
      let code = file.code
      for match in code.matches(of: draw) {
        #expect(
          arguments(of: code[match.range.upperBound...]).contains("using:"),
          "\(file.path): \(code[match.range]) without using:")
      }
    }
  }

  @Test("Core and the simulation import Core alone", arguments: ["Core", "Simulation"])
  func pureLayersStayPure(layer: String) {
    for file in SourceTree.swift(under: "Sources/\(layer)") {
      for (module, line) in file.imports {
        #expect(Layers.of(module: module) == .core, "\(file.path):\(line) imports \(module)")
      }
    }
  }

  /// What stands before the parenthesis that closes the one just opened.
  private func arguments(of rest: Substring) -> Substring {
    var depth = 1
    let end = rest.firstIndex { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth == 0
    }
    return rest[..<(end ?? rest.endIndex)]
  }
}
