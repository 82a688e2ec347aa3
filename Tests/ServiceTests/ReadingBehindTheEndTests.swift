import ClusterMetadata
import Messages
import Model
import Testing
import Transport

/// What a leader says to those who ask for more than it has.
extension BrokerReplicationTests {
  private func read(
    _ cluster: LocalCluster, from offset: Int64, epoch: Int32? = nil, through node: NodeID
  ) async throws -> ErrorReason? {
    // Whoever can ask elsewhere is not held here until another broker leads.
    var options = options()
    options.metadata.add("newswire-forward", "never")
    let stream = try await cluster.channel(node).stream(API.Broker.consume, options: options)
    do {
      try await stream.send(
        API.ConsumeRequest(
          partitions: [API.ConsumePartition(topic: "t", partition: 0, start: .offset(offset), leaderEpoch: epoch)],
          untilEnd: true))
      stream.finishSending()
      while let _ = try await stream.next() {}
    } catch { return error.refusal?.reason }
    return nil
  }

  @Test("what lies behind a leader's end does not exist only as long as the coordinator confirms that it leads")
  func behindTheEnd() async throws {
    try await LocalCluster.with(.init(brokers: 1, lease: "60s")) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<5)
      #expect(try await read(cluster, from: 5, through: .broker(1)) == nil)
      #expect(try await read(cluster, from: 6, through: .broker(1)) == .offsetOutOfRange)
      #expect(try await read(cluster, from: 6, epoch: 99, through: .broker(1)) == .unknownLeaderEpoch)
      await cluster.stop(.coordinator(1))
      // The lease holds for a long time yet, but another broker might lead by now.
      #expect(try await read(cluster, from: 6, through: .broker(1)) == .leaderNotAvailable)
      #expect(try await read(cluster, from: 5, through: .broker(1)) == nil)
      try await cluster.start(.coordinator(1))
      try await until("the coordinator confirms it again") {
        try await read(cluster, from: 6, through: .broker(1)) == .offsetOutOfRange
      }
    }
  }
}
