import Foundation
import NewswireClient
import Synchronization
import Testing

extension ClusterTests {
  @Suite("A producer")
  struct ProducerTests {
    @Test("sends a batch when it is full, and one that is not when it has lingered")
    func batching() async throws {
      try await withTopic(partitions: 1) { client, topic in
        let told = Mutex<[Acknowledged]>([])
        var options = ProducerOptions()
        options.batchBytes = 10_000
        options.requestBytes = 10_000
        options.linger = .milliseconds(500)
        options.onAcknowledgement = { acknowledged in told.withLock { $0.append(acknowledged) } }
        let producer = client.producer(options)
        let start = ContinuousClock.now
        for _ in 0..<45 {
          try await producer.enqueue(ProducerRecord(topic: topic, value: [UInt8](repeating: 7, count: 1000)))
        }
        try await eventually("full batches are written") {
          told.withLock { $0.reduce(0) { $0 + $1.recordCount } } >= 36
        }
        if start.duration(to: .now) < .milliseconds(400) {
          #expect(told.withLock { $0.allSatisfy { $0.recordCount == 9 && $0.byteCount <= 10_000 } })
        }
        try await producer.send(ProducerRecord(topic: topic, value: "last"))
        let last = try #require(told.withLock { $0.last })
        #expect(last.latency >= .milliseconds(500))
        #expect(told.withLock { $0.reduce(0) { $0 + $1.recordCount } } == 46)
        try await producer.close()
      }
    }

    @Test("puts keys where Kafka's murmur2 puts them")
    func partitioner() async throws {
      // The hashes are those that Kafka's own tests name.
      let hashes: [String: Int32] = [
        "21": -973_932_308, "foobar": -790_332_482, "a-little-bit-long-string": -985_981_536,
        "a-little-bit-longer-string": -1_486_304_829, "abc": 479_470_107,
        "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58_897_971,
      ]
      try await withTopic(partitions: 7) { client, topic in
        let producer = client.producer()
        for (key, hash) in hashes {
          let place = try await producer.send(ProducerRecord(topic: topic, key: key, value: "v"))
          #expect(place.partition == (hash & 0x7fff_ffff) % 7, "\(key)")
        }
        try await producer.close()
      }
    }

    @Test("tells where a record is, and on how many disks")
    func place() async throws {
      try await withTopic(partitions: 1) { client, topic in
        let producer = client.producer()
        for offset in 0..<3 {
          let place = try await producer.send(ProducerRecord(topic: topic, value: "v"))
          #expect(place.offset == Int64(offset) && place.replicas == 1 && place.replicasSynced == 1)
        }
        try await producer.close()
      }
    }

    @Test("sends what it holds before it is closed, compressed in any way")
    func closing() async throws {
      try await withTopic(partitions: 3) { client, topic in
        for compression in ProducerOptions.Compression.allCases {
          var options = ProducerOptions()
          options.linger = .seconds(60)
          options.compression = compression
          let producer = client.producer(options)
          for number in 0..<100 {
            try await producer.enqueue(
              ProducerRecord(topic: topic, key: "k\(number)", value: "\(compression)-\(number)"))
          }
          try await producer.close()
          await #expect(throws: NewswireError.self) {
            try await producer.enqueue(ProducerRecord(topic: topic, value: "late"))
          }
        }
        let found = try await values(client, topic)
        let wanted = ProducerOptions.Compression.allCases.flatMap { codec in (0..<100).map { "\(codec)-\($0)" } }
        #expect(found.sorted() == wanted.sorted())
      }
    }

    @Test("holds whoever writes faster than a broker that stands still, goes on with it, and lets a cancelled task go")
    func backPressure() async throws {
      let cluster = try await RealCluster.shared.value
      try await withTopic(partitions: 1, on: 1) { client, topic in
        var options = ProducerOptions()
        options.bufferBytes = 1 << 20
        let producer = client.producer(options)
        let record = ProducerRecord(topic: topic, value: [UInt8](repeating: 7, count: 10_000))
        try await producer.send(record)
        try await cluster.signal(SIGSTOP, "broker-1")
        var written = 1
        while try producer.tryEnqueue(record) { written += 1 }
        #expect(written > 50 && written < 110)
        let waiting = Task { try await producer.enqueue(record) }
        let cancelled = Task { try await producer.enqueue(record) }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(start.duration(to: .now) < .seconds(1))
        try await cluster.signal(SIGCONT, "broker-1")
        try await waiting.value
        try await producer.close()
        #expect(try await values(client, topic).count == written + 1)
      }
    }

    @Test("goes on when its broker is killed again and again: every record is there once, in order")
    func brokerDies() async throws {
      let cluster = try await RealCluster.shared.value
      try await withTopic(partitions: 2) { client, topic in
        let producer = client.producer()
        let reader = Task {
          var seen: [Int32: [Int]] = [:]
          for try await record in client.consumer().records(topic) {
            guard let number = record.text.flatMap({ Int($0) }) else { break }
            seen[record.partition, default: []].append(number)
            if seen.values.reduce(0, { $0 + $1.count }) == 3000 { break }
          }
          return seen
        }
        for number in 0..<3000 {
          if number % 1000 == 500 { try await cluster.signal(SIGKILL, number % 2000 < 1000 ? "broker-1" : "broker-2") }
          try await producer.enqueue(
            ProducerRecord(topic: topic, partition: Int32(number % 2), value: "\(number)"))
          if number % 20 == 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
        try await producer.close()
        let seen = try await reader.value
        #expect(seen[0] == Array(stride(from: 0, to: 3000, by: 2)))
        #expect(seen[1] == Array(stride(from: 1, to: 3000, by: 2)))
      }
    }

    @Test("follows a topic that was deleted and made again elsewhere")
    func topicMoves() async throws {
      try await withTopic(partitions: 1, on: 1) { client, topic in
        let producer = client.producer()
        try await producer.send(ProducerRecord(topic: topic, value: "old"))
        try await client.admin.deleteTopic(topic)
        let made = try await client.admin.createTopics([NewTopic(topic, assignments: [[2]])])
        _ = try made[0].get()
        let place = try await producer.send(ProducerRecord(topic: topic, value: "new"))
        #expect(place.offset == 0)
        #expect(try await values(client, topic) == ["new"])
        try await producer.close()
      }
    }
  }
}
