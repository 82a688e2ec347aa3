import Bytes
import ClusterMetadata
import Messages
import Model
import Node
import Testing
import Transport

/// One address is enough: whatever node a client asks, the right one does the work.
///
/// Every node has two loops, and partitions lie on both in turn: a connection always meets some that live on its own
/// loop and some that do not.
@Suite("Passing calls on", .serialized, .timeLimit(.minutes(5)))
struct RoutingTests {
  private typealias API = NewswireV1
  private static let partitions: Int32 = 6

  private func produce(_ partition: Int32, _ text: String) -> API.ProduceRequest {
    API.ProduceRequest(
      topic: "t", partition: partition, acks: .all, records: [API.Record(value: Array(text.utf8))])
  }

  private func options(_ seconds: Int = 20, never: Bool = false) -> CallOptions {
    var metadata = Metadata()
    if never { metadata.add(CallRouting.forwardKey, "never") }
    return CallOptions(timeout: .seconds(seconds), metadata: metadata, waitForReady: true)
  }

  private func leaders(_ cluster: LocalCluster) async throws -> [Int32] {
    let image = try await cluster.view(.broker(1)).image
    let topic = try #require(image.topic(named: try TopicName("t")))
    return try topic.partitions.map { try #require($0.leader).rawValue }
  }

  @Test("a produce to any broker reaches the leader, and the answer says who that is")
  func produce() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: Self.partitions)
      let leaders = try await leaders(cluster)
      #expect(Set(leaders) == [1, 2, 3])
      for broker in 1...3 as ClosedRange<Int32> {
        let channel = try await cluster.channel(.broker(broker))
        for partition in 0..<Self.partitions {
          let response = try await channel.respond(
            API.Broker.produce, produce(partition, "from \(broker)"), options: options())
          let part = try #require(response.message.partitions.first)
          #expect(part.error == nil && part.partition == partition && part.baseOffset == Int64(broker) - 1)
          #expect(response.trailers.first(CallRouting.nodeKey) == "broker/\(leaders[Int(partition)])")
        }
      }
      // One stream for partitions of all brokers.
      let channel = try await cluster.channel(.broker(2))
      let stream = channel.stream(API.Broker.produceStream, options: options())
      for partition in 0..<Self.partitions {
        var request = produce(partition, "streamed")
        request.correlationID = Int64(partition)
        try await stream.send(request)
      }
      stream.finishSending()
      var seen: Set<Int64> = []
      for try await answer in stream {
        #expect(answer.error == nil && answer.partitions.first?.baseOffset == 3)
        seen.insert(answer.correlationID)
      }
      #expect(seen == Set(0..<Int64(Self.partitions)))
    }
  }

  @Test("what a stream passes on keeps its order, whoever numbers it and whoever does not")
  func streamedOrder() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 2)
      let leaders = try await leaders(cluster)
      let through = try #require((1...3).first { !leaders.contains($0) })
      let channel = try await cluster.channel(.broker(through))
      var producers: [API.AllocateProducerResponse] = []
      for _ in 0..<2 {
        producers.append(
          try await channel.unary(API.Broker.allocateProducer, API.AllocateProducerRequest(), options: options()))
      }
      let stream = channel.stream(API.Broker.produceStream, options: options())
      var sequences = [0, 0].map { _ in [Int32: Int32]() }
      for number in 0..<600 {
        let partition = Int32(number % 2)
        var request = produce(partition, "\(number)")
        request.correlationID = Int64(number)
        // Fifty of the first, fifty of nobody, fifty of the second, and again.
        let who = number / 50 % 3
        if who != 1 {
          let producer = producers[who / 2]
          request.producer = API.ProducerState(
            producerID: producer.producerID, producerEpoch: producer.producerEpoch,
            baseSequence: sequences[who / 2][partition, default: 0])
          sequences[who / 2][partition, default: 0] += 1
        }
        try await stream.send(request)
      }
      stream.finishSending()
      var answered: [Int64] = []
      for try await answer in stream {
        #expect(answer.error == nil, "\(String(describing: answer.error))")
        #expect(answer.partitions.first?.baseOffset == answer.correlationID / 2)
        answered.append(answer.correlationID)
      }
      #expect(answered == (0..<600).map { Int64($0) })
    }
  }

  @Test("one broker gives out the records and offsets of all")
  func read() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: Self.partitions)
      let channel = try await cluster.channel(.broker(3))
      for partition in 0..<Self.partitions {
        for number in 0..<5 {
          _ = try await channel.unary(API.Broker.produce, produce(partition, "\(number)"), options: options())
        }
      }
      let wanted = (0..<Self.partitions).map { API.FetchPartition(topic: "t", partition: $0, offset: 1) }
      let fetched = try await channel.unary(
        API.Broker.fetch, API.FetchRequest(partitions: wanted, maxWait: .init(.milliseconds(300)), minBytes: 1 << 16),
        options: options())
      for partition in fetched.partitions {
        #expect(partition.error == nil && partition.highWatermark == 5)
        #expect(partition.records.map(\.value) == ["1", "2", "3", "4"].map { Array($0.utf8) })
      }
      let places = (0..<Self.partitions).map { API.ListOffsetsPartition(topic: "t", partition: $0, at: .latest(true)) }
      let listed = try await channel.unary(
        API.Broker.listOffsets, API.ListOffsetsRequest(partitions: places), options: options())
      #expect(listed.partitions.map(\.offset) == Array(repeating: 5, count: Int(Self.partitions)))

      let stream = channel.stream(API.Broker.consume, options: options())
      try await stream.send(
        API.ConsumeRequest(
          partitions: (0..<Self.partitions).map {
            API.ConsumePartition(topic: "t", partition: $0, start: .beginning(true))
          },
          untilEnd: true))
      stream.finishSending()
      var counts: [Int32: Int] = [:]
      for try await answer in stream {
        #expect(answer.error == nil)
        counts[answer.partition, default: 0] += answer.records.count
      }
      #expect(counts == Dictionary(uniqueKeysWithValues: (0..<Self.partitions).map { ($0, 5) }))
    }
  }

  @Test("who wants to be told, not served by way of another, is told the address on the caller's own listener")
  func never() async throws {
    var wishes = LocalCluster.Options(brokers: 2)
    // Nobody is there: whoever used this address between the nodes would fail.
    wishes.outside = "unreachable.example:1"
    try await LocalCluster.with(wishes) { cluster in
      try await cluster.createTopic("t", partitions: 2)
      let leaders = try await leaders(cluster)
      let other = try #require(leaders.firstIndex(of: 2))
      for isOutside in [false, true] {
        let channel = try await cluster.channel(.broker(1), outside: isOutside)
        let status = await #expect(throws: Status.self) {
          try await channel.unary(
            API.Broker.produce, produce(Int32(other), "x"), options: options(never: true))
        }
        let refusal = try #require(status?.refusal)
        #expect(refusal.reason == .notLeader && refusal.metadata["leader_id"] == "2")
        let address = try #require(refusal.metadata["leader_address"])
        #expect(isOutside ? address == "unreachable.example:1" : address.hasPrefix("localhost:"))
        let passed = try await channel.respond(API.Broker.produce, produce(Int32(other), "x"), options: options())
        #expect(passed.trailers.first(CallRouting.nodeKey) == "broker/2")
      }
    }
  }

  @Test("any group coordinator takes the calls of any group, and lists them all")
  func groups() async throws {
    try await LocalCluster.with(.init(groupCoordinators: 2)) { cluster in
      try await cluster.createTopic("t", partitions: 2)
      let names = (0..<20).map { "group-\($0)" }
      var owners: Set<String> = []
      for (index, name) in names.enumerated() {
        let channel = try await cluster.channel(.groups(index % 2 == 0 ? 1 : 2))
        let commit = API.OffsetToCommit(topic: "t", partition: 0, offset: Int64(index))
        let response = try await channel.respond(
          API.GroupCoordinator.commitOffsets, API.CommitOffsetsRequest(group: name, offsets: [commit]),
          options: options())
        #expect(response.message.offsets.first?.error == nil)
        owners.insert(try #require(response.trailers.first(CallRouting.nodeKey)))
      }
      #expect(owners == ["group-coordinator/1", "group-coordinator/2"])
      for number in [1, 2] as [Int32] {
        let channel = try await cluster.channel(.groups(number))
        let listed = try await channel.unary(
          API.GroupCoordinator.listGroups, API.ListGroupsRequest(prefix: "group-"), options: options())
        #expect(listed.groups.map(\.group) == names.sorted())
        var paged: [String] = []
        var token = ""
        repeat {
          let page = try await channel.unary(
            API.GroupCoordinator.listGroups, API.ListGroupsRequest(pageSize: 3, pageToken: token), options: options())
          #expect(page.groups.count <= 3)
          paged += page.groups.map(\.group)
          token = page.nextPageToken
        } while !token.isEmpty
        #expect(paged == names.sorted())
      }
      // What one kept the other goes on with.
      await cluster.stop(.groups(1))
      let channel = try await cluster.channel(.groups(2))
      for (index, name) in names.enumerated() {
        let fetched = try await channel.unary(
          API.GroupCoordinator.fetchOffsets, API.FetchOffsetsRequest(group: name), options: options())
        #expect(fetched.offsets.map(\.offset) == [Int64(index)])
      }
      let listed = try await channel.unary(
        API.GroupCoordinator.listGroups, API.ListGroupsRequest(prefix: "group-"), options: options())
      #expect(listed.groups.count == names.count)
    }
  }
}
