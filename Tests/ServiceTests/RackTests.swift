import ClusterMetadata
import Messages
import Model
import Node
import Testing
import Transport

/// Readers that stand in a rack.
@Suite("Reading near by", .serialized, .timeLimit(.minutes(5)))
struct RackTests {
  private typealias API = NewswireV1

  private func options(forward: Bool = true) -> CallOptions {
    var options = CallOptions(timeout: .seconds(30), waitForReady: true)
    if !forward { options.metadata.add(CallRouting.forwardKey, "never") }
    return options
  }

  /// Reads live until `count` records have come.
  private func read(
    _ cluster: LocalCluster, through broker: Int32, rack: String, count: Int, forward: Bool = true
  ) async throws -> [UInt8] {
    let stream = try await cluster.channel(.broker(broker)).stream(
      API.Broker.consume, options: options(forward: forward))
    let partition = API.ConsumePartition(topic: "t", partition: 0, start: .beginning(true))
    try await stream.send(API.ConsumeRequest(partitions: [partition], rack: rack))
    stream.finishSending()
    var values: [UInt8] = []
    while values.count < count, let answer = try await stream.next() {
      values += answer.records.compactMap { $0.value?.first }
    }
    stream.cancel()
    return values
  }

  private func produce(_ cluster: LocalCluster, _ values: Range<UInt8>, through broker: Int32 = 1) async throws {
    let channel = try await cluster.channel(.broker(broker))
    for value in values {
      _ = try await channel.unary(
        API.Broker.produce,
        API.ProduceRequest(topic: "t", partition: 0, records: [API.Record(value: [value])]), options: options())
    }
  }

  @Test("an in-sync replica in the reader's rack is read instead of the leader, as far as all have acknowledged")
  func nearReplica() async throws {
    try await LocalCluster.with(.init(brokers: 3, hasRacks: true)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0..<50)
      let name = try TopicName("t")
      try await until("all replicas are in sync everywhere") {
        for broker in 1...3 as ClosedRange<Int32> {
          let topic = try await cluster.view(.broker(broker)).image.topic(named: name)
          if topic?.partitions[0].isr.count != 3 { return false }
        }
        return true
      }
      let leader = try #require(
        try await cluster.view(.broker(1)).image.topic(named: name)?.partitions[0].leader?.rawValue)
      let others = (1...3 as ClosedRange<Int32>).filter { $0 != leader }
      let (near, far) = (others[0], others[1])
      let values = Array(0..<50 as Range<UInt8>)

      // The follower serves its rack itself; without a rack it sends readers away.
      #expect(try await read(cluster, through: near, rack: "r\(near)", count: 50, forward: false) == values)
      await #expect(throws: Status.self) {
        try await read(cluster, through: near, rack: "", count: 1, forward: false)
      }
      // Another broker says where the replica is, or passes the call on to it.
      let refused = await #expect(throws: Status.self) {
        try await read(cluster, through: far, rack: "r\(near)", count: 1, forward: false)
      }
      #expect(refused?.refusal?.reason == .notLeader && refused?.refusal?.metadata["replica_id"] == "\(near)")
      #expect(try await read(cluster, through: far, rack: "r\(near)", count: 50) == values)
      // A rack without a replica reads the leader.
      #expect(try await read(cluster, through: leader, rack: "elsewhere", count: 50, forward: false) == values)

      // What comes later comes at the follower too; and when it goes, the reader goes on at the leader.
      async let live = read(cluster, through: far, rack: "r\(near)", count: 150)
      try await produce(cluster, 50..<100, through: leader)
      await cluster.stop(.broker(near))
      try await produce(cluster, 100..<150, through: leader)
      #expect(try await live == Array(0..<150))
    }
  }
}
