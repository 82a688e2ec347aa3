import ClusterMetadata
import Model
import Testing

/// A coordinator under test: commits what it appends at once unless told to wait, and keeps the log.
struct Cluster {
  var metadata: ClusterMetadata
  var now = Instant(1_000_000_000)
  /// Every committed record.
  var log: [MetadataRecord] = []
  /// Records appended and not committed yet.
  var uncommitted: [MetadataRecord] = []
  /// Answers in the order in which they left.
  var replies: [(token: RequestToken, answer: Result<MetadataReply, Refusal>)] = []
  var commitsAtOnce = true
  /// The processes that were to be looked for.
  var probes: [RegisteredProcess] = []
  private var nextToken: UInt64 = 1

  static let identity = ClusterIdentity(id: UUID128(high: 1, low: 2), name: "tests")

  init(policy: MetadataPolicy = MetadataPolicy(), activated: Bool = true) {
    metadata = ClusterMetadata(policy: policy)
    if activated { handle(.activated(Self.coordinator(1), newCluster: Self.identity)) }
  }

  /// With brokers 1 to `brokers`, active.
  init(brokers: Int32, policy: MetadataPolicy = MetadataPolicy()) throws {
    self.init(policy: policy)
    for id in 1...brokers { try start(broker: id) }
  }

  var image: MetadataImage { metadata.committed }

  static func coordinator(_ id: Int32) -> CoordinatorRegistration {
    CoordinatorRegistration(
      id: CoordinatorID(id), listeners: [ListenerAddress(name: "default", host: "c\(id)", port: 9190)], version: "1.0.0"
    )
  }

  static func registration(
    broker id: Int32, incarnation: UInt64 = 1, rack: String? = nil, folders: [UUID128]? = nil
  ) -> BrokerRegistration {
    BrokerRegistration(
      id: BrokerID(id), epoch: BrokerEpoch(0), incarnation: UUID128(high: UInt64(id), low: incarnation),
      listeners: [ListenerAddress(name: "default", host: "b\(id)", port: 9191)], rack: rack,
      folders: folders ?? [UUID128(high: 0xf0, low: UInt64(id))], version: "1.0.0")
  }

  static func registration(
    groupCoordinator id: Int32, incarnation: UInt64 = 1, host: String? = nil
  ) -> GroupCoordinatorRegistration {
    GroupCoordinatorRegistration(
      id: GroupCoordinatorID(id), epoch: GroupCoordinatorEpoch(0),
      incarnation: UUID128(high: UInt64(id), low: incarnation),
      listeners: [ListenerAddress(name: "default", host: host ?? "g\(id)", port: 9192)], rack: nil, version: "1.0.0")
  }

  @discardableResult
  mutating func handle(_ event: ClusterMetadata.Event) -> [ClusterMetadata.Effect] {
    var effects: [ClusterMetadata.Effect] = []
    metadata.handle(event, at: now, into: &effects)
    for effect in effects {
      switch effect {
      case .append(let records, let offset):
        #expect(offset.rawValue == Int64(log.count + uncommitted.count))
        uncommitted += records
      case .reply(let token, let answer): replies.append((token, answer))
      case .probe(let process, _): probes.append(process)
      }
    }
    if commitsAtOnce { commit() }
    return effects
  }

  /// Everything appended is committed; the image then equals the one that its own snapshot rebuilds.
  mutating func commit() {
    guard !uncommitted.isEmpty else { return }
    let records = uncommitted
    uncommitted = []
    let offset = MetadataOffset(Int64(log.count))
    log += records
    handle(.recordsCommitted(records, at: offset))
    #expect(MetadataImage(snapshot: image.records(), endOffset: image.endOffset) == image)
  }

  mutating func send(_ request: MetadataRequest) -> RequestToken {
    let token = RequestToken(nextToken)
    nextToken += 1
    handle(.requestReceived(request, token))
    return token
  }

