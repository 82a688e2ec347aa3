import Foundation
import Testing

/// The layers of the house, from the inside out.
enum Layer: String, CaseIterable {
  case core = "Core"
  case simulation = "Simulation"
  case io = "IO"
  case services = "Services"
  case client = "Client"
  case executables = "Executables"

  /// The layers whose modules this one may import.
  var allowed: Set<Layer> {
    switch self {
    case .core, .simulation: [.core]
    case .io: [.core, .io]
    case .services: [.core, .io, .services]
    case .client: [.core, .io]
    case .executables: Set(Layer.allCases)
    }
  }
}

/// Which layer a module belongs to, by the folder that it lies in.
enum Layers {
  static let modules: [String: Layer] = {
    var found: [String: Layer] = ["NewswireClient": .client, "Simulation": .simulation]
    for layer in [Layer.core, .io, .services, .executables] {
      for inner in ["", "/C"] {
        let folder = SourceTree.root.appending(path: "Sources/\(layer.rawValue)\(inner)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        for name in names where name != "C" { found[name] = layer }
      }
    }
    return found
  }()

  static func of(module: String) -> Layer? { modules[module] }
}

@Suite("Who may import whom")
struct LayerTests {
  @Test("a layer imports only from itself and from further in", arguments: Layer.allCases)
  func directions(layer: Layer) {
    for file in SourceTree.swift(under: "Sources/\(layer.rawValue)") {
      for (module, line) in file.imports {
        guard let owner = Layers.of(module: module) else { continue }
        #expect(layer.allowed.contains(owner), "\(file.path):\(line) imports \(module) of \(owner.rawValue)")
      }
    }
  }

  @Test("what belongs to no layer comes with the toolchain")
  func strangers() {
    let toolchain: Set = ["Glibc", "FoundationEssentials", "Synchronization"]
    for file in SourceTree.swift(under: "Sources") {
      let isCommandLine = file.path.hasPrefix("Sources/Executables/")
      for (module, line) in file.imports where Layers.of(module: module) == nil {
        #expect(
          toolchain.contains(module) || (isCommandLine && module == "Foundation"),
          "\(file.path):\(line) imports \(module)")
      }
    }
  }

  @Test("every folder of a layer is a target of the package")
  func foldersAreTargets() throws {
    let package = try SourceTree.text(of: "Package.swift")
    for module in Layers.modules.keys.sorted() {
      #expect(package.contains("\"\(module)\""), "\(module) is not in Package.swift")
    }
  }
}
