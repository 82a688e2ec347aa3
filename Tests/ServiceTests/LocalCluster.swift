import BrokerService
import Certificates
import ClusterMetadata
import Configuration
import CoordinatorService
import Foundation
import Glibc
import GroupCoordinatorService
import Messages
import Model
import NewswireClient
import Observability
import Runtime
import Synchronization
import Testing
import Transport

@testable import Node

/// One node of a cluster under test.
struct NodeID: Hashable, CustomStringConvertible {
  let role: NodeRole
  let number: Int32

  static func coordinator(_ number: Int32) -> NodeID { NodeID(role: .coordinator, number: number) }
  static func broker(_ number: Int32) -> NodeID { NodeID(role: .broker, number: number) }
  static func groups(_ number: Int32) -> NodeID { NodeID(role: .groupCoordinator, number: number) }

  var description: String { "\(role)-\(number)" }
}

/// A cluster within this process: real nodes with loops, disks, certificates and connections of their own.
actor LocalCluster {
  /// What a test wants to be otherwise than usual.
  struct Options: Sendable {
    var brokers: Int32 = 1
    var groupCoordinators: Int32 = 1
    var loops = 2
    var sessionTimeout = "10s"
    var lease = "5s"
    /// Whether each broker stands in a rack of its own: "r1", "r2" and so on.
    var hasRacks = false
    /// How long after a pass over a log brokers read it through again.
    var scrubInterval = "7d"
    /// The address that every node advertises on its second listener; nil: there is none.
    var outside: String?
  }

  private static let name = "test"
  private let options: Options
  private let folder = ScratchFolder()
  private let clientLoops: EventLoopGroup
  private var ports: [NodeID: Int] = [:]
  private var nodes: [NodeID: (node: RunningNode, life: Task<Int32, Never>)] = [:]
  private var channels: [Channel] = []
  private var clients: [NewswireClient] = []

  /// Runs `body` with a cluster that is up, and ends it whatever happens.
  static func with(
    _ options: Options = Options(), _ body: @Sendable (LocalCluster) async throws -> Void
  ) async throws {
    let cluster = try LocalCluster(options)
    do {
      try await cluster.startAll()
      try await body(cluster)
    } catch {
      await cluster.end()
      throw error
    }
    await cluster.end()
  }

  private init(_ options: Options) throws {
    self.options = options
    clientLoops = try EventLoopGroup(count: 1, name: "client")
    try CertificateFolder(folder.path).makeAuthorities(cluster: Self.name)
    for id in Self.all(options) { ports[id] = privatePort() }
  }

  private static func all(_ options: Options) -> [NodeID] {
    [.coordinator(1)] + (1...options.brokers).map { .broker($0) } + (1...options.groupCoordinators).map { .groups($0) }
  }

  private func startAll() async throws {
    for id in Self.all(options) {
      let name = try NodeName(cluster: Self.name, role: id.role, id: "\(id.number)")
      _ = try CertificateFolder(folder.path).issue(CertificateRequest(name: name, hosts: ["localhost", "127.0.0.1"]))
      try await start(id)
    }
    let alice = try NodeName(cluster: Self.name, role: .client, id: "alice")
    _ = try CertificateFolder(folder.path).issue(CertificateRequest(name: alice, hosts: []))
    try await untilServing()
  }

  // MARK: Nodes

  func start(_ id: NodeID) async throws {
    let kind =
      switch id.role {
      case .broker: BrokerNode.kind
      case .groupCoordinator: GroupCoordinatorNode.kind
      default: CoordinatorNode.kind
      }
    let process = NodeProcess(kind)
    let configuration = try process.table.load(Array(file(id).utf8), source: "\(id).yaml", environment: [:])
    let node = try await process.start(configuration, logger(id))
    nodes[id] = (node, Task { await node.untilStopped() })
  }

  /// Stops the node in order; how long that took.
  @discardableResult
  func stop(_ id: NodeID) async -> Duration {
    guard let (node, life) = nodes.removeValue(forKey: id) else { return .zero }
    let begin = ContinuousClock.now
    node.askToStop()
    _ = await life.value
    return ContinuousClock.now - begin
  }

  func restart(_ id: NodeID) async throws {
    await stop(id)
    try await start(id)
  }

  /// What the node was given to work with.
  func environment(_ id: NodeID) throws -> NodeEnvironment {
    guard let node = nodes[id]?.node else { throw Missing(description: "\(id) is down") }
    return node.environment
  }

  /// What the node knows of the cluster.
  func view(_ id: NodeID) throws -> MetadataView { try environment(id).view }

  func untilServing() async throws {
    try await until("every node serves") { [nodes] in
      nodes.values.allSatisfy { $0.node.environment.health.isServing("") == true }
    }
    try await until("every shard of groups has an owner everywhere") { [nodes] in
      nodes.values.allSatisfy { entry in
        let shards = entry.node.environment.view.image.groupShards
        return !shards.isEmpty && shards.allSatisfy { $0.owner != nil }
      }
    }
    // Answered as soon as every shard has been loaded.
    _ = try await client().admin.listGroups()
  }

  private func end() async {
    for client in clients { await client.close() }
    for channel in channels { channel.close() }
    for id in Self.all(options).reversed() { await stop(id) }
    clientLoops.stop()
  }

  private func file(_ id: NodeID) -> String {
    let port = ports[id] ?? 0
    var text = """
      node:
        id: \(id.number)
      cluster:
        name: \(Self.name)
      loops: \(options.loops)
      listeners:
        - name: main
          bind: 127.0.0.1:\(port)
          advertised: localhost:\(port)

      """
    if let outside = options.outside {
      text += """
          - name: outside
            bind: 127.0.0.1:\(port + Self.outsideOffset)
            advertised: \(outside)

        """
    }
    if id.role != .coordinator {
      text += "coordinators:\n  - 127.0.0.1:\(ports[.coordinator(1)] ?? 0)\n"
    }
    switch id.role {
    case .coordinator:
      text += "data:\n  folder: \(folder.path)/\(id)\nbrokers:\n  lease: \(options.lease)\n  heartbeat: 200ms\n"
    case .broker:
      text += "data:\n  folders:\n    - \(folder.path)/\(id)\n"
      text += "scrub:\n  interval: \(options.scrubInterval)\n"
      if options.hasRacks { text += "rack: r\(id.number)\n" }
    case .groupCoordinator, .client:
      text += "groups:\n  session-timeout: \(options.sessionTimeout)\n  heartbeat: 300ms\n"
    }
    return text + """
      tls:
        certificate: \(folder.path)/\(id).pem
        key: \(folder.path)/\(id)-key.pem
        node-authority: \(folder.path)/node-ca.pem
        client-authority: \(folder.path)/client-ca.pem
      metrics:
        address: 127.0.0.1:0
      shutdown:
        grace: 30s

      """
  }

  /// The bytes of a replica's segments on a broker's disk, one behind the other; nil if it has none.
  func records(of place: Model.TopicPartition, on id: NodeID) -> [UInt8]? {
    let path = "\(folder.path)/\(id)/\(place)"
    guard let entries = opendir(path) else { return nil }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".log") { names.append(name) }
    }
    return names.sorted().flatMap { bytes(of: "\(path)/\($0)") }
  }

  /// Flips a bit of a replica's first segment, in place.
  func flipBit(of place: Model.TopicPartition, on id: NodeID, at position: Int) throws {
    let path = "\(folder.path)/\(id)/\(place)/00000000000000000000.log"
    let file = try #require(fopen(path, "r+"))
    defer { fclose(file) }
    var byte: UInt8 = 0
    #expect(fseek(file, position, SEEK_SET) == 0 && fread(&byte, 1, 1, file) == 1)
    byte ^= 4
    #expect(fseek(file, position, SEEK_SET) == 0 && fwrite(&byte, 1, 1, file) == 1)
  }

  /// What a replica's manifest says at the moment.
  func manifest(of place: Model.TopicPartition, on id: NodeID) -> [UInt8] {
    bytes(of: "\(folder.path)/\(id)/\(place)/manifest")
  }

  /// Lets a replica that is at rest look as if its process had been killed since it wrote this manifest, and changes the
  /// leader epoch that its last batch names: by 4, in the lowest byte.
  func changeLastEpoch(of place: Model.TopicPartition, on id: NodeID, behind manifest: [UInt8]) throws {
    try Data(manifest).write(to: URL(fileURLWithPath: "\(folder.path)/\(id)/\(place)/manifest"))
    let content = try #require(records(of: place, on: id))
    var start = 0
    while case let end = start + 12 + content[start + 8..<start + 12].reduce(0, { $0 << 8 | Int($1) }),
      end < content.count
    {
      start = end
    }
    try flipBit(of: place, on: id, at: start + 15)
  }

  /// Removes a replica's folder from a broker's disk.
  func removeReplica(of place: Model.TopicPartition, on id: NodeID) throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(id)/\(place)")
  }

  /// Leaves nothing of what a node has on its disk.
  func removeDisk(of id: NodeID) throws { try FileManager.default.removeItem(atPath: "\(folder.path)/\(id)") }

  /// True if a damaged replica has been put aside.
  func hasPutAside(_ place: Model.TopicPartition, on id: NodeID) -> Bool {
    access("\(folder.path)/\(id)/\(place).damaged", F_OK) == 0
  }

  private func bytes(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
    return bytes
  }

  // MARK: Callers

  private static let outsideOffset = 1

  /// A channel of a client to one node, over the first listener or the one that is for outside.
  func channel(_ id: NodeID, outside: Bool = false) throws -> Channel {
    try channel(id, as: "alice", outside: outside)
  }

  /// A channel that shows the certificate `stem`.
  func channel(_ id: NodeID, as stem: String, outside: Bool = false) throws -> Channel {
    var options = ChannelOptions()
    options.backoff = Backoff(initial: .milliseconds(20), max: .milliseconds(200))
    let port = (ports[id] ?? 0) + (outside ? Self.outsideOffset : 0)
    let channel = Channel(
      host: "localhost", port: port, tls: try tls(stem), loop: clientLoops.loops[0], options: options)
    channels.append(channel)
    return channel
  }

  func tls(_ stem: String) throws -> TLSContext {
    try TLSContext(
      .client,
      TLSConfiguration(
        certificatePath: "\(folder.path)/\(stem).pem", keyPath: "\(folder.path)/\(stem)-key.pem",
        nodeAuthorityPath: "\(folder.path)/node-ca.pem"))
  }

  /// A client of the library, which knows these nodes to begin with.
  func client(_ bootstrap: NodeID...) throws -> NewswireClient {
    let known = bootstrap.isEmpty ? Self.all(options) : bootstrap
    let client = try NewswireClient(
      ClientConfiguration(
        bootstrap: known.map { "localhost:\(ports[$0] ?? 0)" }.joined(separator: ","),
        security: .tls(
          authority: "\(folder.path)/node-ca.pem", certificate: "\(folder.path)/alice.pem",
          key: "\(folder.path)/alice-key.pem"), clientID: "test"))
    clients.append(client)
    return client
  }

  /// Creates a topic and waits until every broker knows its leaders.
  func createTopic(_ name: String, partitions: Int32, configs: [String: String] = [:]) async throws {
    _ = try await client().admin.createTopic(name, partitions: partitions, configs: configs)
    let topic = try TopicName(name)
    try await until("every node knows \(name)") { [nodes] in
      nodes.values.allSatisfy { entry in
        entry.node.environment.view.image.topic(named: topic)?.partitions.allSatisfy { $0.leader != nil } == true
      }
    }
  }
}

/// Something that a test needs is not there.
struct Missing: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds, for at most a minute.
func until(_ what: @autoclosure () -> String, _ condition: @Sendable () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(60)
  while try await !condition() {
    guard ContinuousClock.now < end else { throw Missing(description: "it did not happen in time that \(what())") }
    try await Task.sleep(for: .milliseconds(20))
  }
}

private let portsGiven = Atomic<Int>(0)

/// A port that the system gives to nobody by itself, with the one behind it.
private func privatePort() -> Int {
  let turn = portsGiven.wrappingAdd(1, ordering: .relaxed).newValue
  return 3_000 + (Int(getpid()) * 97 + turn) % 2_900 * 2
}

/// A folder that is gone with the object.
final class ScratchFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/newswire-cluster-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit {
    Self.remove(path)
  }

  private static func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(folder)
    }
    Glibc.remove(path)
  }
}

/// What a node says is of interest only to who looks for the cause of a failure: `NEWSWIRE_TEST_LOG=1` shows it.
private func logger(_ id: NodeID) -> Logger {
  guard getenv("NEWSWIRE_TEST_LOG") != nil else { return .silent }
  return Logger(LogSink(level: .debug, format: .text)).with(["node": "\(id)"])
}
