import Messages
import Node
import Observability
import Testing
import Transport

@testable import BrokerService

/// Thousands of replicas cost nothing as long as nothing happens to them.
@Suite("Replicas with nothing to do", .serialized, .timeLimit(.minutes(5)))
struct IdleReplicaTests {
  @Test("are not looked at, neither leaders nor followers; those that are written to are", arguments: [Int32(1), 2])
  func visits(brokers: Int32) async throws {
    var options = LocalCluster.Options()
    options.brokers = brokers
    try await LocalCluster.with(options) { cluster in
      let partitions: Int32 = 150
      try await cluster.createTopic("t", partitions: partitions, configs: ["flush": "os"])
      let channel = try await cluster.channel(.broker(1))
      for partition in 0..<partitions { try await write(to: partition, channel) }
      let visits = try await Self.visits(cluster, brokers)
      #expect(visits() >= Int(partitions))
      try await untilNobodyIsVisited(visits)
      let before = visits()
      try await write(to: 7, channel)
      try await until("the one that was written to is visited") { visits() > before }
      try await untilNobodyIsVisited(visits)
      // Its leader and its follower, each for a few turns or as long as one may lag, but none of the others.
      #expect(visits() - before < 100)
    }
  }

  private func write(to partition: Int32, _ channel: Channel) async throws {
    let request = NewswireV1.ProduceRequest(
      topic: "t", partition: partition, acks: .all, records: [NewswireV1.Record(value: [1])])
    let options = CallOptions(timeout: .seconds(30), waitForReady: true)
    let answer = try await channel.unary(NewswireV1.Broker.produce, request, options: options)
    let part = try #require(answer.partitions.first)
    try #require(part.error == nil, "\(String(describing: part.error))")
  }

  private static func visits(_ cluster: LocalCluster, _ brokers: Int32) async throws -> @Sendable () -> Int {
    var counters: [Counter] = []
    for number in 1...brokers {
      counters.append(BrokerMetrics(try await cluster.environment(.broker(number)).metrics).replicaVisits)
    }
    return { [counters] in counters.reduce(0) { $0 + $1.value } }
  }

  /// Several turns go by in which no replica is looked at.
  private func untilNobodyIsVisited(_ visits: @Sendable @escaping () -> Int) async throws {
    try await until("no replica is visited any more") {
      let before = visits()
      try await Task.sleep(for: BrokerLane.visitInterval * 4)
      return visits() == before
    }
  }
}
