internal import Model

/// The cluster as this client knows it: nodes, topics, who leads which partition.
///
/// It can be behind, and never goes back: a partition's leader is replaced only by one of the same or a higher epoch,
/// the nodes only by a picture with at least as many metadata records in it.
struct MetadataCache {
  /// What a process of the cluster does.
  enum Role: Int32, Hashable, Sendable { case coordinator = 1, broker, groupCoordinator }

  /// A process of the cluster.
  struct Node: Hashable, Sendable {
    var role: Role
    var id: Int32
    var address: NodeAddress
    var rack = ""
    var isActive = true
  }

  /// Who takes a partition's records.
  struct Partition: Hashable, Sendable {
    var leader: Int32?
    var leaderEpoch: Int32
    /// The brokers that hold all that is acknowledged.
    var inSync: [Int32] = []
  }

  /// A topic with all its partitions, by number.
  struct Topic: Hashable, Sendable {
    var name: String
    var id: TopicID
    var partitions: [Partition]
  }

  /// News from a node.
  struct Update: Sendable {
    var topics: [Topic] = []
    var deleted: [TopicID] = []
    /// All nodes, or none if nothing is said about them.
    var nodes: [Node] = []
    /// How many metadata records are in the picture; nil if not said.
    var offset: Int64?
  }

  /// What is different now.
  enum Change: Hashable, Sendable {
    case topic(String)
    case deleted(String)
    case nodes
  }

  private(set) var topics: [String: Topic] = [:]
  private(set) var nodes: [Node] = []
  private(set) var clusterID: String?
  private var nodesOffset: Int64 = -1

  /// Takes in what a node told, and says what changed by it.
  mutating func apply(_ update: Update) -> [Change] {
    var changes: [Change] = []
    if !update.nodes.isEmpty, update.offset ?? .max >= nodesOffset {
      nodesOffset = update.offset ?? nodesOffset
      let sorted = update.nodes.sorted { ($0.role.rawValue, $0.id) < ($1.role.rawValue, $1.id) }
      if sorted != nodes {
        nodes = sorted
        changes.append(.nodes)
      }
    }
    for id in update.deleted {
      guard let name = topics.values.first(where: { $0.id == id })?.name else { continue }
      topics[name] = nil
      changes.append(.deleted(name))
    }
    for topic in update.topics where merge(topic) { changes.append(.topic(topic.name)) }
    return changes
  }

  /// A broker that refused a request said who leads instead. True if that was news.
  mutating func learn(_ partition: TopicPartition, leader: Int32, leaderEpoch: Int32) -> Bool {
    let index = Int(partition.partition)
    guard let known = topics[partition.topic]?.partitions, known.indices.contains(index),
      leaderEpoch > known[index].leaderEpoch
    else { return false }
    topics[partition.topic]!.partitions[index] = Partition(leader: leader, leaderEpoch: leaderEpoch)
    return true
  }

  /// Who leads a partition; nil if nobody does or it is not known.
  func leader(of partition: TopicPartition) -> Int32? {
    guard let topic = topics[partition.topic], topic.partitions.indices.contains(Int(partition.partition)) else {
      return nil
    }
    return topic.partitions[Int(partition.partition)].leader
  }

  /// Who is best read by someone in `rack`: an in-sync replica there if the leader stands elsewhere, else the leader.
  func reader(of partition: TopicPartition, rack: String) -> Int32? {
    guard let leader = leader(of: partition) else { return nil }
    func isNear(_ broker: Int32) -> Bool {
      nodes.contains { $0.role == .broker && $0.id == broker && $0.isActive && $0.rack == rack }
    }
    guard !rack.isEmpty, !isNear(leader) else { return leader }
    return topics[partition.topic]?.partitions[Int(partition.partition)].inSync.first(where: isNear) ?? leader
  }

  /// The partitions of a topic that have a leader, in rising order.
  func led(_ topic: String) -> [Int32] {
    guard let topic = topics[topic] else { return [] }
    return topic.partitions.indices.filter { topic.partitions[$0].leader != nil }.map { Int32($0) }
  }

  /// The nodes of a role: first those at work.
  func nodes(_ role: Role) -> [Node] {
    let all = nodes.filter { $0.role == role }
    return all.filter(\.isActive) + all.filter { !$0.isActive }
  }

  /// The address of a node.
  func address(_ role: Role, _ id: Int32) -> NodeAddress? {
    nodes.first { $0.role == role && $0.id == id }?.address
  }

  private mutating func merge(_ fresh: Topic) -> Bool {
    guard var known = topics[fresh.name], known.id == fresh.id else {
      topics[fresh.name] = fresh
      return true
    }
    let before = known
    for (index, partition) in fresh.partitions.enumerated() {
      if index == known.partitions.count {
        known.partitions.append(partition)
      } else if partition.leaderEpoch >= known.partitions[index].leaderEpoch {
        known.partitions[index] = partition
      }
    }
    topics[fresh.name] = known
    return known != before
  }
}

/// Where a node listens.
struct NodeAddress: Hashable, Sendable, CustomStringConvertible {
  var host: String
  var port: Int

  /// `host:port`, with brackets around an IPv6 address.
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port` or `[v6]:port`; nil for anything else.
  init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    self.init(host: String(host), port: port)
  }

  /// Reads a list of addresses with commas between them.
  static func list(_ text: String) throws(NewswireError) -> [NodeAddress] {
    var addresses: [NodeAddress] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: true) {
      let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      guard let address = NodeAddress(String(trimmed)) else {
        throw NewswireError(
          .invalidClientConfiguration,
          "\"\(String(trimmed))\" is not an address; write host:port, such as localhost:9191")
      }
      addresses.append(address)
    }
    guard !addresses.isEmpty else {
      throw NewswireError(
        .invalidClientConfiguration, "there is no bootstrap address; name a node of the cluster as host:port")
    }
    return addresses
  }
}
