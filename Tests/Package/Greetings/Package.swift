// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "greetings",
  dependencies: [.package(url: "NEWSWIRE_URL", from: "1.0.0")],
  targets: [
    .executableTarget(name: "greetings", dependencies: [.product(name: "NewswireClient", package: "newswire")])
  ]
)
