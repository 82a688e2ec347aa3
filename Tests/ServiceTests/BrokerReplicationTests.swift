import Bytes
import ClusterMetadata
import Messages
import Model
import Node
import Testing
import Transport

/// What brokers do for each other's replicas, over real connections and disks.
@Suite("Replication between brokers", .serialized, .timeLimit(.minutes(5)))
struct BrokerReplicationTests {
  typealias API = NewswireV1
  private typealias Wire = NewswireInternalV1

  func options(_ seconds: Int = 30) -> CallOptions {
    CallOptions(timeout: .seconds(seconds), waitForReady: true)
  }

  func produce(
    _ cluster: LocalCluster, _ partition: Int32, _ texts: Range<Int>, through node: NodeID = .broker(1)
  ) async throws {
    let channel = try await cluster.channel(node)
    for text in texts {
      let answer = try await channel.unary(
        API.Broker.produce,
        API.ProduceRequest(
          topic: "t", partition: partition, acks: .all,
          records: [API.Record(value: Array("record \(text) of \(partition)".utf8))]), options: options())
      let part = try #require(answer.partitions.first)
      try #require(part.error == nil, "\(String(describing: part.error))")
    }
  }

  func place(_ cluster: LocalCluster, _ partition: Int32, as node: NodeID = .coordinator(1)) async throws
    -> TopicPartition
  {
    let topic = try #require(try await cluster.view(node).image.topic(named: try TopicName("t")))
    return TopicPartition(topic: topic.id, partition: PartitionIndex(partition))
  }

  func state(_ cluster: LocalCluster, _ partition: Int32) async throws -> PartitionState {
    let topic = try #require(try await cluster.view(.coordinator(1)).image.topic(named: try TopicName("t")))
    return try #require(topic[PartitionIndex(partition)])
  }

  func untilEqual(_ cluster: LocalCluster, partitions: Range<Int32>, brokers: [Int32] = [1, 2, 3]) async throws {
    for partition in partitions {
      let place = try await place(cluster, partition)
      try await until("all replicas of \(place) are equal") {
        var logs: Set<[UInt8]> = []
        for broker in brokers { logs.insert(await cluster.records(of: place, on: .broker(broker)) ?? []) }
        return logs.count == 1 && logs.first?.isEmpty == false
      }
    }
  }

  func values(
    _ cluster: LocalCluster, _ partition: Int32, through node: NodeID, within seconds: Int = 30
  ) async throws -> [String] {
    let stream = try await cluster.channel(node).stream(API.Broker.consume, options: options(seconds))
    try await stream.send(
      API.ConsumeRequest(
        partitions: [API.ConsumePartition(topic: "t", partition: partition, start: .beginning(true))], untilEnd: true))
    stream.finishSending()
    var values: [String] = []
    while let answer = try await stream.next() {
      values += answer.records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }
    return values
  }

