import ClusterMetadata
import Messages
import Model
import Testing
import Transport

/// What a leader says to producers whose numbers leave a gap.
extension BrokerReplicationTests {
  private func write(_ cluster: LocalCluster, _ number: Int32, by producer: Int64) async throws -> ErrorReason? {
    // Whoever can ask elsewhere is not held here until another broker leads.
    var options = options()
    options.metadata.add("newswire-forward", "never")
    do {
      let answer = try await cluster.channel(.broker(1)).unary(
        API.Broker.produce,
        API.ProduceRequest(
          topic: "t", partition: 0, acks: .all,
          producer: API.ProducerState(producerID: producer, producerEpoch: 0, baseSequence: number),
          records: [API.Record(value: [1])]), options: options)
      return answer.partitions.first?.error.flatMap { ErrorReason(rawValue: $0.reason) }
    } catch let error as Status { return error.refusal?.reason }
  }

  @Test("that earlier writes are missing is said only as long as the coordinator confirms that this broker leads")
  func missingNumbers() async throws {
    try await LocalCluster.with(.init(brokers: 1, lease: "60s")) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      // The topic is made before the broker has its log.
      try await until("the partition is there") { try await write(cluster, 0, by: 7) == nil }
      #expect(try await write(cluster, 5, by: 7) == .outOfOrderSequence)
      #expect(try await write(cluster, 5, by: 8) == .unknownProducerID)
      await cluster.stop(.coordinator(1))
      // The lease holds for a long time yet, but another broker might lead by now, and have what is missing here.
      #expect(try await write(cluster, 5, by: 7) == .leaderNotAvailable)
      #expect(try await write(cluster, 5, by: 8) == .leaderNotAvailable)
      try await cluster.start(.coordinator(1))
      try await until("the coordinator confirms it again") {
        try await write(cluster, 5, by: 7) == .outOfOrderSequence
      }
    }
  }
}
