internal import Runtime
internal import Synchronization
internal import Transport

/// A connection to a Newswire cluster: makes producers, consumers, members of groups, and administers.
///
/// One client is enough for a program. It connects when it is first used, finds the cluster's nodes by itself, follows
/// leaders as they change, and lives until `close()`.
///
/// ```swift
/// let client = try NewswireClient(configuration)
/// try await client.admin.createTopic("greetings", partitions: 3)
///
/// let producer = client.producer()
/// try await producer.send(ProducerRecord(topic: "greetings", value: "hello"))
///
/// for try await record in client.consumer().records("greetings", from: .beginning, untilEnd: true) {
///   print(record.text ?? "")
/// }
/// await client.close()
/// ```
public final class NewswireClient: Sendable {
  /// How the cluster is reached.
  public let configuration: ClientConfiguration
  let cluster: Cluster
  private let isClosed = Mutex(false)

  /// A client for the cluster that the configuration names. Reads the certificates; connects only when it is used.
  public init(_ configuration: ClientConfiguration) throws {
    self.configuration = configuration
    cluster = try Cluster(configuration)
  }

  /// A producer. Keep it: batches form only among the records of one producer.
  public func producer(_ options: ProducerOptions = ProducerOptions()) -> Producer {
    Producer(cluster: cluster, options: options)
  }

  /// A reader of partitions that keeps no offsets in the cluster.
  public func consumer(_ options: ConsumerOptions = ConsumerOptions()) -> Consumer {
    Consumer(cluster: cluster, options: options)
  }

  /// A member of the group `group`, which shares the topics' partitions with the other members. It joins when its
  /// records are first asked for.
  public func groupConsumer(
    group: String, topics: [String], _ options: GroupConsumerOptions = GroupConsumerOptions()
  ) -> GroupConsumer {
    GroupConsumer(cluster: cluster, group: group, topics: topics, options: options)
  }

  /// What administers the cluster.
  public var admin: Admin { Admin(cluster: cluster) }

  /// Ends everything that this client made, as it stands: close producers and group consumers before, so that they send
  /// what they hold and say goodbye.
  public func close() async {
    let isFirst = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    guard isFirst else { return }
    await cluster.close()
  }
}
