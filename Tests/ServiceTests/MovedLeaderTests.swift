import ClusterMetadata
import Messages
import Model
import Testing
import Transport

/// A leader that hands over becomes a follower at once, and not only when its patience is over.
extension BrokerReplicationTests {
  @Test("a leader that becomes a follower asks its new leader at once")
  func demotedLeaderAsks() async throws {
    try await LocalCluster.with(.init(brokers: 2)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<1)
      let coordinator = try await cluster.channel(.coordinator(1))
      var times: [Duration] = []
      for round in 1...6 {
        let before = try #require(try await state(cluster, 0).leader).rawValue
        let next = 3 - before
        let moved = try await coordinator.unary(
          API.Coordinator.reassignPartitions,
          API.ReassignPartitionsRequest(partitions: [.init(topic: "t", partition: 0, replicas: [next, before])]),
          options: options())
        #expect(moved.partitions.first?.error == nil)
        _ = try await coordinator.unary(
          API.Coordinator.electLeaders, API.ElectLeadersRequest(kind: .preferred), options: options())
        try await until("broker \(next) leads") { try await state(cluster, 0).leader?.rawValue == next }
        // Nothing is acknowledged before the old leader holds it, too.
        let began = ContinuousClock.now
        try await produce(cluster, 0, round..<round + 1, through: .broker(next))
        times.append(ContinuousClock.now - began)
      }
      // One that asks again only when its patience is over takes more than this every time.
      #expect(try #require(times.min()) < .milliseconds(400), "\(times)")
      try await untilEqual(cluster, partitions: 0..<1, brokers: [1, 2])
    }
  }
}
