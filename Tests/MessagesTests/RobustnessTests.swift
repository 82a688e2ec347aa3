import Bytes
import InteropMessages
import Messages
import Model
import Testing

/// Flips, cuts, repeats, or inserts something somewhere.
func damage(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + .random(in: 0..<8, using: &random)))
    case 3: bytes.insert(contentsOf: bytes[..<place].suffix(.random(in: 0..<32, using: &random)), at: place)
    default: bytes.insert(.random(in: 0...255, using: &random), at: place)
    }
  }
  return bytes
}

@Suite("Damaged messages")
struct RobustnessTests {
  static let seed: UInt64 = 20_260_101

  /// Damages a message many times: each time it is refused, or read as something that survives a round trip.
  func check<M: Message>(_ message: M, times: Int) {
    var random = Seeded(Self.seed)
    let original = message.serialized
    var read = 0
    for _ in 0..<times {
      let bytes = damage(original, &random)
      guard let decoded = try? M(decoding: bytes) else { continue }
      read += 1
      let again = decoded.serialized
      #expect((try? M(decoding: again).serialized) == again, "seed \(Self.seed): \(bytes)")
    }
    #expect(read > 0 && read < times)
  }

  @Test("a damaged message of every kind of field is refused or read, and never traps")
  func everything() {
    var message = full
    message.payload = .bytes(ByteSlice([1, 2, 3, 4]))
    check(message, times: 20_000)
  }

  @Test("a damaged produce is refused or read, and never traps")
  func produce() {
    let record = NewswireV1.Record(
      timestampMs: 1_700_000_000_000, key: [1], value: [2, 3], headers: [.init(key: "k", value: [4])])
    check(
      NewswireV1.ProduceRequest(
        topic: "topic", partition: 3, acks: .all, producer: .init(producerID: 1, producerEpoch: 2, baseSequence: 3),
        timeout: .init(.seconds(3)), records: [record, record]),
      times: 10_000)
  }

  @Test("a damaged heartbeat is refused or read, and never traps")
  func heartbeat() {
    check(
      NewswireV1.HeartbeatRequest(
        group: "g", memberID: "m", memberEpoch: -1, topics: ["a", "b"],
        owned: [.init(topic: "a", topicID: Array(0..<16), partitions: [0, 1, 500])], wait: .init(.milliseconds(2500))),
      times: 10_000)
  }

  @Test("random bytes are refused or read, and never trap")
  func noise() {
    var random = Seeded(Self.seed)
    var refused = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      if (try? Everything(decoding: bytes)) == nil { refused += 1 }
    }
    #expect(refused > 10_000)
  }

  @Test("many threads can read and write messages at once")
  func threads() async {
    let bytes = full.serialized
    let same = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { turn in
            let leaf = Leaf(number: Int32(number * 1000 + turn), text: String(repeating: "x", count: turn))
            return (try? Everything(decoding: bytes)) == full && (try? Leaf(decoding: leaf.serialized)) == leaf
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(same)
  }
}
