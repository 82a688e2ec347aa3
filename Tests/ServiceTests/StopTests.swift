import ClusterMetadata
import Messages
import Model
import NewswireClient
import Node
import Testing
import Transport

/// A node that is told to stop does so soon, whoever is attached to it.
@Suite("A node that stops", .serialized, .timeLimit(.minutes(5)))
struct StopTests {
  /// Far below the grace of 30 s, which is for calls under way.
  private static let soon = Duration.seconds(12)

  @Test(
    "lets go of all who watch: metadata, topics, health, records, groups",
    arguments: [
      NodeID.coordinator(1), .broker(1), .groups(1),
    ])
  func watchers(node: NodeID) async throws {
    try await LocalCluster.with { cluster in
      try await cluster.createTopic("t", partitions: 2)
      let channel = try await cluster.channel(node)
      let health = channel.stream(GrpcHealthV1.Health.watch, options: CallOptions(waitForReady: true))
      try await health.send(GrpcHealthV1.HealthCheckRequest())
      health.finishSending()
      #expect(try await health.next()?.status == .serving)
      let topics = channel.stream(NewswireV1.Metadata.watchTopics, options: CallOptions(waitForReady: true))
      try await topics.send(NewswireV1.WatchTopicsRequest())
      topics.finishSending()
      #expect(try await topics.next()?.complete == true)
      let reader = GroupReader(try await cluster.client(), group: "g", topic: "t")
      try await until("the member has its partitions") { try await reader.assignment.count == 2 }
      #expect(await cluster.stop(node) < Self.soon)
      #expect(try await health.next()?.status == .notServing)
    }
  }

  @Test("does not wait for a coordinator that is gone", arguments: [NodeID.broker(1), .groups(1)])
  func alone(node: NodeID) async throws {
    try await LocalCluster.with { cluster in
      await cluster.stop(.coordinator(1))
      #expect(await cluster.stop(node) < Self.soon)
    }
  }

  @Test("does not wait for peers that hold a call open and say nothing")
  func silentPeers() async throws {
    try await LocalCluster.with { cluster in
      try await cluster.createTopic("t", partitions: 1)
      let channel = try await cluster.channel(.broker(1))
      let stream = channel.stream(NewswireV1.Broker.produceStream, options: CallOptions(waitForReady: true))
      try await stream.send(
        NewswireV1.ProduceRequest(topic: "t", partition: 0, records: [NewswireV1.Record(value: [1])]))
      #expect(try await stream.next()?.error == nil)
      #expect(await cluster.stop(.broker(1)) < Self.soon)
    }
  }
}
