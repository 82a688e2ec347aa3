public import ClusterMetadata
public import Configuration
public import Model
public import Observability
public import Runtime
public import Transport

/// What the process gives to its service: identity, settings, loops, certificates, and where to report to.
public struct NodeEnvironment: Sendable {
  /// Who this node is: its certificate says the same.
  public let name: NodeName
  /// What the operator has set.
  public let configuration: Configuration
  /// The process's loops; services spread what they own over them.
  public let loops: EventLoopGroup
  /// For channels to other nodes.
  public let clientTLS: TLSContext
  /// The process's log.
  public let logger: Logger
  /// What `/metrics` shows.
  public let metrics: Metrics
  /// What `grpc.health.v1` answers.
  public let health: HealthService
  /// The cluster's metadata as this node knows it.
  public let view: MetadataView
  /// Ends the process in order, with exit status 1: it cannot do its work any more.
  public let fail: @Sendable (any Error) -> Void
}

/// One kind of service, as the process that runs it needs to know it.
public struct NodeKind: Sendable {
  /// The role in the certificate.
  public let role: NodeRole
  /// What `--help` says.
  public let summary: String
  /// The keys of the service itself, beside those of every node.
  public let settings: [any ConfigurationSetting]
  /// The usual port.
  public let port: Int
  /// The usual port of metrics.
  public let metricsPort: Int
  /// True if the service needs to know where the coordinators are.
  public let needsCoordinators: Bool
  /// The public services, as `grpc.health.v1` names them.
  public let services: [String]
  /// The services that only nodes of certain roles may call.
  public let internalServices: [String: Set<NodeRole>]
  /// Makes the service: opens what it has on disk. Nothing is listening yet.
  public let make: @Sendable (NodeEnvironment) async throws -> any NodeService

  /// Describes one kind of service.
  public init(
    role: NodeRole, summary: String, settings: [any ConfigurationSetting], port: Int, metricsPort: Int,
    needsCoordinators: Bool, services: [String], internalServices: [String: Set<NodeRole>],
    make: @escaping @Sendable (NodeEnvironment) async throws -> any NodeService
  ) {
    self.role = role
    self.summary = summary
    self.settings = settings
    self.port = port
    self.metricsPort = metricsPort
    self.needsCoordinators = needsCoordinators
    self.services = services
    self.internalServices = internalServices
    self.make = make
  }
}

/// What runs inside a node's process. The process calls these in the order in which they stand here.
///
/// A stop goes the same way for every service: no new connections, `leave`, GOAWAY and the end of calls, `stop`.
public protocol NodeService: Sendable {
  /// Adds the calls for callers of one listener.
  func register(on router: inout Router, listener: String)
  /// Begins to work. The node answers at `listeners` by now.
  func start(listeners: [ListenerAddress]) async throws
  /// Hands over what others can take, while calls still come in. Bounded by the process.
  func leave() async
  /// Ends; no call comes any more.
  func stop() async
}
