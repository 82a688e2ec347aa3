import Model
import Testing

import struct NewswireClient.TopicPartition

@testable import NewswireClient

@Suite("What is known about the cluster")
struct MetadataCacheTests {
  private let one = TopicID(high: 1, low: 1)
  private let two = TopicID(high: 2, low: 2)

  private func topic(_ id: TopicID, _ partitions: (Int32?, Int32)...) -> MetadataCache.Topic {
    .init(name: "t", id: id, partitions: partitions.map { .init(leader: $0.0, leaderEpoch: $0.1) })
  }

  private func leaders(_ cache: MetadataCache) -> [Int32?] {
    (cache.topics["t"]?.partitions ?? []).map(\.leader)
  }

  @Test("a leader is replaced by one of the same or a higher epoch, never by an older one")
  func epochs() {
    var cache = MetadataCache()
    #expect(cache.apply(.init(topics: [topic(one, (1, 5), (2, 5))])) == [.topic("t")])
    #expect(cache.apply(.init(topics: [topic(one, (3, 4), (3, 6))])) == [.topic("t")])
    #expect(leaders(cache) == [1, 3])
    #expect(cache.apply(.init(topics: [topic(one, (nil, 5), (3, 6))])) == [.topic("t")])
    #expect(leaders(cache) == [nil, 3])
    #expect(cache.led("t") == [1])
    #expect(cache.apply(.init(topics: [topic(one, (nil, 5), (3, 6))])) == [])
  }

  @Test("more partitions are added, and stay when an older picture has fewer")
  func morePartitions() {
    var cache = MetadataCache()
    _ = cache.apply(.init(topics: [topic(one, (1, 0))]))
    #expect(cache.apply(.init(topics: [topic(one, (1, 0), (2, 0))])) == [.topic("t")])
    #expect(cache.apply(.init(topics: [topic(one, (1, 0))])) == [])
    #expect(leaders(cache) == [1, 2])
  }

  @Test("a topic that was created again replaces the old one, whatever its epochs")
  func recreated() {
    var cache = MetadataCache()
    _ = cache.apply(.init(topics: [topic(one, (1, 9), (1, 9))]))
    #expect(cache.apply(.init(topics: [topic(two, (2, 0))])) == [.topic("t")])
    #expect(leaders(cache) == [2])
    #expect(cache.apply(.init(deleted: [one])) == [])
    #expect(cache.apply(.init(deleted: [two])) == [.deleted("t")])
    #expect(cache.topics.isEmpty)
  }

  @Test("whoever stands in a rack reads an in-sync replica there, if there is one at work and the leader is elsewhere")
  func racks() {
    var cache = MetadataCache()
    func node(_ id: Int32, _ rack: String, isActive: Bool = true) -> MetadataCache.Node {
      .init(
        role: .broker, id: id, address: NodeAddress(host: "h", port: Int(id)), rack: rack, isActive: isActive)
    }
    var topic = topic(one, (1, 0), (2, 0), (nil, 0))
    for index in 0..<3 { topic.partitions[index].inSync = [1, 2, 4] }
    _ = cache.apply(
      .init(topics: [topic], nodes: [node(1, "a"), node(2, "b"), node(3, "b"), node(4, "c", isActive: false)]))
    func reader(_ partition: Int32, _ rack: String) -> Int32? {
      cache.reader(of: TopicPartition("t", partition), rack: rack)
    }
    #expect(reader(0, "") == 1 && reader(0, "a") == 1)
    #expect(reader(0, "b") == 2)
    #expect(reader(1, "a") == 1 && reader(1, "b") == 2)
    #expect(reader(0, "c") == 1 && reader(0, "d") == 1)
    #expect(reader(2, "a") == nil)
  }

  @Test("a refusal that names the new leader is believed if its epoch is higher")
  func learning() {
    var cache = MetadataCache()
    _ = cache.apply(.init(topics: [topic(one, (1, 3))]))
    #expect(cache.learn(TopicPartition("t", 0), leader: 2, leaderEpoch: 3) == false)
    #expect(cache.learn(TopicPartition("t", 0), leader: 2, leaderEpoch: 4) == true)
    #expect(cache.leader(of: TopicPartition("t", 0)) == 2)
    #expect(cache.learn(TopicPartition("t", 1), leader: 2, leaderEpoch: 4) == false)
    #expect(cache.leader(of: TopicPartition("t", 1)) == nil)
    #expect(cache.leader(of: TopicPartition("x", 0)) == nil)
  }

  @Test("nodes are replaced by a picture that is at least as new; those at work come first")
  func nodes() {
    func node(_ id: Int32, _ port: Int, isActive: Bool = true) -> MetadataCache.Node {
      .init(role: .broker, id: id, address: NodeAddress(host: "h", port: port), isActive: isActive)
    }
    var cache = MetadataCache()
    #expect(cache.apply(.init(nodes: [node(2, 2), node(1, 1, isActive: false)], offset: 7)) == [.nodes])
    #expect(cache.nodes(.broker).map(\.id) == [2, 1])
    #expect(cache.apply(.init(nodes: [node(3, 3)], offset: 6)) == [])
    #expect(cache.apply(.init(nodes: [node(3, 3)], offset: 8)) == [.nodes])
    #expect(cache.apply(.init()) == [])
    #expect(cache.address(.broker, 3)?.port == 3)
    #expect(cache.address(.coordinator, 3) == nil)
  }

  @Test(
    "addresses are read as people write them",
    arguments: [
      ("localhost:9190", ["localhost:9190"]), ("a:1, b:2", ["a:1", "b:2"]), ("[::1]:9", ["[::1]:9"]),
      ("10.0.0.1:65535,", ["10.0.0.1:65535"]),
    ])
  func addresses(text: String, expected: [String]) throws {
    #expect(try NodeAddress.list(text).map(\.description) == expected)
  }

  @Test("what is no address is refused", arguments: ["", ",", "localhost", "a:0", "a:65536", ":9", "::1:9", "a b:1"])
  func notAddresses(text: String) {
    #expect(throws: NewswireError.self) { try NodeAddress.list(text) }
  }
}
