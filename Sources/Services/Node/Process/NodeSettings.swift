public import Configuration
internal import Model

/// The keys that every service's configuration has, and how its table is put together.
public enum NodeKeys {
  /// The node's id within its role.
  public static let id = ConfigurationKey(
    "node.id", .integer(1...Int(Int32.max)), required: true, example: "1",
    meaning: "Names this node among the nodes of its role. The certificate's URI name must end in it, and it never "
      + "changes as long as the node keeps its data.")

  /// The cluster's name, as the certificates have it.
  public static let clusterName = ConfigurationKey(
    "cluster.name", .text, default: "newswire",
    meaning: "The cluster's name in the certificates: newswire://NAME/ROLE/ID. A node talks only to nodes of the same "
      + "name. Change it only together with all certificates.")

  /// Where the node stands.
  public static let rack = ConfigurationKey(
    "rack", .text,
    meaning: "The rack or zone of this machine. Replicas of a partition are spread over racks, so that one can fail.")

  /// Where the coordinators are.
  public static let coordinators = ConfigurationList(
    "coordinators", .endpoint(defaultPort: 9190), required: true, example: ["127.0.0.1:9190"],
    meaning: "The addresses of the coordinators, tried in turn.")

  /// The certificate.
  public static let certificate = ConfigurationKey(
    "tls.certificate", .path, required: true, example: "/etc/newswire/tls/node.pem",
    meaning: "The node's certificate and those between it and the authority, PEM. Issued by the node authority, with "
      + "the node's URI name. Read again on SIGHUP.")

  /// The private key.
  public static let privateKey = ConfigurationKey(
    "tls.key", .path, required: true, example: "/etc/newswire/tls/node.key",
    meaning: "The private key of the certificate, PEM, without a passphrase.")

  /// The authority of nodes.
  public static let nodeAuthority = ConfigurationKey(
    "tls.node-authority", .path, required: true, example: "/etc/newswire/tls/node-ca.pem",
    meaning: "The certificate of the authority that issues those of nodes, PEM. Roles count only under it.")

  /// The authority of clients.
  public static let clientAuthority = ConfigurationKey(
    "tls.client-authority", .path, required: true, example: "/etc/newswire/tls/client-ca.pem",
    meaning: "The certificate of the authority that issues those of clients, PEM.")

  /// How many event loops.
  public static let loops = ConfigurationKey(
    "loops", .integer(0...256), default: "0",
    meaning: "How many event loops, each a thread, share the work. 0 stands for one per core.")

  /// Where metrics are shown.
  public static func metricsAddress(port: Int) -> ConfigurationKey<Endpoint> {
    ConfigurationKey(
      "metrics.address", .endpoint(), default: "127.0.0.1:\(port)",
      meaning: "Where /metrics (Prometheus) and /healthz answer by plain HTTP. Keep it on loopback, or behind a proxy: "
        + "it asks nobody who they are.")
  }

  /// How much is logged.
  public static let logLevel = ConfigurationKey(
    "log.level", .choice(["debug", "info", "warning", "error"]), default: "info",
    meaning: "The least important messages that are still logged.")

  /// How many connections.
  public static let connectionsMax = ConfigurationKey(
    "limits.connections", .integer(1...1_000_000), default: "10000",
    meaning: "How many connections may be open at a time; further ones are closed at once. Each costs memory and a "
      + "file descriptor.")

  /// How much may be received and not yet used.
  public static let receivedBytesMax = ConfigurationKey(
    "limits.received-bytes", .size((16 << 20)...(1 << 40)), default: "128MiB",
    meaning: "How many bytes of requests the process holds at most. Beyond it, callers are slowed down.")

  /// How long a stop may take.
  public static let shutdownGrace = ConfigurationKey(
    "shutdown.grace", .duration(.zero ... .seconds(600)), default: "10s",
    meaning: "How long calls under way may take when the node stops, before they are broken off.")

  private static let name = ConfigurationKey(
    "name", .text, required: true, example: "main",
    meaning: "Callers are told addresses of nodes under the same listener name.")
  private static let bind = ConfigurationKey(
    "bind", .endpoint(), required: true, example: "0.0.0.0:9190",
    meaning: "The numeric address and the port to listen on.")
  private static let advertised = ConfigurationKey(
    "advertised", .endpoint(),
    meaning: "The address that others are told; the bound one by default, or the host's name if that is a wildcard.")

  /// The listeners of a service whose usual port is `port`.
  public static func listeners(port: Int) -> ConfigurationRecords {
    ConfigurationRecords(
      "listeners", fields: [name, bind, advertised],
      default: [["name": "main", "bind": "0.0.0.0:\(port)"]],
      meaning: "Where the service answers. A second listener gives another network its own addresses.")
  }

  /// The listeners as configured.
  static func listeners(
    _ configuration: Configuration, _ key: ConfigurationRecords
  ) throws(ConfigurationError) -> [ListenerSettings] {
    var listeners: [ListenerSettings] = []
    for record in configuration[key] {
      let listenerName = record.value(name)
      guard !listeners.contains(where: { $0.name == listenerName }) else {
        throw configuration.complaint(about: key, "two listeners are called \"\(listenerName)\"")
      }
      listeners.append(
        ListenerSettings(name: listenerName, bind: record.value(bind), advertised: record[advertised]))
    }
    return listeners
  }
}

/// One listener: where it is bound, and what others are told.
public struct ListenerSettings: Hashable, Sendable {
  /// The name; callers hear of addresses under the name of the listener that they use.
  public let name: String
  /// The numeric address to listen on.
  public let bind: Endpoint
  /// The address to tell others, if it is another one.
  public let advertised: Endpoint?
}
