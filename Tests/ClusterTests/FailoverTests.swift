import Foundation
import NewswireClient
import Testing

extension ClusterTests {
  /// Three brokers, three replicas of everything.
  @Suite("Across a change of leaders")
  struct FailoverTests {
    /// A client, and a topic whose replicas are all in sync.
    private func withReplicatedTopic(
      partitions: Int32, _ body: (RealCluster, NewswireClient, String) async throws -> Void
    ) async throws {
      let cluster = try await RealCluster.replicated.value
      let client = try cluster.client()
      let topic = "t-\(UUID().uuidString.prefix(8))"
      try await wholeCluster(client)
      try await client.admin.createTopic(topic, partitions: partitions, replicationFactor: 3)
      try await inSync(client, topic)
      do {
        try await body(cluster, client, topic)
      } catch {
        await client.close()
        throw error
      }
      await client.close()
    }

    private func wholeCluster(_ client: NewswireClient) async throws {
      try await eventually("three brokers are at work", within: .seconds(40)) {
        let nodes = try? await client.admin.describeCluster().nodes
        return nodes?.count { $0.role == .broker && $0.state == .active } == 3
      }
    }

    private func inSync(_ client: NewswireClient, _ topic: String) async throws {
      try await eventually("all replicas are in sync", within: .seconds(40)) {
        let described = try? await client.admin.describeTopics([topic]).first
        return described?.partitions.allSatisfy { $0.inSyncReplicas.count == 3 } ?? false
      }
    }

    private func leader(_ client: NewswireClient, _ topic: String) async throws -> Int32? {
      try await client.admin.describeTopics([topic]).first?.partitions.first?.leader
    }

    @Test(
      "a producer and a reader go on when leaders are killed, stopped or asked to end: every record once, in order",
      arguments: [SIGKILL, SIGTERM, SIGSTOP])
    func leaderGoes(signal: Int32) async throws {
      try await withReplicatedTopic(partitions: 2) { cluster, client, topic in
        let count = 6000
        let producer = client.producer()
        let reader = Task {
          var seen: [Int32: [Int]] = [:]
          for try await record in client.consumer().records(topic) {
            seen[record.partition, default: []].append(record.text.flatMap { Int($0) } ?? -1)
            if seen.values.reduce(0, { $0 + $1.count }) >= count { break }
          }
          return seen
        }
        for number in 0..<count {
          if number == 1000 || number == 3500, let leader = try await leader(client, topic) {
            try await cluster.signal(signal, "broker-\(leader)")
            if signal == SIGSTOP {
              Task {
                try await Task.sleep(for: .seconds(8))
                try await cluster.signal(SIGCONT, "broker-\(leader)")
              }
            }
          }
          if number == 3400 {
            try await producer.flush()
            if signal == SIGSTOP { try await Task.sleep(for: .seconds(8)) }
            try await inSync(client, topic)
          }
          try await producer.enqueue(
            ProducerRecord(topic: topic, partition: Int32(number % 2), value: "\(number)"))
          if number % 20 == 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
        try await producer.close()
        let seen = try await reader.value
        for partition in 0..<2 {
          #expect(seen[Int32(partition)] == Array(stride(from: partition, to: count, by: 2)))
        }
        try await inSync(client, topic)
      }
    }
  }
}
