import Bytes
import Synchronization
import Testing

@testable import NewswireClient

@Suite("What waits to be read")
struct RecordQueueTests {
  private let a = TopicPartition("t", 0)
  private let b = TopicPartition("t", 1)

  private func batch(_ partition: TopicPartition, _ range: Range<Int64>, bytes: Int = 100) -> ConsumedBatch {
    ConsumedBatch(
      partition: partition, firstOffset: range.lowerBound, nextOffset: range.upperBound, highWatermark: 0,
      leaderEpoch: 0, timestampMin: nil, bytes: ByteSlice(Array(repeating: 0, count: bytes)),
      progress: nil)
  }

  @Test("what was put in comes out, then the end")
  func order() async throws {
    let queue = RecordQueue(bytesMax: 1000) {}
    #expect(queue.append(batch(a, 0..<2)) == false)
    #expect(queue.append(batch(b, 5..<9)) == false)
    queue.finish()
    #expect(queue.append(batch(b, 9..<10)) == false)
    #expect(try await queue.next()?.nextOffset == 2)
    #expect(try await queue.next()?.nextOffset == 9)
    #expect(try await queue.next() == nil)
  }

  @Test("a full queue says so, and says once when half of it is gone")
  func fullness() async throws {
    let rooms = Atomic(0)
    let queue = RecordQueue(bytesMax: 400) { rooms.add(1, ordering: .relaxed) }
    for offset in 0..<3 { #expect(queue.append(batch(a, Int64(offset)..<Int64(offset + 1))) == false) }
    #expect(queue.append(batch(a, 3..<4)) == true)
    _ = try await queue.next()
    #expect(rooms.load(ordering: .relaxed) == 0)
    _ = try await queue.next()
    _ = try await queue.next()
    #expect(rooms.load(ordering: .relaxed) == 1)
  }

  @Test("a withdrawn partition is let go when the reader comes back for more")
  func withdrawal() async throws {
    let done = Atomic(0)
    let queue = RecordQueue(bytesMax: 1000) {}
    _ = queue.append(batch(a, 0..<1))
    _ = queue.append(batch(a, 1..<2))
    _ = queue.append(batch(b, 0..<7))
    #expect(try await queue.next()?.partition == a)
    queue.withdraw(a) { done.add(1, ordering: .relaxed) }
    queue.withdraw(b) { done.add(10, ordering: .relaxed) }
    #expect(done.load(ordering: .relaxed) == 10)
    _ = queue.append(batch(b, 7..<8))
    #expect(try await queue.next()?.nextOffset == 8)
    #expect(done.load(ordering: .relaxed) == 11)
  }

  @Test("a withdrawal that makes room lets the brokers send again")
  func withdrawalMakesRoom() {
    let rooms = Atomic(0)
    let queue = RecordQueue(bytesMax: 100) { rooms.add(1, ordering: .relaxed) }
    #expect(queue.append(batch(a, 0..<1)) == true)
    queue.withdraw(a) {}
    #expect(rooms.load(ordering: .relaxed) == 1)
  }

  @Test("what is given back comes first")
  func giveBack() async throws {
    let queue = RecordQueue(bytesMax: 1000) {}
    _ = queue.append(batch(a, 0..<5))
    _ = queue.append(batch(b, 0..<1))
    var first = try #require(try await queue.next())
    first.firstOffset = 3
    queue.giveBack(first)
    #expect(try await queue.next()?.firstOffset == 3)
    #expect(try await queue.next()?.partition == b)
  }

  @Test("an error comes after what was there before")
  func failure() async throws {
    let queue = RecordQueue(bytesMax: 1000) {}
    _ = queue.append(batch(a, 0..<5))
    queue.finish(error(.dataCorrupt))
    #expect(try await queue.next() != nil)
    let thrown = await #expect(throws: NewswireError.self) { try await queue.next() }
    #expect(thrown?.reason == .dataCorrupt)
  }
}
