internal import Messages
internal import Model
internal import Runtime
internal import Transport

/// The link to the cluster's nodes: channels, the picture of the cluster, and what keeps it fresh.
///
/// Belongs to the client's loop. `MetadataCache` decides what is believed; this only asks and tells.
final class ClusterLink {
  /// A way to a broker.
  struct Route {
    let channel: Channel
    /// False: by another node, which passes calls on.
    let isDirect: Bool

    /// A failure on this way as it is to be understood: a node that is no broker is asked only for want of one.
    func explained(_ error: NewswireError) -> NewswireError {
      error.reason == .unsupported && !isDirect ? .nobody(.broker) : error
    }
  }

  /// How long a broker that cannot be reached is called by way of another node.
  private static let detour: Duration = .seconds(3)

  let configuration: ClientConfiguration
  let loop: EventLoop
  private(set) var cache = MetadataCache()
  private(set) var isClosed = false
  /// True once a node has told of the cluster.
  private var hasContact = false
  private let bootstrap: [NodeAddress]
  private let tls: TLSContext?
  private var channels: [NodeAddress: Channel] = [:]
  private var detours: [NodeAddress: Instant] = [:]
  private var bootstrapIndex = 0
  private var listeners: [Int: (MetadataCache.Change) -> Void] = [:]
  private var nextListener = 0
  private var closers: [Int: () -> Void] = [:]
  private lazy var topics = TopicLookup(link: self)
  private lazy var watch = MetadataWatch(link: self)

  init(_ configuration: ClientConfiguration, bootstrap: [NodeAddress], tls: TLSContext?, loop: EventLoop) {
    self.configuration = configuration
    self.bootstrap = bootstrap
    self.tls = tls
    self.loop = loop
  }

  func checkOpen() throws(NewswireError) {
    if isClosed { throw .closed("the client") }
  }

  /// How long a call is tried unless it says otherwise.
  var patience: Duration {
    hasContact ? configuration.requestTimeout : min(configuration.requestTimeout, configuration.connectTimeout)
  }

  // MARK: Channels

  /// The channel to an address.
  func channel(_ address: NodeAddress) -> Channel {
    if let channel = channels[address] { return channel }
    var options = ChannelOptions()
    options.connectTimeout = .seconds(5)
    options.backoff = .init(initial: .milliseconds(100), max: .seconds(2))
    options.streamWindowBytes = 4 << 20
    options.connectionWindowBytes = 32 << 20
    options.closeGrace = .zero
    // A node that hangs says nothing, not even that others have taken over. Whatever comes counts as a sign of life.
    options.keepaliveInterval = .seconds(2)
    options.keepaliveTimeout = .seconds(2)
    options.userAgent = "newswire-swift/1.0"
    let channel = Channel(host: address.host, port: address.port, tls: tls, loop: loop, options: options)
    channels[address] = channel
    return channel
  }

  /// Nodes that can be asked, in the order in which they should be: those of `role`, or all if nil; then the first ones
  /// that were named.
  func channels(_ role: MetadataCache.Role?) -> [Channel] {
    let known = role.map { cache.nodes($0).map(\.address) } ?? []
    return (known.isEmpty ? rotatedBootstrap + knownElsewhere : known).map { channel($0) }
  }

  /// The first of the nodes that were named turned out not to answer: begin with the next.
  func rotateBootstrap() { bootstrapIndex += 1 }

  private var rotatedBootstrap: [NodeAddress] {
    let start = bootstrapIndex % bootstrap.count
    return Array(bootstrap[start...] + bootstrap[..<start])
  }

  private var knownElsewhere: [NodeAddress] {
    cache.nodes.filter(\.isActive).map(\.address).filter { !bootstrap.contains($0) }
  }

  /// The way to the broker with this id.
  func route(to broker: Int32) -> Route {
    let address = cache.address(.broker, broker)
    if let address, detours[address].map({ $0 <= loop.now }) ?? true {
      return Route(channel: channel(address), isDirect: true)
    }
    let others = cache.nodes(.broker).filter { $0.id != broker && $0.isActive }.map(\.address)
    let detour = others.first { detours[$0].map { $0 <= loop.now } ?? true }
    if detour == nil, let address { return Route(channel: channel(address), isDirect: true) }
    return Route(channel: channel(detour ?? rotatedBootstrap[0]), isDirect: false)
  }

  /// The broker could not be reached directly.
  func noteUnreachable(_ broker: Int32) {
    guard let address = cache.address(.broker, broker) else { return }
    if cache.nodes(.broker).contains(where: { $0.id != broker }) { detours[address] = loop.now + Self.detour }
  }

  // MARK: Metadata

  /// Takes in news and tells the listeners.
  func apply(_ update: MetadataCache.Update) {
    hasContact = true
    let changes = cache.apply(update)
    if changes.contains(.nodes) { forgetChannels() }
    tell(changes)
    topics.metadataChanged()
  }

  /// A node says that there is no such topic.
  func noteUnknown(_ topic: String) {
    if let known = cache.topics[topic] { _ = cache.apply(.init(deleted: [known.id])) }
    tell([.deleted(topic)])
  }

  /// Closes the channels to nodes that are no more.
  private func forgetChannels() {
    let known = Set(cache.nodes.map(\.address)).union(bootstrap)
    for address in channels.keys where !known.contains(address) { channels.removeValue(forKey: address)?.close() }
    detours = detours.filter { known.contains($0.key) && $0.value > loop.now }
  }

  /// A broker refused because of an old picture; perhaps it said who leads.
  func learn(_ partition: TopicPartition, from error: NewswireError) {
    if let leader = error.namedLeader, cache.learn(partition, leader: leader.id, leaderEpoch: leader.epoch) {
      tell([.topic(partition.topic)])
    }
  }

  private func tell(_ changes: [MetadataCache.Change]) {
    for change in changes {
      for id in listeners.keys.sorted() { listeners[id]?(change) }
    }
  }

  /// Calls `listener` on the loop after each change, until `unlisten`.
  func listen(_ listener: @escaping (MetadataCache.Change) -> Void) -> Int {
    nextListener += 1
    listeners[nextListener] = listener
    return nextListener
  }

  func unlisten(_ id: Int) { listeners[id] = nil }

  /// Waits until a topic and the nodes are known; from then on its changes are told.
  func resolve(_ topic: String, _ completion: @escaping (Result<MetadataCache.Topic, NewswireError>) -> Void) {
    guard !isClosed else { return completion(.failure(.closed("the client"))) }
    watch.include(topic)
    topics.resolve(topic, completion)
  }

  /// Asks who leads the topic's partitions now; not more often than is useful.
  func refresh(_ topic: String) {
    guard !isClosed else { return }
    watch.include(topic)
    topics.refresh(topic)
  }

  // MARK: End

  /// Calls `closer` when the client closes, until `removeCloser`.
  func addCloser(_ closer: @escaping () -> Void) -> Int {
    nextListener += 1
    closers[nextListener] = closer
    return nextListener
  }

  func removeCloser(_ id: Int) { closers[id] = nil }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    for id in closers.keys.sorted() { closers[id]?() }
    closers = [:]
    listeners = [:]
    topics.close()
    watch.close()
    for channel in channels.values { channel.close() }
    channels = [:]
  }
}
