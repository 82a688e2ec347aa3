import Model
import NewswireClient
import Synchronization
import Testing

@Suite("A producer and a cluster", .timeLimit(.minutes(1)))
struct ProducerTests {
  @Test("a record is written and its place told")
  func sends() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let producer = client.producer()
    for number in 0..<3 {
      let metadata = try await producer.send(ProducerRecord(topic: "t", key: "k", value: "v\(number)"))
      #expect(metadata.offset == Int64(number))
      #expect(metadata.partition == 0)
      #expect(metadata.replicasSynced == 1)
    }
    try await producer.close()
    #expect(try cluster.values("t", 0) == ["v0", "v1", "v2"])
    await client.close()
    await cluster.stop()
  }

  @Test("records sent at the same time share batches, and each learns its own offset")
  func concurrent() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 3)
    let client = try cluster.client()
    let producer = client.producer()
    let places = try await withThrowingTaskGroup(of: (String, RecordMetadata).self) { group in
      for number in 0..<500 {
        group.addTask { ("v\(number)", try await producer.send(ProducerRecord(topic: "t", value: "v\(number)"))) }
      }
      return try await group.reduce(into: [String: RecordMetadata]()) { $0[$1.0] = $1.1 }
    }
    for partition in 0..<3 {
      for (offset, value) in try cluster.values("t", partition).enumerated() {
        #expect(places[value]?.offset == Int64(offset))
        #expect(places[value]?.partition == Int32(partition))
      }
    }
    #expect(places.count == 500)
    #expect(cluster.state.withLock { $0.produceCalls } < 100)
    await client.close()
    await cluster.stop()
  }

  @Test(
    "order is kept, several numbered requests for each partition at a time, or one",
    arguments: ProducerOptions.Compression.allCases, [true, false])
  func order(compression: ProducerOptions.Compression, isIdempotent: Bool) async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 2)
    let client = try cluster.client()
    var options = ProducerOptions()
    options.batchBytes = 2000
    options.requestBytes = 6000
    options.linger = .milliseconds(1)
    options.compression = compression
    options.isIdempotent = isIdempotent
    let producer = client.producer(options)
    for number in 0..<2000 {
      try await producer.enqueue(
        ProducerRecord(topic: "t", partition: Int32(number % 2), value: "value number \(number)"))
    }
    try await producer.flush()
    for partition in 0..<2 {
      let expected = (0..<2000).filter { $0 % 2 == partition }.map { "value number \($0)" }
      #expect(try cluster.values("t", partition) == expected)
    }
    #expect((1...(isIdempotent ? 5 : 1)).contains(cluster.state.withLock { $0.inFlightMost }))
    try await producer.close()
    await client.close()
    await cluster.stop()
  }

  @Test("refusals that pass are waited out, in order, without a gap")
  func retries() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    cluster.state.withLock {
      $0.faults = [
        .refuse(.notEnoughReplicas), .refuse(.leaderNotAvailable), .refuse(.diskFull), .refuse(.unknownTopic),
      ]
    }
    let client = try cluster.client()
    var options = ProducerOptions()
    options.batchBytes = 1024
    let producer = client.producer(options)
    for number in 0..<200 { try await producer.enqueue(ProducerRecord(topic: "t", value: "value \(number)")) }
    try await producer.close()
    #expect(try cluster.values("t", 0) == (0..<200).map { "value \($0)" })
    await client.close()
    await cluster.stop()
  }

  @Test("an answer that was lost: sent again, and written once if records are numbered; else told, if so wished")
  func lostAnswer() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    cluster.state.withLock { $0.faults = [.loseAnswer] }
    let usual = client.producer()
    #expect(try await usual.send(ProducerRecord(topic: "t", value: "a")).offset == 0)
    #expect(try cluster.values("t", 0) == ["a"])

    cluster.state.withLock { $0.faults = [.loseAnswer] }
    var options = ProducerOptions()
    options.isIdempotent = false
    let unnumbered = client.producer(options)
    #expect(try await unnumbered.send(ProducerRecord(topic: "t", value: "b")).offset == 2)
    #expect(try cluster.values("t", 0) == ["a", "b", "b"])

    cluster.state.withLock { $0.faults = [.loseAnswer] }
    options.unknownOutcome = .fail
    let careful = client.producer(options)
    let error = await #expect(throws: NewswireError.self) {
      try await careful.send(ProducerRecord(topic: "t", value: "b"))
    }
    #expect(error?.reason == .unavailable)
    await client.close()
    await cluster.stop()
  }

  @Test("answers that are lost, refused and late: every record once, in order", arguments: 0..<8)
  func faults(seed: UInt64) async throws {
    let cluster = try await FakeCluster(brokers: 2)
    cluster.create("t", partitions: 2)
    var random = FixedRandom(state: seed)
    let faults = (0..<60).map { _ -> FakeCluster.Fault in
      switch Int.random(in: 0..<4, using: &random) {
      case 0: .loseAnswer
      case 1: .refuse(.leaderNotAvailable)
      case 2: .refuse(.outcomeUnknown)
      default: .delay(.milliseconds(Int.random(in: 0..<20, using: &random)))
      }
    }
    cluster.state.withLock { $0.faults = faults }
    let client = try cluster.client()
    var options = ProducerOptions()
    options.batchBytes = 1024
    options.requestBytes = 2048
    options.linger = .zero
    let producer = client.producer(options)
    for number in 0..<1000 {
      if number % 200 == 199 { cluster.lead("t", 0, by: Int32.random(in: 1...2, using: &random)) }
      try await producer.enqueue(ProducerRecord(topic: "t", partition: Int32(number % 2), value: "value \(number)"))
    }
    try await producer.close()
    for partition in 0..<2 {
      #expect(try cluster.values("t", partition) == (0..<1000).filter { $0 % 2 == partition }.map { "value \($0)" })
    }
    await client.close()
    await cluster.stop()
  }

  @Test("what is refused for good leaves a gap: the others are written once, in order, under new numbers")
  func gap() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let failed = Mutex(0)
    var options = ProducerOptions()
    options.batchBytes = 1024
    options.requestBytes = 1024
    options.linger = .zero
    options.onAcknowledgement = { told in if told.error != nil { failed.withLock { $0 += told.recordCount } } }
    let producer = client.producer(options)
    try await producer.send(ProducerRecord(topic: "t", value: "value"))
    cluster.state.withLock { $0.faults = [.delay(.milliseconds(20)), .refuse(.messageTooLarge), .loseAnswer] }
    for number in 0..<500 { try await producer.enqueue(ProducerRecord(topic: "t", value: "value \(number)")) }
    let error = await #expect(throws: NewswireError.self) { try await producer.close() }
    #expect(error?.reason == .messageTooLarge)
    let values = try cluster.values("t", 0)
    let numbers = values.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    #expect(failed.withLock { $0 } > 0 && numbers.count == 500 - failed.withLock { $0 })
    await client.close()
    await cluster.stop()
  }

  @Test("a producer that is to stop writes nothing behind what is refused, and tells which records that is")
  func stops() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let told = Mutex<(written: Int, failed: Int, first: Int64?)>((0, 0, nil))
    var options = ProducerOptions()
    options.batchBytes = 1024
    options.requestBytes = 1024
    options.linger = .zero
    options.afterFailure = .stop
    options.onAcknowledgement = { answer in
      told.withLock { told in
        if answer.error == nil { told.written += answer.recordCount } else { told.failed += answer.recordCount }
        if answer.error != nil { told.first = min(told.first ?? .max, answer.ordinal) }
      }
    }
    let producer = client.producer(options)
    try await producer.send(ProducerRecord(topic: "t", value: "value 0"))
    cluster.state.withLock {
      $0.faults = [.delay(.milliseconds(20)), .refuse(.leaderNotAvailable), .refuse(.messageTooLarge), .loseAnswer]
    }
    var given = 1
    do {
      while given < 5000 {
        try await producer.enqueue(ProducerRecord(topic: "t", value: "value \(given)"))
        given += 1
      }
    } catch let error as NewswireError { #expect(error.reason == .closed) }
    let error = await #expect(throws: NewswireError.self) { try await producer.close() }
    #expect(error?.reason == .messageTooLarge)
    let (written, failed, first) = told.withLock { $0 }
    #expect(written + failed == given && failed > 0)
    #expect(first.map { Int($0) } == written)
    #expect(try cluster.values("t", 0) == (0..<written).map { "value \($0)" })
    await client.close()
    await cluster.stop()
  }

  @Test(
    "acknowledged records that the leader has lost are told of, and the others follow in order",
    arguments: [true, false])
  func lost(knowsProducer: Bool) async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let told = Mutex<[LostRecords]>([])
    var options = ProducerOptions()
    options.onLoss = { records in told.withLock { $0.append(records) } }
    let producer = client.producer(options)
    for value in ["a", "b", "c"] { try await producer.send(ProducerRecord(topic: "t", value: value)) }
    cluster.lose("t", 0, from: 1, knowsProducers: knowsProducer)
    let begin = ContinuousClock.now
    for number in 0..<20 { try await producer.enqueue(ProducerRecord(topic: "t", value: "\(number)")) }
    let error = await #expect(throws: NewswireError.self) { try await producer.flush() }
    #expect(error?.reason == .acknowledgedRecordsLost)
    #expect(error?.metadata == ["first_offset": "1", "end_offset": "3"])
    #expect(ContinuousClock.now - begin < .seconds(20))
    #expect(told.withLock { $0.map(\.firstOffset) } == [1] && told.withLock { $0.map(\.endOffset) } == [3])
    #expect(try cluster.values("t", 0) == ["a"] + (0..<20).map { "\($0)" })
    try await producer.close()
    await client.close()
    await cluster.stop()
  }

  @Test("nothing is written without records that were acknowledged and are lost, if the producer is to stop then")
  func stopsAfterLoss() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    var options = ProducerOptions()
    options.afterFailure = .stop
    let producer = client.producer(options)
    for value in ["a", "b"] { try await producer.send(ProducerRecord(topic: "t", value: value)) }
    cluster.lose("t", 0, from: 1, knowsProducers: true)
    let error = await #expect(throws: NewswireError.self) {
      try await producer.send(ProducerRecord(topic: "t", value: "c"))
    }
    #expect(error?.reason == .acknowledgedRecordsLost)
    #expect(try cluster.values("t", 0) == ["a"])
    await client.close()
    await cluster.stop()
  }

  @Test("what may have been written is not written again under new numbers, once nobody can tell")
  func uncertain() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let producer = client.producer()
    try await producer.send(ProducerRecord(topic: "t", value: "a"))
    cluster.state.withLock { $0.faults = [.loseAnswerAndProducers] }
    let error = await #expect(throws: NewswireError.self) {
      try await producer.send(ProducerRecord(topic: "t", value: "b"))
    }
    #expect(error?.reason == .outcomeUnknown)
    try await producer.send(ProducerRecord(topic: "t", value: "c"))
    #expect(try cluster.values("t", 0) == ["a", "b", "c"])
    await client.close()
    await cluster.stop()
  }

  @Test("a cluster that has forgotten the producer is written to all the same")
  func forgotten() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let producer = client.producer()
    try await producer.send(ProducerRecord(topic: "t", value: "a"))
    cluster.state.withLock { $0.topics["t"]!.logs[0].producers = [:] }
    #expect(try await producer.send(ProducerRecord(topic: "t", value: "b")).offset == 1)
    // Somebody else under the same id: the records fail, and those after them get another id.
    cluster.state.withLock { state in
      for id in state.topics["t"]!.logs[0].producers.keys {
        state.topics["t"]!.logs[0].producers[id] = [(ProducerEpoch(9), 0, 1, 1)]
      }
    }
    let error = await #expect(throws: NewswireError.self) {
      try await producer.send(ProducerRecord(topic: "t", value: "c"))
    }
    #expect(error?.reason == .fencedProducerEpoch)
    #expect(try await producer.send(ProducerRecord(topic: "t", value: "d")).offset == 2)
    #expect(cluster.state.withLock { $0.producerIDs } == 2)
    await client.close()
    await cluster.stop()
  }

  @Test("a producer id is waited for; if there will be none, the records fail and say why")
  func identity() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    cluster.state.withLock { $0.idFaults = [.coordinatorNotAvailable, .coordinatorNotAvailable] }
    try await client.producer().send(ProducerRecord(topic: "t", value: "a"))
    let producer = client.producer()
    cluster.state.withLock { $0.idFaults = [.permissionDenied] }
    let error = await #expect(throws: NewswireError.self) {
      try await producer.send(ProducerRecord(topic: "t", value: "b"))
    }
    #expect(error?.reason == .permissionDenied)
    #expect(try await producer.send(ProducerRecord(topic: "t", value: "c")).offset == 1)
    try await producer.close()
    await client.close()
    await cluster.stop()
  }

  @Test("a new leader is followed, and the records go on in order")
  func leaderChange() async throws {
    let cluster = try await FakeCluster(brokers: 2)
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    var options = ProducerOptions()
    options.batchBytes = 1024
    options.linger = .zero
    let producer = client.producer(options)
    for number in 0..<300 {
      if number == 100 { cluster.lead("t", 0, by: 2) }
      if number == 150 { cluster.lead("t", 0, by: nil) }
      if number == 200 { cluster.lead("t", 0, by: 1) }
      try await producer.enqueue(ProducerRecord(topic: "t", value: "value \(number)"))
      if number % 50 == 49, number != 199 { try await Task.sleep(for: .milliseconds(5)) }
    }
    try await producer.close()
    #expect(try cluster.values("t", 0) == (0..<300).map { "value \($0)" })
    await client.close()
    await cluster.stop()
  }

  @Test("without numbers a leader that hangs is not waited for once another one leads", arguments: [true, false])
  func hangingLeader(sendsAgain: Bool) async throws {
    let cluster = try await FakeCluster(brokers: 2)
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    var options = ProducerOptions()
    options.isIdempotent = false
    options.linger = .zero
    options.unknownOutcome = sendsAgain ? .sendAgain : .fail
    let producer = client.producer(options)
    try await producer.send(ProducerRecord(topic: "t", value: "first"))
    cluster.state.withLock { $0.faults = [.delay(.seconds(25))] }
    let sending = Task {
      do {
        try await producer.send(ProducerRecord(topic: "t", value: "second"))
        return nil as NewswireError.Reason?
      } catch { return (error as? NewswireError)?.reason }
    }
    while cluster.state.withLock({ $0.produceCalls < 2 }) { try await Task.sleep(for: .milliseconds(5)) }
    let began = ContinuousClock.now
    cluster.lead("t", 0, by: 2)
    let reason = await sending.value
    #expect(ContinuousClock.now - began < .seconds(15))
    #expect(reason == (sendsAgain ? nil : .outcomeUnknown))
    #expect(try cluster.values("t", 0) == (sendsAgain ? ["first", "second"] : ["first"]))
    await client.close()
    await cluster.stop()
  }

  @Test("a leader that cannot be reached is reached by way of another broker")
  func detour() async throws {
    let cluster = try await FakeCluster(brokers: 2)
    cluster.create("t", partitions: 1, leader: 2)
    let client = try cluster.client { $0.bootstrap = String($0.bootstrap.prefix { $0 != "," }) }
    await cluster.stop(2)
    // The fake cluster does not notice that broker 2 is gone, so the other one passes the call on.
    let metadata = try await client.producer().send(ProducerRecord(topic: "t", value: "a"))
    #expect(metadata.offset == 0)
    #expect(cluster.state.withLock { $0.forwarded } > 0)
    await client.close()
    await cluster.stop()
  }

  @Test("memory is bounded: whoever sends more waits, and goes on when there is room")
  func backPressure() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    cluster.state.withLock { $0.faults = [.delay(.milliseconds(300))] }
    let client = try cluster.client()
    var options = ProducerOptions()
    options.bufferBytes = 1 << 20
    let producer = client.producer(options)
    let value = [UInt8](repeating: 7, count: 10_000)
    var taken = 0
    while try producer.tryEnqueue(ProducerRecord(topic: "t", value: value)) || taken == 0 {
      if taken == 0 { try await producer.enqueue(ProducerRecord(topic: "t", value: value)) }
      taken += 1
      #expect(taken < 300)
    }
    #expect(taken > 50)
    for _ in 0..<200 { try await producer.enqueue(ProducerRecord(topic: "t", value: value)) }
    try await producer.close()
    #expect(try cluster.values("t", 0).count >= taken + 200)
    await client.close()
    await cluster.stop()
  }

  @Test("open batches that hold all the memory are sent when nothing else would free any")
  func starvation() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 600)
    let client = try cluster.client()
    var options = ProducerOptions()
    options.bufferBytes = 1 << 20
    options.linger = .seconds(3600)
    let producer = client.producer(options)
    // 600 partitions with a chunk each are more than fits.
    for partition in 0..<600 {
      try await producer.enqueue(ProducerRecord(topic: "t", partition: Int32(partition), value: "v"))
    }
    try await producer.close()
    for partition in 0..<600 { #expect(try cluster.values("t", partition) == ["v"]) }
    await client.close()
    await cluster.stop()
  }

  @Test("what will not pass fails at once, and a flush tells it when nobody waited")
  func failures() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let told = Mutex<[Acknowledged]>([])
    var options = ProducerOptions()
    options.onAcknowledgement = { acknowledged in told.withLock { $0.append(acknowledged) } }
    let producer = client.producer(options)

    func reason(_ record: ProducerRecord) async -> NewswireError.Reason? {
      await #expect(throws: NewswireError.self) { try await producer.send(record) }?.reason
    }
    #expect(await reason(ProducerRecord(topic: "nowhere", value: "a")) == .unknownTopic)
    #expect(await reason(ProducerRecord(topic: "t", partition: 5, value: "a")) == .partitionOutOfRange)
    #expect(
      await reason(ProducerRecord(topic: "t", value: [UInt8](repeating: 0, count: 2 << 20))) == .messageTooLarge)

    cluster.state.withLock { $0.faults = [.refuse(.permissionDenied)] }
    try await producer.enqueue(ProducerRecord(topic: "t", value: "a"))
    let flushed = await #expect(throws: NewswireError.self) { try await producer.flush() }
    #expect(flushed?.reason == .permissionDenied)
    try await producer.flush()
    #expect(told.withLock { $0.map(\.error?.reason) } == [.permissionDenied])
    try await producer.close()
    #expect(await reason(ProducerRecord(topic: "t", value: "a")) == .closed)
    await client.close()
    await cluster.stop()
  }

  @Test("records for a topic that was deleted fail soon, and say why")
  func deletedTopic() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let producer = client.producer()
    try await producer.send(ProducerRecord(topic: "t", value: "a"))
    cluster.lead("t", 0, by: nil)
    let sending = Task { try await producer.send(ProducerRecord(topic: "t", value: "b")) }
    try await Task.sleep(for: .milliseconds(30))
    cluster.state.withLock { $0.topics["t"] = nil }
    let error = await #expect(throws: NewswireError.self) { try await sending.value }
    #expect(error?.reason == .unknownTopic)
    await client.close()
    await cluster.stop()
  }

  @Test("a cluster that cannot be reached is said to be so, in time")
  func unreachable() async throws {
    let client = try NewswireClient(
      ClientConfiguration(bootstrap: "127.0.0.1:1", security: .plaintext, requestTimeout: .milliseconds(400)))
    let error = await #expect(throws: NewswireError.self) {
      try await client.producer().send(ProducerRecord(topic: "t", value: "a"))
    }
    #expect(error?.reason == .unavailable)
    #expect(error?.message.contains("127.0.0.1:1") == true)
    await client.close()
  }

  @Test("a task that is cancelled stops waiting at once, and its record is written all the same")
  func cancellation() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client { $0.unknownTopicPatience = .seconds(60) }
    let producer = client.producer()
    try await producer.send(ProducerRecord(topic: "t", value: "a"))
    cluster.lead("t", 0, by: nil)
    let sending = Task { try await producer.send(ProducerRecord(topic: "t", value: "b")) }
    let flushing = Task { try await producer.flush() }
    try await Task.sleep(for: .milliseconds(50))
    let clock = ContinuousClock.now
    sending.cancel()
    flushing.cancel()
    await #expect(throws: CancellationError.self) { try await sending.value }
    await #expect(throws: CancellationError.self) { try await flushing.value }
    let closing = Task { try await producer.close() }
    closing.cancel()
    await #expect(throws: CancellationError.self) { try await closing.value }
    let resolving = Task { try await client.producer().send(ProducerRecord(topic: "not yet", value: "c")) }
    resolving.cancel()
    await #expect(throws: CancellationError.self) { try await resolving.value }
    #expect(clock.duration(to: .now) < .seconds(5))
    cluster.lead("t", 0, by: 1)
    for _ in 0..<500 where try cluster.values("t", 0).count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try cluster.values("t", 0) == ["a", "b"])
    await client.close()
    await cluster.stop()
  }

  @Test("closing the client fails what is under way")
  func clientCloses() async throws {
    let cluster = try await FakeCluster()
    cluster.create("t", partitions: 1)
    let client = try cluster.client()
    let producer = client.producer()
    try await producer.send(ProducerRecord(topic: "t", value: "a"))
    cluster.lead("t", 0, by: nil)
    let sending = Task { try await producer.send(ProducerRecord(topic: "t", value: "b")) }
    try await Task.sleep(for: .milliseconds(50))
    await client.close()
    let error = await #expect(throws: NewswireError.self) { try await sending.value }
    #expect(error?.reason == .closed)
    await cluster.stop()
  }
}
