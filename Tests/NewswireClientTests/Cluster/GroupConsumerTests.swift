import Model
import NewswireClient
import Synchronization
import Testing

import struct NewswireClient.TopicPartition

@Suite("Members of a group and a cluster", .timeLimit(.minutes(1)))
struct GroupConsumerTests {
  /// What members have read, in the order in which they did.
  private final class Ledger: Sendable {
    private let read = Mutex<[(member: Int, partition: Int32, offset: Int64)]>([])

    func note(_ member: Int, _ record: ConsumedRecord) {
      read.withLock { $0.append((member, record.partition, record.offset)) }
    }

    var count: Int { read.withLock { $0.count } }
    func count(of member: Int) -> Int { read.withLock { $0.count { $0.member == member } } }
    func offsets(_ partition: Int32) -> [Int64] {
      read.withLock { $0.filter { $0.partition == partition }.map(\.offset) }
    }
  }

  private func wait(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<5000 where try await !condition() { try await Task.sleep(for: .milliseconds(2)) }
    #expect(try await condition())
  }

  private func fill(_ client: NewswireClient, _ range: Range<Int>, partitions: Int) async throws {
    let producer = client.producer()
    for number in range {
      try await producer.enqueue(
        ProducerRecord(topic: "t", partition: Int32(number % partitions), value: "v\(number)"))
    }
    try await producer.close()
  }

  private func read(_ consumer: GroupConsumer, as member: Int, into ledger: Ledger) -> Task<Void, any Error> {
    Task { for try await record in consumer.records { ledger.note(member, record) } }
  }

