public import ClusterMetadata
internal import Configuration
internal import Group
internal import Messages
internal import Model
public import Node
internal import Observability
internal import Runtime
internal import Synchronization
public import Transport

/// The group coordinator's process: owns shards of groups, as the coordinator gives them out.
public final class GroupCoordinatorNode: NodeService {
  private let environment: NodeEnvironment
  private let policy: GroupPolicy
  private let channels: NodeChannels
  private let shards: ShardDirectory
  private let coordinators: Channel
  private let incarnation: UUID128
  private let running = Mutex<(membership: Membership?, tasks: [Task<Void, Never>])>((nil, []))

  /// The service as a process runs it.
  public static let kind = NodeKind(
    role: .groupCoordinator, summary: "keep consumer groups and how far they have read",
    settings: Keys.all, port: 9192, metricsPort: 9292, needsCoordinators: true,
    services: [NewswireV1.GroupCoordinator.serviceName, NewswireV1.Metadata.serviceName],
    internalServices: [ProcessCalls.serviceName: [.coordinator]]
  ) { try GroupCoordinatorNode($0) }

  private enum Keys {
    static let session = ConfigurationKey(
      "groups.session-timeout", .duration(.seconds(1) ... .seconds(1800)), default: "45s",
      meaning: "How long a member may be silent before its partitions go to others. Shorter finds dead members sooner "
        + "and takes slow ones for dead.")
    static let heartbeat = ConfigurationKey(
      "groups.heartbeat", .duration(.milliseconds(100) ... .seconds(600)), default: "5s",
      meaning: "How often members are told to call. At most a third of the session timeout is sensible.")
    static let retention = ConfigurationKey(
      "groups.offsets-retention", .duration(.seconds(60) ... .seconds(10 * 366 * 86_400)), default: "7d",
      meaning: "How long committed offsets are kept after a group has lost its last member.")
    static let members = ConfigurationKey(
      "groups.members", .integer(1...100_000), default: "1000", meaning: "How many members a group may have.")
    static let all: [any ConfigurationSetting] = [session, heartbeat, retention, members]
  }

  private init(_ environment: NodeEnvironment) throws {
    self.environment = environment
    let configuration = environment.configuration
    var policy = GroupPolicy()
    policy.sessionTimeout = configuration.value(Keys.session)
    policy.heartbeatInterval = configuration.value(Keys.heartbeat)
    policy.offsetsRetention = configuration.value(Keys.retention)
    policy.membersPerGroupMax = configuration.value(Keys.members)
    guard policy.heartbeatInterval * 2 <= policy.sessionTimeout else {
      throw configuration.complaint(
        about: Keys.heartbeat,
        "\(policy.heartbeatInterval) is more than half of groups.session-timeout (\(policy.sessionTimeout))")
    }
    self.policy = policy
    channels = NodeChannels(tls: environment.clientTLS)
    shards = ShardDirectory(environment: environment, channels: channels, policy: policy)
    coordinators = environment.coordinatorChannel()
    var random = SystemRandom()
    incarnation = UUID128(random: &random)
  }

  /// Adds the calls of members and administrators.
  public func register(on router: inout Router, listener: String) {
    ProcessCalls(incarnation: incarnation).register(on: &router)
    GroupCalls(
      shards: shards, view: environment.view, channels: channels, policy: policy, self: environment.name,
      listener: listener
    ).register(on: &router)
  }

  /// Joins the cluster.
  public func start(listeners: [ListenerAddress]) async throws {
    let environment = self.environment
    let calls = GroupMembershipCalls(
      coordinators: coordinators, name: environment.name, incarnation: incarnation, listeners: listeners,
      rack: environment.configuration[NodeKeys.rack], view: environment.view)
    let membership = Membership(
      calls: calls, view: environment.view, logger: environment.logger,
      granted: { [shards] grant in shards.registered(GroupCoordinatorEpoch(grant.epoch)) },
      activityChanged: { environment.health.setAll(serving: $0) })
    let replica = MetadataReplica(view: environment.view, coordinators: coordinators, logger: environment.logger)
    let tasks = [
      environment.runUntilFailure { try await membership.run() },
      environment.runUntilFailure { try await replica.run() },
    ]
    running.withLock { $0 = (membership, tasks) }
    shards.follow(environment.view)
    environment.view.observe(on: environment.loops.loops[0]) { _ in membership.sendHeartbeatSoon() }
  }

  /// Gives the shards back; whoever waits for an answer of one is told so.
  public func leave() async {
    await running.withLock { $0.membership }?.leave()
    shards.closeAll()
  }

  /// Ends.
  public func stop() async {
    await end(running.withLock { $0.tasks })
    shards.closeAll()
    channels.close()
    coordinators.close()
  }
}

/// How a group coordinator registers with the coordinator and keeps its lease.
private struct GroupMembershipCalls: MembershipCalls {
  private static let timeout = Duration.seconds(3)
  let coordinators: Channel
  let name: NodeName
  let incarnation: UUID128
  let listeners: [ListenerAddress]
  let rack: String?
  let view: MetadataView

  func register() async throws -> MembershipGrant {
    let request = NewswireInternalV1.RegisterGroupCoordinatorRequest(
      nodeID: name.number ?? 0, incarnation: incarnation.bytes, clusterID: view.image.cluster?.id.bytes ?? [],
      listeners: MetadataCodec.wire(listeners), rack: rack ?? "", softwareVersion: NodeProcess.version)
    let response = try await answer {
      try await coordinators.unary(
        NewswireInternalV1.GroupLifecycle.registerGroupCoordinator, request,
        options: CallOptions(timeout: Self.timeout, waitForReady: true))
    }
    return try MembershipGrant(
      epoch: response.nodeEpoch, cluster: response.clusterID, heartbeatIntervalMs: response.heartbeatIntervalMs)
  }

  func heartbeat(epoch: Int64, metadataEnd: MetadataOffset, wantsShutdown: Bool) async throws -> MembershipReply {
    let request = NewswireInternalV1.GroupCoordinatorHeartbeatRequest(
      nodeID: name.number ?? 0, nodeEpoch: epoch, metadataOffset: metadataEnd.rawValue, wantShutdown: wantsShutdown)
    let response = try await answer {
      try await coordinators.unary(
        NewswireInternalV1.GroupLifecycle.groupCoordinatorHeartbeat, request,
        options: CallOptions(timeout: Self.timeout))
    }
    return MembershipReply(isActive: !wantsShutdown, mayShutDown: response.mayShutDown)
  }
}
