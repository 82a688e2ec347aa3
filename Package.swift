// swift-tools-version: 6.1
import PackageDescription

/// Settings of every Swift target: strict from the first line.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// One layer of the house: a folder under `Sources` whose targets may import only what they list.
func target(_ name: String, in layer: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)", swiftSettings: swiftSettings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/Executables/\(name)", swiftSettings: swiftSettings)
}

func test(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swiftSettings)
}

func library(_ name: String, pkgConfig: String?, apt: String, in layer: String = "IO/C") -> Target {
  .systemLibrary(name: name, path: "Sources/\(layer)/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let systemLibraries: [Target] = [
  library("CISAL", pkgConfig: "libisal", apt: "libisal-dev", in: "Core/C"),
  library("CUV", pkgConfig: "libuv", apt: "libuv1-dev"),
  library("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
  library("CNghttp2", pkgConfig: "libnghttp2", apt: "libnghttp2-dev"),
  library("CProtobufC", pkgConfig: "libprotobuf-c", apt: "libprotobuf-c-dev"),
  library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
  library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
  library("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
  library("CSnappy", pkgConfig: "snappy", apt: "libsnappy-dev"),
  library("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
  library("CSystemd", pkgConfig: "libsystemd", apt: "libsystemd-dev"),
  library("CFyaml", pkgConfig: "libfyaml", apt: "libfyaml-dev"),
  library("CPopt", pkgConfig: "popt", apt: "libpopt-dev"),
]

/// Decisions only: no I/O, no clock, no async, no Foundation, no logging.
let core: [Target] = [
  target("Model", in: "Core"),
  target("RecordBatch", in: "Core", ["Model", "CISAL"]),
  target("SegmentedLog", in: "Core", ["Model", "RecordBatch"]),
  target("Partition", in: "Core", ["Model", "RecordBatch", "SegmentedLog"]),
  target("ClusterMetadata", in: "Core", ["Model"]),
  target("Group", in: "Core", ["Model"]),
  .target(
    name: "Simulation",
    dependencies: ["Model", "RecordBatch", "SegmentedLog", "Partition", "ClusterMetadata", "Group"],
    path: "Sources/Simulation", swiftSettings: swiftSettings),
]

/// The world: sockets, disks, messages, files, clocks.
let io: [Target] = [
  .target(name: "CShims", dependencies: ["COpenSSL"], path: "Sources/IO/C/CShims"),
  .target(name: "CMessages", dependencies: ["CProtobufC"], path: "Sources/IO/C/CMessages"),
  target("Bytes", in: "IO"),
  target("Messages", in: "IO", ["Bytes", "CMessages", "CProtobufC"]),
  target("Runtime", in: "IO", ["Model", "CUV", "CShims"]),
  target(
    "Transport", in: "IO",
    ["Model", "Bytes", "Messages", "Runtime", "COpenSSL", "CNghttp2", "CZlib", "CShims"]),
  target("DiskIO", in: "IO", ["Model", "Bytes", "Runtime", "RecordBatch", "SegmentedLog", "CShims"]),
  target("Compression", in: "IO", ["RecordBatch", "CZlib", "CZstd", "CLZ4", "CSnappy"]),
  target("Certificates", in: "IO", ["Model", "COpenSSL", "CShims"]),
  target("Configuration", in: "IO", ["CFyaml", "CPopt"]),
  target("Observability", in: "IO", ["Model", "CMicrohttpd", "CSystemd", "CShims"]),
]

let services: [Target] = [
  target(
    "Node", in: "Services",
    [
      "Model", "Bytes", "ClusterMetadata", "Messages", "Runtime", "Transport", "Configuration", "Observability",
      "Certificates",
    ]),
  target(
    "CoordinatorService", in: "Services",
    [
      "Model", "Bytes", "RecordBatch", "SegmentedLog", "ClusterMetadata", "Messages", "Configuration", "Runtime",
      "Transport", "DiskIO", "Observability", "Node",
    ]),
  target(
    "BrokerService", in: "Services",
    [
      "Model", "Bytes", "RecordBatch", "SegmentedLog", "Partition", "ClusterMetadata", "Messages", "Runtime",
      "Transport", "DiskIO", "Compression", "Observability", "Node",
    ]),
  target(
    "GroupCoordinatorService", in: "Services",
    [
      "Model", "Bytes", "RecordBatch", "Group", "ClusterMetadata", "Messages", "Configuration", "Runtime", "Transport",
      "Observability", "Node",
    ]),
]

let client: [Target] = [
  .target(
    name: "NewswireClient",
    dependencies: ["Model", "Bytes", "RecordBatch", "Compression", "Messages", "Runtime", "Transport"],
    path: "Sources/Client", swiftSettings: swiftSettings)
]

let executables: [Target] = [
  executable("newswire-coordinator", ["CoordinatorService", "Node", "Configuration"]),
  executable("newswire-broker", ["BrokerService", "Node", "Configuration"]),
  executable("newswire-group-coordinator", ["GroupCoordinatorService", "Node", "Configuration"]),
  target(
    "NewswireCommands", in: "Executables",
    [
      "NewswireClient", "Model", "Messages", "Runtime", "Transport", "Configuration", "Certificates", "Simulation",
      "COpenSSL", "CShims",
    ]),
  executable("newswire", ["NewswireCommands"]),
  .target(name: "CInteropMessages", dependencies: ["CProtobufC"], path: "Sources/IO/C/CInteropMessages"),
  target("InteropMessages", in: "IO", ["Bytes", "Messages", "CInteropMessages", "CProtobufC"]),
  executable(
    "newswire-interop",
    ["Bytes", "Messages", "InteropMessages", "Model", "Runtime", "Transport", "Configuration"]),
]

let tests: [Target] = [
  .target(name: "CFaultyDisk", path: "Tests/CFaultyDisk"),
  test("ModelTests", ["Model"]),
  test("RecordBatchTests", ["Model", "RecordBatch"]),
  test("TransportTests", ["Model", "Bytes", "Messages", "Runtime", "Transport", "COpenSSL", "CNghttp2"]),
  test("MessagesTests", ["Model", "Bytes", "CMessages", "Messages", "InteropMessages"]),
  test("SegmentedLogTests", ["Model", "RecordBatch", "SegmentedLog", "Simulation"]),
  test(
    "SimulationTests",
    ["Model", "RecordBatch", "SegmentedLog", "Partition", "ClusterMetadata", "Simulation"]),
  test("PartitionTests", ["Model", "RecordBatch", "SegmentedLog", "Partition"]),
  test(
    "DiskIOTests",
    ["Model", "Bytes", "RecordBatch", "SegmentedLog", "Runtime", "DiskIO", "Compression", "CFaultyDisk"]),
  test("RuntimeTests", ["Model", "Runtime"]),
  test("NodeTests", ["Model", "Bytes", "ClusterMetadata", "Observability", "Runtime", "Transport", "Node"]),
  test(
    "ServiceTests",
    [
      "Model", "Bytes", "RecordBatch", "Partition", "ClusterMetadata", "Group", "Messages", "Runtime", "Transport",
      "Certificates", "Configuration", "Observability", "Node", "CoordinatorService", "BrokerService",
      "GroupCoordinatorService", "NewswireClient",
    ]),
  test("HouseTests", []),
  test(
    "DeployTests",
    ["Model", "Configuration", "Node", "CoordinatorService", "BrokerService", "GroupCoordinatorService"]),
  test("ConfigurationTests", ["Configuration"]),
  test(
    "NewswireClientTests",
    [
      "NewswireClient", "Model", "Bytes", "RecordBatch", "Compression", "Messages", "Runtime", "Transport",
      "Certificates",
    ]),
  test("ClusterMetadataTests", ["Model", "ClusterMetadata"]),
  test("ClusterTests", ["NewswireClient"]),
  test("GroupTests", ["Model", "Group"]),
  test("ObservabilityTests", ["Observability"]),
  test("CompressionTests", ["Model", "Compression", "RecordBatch"]),
  test("NewswireCommandTests", ["NewswireCommands", "NewswireClient", "Model", "Configuration"]),
  test("CertificatesTests", ["Model", "Certificates", "COpenSSL"]),
]

/// Built by `make fuzz` alone: it looks into modules from within and is linked with libFuzzer.
let fuzzing: [Target] =
  Context.environment["NEWSWIRE_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "newswire-fuzz",
      dependencies: [
        "Model", "Bytes", "RecordBatch", "SegmentedLog", "ClusterMetadata", "Group", "CMessages", "Messages",
        "Compression", "Runtime", "Configuration", "Transport", "Node", "GroupCoordinatorService", "Partition",
        "BrokerService", "NewswireClient", "NewswireCommands", "Certificates",
      ],
      path: "Tests/Fuzz/newswire-fuzz", swiftSettings: swiftSettings)
  ]

/// Built with the programs, because it needs their optimisation: breaks rules on purpose, which the simulator must notice.
let brokenRules: [Target] = [
  .executableTarget(
    name: "newswire-broken-rules",
    dependencies: ["Model", "RecordBatch", "SegmentedLog", "Partition", "ClusterMetadata", "Simulation"],
    path: "Tests/BrokenRules", swiftSettings: swiftSettings)
]

let package = Package(
  name: "newswire",
  products: [
    .library(name: "NewswireClient", targets: ["NewswireClient"]),
    .executable(name: "newswire", targets: ["newswire"]),
    .executable(name: "newswire-coordinator", targets: ["newswire-coordinator"]),
    .executable(name: "newswire-broker", targets: ["newswire-broker"]),
    .executable(name: "newswire-group-coordinator", targets: ["newswire-group-coordinator"]),
    .executable(name: "newswire-interop", targets: ["newswire-interop"]),
  ],
  targets: systemLibraries + core + io + services + client + executables + tests + brokenRules + fuzzing
)