  @Test("one member reads everything, and after it another one goes on where it was")
  func resumes() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 2)
    let client = try cluster.client()
    try await fill(client, 0..<100, partitions: 2)
    let ledger = Ledger()
    let first = client.groupConsumer(group: "g", topics: ["t"])
    let reading = read(first, as: 1, into: ledger)
    try await wait { ledger.count == 100 }
    try await first.close()
    try await reading.value
    let committed = cluster.state.withLock { $0.groups["g"]!.committed }
    #expect(committed == [TopicPartition("t", 0): 50, TopicPartition("t", 1): 50])

    try await fill(client, 100..<120, partitions: 2)
    let second = client.groupConsumer(group: "g", topics: ["t"])
    let again = read(second, as: 2, into: ledger)
    try await wait { ledger.count == 120 }
    try await second.close()
    try await again.value
    #expect(ledger.offsets(0) == Array(0..<60))
    #expect(ledger.offsets(1) == Array(0..<60))
    await client.close()
    await cluster.stop()
  }

  @Test("a second member takes over its share; nothing is read twice, no partition has two owners")
  func shares() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 4)
    let client = try cluster.client()
    let ledger = Ledger()
    let events = Mutex<[String]>([])
    var options = GroupConsumerOptions()
    options.listener = RebalanceListener(
      onAssigned: { partitions in events.withLock { $0.append("+\(partitions.count)") } },
      onRevoked: { partitions in events.withLock { $0.append("-\(partitions.count)") } })
    try await fill(client, 0..<400, partitions: 4)
    let first = client.groupConsumer(group: "g", topics: ["t"], options)
    let one = read(first, as: 1, into: ledger)
    try await wait { ledger.count > 100 }
    let second = client.groupConsumer(group: "g", topics: ["t"])
    let two = read(second, as: 2, into: ledger)
    try await wait {
      let counts = try await (first.assignment.count, second.assignment.count)
      return counts == (2, 2)
    }
    try await fill(client, 400..<800, partitions: 4)
    try await wait { ledger.count >= 800 }
    try await first.close()
    try await wait { try await second.assignment.count == 4 }
    try await fill(client, 800..<900, partitions: 4)
    try await wait { ledger.count >= 900 }
    try await second.close()
    try await one.value
    try await two.value
    for partition in 0..<Int32(4) { #expect(ledger.offsets(partition) == Array(0..<225)) }
    #expect(ledger.count(of: 2) >= 300)
    #expect(cluster.state.withLock { $0.groups["g"]!.conflicts } == [])
    #expect(events.withLock { $0.prefix(2) } == ["+4", "-2"])
    await client.close()
    await cluster.stop()
  }

  @Test("a member that was thrown out gives everything up and joins again")
  func expelled() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    try await fill(client, 0..<10, partitions: 1)
    let lost = Mutex(0)
    var options = GroupConsumerOptions()
    options.listener.onLost = { partitions in lost.withLock { $0 += partitions.count } }
    let ledger = Ledger()
    let member = client.groupConsumer(group: "g", topics: ["t"], options)
    let reading = read(member, as: 1, into: ledger)
    try await wait { ledger.count == 10 }
    try await member.commit([TopicPartition("t", 0): 10])
    cluster.expel(member.memberID, from: "g")
    try await wait { lost.withLock { $0 } == 1 }
    try await fill(client, 10..<20, partitions: 1)
    try await wait { ledger.count == 20 }
    #expect(ledger.offsets(0) == Array(0..<20))
    try await member.close()
    try await reading.value
    await client.close()
    await cluster.stop()
  }

  @Test("without commits by itself only what is committed counts")
  func manualCommit() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    try await fill(client, 0..<30, partitions: 1)
    var options = GroupConsumerOptions()
    options.autoCommitInterval = nil
    let member = client.groupConsumer(group: "g", topics: ["t"], options)
    var count = 0
    for try await _ in member.records {
      count += 1
      // Nine have been dealt with; the tenth is being so.
      if count == 10 { try await member.commit() }
      if count == 20 { break }
    }
    try await member.close()
    #expect(cluster.state.withLock { $0.groups["g"]!.committed } == [TopicPartition("t", 0): 9])
    await client.close()
    await cluster.stop()
  }

  @Test("a loop that was left is gone on with at the record that it was left at")
  func leftLoop() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    try await fill(client, 0..<30, partitions: 1)
    let member = client.groupConsumer(group: "g", topics: ["t"])
    var offsets: [Int64] = []
    for end in [10, 21, 32] {
      for try await record in member.records {
        offsets.append(record.offset)
        if offsets.count == end { break }
      }
    }
    #expect(offsets == Array(0..<10) + Array(9..<20) + Array(19..<30))
    try await member.commit([TopicPartition("t", 0): 30])
    try await member.close()
    #expect(cluster.state.withLock { $0.groups["g"]!.committed } == [TopicPartition("t", 0): 30])
    await client.close()
    await cluster.stop()
  }

  @Test("a member leaves although somebody keeps the place where reading was left off")
  func keptIterator() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    try await fill(client, 0..<3, partitions: 1)
    let member = client.groupConsumer(group: "g", topics: ["t"])
    var place = member.records.makeAsyncIterator()
    #expect(try await place.next()?.offset == 0)
    try await member.close()
    #expect(try await place.next() == nil)
    #expect(cluster.state.withLock { $0.groups["g"]!.committed } == [:])
    await client.close()
    await cluster.stop()
  }

  @Test("whoever waits for a member to leave hears of it when the client is closed")
  func closesMeanwhile() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    try await fill(client, 0..<3, partitions: 1)
    let ledger = Ledger()
    let member = client.groupConsumer(group: "g", topics: ["t"])
    let reading = read(member, as: 1, into: ledger)
    try await wait { ledger.count == 3 }
    await cluster.stop()
    let leaving = Task { try await member.close() }
    let committing = Task { try await member.commit([TopicPartition("t", 0): 1]) }
    try await Task.sleep(for: .milliseconds(100))
    await client.close()
    try? await leaving.value
    await #expect(throws: NewswireError.self) { try await committing.value }
    _ = await reading.result
  }

  @Test("closing the client ends the records of a member that waits")
  func clientCloses() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let member = client.groupConsumer(group: "g", topics: ["t"])
    let reading = read(member, as: 1, into: Ledger())
    try await wait { try await member.assignment.count == 1 }
    await client.close()
    let error = await #expect(throws: NewswireError.self) { try await reading.value }
    #expect(error?.reason == .closed)
    await cluster.stop()
  }

  @Test("a group that begins at the end reads only what comes from then on")
  func latest() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    try await fill(client, 0..<30, partitions: 1)
    var options = GroupConsumerOptions()
    options.resetPolicy = .latest
    let ledger = Ledger()
    let member = client.groupConsumer(group: "g", topics: ["t"], options)
    let reading = read(member, as: 1, into: ledger)
    try await wait { cluster.state.withLock { $0.consumeOpened } == 1 }
    try await Task.sleep(for: .milliseconds(50))
    try await fill(client, 30..<40, partitions: 1)
    try await wait { ledger.count == 10 }
    #expect(ledger.offsets(0) == Array(30..<40))
    try await member.close()
    try await reading.value
    await client.close()
    await cluster.stop()
  }

  @Test("a topic that does not exist ends the records with that reason")
  func unknownTopic() async throws {
    let cluster = try await FakeCluster()
    let client = try cluster.client()
    let member = client.groupConsumer(group: "g", topics: ["nowhere"])
    let error = await #expect(throws: NewswireError.self) { for try await _ in member.records {} }
    #expect(error?.reason == .unknownTopic)
    try await member.close()
    await client.close()
    await cluster.stop()
  }
}
