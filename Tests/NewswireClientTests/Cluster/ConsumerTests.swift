import Model
import NewswireClient
import Testing

import struct NewswireClient.TopicPartition

@Suite("A consumer and a cluster", .timeLimit(.minutes(1)))
struct ConsumerTests {
  /// A cluster with `count` records in topic "t", and a client.
  private func filled(
    _ count: Int, partitions: Int = 1, brokers: Int32 = 1, compression: ProducerOptions.Compression = .none
  ) async throws -> (FakeCluster, NewswireClient) {
    let cluster = try await FakeCluster(brokers: brokers)
    cluster.create("t", partitions: partitions)
    let client = try cluster.client()
    var options = ProducerOptions()
    options.batchBytes = 1024
    options.compression = compression
    let producer = client.producer(options)
    for number in 0..<count {
      try await producer.enqueue(
        ProducerRecord(
          topic: "t", partition: Int32(number % partitions), key: number % 3 == 0 ? nil : "k\(number)",
          value: "value \(number)", headers: number % 5 == 0 ? [Header("h", "x"), Header("n", nil)] : [],
          timestamp: Int64(1000 + number)))
    }
    try await producer.close()
    return (cluster, client)
  }

  @Test("what was produced is what is consumed", arguments: ProducerOptions.Compression.allCases)
  func roundTrip(compression: ProducerOptions.Compression) async throws {
    let (cluster, client) = try await filled(500, compression: compression)
    var number = 0
    for try await record in client.consumer().records("t", untilEnd: true) {
      #expect(record.offset == Int64(number))
      #expect(record.timestamp == Int64(1000 + number))
      #expect(record.text == "value \(number)")
      #expect(record.keyText == (number % 3 == 0 ? nil : "k\(number)"))
      #expect(record.headers == (number % 5 == 0 ? [Header("h", "x"), Header("n", nil)] : []))
      number += 1
    }
    #expect(number == 500)
    await client.close()
    await cluster.stop()
  }

  @Test("an offset in the middle of a batch, a time, the end")
  func positions() async throws {
    let (cluster, client) = try await filled(300)
    let consumer = client.consumer()
    func offsets(_ position: StartPosition) async throws -> [Int64] {
      try await consumer.records("t", from: position, untilEnd: true).reduce(into: []) { $0.append($1.offset) }
    }
    #expect(try await offsets(.offset(123)) == Array(123..<300))
    #expect(try await offsets(.timestamp(1250)) == Array(250..<300))
    #expect(try await offsets(.end) == [])
    #expect(try await offsets(.offset(300)) == [])
    await client.close()
    await cluster.stop()
  }

  @Test("batches lend what the records copy")
  func batches() async throws {
    let (cluster, client) = try await filled(300, compression: .lz4)
    var lent: [String] = []
    var copied: [String?] = []
    for try await batch in client.consumer().batches("t", from: .offset(7), untilEnd: true) {
      try batch.forEachRecord { lent.append(String(decoding: $0.value!, as: UTF8.self)) }
      copied += try batch.records.map(\.text)
    }
    #expect(lent == (7..<300).map { "value \($0)" })
    #expect(copied == lent)
    await client.close()
    await cluster.stop()
  }

  @Test("what comes later arrives while one waits, from all partitions in their order")
  func live() async throws {
    let (cluster, client) = try await filled(0, partitions: 3)
    let producer = client.producer()
    let reading = Task {
      var values: [Int32: [String]] = [:]
      var count = 0
      for try await record in client.consumer().records("t") {
        values[record.partition, default: []].append(record.text!)
        count += 1
        if count == 90 { break }
      }
      return values
    }
    for number in 0..<90 {
      try await producer.send(ProducerRecord(topic: "t", partition: Int32(number % 3), value: "v\(number)"))
    }
    let values = try await reading.value
    for partition in 0..<3 {
      #expect(values[Int32(partition)] == (0..<90).filter { $0 % 3 == partition }.map { "v\($0)" })
    }
    await client.close()
    await cluster.stop()
  }