  func answer(to token: RequestToken) -> Result<MetadataReply, Refusal>? {
    replies.last { $0.token == token }?.answer
  }

  /// Sends a request whose answer comes at once.
  @discardableResult
  mutating func ask(_ request: MetadataRequest) throws -> MetadataReply {
    let token = send(request)
    return try #require(answer(to: token)).get()
  }

  mutating func refusal(_ request: MetadataRequest) -> Refusal? {
    let before = log.count
    let token = send(request)
    guard case .failure(let refusal) = answer(to: token) else { return nil }
    #expect(log.count == before, "a refused request must not change anything")
    return refusal
  }

  mutating func register(_ registration: BrokerRegistration) throws -> BrokerEpoch {
    guard
      case .brokerRegistered(let epoch, Self.identity) = try ask(
        .registerBroker(RegisterBroker(registration: registration, clusterID: nil)))
    else { throw UnexpectedReply() }
    return epoch
  }

  @discardableResult
  mutating func heartbeat(
    _ id: Int32, wantsShutdown: Bool = false, sizes: [TopicPartition: Int] = [:]
  ) throws -> BrokerHeartbeat.Reply {
    let epoch = try #require(image.broker(BrokerID(id))).epoch
    let heartbeat = BrokerHeartbeat(
      id: BrokerID(id), epoch: epoch, appliedEndOffset: image.endOffset, wantsShutdown: wantsShutdown,
      sizes: sizes)
    guard case .brokerHeartbeat(let reply) = try ask(.brokerHeartbeat(heartbeat)) else { throw UnexpectedReply() }
    return reply
  }

  @discardableResult
  mutating func start(broker id: Int32, incarnation: UInt64 = 1, rack: String? = nil) throws -> BrokerEpoch {
    let epoch = try register(Self.registration(broker: id, incarnation: incarnation, rack: rack))
    try heartbeat(id)
    return epoch
  }

  @discardableResult
  mutating func start(
    groupCoordinator id: Int32, incarnation: UInt64 = 1
  ) throws -> GroupCoordinatorEpoch {
    let registration = Self.registration(groupCoordinator: id, incarnation: incarnation)
    guard
      case .groupCoordinatorRegistered(let epoch, _) = try ask(
        .registerGroupCoordinator(RegisterGroupCoordinator(registration: registration)))
    else { throw UnexpectedReply() }
    return epoch
  }

  @discardableResult
  mutating func create(
    _ name: String, partitions: Int? = nil, replicas: Int? = nil, assignments: [[Int32]]? = nil,
    overrides: [String: String] = [:], requestID: String? = nil, validateOnly: Bool = false
  ) throws -> Result<CreateTopics.Created, Refusal> {
    let topic = CreateTopics.NewTopic(
      id: UUID128(high: 0x70, low: nextToken), name: name, partitionCount: partitions, replicationFactor: replicas,
      assignments: assignments.map { $0.map { $0.map { BrokerID($0) } } }, overrides: overrides)
    let request = CreateTopics(requestID: requestID, validateOnly: validateOnly, topics: [topic])
    guard case .topicsCreated(let results) = try ask(.createTopics(request)) else { throw UnexpectedReply() }
    return try #require(results.first)
  }

  /// The states of the topic's partitions.
  func partitions(_ name: String) throws -> [PartitionState] { try #require(image.topic(named: name)).partitions }

  func place(_ name: String, _ partition: Int32) throws -> TopicPartition {
    TopicPartition(topic: try #require(image.topic(named: name)).id, partition: PartitionIndex(partition))
  }

  /// Time passes; the leases of `alive` are kept.
  mutating func pass(_ duration: Duration, alive: [Int32] = []) throws {
    now = now + duration
    for id in alive { try heartbeat(id) }
    handle(.timeElapsed)
  }
}

struct UnexpectedReply: Error {}

extension Result {
  var refusal: Failure? {
    if case .failure(let refusal) = self { refusal } else { nil }
  }
}
