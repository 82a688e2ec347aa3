internal import NewswireClient

/// Waits until a group has read all of a topic that was there at a moment.
struct GroupEndWatch: Sendable {
  private static let interval = Duration.milliseconds(300)

  private let client: NewswireClient
  private let group: String
  private let topic: String
  /// Where each partition ended at that moment; only those that held records.
  private let ends: [TopicPartition: Int64]

  /// The moment is now.
  init(_ client: NewswireClient, group: String, topic: String) async throws {
    self.client = client
    self.group = group
    self.topic = topic
    let first = try await client.admin.listOffsets(topic: topic, .earliest).mapValues { $0.offset ?? 0 }
    ends = try await client.admin.listOffsets(topic: topic, .latest).mapValues { $0.offset ?? 0 }
      .filter { $0.value > first[$0.key] ?? 0 }
  }

  /// Returns once every partition has been read to its end: by this member, as `positions` tells, or by another one.
  func wait(_ positions: @Sendable () -> [TopicPartition: Int64]) async throws {
    while true {
      let own = positions()
      var open = ends.filter { own[$0.key] ?? 0 < $0.value }
      if !open.isEmpty {
        let committed = (try? await client.admin.committedOffsets(group: group, topics: [topic: []])) ?? [:]
        open = open.filter { committed[$0.key] ?? 0 < $0.value }
      }
      if open.isEmpty { return }
      try await Task.sleep(for: Self.interval)
    }
  }
}