  @Test("a new leader is followed, nothing is missing and nothing comes twice")
  func leaderChange() async throws {
    let (cluster, client) = try await filled(200, partitions: 2, brokers: 2)
    var offsets: [Int32: [Int64]] = [:]
    var count = 0
    for try await record in client.consumer().records("t") {
      offsets[record.partition, default: []].append(record.offset)
      count += 1
      if count == 50 {
        cluster.lead("t", 0, by: 2)
        let producer = client.producer()
        for number in 0..<100 {
          try await producer.enqueue(ProducerRecord(topic: "t", partition: Int32(number % 2), value: "later"))
        }
        try await producer.close()
      }
      if count == 300 { break }
    }
    #expect(offsets == [0: Array(0..<150), 1: Array(0..<150)])
    await client.close()
    await cluster.stop()
  }

  @Test("a broker that goes away and comes back is read again where it was")
  func restart() async throws {
    let (cluster, client) = try await filled(100)
    var offsets: [Int64] = []
    for try await record in client.consumer().records("t") {
      offsets.append(record.offset)
      if offsets.count == 100 {
        await cluster.stop(1)
        try await cluster.start(1)
        let producer = client.producer()
        for _ in 0..<20 { try await producer.enqueue(ProducerRecord(topic: "t", value: "later")) }
        try await producer.close()
      }
      if offsets.count == 120 { break }
    }
    #expect(offsets == Array(0..<120))
    await client.close()
    await cluster.stop()
  }

  @Test("an offset outside the log ends the reading, or is reset if so wished")
  func outOfRange() async throws {
    let (cluster, client) = try await filled(10)
    let error = await #expect(throws: NewswireError.self) {
      for try await _ in client.consumer().records("t", from: .offset(99), untilEnd: true) {}
    }
    #expect(error?.reason == .offsetOutOfRange)
    var options = ConsumerOptions()
    options.onOffsetOutOfRange = .earliest
    var count = 0
    for try await _ in client.consumer(options).records("t", from: .offset(99), untilEnd: true) { count += 1 }
    #expect(count == 10)
    await client.close()
    await cluster.stop()
  }

  @Test("a slow reader holds the broker back, and loses nothing")
  func backPressure() async throws {
    let (cluster, client) = try await filled(3000)
    var options = ConsumerOptions()
    options.bufferBytes = 4000
    var offsets: [Int64] = []
    for try await record in client.consumer(options).records("t", untilEnd: true) {
      offsets.append(record.offset)
      if offsets.count % 500 == 0 { try await Task.sleep(for: .milliseconds(20)) }
    }
    #expect(offsets == Array(0..<3000))
    await client.close()
    await cluster.stop()
  }

  @Test("a topic or partition that does not exist is told")
  func unknown() async throws {
    let (cluster, client) = try await filled(1)
    let topic = await #expect(throws: NewswireError.self) {
      for try await _ in client.consumer().records("nowhere") {}
    }
    #expect(topic?.reason == .unknownTopic)
    let partition = await #expect(throws: NewswireError.self) {
      for try await _ in client.consumer().records([TopicPartition("t", 4): .beginning]) {}
    }
    #expect(partition?.reason == .partitionOutOfRange)
    await client.close()
    await cluster.stop()
  }

  @Test("a task that is cancelled stops reading")
  func cancellation() async throws {
    let (cluster, client) = try await filled(1)
    let reading = Task { for try await _ in client.consumer().records("t") {} }
    try await Task.sleep(for: .milliseconds(50))
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
    await client.close()
    await cluster.stop()
  }

  @Test("offsets are listed and topics made")
  func admin() async throws {
    let (cluster, client) = try await filled(25, partitions: 2, brokers: 2)
    cluster.lead("t", 1, by: 2)
    #expect(
      try await client.admin.listOffsets(topic: "t", .latest).mapValues(\.offset)
        == [TopicPartition("t", 0): 13, TopicPartition("t", 1): 12])
    #expect(try await client.admin.createTopic("u", partitions: 4).partitions == 4)
    let error = await #expect(throws: NewswireError.self) { try await client.admin.createTopic("u") }
    #expect(error?.reason == .topicAlreadyExists)
    #expect(try await client.admin.listTopics().map(\.name) == ["t", "u"])
    #expect(try await client.admin.describeTopics(["u"])[0].partitions.count == 4)
    #expect(try await client.admin.brokers().map(\.id) == [1, 2])
    #expect(try await client.admin.describeCluster().activeCoordinatorID == 1)
    await client.close()
    await cluster.stop()
  }
}
