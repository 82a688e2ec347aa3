import Foundation
import NewswireClient
import Synchronization
import Testing

extension ClusterTests {
  @Suite("Readers")
  struct ReaderTests {
    /// What members of a group have read.
    private final class Ledger: Sendable {
      private let read = Mutex<[(member: Int, key: String, number: Int)]>([])

      func note(_ member: Int, _ record: ConsumedRecord) {
        let number = record.text.flatMap { Int($0) } ?? -1
        read.withLock { $0.append((member, record.keyText ?? "", number)) }
      }

      var numbers: [Int] { read.withLock { $0.map(\.number) } }
      func count(of member: Int) -> Int { read.withLock { $0.count { $0.member == member } } }
      /// True if no key's records stand in another order than they were written in, apart from repetitions.
      var isInOrder: Bool {
        read.withLock { read in
          var last: [String: Int] = [:]
          var seen: Set<Int> = []
          for (_, key, number) in read where seen.insert(number).inserted {
            if number < last[key] ?? 0 { return false }
            last[key] = number
          }
          return true
        }
      }
    }

    private func start(_ member: GroupConsumer, as number: Int, _ ledger: Ledger) -> Task<Void, any Error> {
      Task { for try await record in member.records { ledger.note(number, record) } }
    }

    @Test("a consumer begins at an offset, at a time, at the end")
    func positions() async throws {
      try await withTopic(partitions: 1) { client, topic in
        let producer = client.producer()
        for number in 0..<20 {
          try await producer.enqueue(
            ProducerRecord(topic: topic, value: "\(number)", timestamp: 1_000_000 + Int64(number) * 1000))
        }
        try await producer.close()
        func first(_ position: StartPosition) async throws -> String? {
          for try await record in client.consumer().records(topic, from: position) { return record.text }
          return nil
        }
        #expect(try await first(.beginning) == "0")
        #expect(try await first(.offset(7)) == "7")
        #expect(try await first(.timestamp(1_011_500)) == "12")
        let live = Task { try await first(.end) }
        try await Task.sleep(for: .milliseconds(300))
        try await write(20..<21, to: topic, client)
        #expect(try await live.value == "20")
        let error = await #expect(throws: NewswireError.self) { try await first(.offset(999)) }
        #expect(error?.reason == .offsetOutOfRange)
      }
    }

    @Test("keys, values and headers come back as they were, whatever their bytes, absent and empty ones too")
    func bytes() async throws {
      try await withTopic(partitions: 1) { client, topic in
        let all = [UInt8](0...255)
        let sent = [
          ProducerRecord(topic: topic, key: all, value: all, headers: [Header("a", all), Header("a", [UInt8]?.none)]),
          ProducerRecord(topic: topic, key: [], value: [], headers: [Header("", [UInt8]())]),
          ProducerRecord(topic: topic, key: [1], value: nil),
        ]
        let producer = client.producer()
        for record in sent { try await producer.send(record) }
        try await producer.close()
        var found: [ProducerRecord] = []
        for try await record in client.consumer().records(topic, untilEnd: true) {
          found.append(ProducerRecord(topic: topic, key: record.key, value: record.value, headers: record.headers))
        }
        #expect(found == sent)
      }
    }

    @Test("a member that comes takes its share, one that goes leaves it; nothing is missing and no key out of order")
    func rebalancing() async throws {
      try await withTopic(partitions: 6) { client, topic in
        let ledger = Ledger()
        var members = [client.groupConsumer(group: "of-\(topic)", topics: [topic])]
        var tasks = [start(members[0], as: 0, ledger)]
        let writing = Task {
          for part in 0..<40 {
            try await write(part * 50..<part * 50 + 50, to: topic, client)
            try await Task.sleep(for: .milliseconds(30))
          }
        }
        try await eventually("the first has read") { ledger.count(of: 0) > 100 }
        members.append(client.groupConsumer(group: "of-\(topic)", topics: [topic]))
        tasks.append(start(members[1], as: 1, ledger))
        try await eventually("each has three partitions") {
          let shares = try await [members[0].assignment.count, members[1].assignment.count]
          return shares == [3, 3]
        }
        try await eventually("the second has read") { ledger.count(of: 1) > 0 }
        try await members[0].close()
        try await tasks[0].value
        try await eventually("the second has them all") { try await members[1].assignment.count == 6 }
        try await writing.value
        try await eventually("everything is read") { Set(ledger.numbers).count == 2000 }
        try await members[1].close()
        try await tasks[1].value
        #expect(ledger.isInOrder)
        // Both left in order: nothing came twice.
        #expect(ledger.numbers.count == 2000)
        let committed = try await client.admin.committedOffsets(group: "of-\(topic)")
        #expect(committed.values.reduce(0, +) == 2000)
      }
    }

