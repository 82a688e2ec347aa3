internal import Model

/// A cluster on this machine: its nodes, where they listen, and how each is configured.
struct ClusterPlan: Hashable, Sendable {
  /// How many nodes of a role there may be: the ports of metrics begin 100 above the others.
  static let nodesMax = 33
  /// The name of every cluster that is made for development.
  static let cluster = "dev"

  /// All nodes, in the order in which they start. They stop in the opposite order.
  let nodes: [PlannedNode]

  /// Ports: the coordinator N, the broker N+1, the group coordinator N+2; each further node of a role 3 above the one
  /// before it. Metrics are 100 above.
  init(coordinators: Int, brokers: Int, groupCoordinators: Int, portBase: Int) {
    let counts: [(NodeRole, Int)] = [
      (.coordinator, coordinators), (.broker, brokers), (.groupCoordinator, groupCoordinators),
    ]
    nodes = counts.enumerated().flatMap { place, entry in
      (0..<entry.1).map { PlannedNode(role: entry.0, number: Int32($0 + 1), port: portBase + place + 3 * $0) }
    }
  }

  /// The addresses of the coordinators.
  var coordinators: [String] { nodes.filter { $0.role == .coordinator }.map(\.address) }

  /// The addresses for clients to begin with.
  var bootstrap: String { nodes.map(\.address).joined(separator: ",") }

  /// The settings of a node whose own folder is `folder`, with certificates in `tls`.
  func settings(of node: PlannedNode, folder: String, tls: String) -> [NodeSetting] {
    var settings: [NodeSetting] = [
      NodeSetting("node.id", .text("\(node.number)")), NodeSetting("cluster.name", .text(Self.cluster)),
      NodeSetting(
        "listeners", .records([[("name", "main"), ("bind", "127.0.0.1:\(node.port)"), ("advertised", node.address)]])),
    ]
    if node.role != .coordinator { settings.append(NodeSetting("coordinators", .list(coordinators))) }
    switch node.role {
    case .coordinator: settings.append(NodeSetting("data.folder", .text("\(folder)/data")))
    case .broker: settings.append(NodeSetting("data.folders", .list(["\(folder)/data"])))
    case .groupCoordinator, .client: break
    }
    settings += [
      NodeSetting("tls.certificate", .text("\(tls)/\(node.name).pem")),
      NodeSetting("tls.key", .text("\(tls)/\(node.name)-key.pem")),
      NodeSetting("tls.node-authority", .text("\(tls)/node-ca.pem")),
      NodeSetting("tls.client-authority", .text("\(tls)/client-ca.pem")),
      NodeSetting("metrics.address", .text("127.0.0.1:\(node.metricsPort)")),
      NodeSetting("shutdown.grace", .text("2s")),
    ]
    return settings
  }
}

/// One process of a cluster.
struct PlannedNode: Hashable, Sendable {
  let role: NodeRole
  let number: Int32
  let port: Int

  /// `broker-1`: names its folder, its certificate, its process id and its log.
  var name: String { "\(role)-\(number)" }
  /// The program that it runs.
  var program: String { "newswire-\(role)" }
  /// Where clients reach it.
  var address: String { "localhost:\(port)" }
  var metricsPort: Int { port + 100 }
}

/// One key of a node's configuration file.
struct NodeSetting: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case text(String)
    case list([String])
    case records([[Field]])
  }

  struct Field: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// The key with all its parts: `tls.key`.
  let key: String
  let value: Value

  init(_ key: String, _ value: Value) {
    self.key = key
    self.value = value
  }

  /// The variable that would go before the file: the node must not inherit it.
  var environmentVariable: String {
    "NEWSWIRE_" + String(key.map { $0 == "." || $0 == "-" ? "_" : $0 }).uppercased()
  }

  /// The settings as a YAML file.
  static func file(_ settings: [NodeSetting]) -> String {
    var text = ""
    var group: Substring?
    for setting in settings {
      let parts = setting.key.split(separator: ".", maxSplits: 1)
      let indent = parts.count == 2 ? "  " : ""
      if parts.count == 2, group != parts[0] { text += "\(parts[0]):\n" }
      group = parts.count == 2 ? parts[0] : nil
      text += "\(indent)\(parts[parts.count - 1]):\(setting.value.yaml(indent: indent))\n"
    }
    return text
  }
}

extension NodeSetting.Value {
  static func records(_ records: [[(String, String)]]) -> Self {
    .records(records.map { $0.map { NodeSetting.Field(name: $0.0, value: $0.1) } })
  }

  fileprivate func yaml(indent: String) -> String {
    switch self {
    case .text(let text): " \(quoted(text))"
    case .list(let elements): elements.map { "\n\(indent)  - \(quoted($0))" }.joined()
    case .records(let records):
      records.map { fields in
        "\n\(indent)  - " + fields.map { "\($0.name): \(quoted($0.value))" }.joined(separator: "\n\(indent)    ")
      }.joined()
    }
  }

  /// In YAML's single quotation marks, where nothing but themselves has a meaning.
  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
