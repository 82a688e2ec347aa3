import ClusterMetadata
import Messages
import Model
import NewswireClient
import Node
import Testing
import Transport

/// A replica whose data has gone bad is put aside and fetched anew from the others; nobody sees a wrong byte.
extension BrokerReplicationTests {
  /// Waits until the replica on `broker` has been put aside, is in sync again, and equals the others.
  private func untilMended(_ cluster: LocalCluster, on broker: Int32, putAside: Bool = true) async throws {
    let place = try await place(cluster, 0)
    if putAside {
      try await until("the damaged replica is put aside") { await cluster.hasPutAside(place, on: .broker(broker)) }
    }
    try await until("broker \(broker) is in sync again") {
      try await state(cluster, 0).isr.contains(BrokerID(broker))
    }
    try await untilEqual(cluster, partitions: 0..<1)
  }

  private func other(than brokers: Int32...) -> Int32 { (1...3).first { !brokers.contains($0) } ?? 0 }

  private func leader(_ cluster: LocalCluster) async throws -> Int32 {
    try #require(try await state(cluster, 0).leader).rawValue
  }

  private func expected(_ count: Int) -> [String] { (0..<count).map { "record \($0) of 0" } }

  @Test("a leader that meets a damaged batch lets another lead, and mends its replica from that")
  func damagedWhileStopped() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<50)
      let first = try await leader(cluster)
      await cluster.stop(.broker(first))
      try await cluster.flipBit(of: try await place(cluster, 0), on: .broker(first), at: 1000)
      try await cluster.start(.broker(first))
      try await until("broker \(first) is in sync again") { try await state(cluster, 0).isr.count == 3 }
      _ = try await cluster.channel(.coordinator(1)).unary(
        API.Coordinator.electLeaders, API.ElectLeadersRequest(kind: .preferred), options: options())
      try await until("broker \(first) leads") { try await leader(cluster) == first }
      // Whoever reads meets the damage at the old leader, and everything at the new one.
      let through = other(than: first)
      try await until("all records can be read") {
        (try? await values(cluster, 0, through: .broker(through))) == expected(50)
      }
      try await untilMended(cluster, on: first)
      try await produce(cluster, 0, 50..<60, through: .broker(through))
      #expect(try await values(cluster, 0, through: .broker(first)) == expected(60))
    }
  }

  @Test("a follower refuses a damaged batch, and its leader finds the damage, though it is running")
  func damagedWhileRunning() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<10)
      let first = try await leader(cluster)
      let away = other(than: first)
      await cluster.stop(.broker(away))
      try await produce(cluster, 0, 10..<200, through: .broker(first))
      try await cluster.flipBit(of: try await place(cluster, 0), on: .broker(first), at: 8000)
      try await cluster.start(.broker(away))
      try await untilMended(cluster, on: first)
      #expect(try await values(cluster, 0, through: .broker(away)) == expected(200))
    }
  }

  @Test("a batch that has rotted is found and mended although nobody reads it")
  func rottedUnread() async throws {
    try await LocalCluster.with(.init(brokers: 3, scrubInterval: "1s")) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<200)
      let first = try await leader(cluster)
      for broker in [other(than: first), first] {
        try await cluster.flipBit(of: try await place(cluster, 0), on: .broker(broker), at: 4000)
        try await untilMended(cluster, on: broker)
      }
      #expect(try await values(cluster, 0, through: .broker(first)) == expected(200))
    }
  }

  @Test("a leader epoch that changed behind the checkpoint is found, and the replica mended", arguments: [true, false])
  func changedEpoch(ofLeader: Bool) async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      let place = try await place(cluster, 0)
      let first = try await leader(cluster)
      let broken = ofLeader ? first : other(than: first)
      try await produce(cluster, 0, 0..<10)
      let manifest = await cluster.manifest(of: place, on: .broker(broken))
      try await produce(cluster, 0, 10..<50)
      await cluster.stop(.broker(broken))
      try await cluster.changeLastEpoch(of: place, on: .broker(broken), behind: manifest)
      try await cluster.start(.broker(broken))
      try await untilMended(cluster, on: broken)
      try await produce(cluster, 0, 50..<60, through: .broker(broken))
      #expect(try await values(cluster, 0, through: .broker(broken)) == expected(60))
    }
  }

  @Test("an only replica that contradicts itself serves nobody, and says why")
  func changedEpochOfAll() async throws {
    try await LocalCluster.with(.init(brokers: 1)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      let place = try await place(cluster, 0)
      try await produce(cluster, 0, 0..<5)
      let manifest = await cluster.manifest(of: place, on: .broker(1))
      try await produce(cluster, 0, 5..<10)
      await cluster.stop(.broker(1))
      try await cluster.changeLastEpoch(of: place, on: .broker(1), behind: manifest)
      try await cluster.start(.broker(1))
      let channel = try await cluster.channel(.broker(1))
      try await until("the broker says what is wrong") {
        let logs = try await channel.unary(API.Broker.describeLogs, API.DescribeLogsRequest(), options: options()).logs
        return logs.contains { $0.topic == "t" && $0.error?.message.contains("has records of leader epoch") == true }
      }
      try await until("nobody leads") { try await state(cluster, 0).leader == nil }
      await #expect(throws: Status.self) { try await values(cluster, 0, through: .broker(1), within: 2) }
      #expect(await cluster.records(of: place, on: .broker(1))?.isEmpty == false)
    }
  }

  /// Everything that the client library reads of the partition, and where it stands.
  private func consumed(_ cluster: LocalCluster) async throws -> [String] {
    var texts: [String] = []
    for try await record in try await cluster.client().consumer().records("t", from: .beginning, untilEnd: true) {
      #expect(record.offset == Int64(texts.count))
      texts.append(record.text ?? "")
    }
    return texts
  }

  @Test(
    "rot in memory that no broker has looked at is not read: the reader asks anew, another broker leads, all is mended")
  func rottedInMemory() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<200)
      // In a value, and in an offset, which the batch's checksum does not cover.
      let batchBytes = try #require(await cluster.records(of: try await place(cluster, 0), on: .broker(1))).count / 200
      for byte in [70, 7] {
        let first = try await leader(cluster)
        try await cluster.flipBit(
          of: try await place(cluster, 0), on: .broker(first), at: 20 * batchBytes + byte)
        #expect(try await consumed(cluster) == expected(200))
        try await untilMended(cluster, on: first)
      }
    }
  }

  @Test("structured records are held against their checksums before they are sent, also fresh ones")
  func rottedStructured() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<50)
      let first = try await leader(cluster)
      try await cluster.flipBit(of: try await place(cluster, 0), on: .broker(first), at: 1000)
      // The stream itself goes on with whoever leads then.
      #expect(try await values(cluster, 0, through: .broker(first)) == expected(50))
      try await untilMended(cluster, on: first)
    }
  }

  @Test("a replica of one is not replaced: whoever reads is told what is damaged, and gets nothing wrong")
  func rottedAlone() async throws {
    try await LocalCluster.with(.init(brokers: 1)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<50)
      try await cluster.flipBit(of: try await place(cluster, 0), on: .broker(1), at: 1000)
      let begin = ContinuousClock.now
      let error = await #expect(throws: Status.self) { try await values(cluster, 0, through: .broker(1)) }
      #expect(error?.refusal?.reason == .dataCorrupt)
      #expect(ContinuousClock.now - begin < .seconds(10))
    }
  }

  @Test("a broker with another, empty disk is at work again at once, and gets its replicas from the others")
  func replacedDisk() async throws {
    try await LocalCluster.with(.init(brokers: 3, lease: "60s")) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<50)
      let first = try await leader(cluster)
      await cluster.stop(.broker(first))
      try await cluster.removeDisk(of: .broker(first))
      try await cluster.start(.broker(first))
      let begin = ContinuousClock.now
      try await untilMended(cluster, on: first, putAside: false)
      #expect(ContinuousClock.now - begin < .seconds(20))
      #expect(try await values(cluster, 0, through: .broker(first)) == expected(50))
    }
  }

  @Test("a replica that is not on its disk any more is fetched from the others before anybody counts on it")
  func missing() async throws {
    try await LocalCluster.with(.init(brokers: 3)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      try await produce(cluster, 0, 0..<50)
      let first = try await leader(cluster)
      let through = other(than: first)
      await cluster.stop(.broker(first))
      try await cluster.removeReplica(of: try await place(cluster, 0), on: .broker(first))
      try await cluster.start(.broker(first))
      try await untilMended(cluster, on: first, putAside: false)
      #expect(try await values(cluster, 0, through: .broker(through)) == expected(50))
    }
  }
}