    @Test("a group reads on through the death of a broker, a group coordinator and the coordinator")
    func nodesDie() async throws {
      let cluster = try await RealCluster.shared.value
      try await withTopic(partitions: 6) { client, topic in
        let ledger = Ledger()
        let members = (0..<2).map { _ in client.groupConsumer(group: "of-\(topic)", topics: [topic]) }
        let tasks = members.enumerated().map { start($1, as: $0, ledger) }
        try await eventually("the partitions are shared out") {
          try await members[0].assignment.count + members[1].assignment.count == 6
        }
        var written = 0
        for node in ["broker-1", "group-coordinator-1", "coordinator-1", "broker-2"] {
          try await cluster.signal(SIGKILL, node)
          try await write(written..<written + 300, to: topic, client)
          written += 300
          try await eventually("everything is read after \(node) was killed", within: .seconds(30)) {
            Set(ledger.numbers).count == written
          }
        }
        for member in members { try await member.close() }
        for task in tasks { try await task.value }
        #expect(ledger.isInOrder)
      }
    }

    @Test("tasks that are cancelled end at once, wherever they wait")
    func cancellation() async throws {
      try await withTopic(partitions: 1) { client, topic in
        let member = client.groupConsumer(group: "of-\(topic)", topics: [topic])
        let tasks = [
          Task { for try await _ in client.consumer().records(topic) {} },
          Task { for try await _ in member.records {} },
          Task { for try await _ in client.consumer().records("no-such-\(topic)") {} },
        ]
        try await Task.sleep(for: .milliseconds(500))
        let start = ContinuousClock.now
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(start.duration(to: .now) < .seconds(1))
        try await member.close()
      }
    }
  }

  @Suite("Administration")
  struct AdminTests {
    @Test("topics are made, described, changed and deleted")
    func topics() async throws {
      try await withTopic(partitions: 2) { client, topic in
        let error = await #expect(throws: NewswireError.self) { try await client.admin.createTopic(topic) }
        #expect(error?.reason == .topicAlreadyExists && error?.isRetriable == false)
        #expect(try await client.admin.alterTopic(topic, set: ["retention.ms": "60000"], partitions: 4) == 4)
        let entries = try await client.admin.describeConfigs(topic: topic, keys: ["retention.ms"])
        #expect(entries.map(\.value) == ["60000"])
        let wrong = await #expect(throws: NewswireError.self) {
          try await client.admin.alterTopic(topic, set: ["retention.mss": "1"])
        }
        #expect(wrong?.reason == .invalidConfiguration)
        try await eventually("all four have leaders") {
          try await client.admin.describeTopics([topic])[0].partitions.filter { $0.leader != nil }.count == 4
        }
        #expect(try await client.admin.listTopics().contains { $0.name == topic })
        try await client.admin.deleteTopic(topic)
        try await eventually("it is gone") { try await !client.admin.listTopics().contains { $0.name == topic } }
      }
    }

    @Test("a group is described with its lag, set back and deleted")
    func groups() async throws {
      try await withTopic(partitions: 1) { client, topic in
        let name = "of-\(topic)"
        try await write(0..<10, to: topic, client)
        var options = GroupConsumerOptions()
        options.autoCommitInterval = nil
        let member = client.groupConsumer(group: name, topics: [topic], options)
        for try await record in member.records where record.offset == 7 {
          try await member.commit(through: record)
          break
        }
        try await member.close()
        #expect(try await client.admin.describeGroup(name).lag == 2)
        let changes = try await client.admin.resetOffsets(group: name, to: .shift(-3))
        #expect(try changes[0].get().newOffset == 5)
        #expect(try await client.admin.committedOffsets(group: name) == [TopicPartition(topic, 0): 5])
        #expect(try await client.admin.listGroups().contains { $0.name == name })
        try await client.admin.deleteGroup(name)
        let error = await #expect(throws: NewswireError.self) { try await client.admin.describeGroup(name) }
        #expect(error?.reason == .unknownGroup)
      }
    }

    @Test("a call to a node that stands still ends in its time")
    func deadline() async throws {
      let cluster = try await RealCluster.shared.value
      let client = try cluster.client { $0.requestTimeout = .seconds(1) }
      _ = try await client.admin.describeCluster()
      try await cluster.signal(SIGSTOP, "coordinator-1")
      let start = ContinuousClock.now
      let error = await #expect(throws: NewswireError.self) {
        try await client.admin.createTopic("t-\(UUID().uuidString.prefix(8))")
      }
      let patience = start.duration(to: .now)
      try await cluster.signal(SIGCONT, "coordinator-1")
      #expect(error?.reason == .deadlineExceeded && error?.isRetriable == true)
      #expect(patience >= .milliseconds(900) && patience < .seconds(3))
      await client.close()
    }
  }
}