  @Test("every replica gets the same bytes, and what is acknowledged to everybody is on all of them")
  func equalBytes() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 4)
      for partition in 0..<4 as Range<Int32> {
        let channel = try await cluster.channel(.broker(1))
        for record in 0..<50 {
          let answer = try await channel.unary(
            API.Broker.produce,
            API.ProduceRequest(
              topic: "t", partition: partition, acks: .all, records: [API.Record(value: [UInt8(record)])]),
            options: options())
          let part = try #require(answer.partitions.first)
          #expect(part.error == nil && part.baseOffset == Int64(record))
        }
      }
      try await untilEqual(cluster, partitions: 0..<4)
    }
  }

  @Test("a replica that was away catches up and is in sync again")
  func catchesUp() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 2)
      for partition in 0..<2 as Range<Int32> { try await produce(cluster, partition, 0..<10) }
      await cluster.stop(.broker(3))
      for partition in 0..<2 as Range<Int32> { try await produce(cluster, partition, 10..<200) }
      try await cluster.start(.broker(3))
      for partition in 0..<2 as Range<Int32> {
        try await until("broker 3 is in sync again") { try await state(cluster, partition).isr.count == 3 }
      }
      try await untilEqual(cluster, partitions: 0..<2)
    }
  }

  @Test("others lead when a broker stops, with all that was acknowledged")
  func leaderStops() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 3)
      for partition in 0..<3 as Range<Int32> { try await produce(cluster, partition, 0..<20) }
      await cluster.stop(.broker(1))
      for partition in 0..<3 as Range<Int32> {
        try await produce(cluster, partition, 20..<40, through: .broker(2))
        let expected = (0..<40).map { "record \($0) of \(partition)" }
        #expect(try await values(cluster, partition, through: .broker(3)) == expected)
      }
      try await cluster.start(.broker(1))
      try await untilEqual(cluster, partitions: 0..<3)
    }
  }

  // MARK: Those who may not follow

  /// What the first broker says to a follower that shows the certificate `stem` and says `request`.
  private func answer(
    _ cluster: LocalCluster, as stem: String, _ requests: Wire.ReplicateRequest...
  ) async throws -> Refusal? {
    let stream = try await cluster.channel(.broker(1), as: stem).stream(
      Wire.Replication.replicate, options: options(10))
    do {
      for request in requests { try await stream.send(request) }
      while let _ = try await stream.next() {}
    } catch { return error.refusal }
    return nil
  }

  @Test("a stream is for the present process of a broker, and for what makes sense")
  func strangers() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      let image = try await cluster.view(.broker(1)).image
      let epoch = try #require(image.broker(BrokerID(2))).epoch.rawValue
      let hello = Wire.ReplicateRequest(brokerID: 2, brokerEpoch: epoch)
      let asClient = try await answer(cluster, as: "alice", hello)
      #expect(asClient?.reason == .permissionDenied)
      let asAnother = try await answer(cluster, as: "broker-3", hello)
      #expect(asAnother?.reason == .permissionDenied)
      let asGroups = try await answer(cluster, as: "group-coordinator-1", hello)
      #expect(asGroups?.reason == .permissionDenied)
      let stale = try await answer(cluster, as: "broker-2", Wire.ReplicateRequest(brokerID: 2, brokerEpoch: epoch - 1))
      #expect(stale?.reason == .fencedBrokerEpoch)
      for position in [
        Wire.ReplicaPosition(topicID: [1, 2, 3]),
        Wire.ReplicaPosition(topicID: Array(repeating: 1, count: 16), partition: -1),
        Wire.ReplicaPosition(topicID: Array(repeating: 1, count: 16), logEndOffset: -1),
        Wire.ReplicaPosition(topicID: Array(repeating: 1, count: 16), creditBytes: .max),
      ] {
        let malformed = try await answer(cluster, as: "broker-2", hello, Wire.ReplicateRequest(positions: [position]))
        #expect(malformed?.reason == .invalidRequest)
      }
      let changed = try await answer(
        cluster, as: "broker-2", hello, Wire.ReplicateRequest(brokerID: 2, brokerEpoch: epoch + 1))
      #expect(changed?.reason == .invalidRequest)
    }
  }

  @Test("what still comes by a follower's earlier stream does not take from the newer one what that gets")
  func earlierStream() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      let image = try await cluster.view(.broker(1)).image
      let epoch = try #require(image.broker(BrokerID(2))).epoch.rawValue
      await cluster.stop(.broker(2))
      let place = try await place(cluster, 0)
      let state = try await state(cluster, 0)
      let channel = try await cluster.channel(.broker(try #require(state.leader).rawValue), as: "broker-2")
      let question = Wire.ReplicateRequest(
        brokerID: 2, brokerEpoch: epoch,
        positions: [
          Wire.ReplicaPosition(
            topicID: place.topic.bytes, partition: 0, leaderEpoch: state.leaderEpoch.rawValue, creditBytes: 1 << 20,
            asks: true)
        ])
      let older = channel.stream(Wire.Replication.replicate, options: options(10))
      try await older.send(question)
      let first = try await older.next()
      #expect(first?.asked != nil)
      let newer = channel.stream(Wire.Replication.replicate, options: options(10))
      try await newer.send(question)
      let second = try await newer.next()
      #expect(second?.asked != nil)
      try await older.send(question)
      try await produce(cluster, 0, 0..<5, through: .broker(state.leader?.rawValue ?? 0))
      while try #require(try await newer.next()).logEndOffset < 5 {}
      older.cancel()
      newer.cancel()
    }
  }

  @Test("whoever asks for what is not there, or says what cannot be, is told so or ignored, and others go on")
  func nonsense() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<5)
      let image = try await cluster.view(.broker(1)).image
      let epoch = try #require(image.broker(BrokerID(2))).epoch.rawValue
      let known = try await place(cluster, 0)
      let leader = try #require(try await state(cluster, 0).leader)
      let stream = try await cluster.channel(.broker(leader.rawValue), as: "broker-2").stream(
        Wire.Replication.replicate, options: options(10))
      try await stream.send(
        Wire.ReplicateRequest(
          brokerID: 2, brokerEpoch: epoch,
          positions: [
            Wire.ReplicaPosition(topicID: Array(repeating: 9, count: 16), partition: 5, asks: true),
            Wire.ReplicaPosition(
              topicID: known.topic.bytes, partition: 0, leaderEpoch: 9_999, logEndOffset: .max, lastEpoch: 9_998,
              heldOffset: .max, creditBytes: 1 << 20, asks: true),
            Wire.ReplicaPosition(topicID: known.topic.bytes, partition: 0, leaderEpoch: 9_999, heldOffset: .max),
          ]))
      // The partitions may belong to different loops.
      let answers = [try #require(try await stream.next()), try #require(try await stream.next())]
      let reasons = Dictionary(uniqueKeysWithValues: answers.map { ($0.partition, $0.reason) })
      #expect(reasons == [5: ErrorReason.leaderNotAvailable.rawValue, 0: ErrorReason.unknownLeaderEpoch.rawValue])
      #expect(answers.first { $0.partition == 0 }?.asked?.logEndOffset == .max)
      stream.cancel()
      try await produce(cluster, 0, 5..<10)
      try await untilEqual(cluster, partitions: 0..<1)
    }
  }
}
