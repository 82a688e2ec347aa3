public import ClusterMetadata
internal import Configuration
internal import DiskIO
internal import Messages
internal import Model
public import Node
internal import Observability
internal import Runtime
public import Transport

/// The coordinator's process: keeps the cluster's metadata and decides on every change of it.
public struct CoordinatorNode: NodeService {
  private let environment: NodeEnvironment
  private let policy: MetadataPolicy
  private let node: LoopBound<MetadataNode>
  private let progress = FollowerProgress()
  private let channels: NodeChannels

  /// The service as a process runs it.
  public static let kind = NodeKind(
    role: .coordinator, summary: "keep a cluster's metadata: topics, partitions, leaders, brokers",
    settings: Keys.all, port: 9190, metricsPort: 9290, needsCoordinators: false,
    services: [NewswireV1.Coordinator.serviceName, NewswireV1.Metadata.serviceName],
    internalServices: [
      NewswireInternalV1.BrokerLifecycle.serviceName: [.broker],
      NewswireInternalV1.GroupLifecycle.serviceName: [.groupCoordinator],
      NewswireInternalV1.MetadataFeed.serviceName: [.broker, .groupCoordinator, .coordinator],
    ]
  ) { try await CoordinatorNode($0) }

  private enum Keys {
    static let data = ConfigurationKey(
      "data.folder", .path, default: "/var/lib/newswire/coordinator",
      meaning: "The folder of the metadata log. Created if it is not there; one process at a time may use it.")
    static let lease = ConfigurationKey(
      "brokers.lease", .duration(.milliseconds(500) ... .seconds(60)), default: "5s",
      meaning:
        "How long a broker counts as alive after its last heartbeat. Shorter finds dead machines sooner and takes "
        + "slow ones for dead.")
    static let heartbeat = ConfigurationKey(
      "brokers.heartbeat", .duration(.milliseconds(100) ... .seconds(20)), default: "1s",
      meaning: "How often brokers send a heartbeat. At most a third of the lease is sensible.")
    static let partitions = ConfigurationKey(
      "topics.partitions", .integer(1...10_000), default: "1",
      meaning: "How many partitions a topic gets when its creator does not say.")
    static let balance = ConfigurationKey(
      "balance.enabled", .boolean, default: "true",
      meaning:
        "Whether leaders go back to the preferred brokers, and replicas move to brokers that hold fewer or less, without "
        + "being asked: a few at a time. Set it to false to move things by hand alone.")
    static let moves = ConfigurationKey(
      "balance.moves", .integer(1...10_000), default: "20",
      meaning: "How many partitions are moved to other brokers at a time; the others wait for their turn.")
    static let all: [any ConfigurationSetting] = [data, lease, heartbeat, partitions, balance, moves]
  }

  private init(_ environment: NodeEnvironment) async throws {
    self.environment = environment
    channels = NodeChannels(tls: environment.clientTLS)
    let configuration = environment.configuration
    var policy = MetadataPolicy()
    policy.lease = configuration.value(Keys.lease)
    policy.heartbeatInterval = configuration.value(Keys.heartbeat)
    policy.defaultPartitionCount = configuration.value(Keys.partitions)
    policy.balances = configuration.value(Keys.balance)
    policy.movesAtOnceMax = configuration.value(Keys.moves)
    guard policy.heartbeatInterval * 2 <= policy.lease else {
      throw configuration.complaint(
        about: Keys.heartbeat, "\(policy.heartbeatInterval) is more than half of brokers.lease (\(policy.lease))")
    }
    self.policy = policy
    let loop = environment.loops.loops[0]
    let restored = try await MetadataLog.open(
      folder: configuration.value(Keys.data), loop: loop, logger: environment.logger)
    CoordinatorMetrics.add(to: environment.metrics, view: environment.view)
    let (view, logger, fail, tls) = (environment.view, environment.logger, environment.fail, environment.clientTLS)
    node = try await LoopBound((), on: loop).run { [policy] _ in
      LoopBound(
        MetadataNode(
          loop: loop, restored: restored.value, policy: policy, view: view, tls: tls, logger: logger, onFailure: fail),
        on: loop)
    }
  }

  /// Adds the calls for administrators and for nodes.
  public func register(on router: inout Router, listener: String) {
    let requests = MetadataRequests(node: node, policy: policy)
    AdminCalls(
      metadata: requests, view: environment.view, progress: progress,
      logEnds: LogEnds(channels: channels, loop: environment.loops.loops[0])
    ).register(on: &router)
    LifecycleCalls(metadata: requests, view: environment.view, progress: progress).register(on: &router)
    FeedCalls(node: node, view: environment.view).register(on: &router)
  }

  /// Becomes the active coordinator.
  public func start(listeners: [ListenerAddress]) async throws {
    let registration = CoordinatorRegistration(
      id: CoordinatorID(environment.name.number ?? 0), listeners: listeners,
      rack: environment.configuration[NodeKeys.rack], version: NodeProcess.version)
    let cluster = environment.name.cluster
    node.execute { $0.activate(registration, clusterName: cluster) }
    let image = try await environment.view.image(after: .zero)
    guard image.cluster?.name == cluster else {
      throw Refusal(
        .clusterMismatch,
        "the data folder belongs to the cluster \"\(image.cluster?.name ?? "")\", and this node to \"\(cluster)\"")
    }
    environment.health.setAll(serving: true)
  }

  /// Nobody can take over from a single coordinator.
  public func leave() async {}

  /// Ends the metadata log cleanly.
  public func stop() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      node.execute { $0.stop { continuation.resume() } }
    }
    channels.close()
  }
}
