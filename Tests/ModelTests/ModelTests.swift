import Model
import Testing

@Suite("Model")
struct ModelTests {
  @Test(
    "murmur2 agrees with Kafka's Java client",
    arguments: [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
      ("abc", 479_470_107),
    ] as [(String, Int32)])
  func murmur2Vectors(key: String, hash: Int32) {
    #expect(murmur2(Array(key.utf8)) == hash)
  }

  @Test("a group's shard is Java's String.hashCode modulo the shard count")
  func groupShards() {
    #expect(javaHashCode("hello") == 99_162_322)
    #expect(javaHashCode("polygenelubricants") == .min)
    #expect(groupShard(of: "hello", shardCount: 50) == PartitionIndex(22))
    #expect(groupShard(of: "polygenelubricants", shardCount: 50) == PartitionIndex(0))
  }

  @Test("a UUID survives its text and its bytes, and nothing else is taken for one")
  func uuidForms() throws {
    let id = try #require(UUID128("0f8fad5b-d9cb-469f-a165-70867728950e"))
    #expect(id.description == "0f8fad5b-d9cb-469f-a165-70867728950e")
    #expect(UUID128(bytes: id.bytes) == id)
    #expect(UUID128(bytes: id.bytes.dropLast()) == nil)
    for wrong in [
      "", "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950g",
      "+f8fad5b-d9cb-469f-a165-70867728950e",
    ] {
      #expect(UUID128(wrong) == nil, "\(wrong)")
    }
  }

  @Test(
    "topic names that Kafka refuses are refused",
    arguments: ["", ".", "..", "a b", "naïve", "a/b", String(repeating: "x", count: 250)])
  func wrongNames(name: String) {
    #expect(throws: InvalidName.self) { try TopicName(name) }
  }

  @Test("names that start with two underscores belong to the cluster")
  func internalNames() throws {
    #expect(try TopicName("__consumer_offsets").isInternal)
    #expect(try !TopicName("_orders.v1-x").isInternal)
  }

  @Test("a moment saturates instead of overflowing")
  func instants() {
    #expect(Instant(.max) + .seconds(1) == Instant(.max))
    #expect(Instant(5) + .nanoseconds(7) == Instant(12))
    #expect(Instant(12) - Instant(5) == .nanoseconds(7))
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    #expect(Duration.milliseconds(1500).milliseconds == 1500)
  }

  @Test("every reason of the catalogue says what to do, and none is published as OK")
  func catalogue() {
    for reason in ErrorReason.allCases {
      #expect(!reason.entry.advice.isEmpty)
      #expect(reason.entry.code != .ok)
    }
  }
}
