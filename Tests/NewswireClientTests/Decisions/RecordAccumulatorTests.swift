import Bytes
import Model
import RecordBatch
import Testing

@testable import NewswireClient

@Suite("Records become batches")
struct RecordAccumulatorTests {
  /// An accumulator with its pool, time and chance.
  final class Rig {
    let pool: BufferPool
    var accumulator: RecordAccumulator
    var random = FixedRandom()
    var now = Instant.ms(0)

    init(_ change: (inout RecordAccumulator.Limits) -> Void = { _ in }, bytesMax: Int = 1 << 20) {
      var limits = RecordAccumulator.Limits()
      limits.batchBytes = 1000
      limits.requestBytes = 8 << 10
      change(&limits)
      pool = BufferPool(bytesMax: bytesMax)
      accumulator = RecordAccumulator(limits: limits, pool: pool)
      accumulator.update(topic: "t", partitionCount: 3, available: [0, 1, 2])
    }

    @discardableResult
    func append(
      _ value: String, key: String? = nil, partition: Int32? = 0, topic: String = "t"
    ) -> RecordAccumulator.Outcome {
      var value = value
      var key = key
      return value.withUTF8 { value in
        func add(_ key: UnsafeRawBufferPointer?) -> RecordAccumulator.Outcome {
          accumulator.append(
            topic: topic, partition: partition, key: key, value: UnsafeRawBufferPointer(value),
            timestamp: Timestamp(1000), now: { now }, using: &random)
        }
        if key == nil { return add(nil) }
        return key!.withUTF8 { add(UnsafeRawBufferPointer($0)) }
      }
    }

    func values(_ run: ProduceRun?) throws -> [[String?]] {
      guard let run else { return [] }
      return try records(of: run.finished(codec: .none, compressor: noCompressor)).map { $0.map(\.value) }
    }
  }

  @Test("a batch is ready when it is full, and the record that did not fit opens the next one")
  func readyBySize() throws {
    let rig = Rig()
    let big = String(repeating: "x", count: 400)
    #expect(rig.append("a" + big) == .appended(slot: 0, number: 0, wakesSender: true))
    #expect(rig.append("b" + big) == .appended(slot: 0, number: 1, wakesSender: false))
    #expect(rig.accumulator.collect(now: rig.now).ready.isEmpty)
    #expect(rig.append("c" + big) == .appended(slot: 0, number: 2, wakesSender: true))
    #expect(rig.accumulator.collect(now: rig.now).ready == [0])
    let run = rig.accumulator.take(0)
    #expect(run?.recordsCount == 2)
    #expect(try rig.values(run) == [["a" + big, "b" + big]])
    #expect(rig.accumulator.take(0) == nil)
  }

  @Test("a batch is ready when its first record has waited long enough")
  func readyByLinger() throws {
    let rig = Rig()
    rig.append("a")
    rig.now = .ms(3)
    rig.append("b")
    #expect(rig.accumulator.collect(now: .ms(4)) == .init(ready: [], next: .ms(5)))
    #expect(rig.accumulator.collect(now: .ms(5)) == .init(ready: [0], next: nil))
    #expect(try rig.values(rig.accumulator.take(0)) == [["a", "b"]])
  }

  @Test("a batch that nobody takes goes on taking records: they go out as one, not as one each")
  func openUntilTaken() throws {
    let rig = Rig()
    for number in 0..<20 {
      rig.append("\(number)")
      rig.now = .ms(Int64(number) * 20)
      let ready = rig.accumulator.collect(now: rig.now).ready
      #expect(ready == (number == 1 ? [0] : []))
    }
    #expect(rig.accumulator.queues[0].oldest == .ms(0))
    #expect(try rig.values(rig.accumulator.take(0)) == [(0..<20).map { "\($0)" }])
    #expect(!rig.accumulator.isReady(0) && rig.accumulator.queues[0].oldest == nil)
    rig.append("alone")
    #expect(rig.accumulator.take(0) == nil)
    #expect(rig.accumulator.collect(now: rig.now + .milliseconds(5)).ready == [0])
    #expect(try rig.values(rig.accumulator.take(0)) == [["alone"]])
  }

  @Test("a run knows how many records of all partitions came before it")
  func ordinals() {
    let rig = Rig()
    for partition in [0, 1, 0, 2, 2, 1] as [Int32] { rig.append("v", partition: partition) }
    _ = rig.accumulator.collect(now: rig.now, isFlushing: true)
    #expect((0..<3).map { rig.accumulator.take($0)?.ordinal } == [0, 1, 3])
    rig.append("v", partition: 2)
    _ = rig.accumulator.collect(now: rig.now, isFlushing: true)
    #expect(rig.accumulator.take(2)?.ordinal == 6)
  }

  @Test("without linger a record is ready at once, and what comes before the sender does goes with it")
  func noLinger() throws {
    let rig = Rig({ $0.linger = .zero })
    #expect(rig.append("a") == .appended(slot: 0, number: 0, wakesSender: true))
    #expect(rig.append("b") == .appended(slot: 0, number: 1, wakesSender: false))
    #expect(rig.accumulator.collect(now: rig.now).ready == [0])
    #expect(try rig.values(rig.accumulator.take(0)) == [["a", "b"]])
  }

  @Test("a flush makes everything ready")
  func readyByFlush() {
    let rig = Rig()
    rig.append("a", partition: 0)
    rig.append("b", partition: 2)
    #expect(rig.accumulator.collect(now: rig.now, isFlushing: true).ready == [0, 2])
    #expect(rig.accumulator.pending.map(\.endNumber) == [1, 1])
  }

  @Test("batches that wait together go out in one request, up to its size, in order")
  func coalescing() throws {
    let rig = Rig({ $0.requestBytes = 4000 })
    var sent: [String] = []
    for index in 0..<100 {
      let value = "\(index)" + String(repeating: "-", count: 90)
      rig.append(value)
      sent.append(value)
    }
    _ = rig.accumulator.collect(now: rig.now, isFlushing: true)
    var received: [String] = []
    var runs: [Int] = []
    var next: Int64 = 0
    while let run = rig.accumulator.take(0) {
      #expect(run.firstNumber == next)
      next = run.endNumber
      let batches = try rig.values(run)
      runs.append(batches.count)
      received += batches.joined().compactMap { $0 }
      for batch in run.batches { #expect(batch.writer.sizeInBytes <= 1000) }
      #expect(run.batches.last!.end - run.batches[0].start <= 4000)
    }
    #expect(received == sent)
    #expect(runs.contains { $0 > 1 })
  }

  @Test("a record that is larger than a batch gets one of its own")
  func largeRecord() throws {
    let rig = Rig()
    rig.append("small")
    rig.append(String(repeating: "l", count: 50_000))
    rig.append("small too")
    _ = rig.accumulator.collect(now: rig.now, isFlushing: true)
    var counts: [Int] = []
    while let run = rig.accumulator.take(0) { counts += try rig.values(run).map(\.count) }
    #expect(counts == [1, 1, 1])
  }

  @Test("what cannot be taken is said: too large, no such topic, no such partition")
  func refusals() {
    let rig = Rig({ $0.recordBytesMax = 100 })
    guard case .tooLarge = rig.append(String(repeating: "x", count: 101)) else {
      Issue.record("a record over the limit was taken")
      return
    }
    #expect(rig.append("a", topic: "other") == .unknownTopic)
    #expect(rig.append("a", partition: 3) == .partitionOutOfRange(count: 3))
    #expect(rig.append("a", partition: -1) == .partitionOutOfRange(count: 3))
  }

  @Test("records with a key go where Kafka's clients send them")
  func keys() {
    let rig = Rig()
    for key in ["a", "order-17", "", "überlänge"] {
      guard case .appended(let slot, _, _) = rig.append("v", key: key, partition: nil) else {
        Issue.record("not taken")
        return
      }
      #expect(slot == Int(Model.partition(forKey: Array(key.utf8), partitionCount: 3).rawValue))
    }
  }

  @Test("records without a key fill one partition's batch, then another one's")
  func sticky() {
    let rig = Rig()
    var slots: [Slot] = []
    for _ in 0..<60 {
      if case .appended(let slot, _, _) = rig.append(String(repeating: "v", count: 90), partition: nil) {
        slots.append(slot)
      }
    }
    let changes = zip(slots, slots.dropFirst()).count { $0 != $1 }
    #expect(slots.count == 60)
    #expect((3...12).contains(changes))
    #expect(Set(slots).count > 1)
  }

  @Test("partitions without a leader get no records that may go elsewhere")
  func availability() {
    let rig = Rig()
    rig.accumulator.update(topic: "t", partitionCount: 3, available: [1])
    for _ in 0..<50 {
      guard case .appended(let slot, _, _) = rig.append(String(repeating: "v", count: 90), partition: nil) else {
        Issue.record("not taken")
        return
      }
      #expect(slot == 1)
    }
  }

  @Test("memory is bounded, and comes back when what was sent is let go")
  func memory() {
    let rig = Rig(bytesMax: 16 << 10)
    var taken = 0
    while case .appended = rig.append(String(repeating: "v", count: 500)) {
      taken += 1
      #expect(taken < 100)
    }
    #expect((16...32).contains(taken))
    #expect(rig.pool.outstandingBytes <= 16 << 10)
    _ = rig.accumulator.collect(now: rig.now, isIdle: true)
    _ = rig.accumulator.collect(now: rig.now, isIdle: true)
    var run = rig.accumulator.take(0)
    while let next = rig.accumulator.take(0) { run = next }
    #expect(run != nil)
    run = nil
    #expect(rig.pool.outstandingBytes == 0)
    #expect(rig.append("again") == .appended(slot: 0, number: Int64(taken), wakesSender: true))
  }

  @Test("many partitions with little traffic hold little memory")
  func idleMemory() {
    let rig = Rig()
    rig.accumulator.update(topic: "wide", partitionCount: 200, available: [])
    for round in 0..<3 {
      for partition in 0..<200 { rig.append("v\(round)", partition: Int32(partition), topic: "wide") }
      #expect(rig.pool.outstandingBytes == 200 * BufferPool.capacityMin)
      for slot in rig.accumulator.collect(now: rig.now, isFlushing: true).ready { _ = rig.accumulator.take(slot) }
      #expect(rig.pool.outstandingBytes == 0)
    }
  }

  @Test("compression closes the gaps, and what does not get smaller stays as it is")
  func compression() throws {
    let rig = Rig()
    for index in 0..<30 { rig.append("\(index)" + String(repeating: "-", count: 90)) }
    _ = rig.accumulator.collect(now: rig.now, isFlushing: true)
    let half: Compressor = { (_, bytes) throws(RecordBatchError) in
      // Every second batch "shrinks" to its length and fill byte count.
      bytes.count % 2 == 0 ? Array(repeating: 7, count: 10) : Array(bytes)
    }
    var headers: [RecordBatchHeader] = []
    var counts = 0
    while let run = rig.accumulator.take(0) {
      counts += run.recordsCount
      let bytes = run.finished(codec: .zstd, compressor: half)
      try bytes.withUnsafeBytes { bytes in
        for range in try RecordBatchSequence.split(bytes, countMax: 100) {
          let batch = try RecordBatchView(UnsafeRawBufferPointer(rebasing: bytes[range]))
          try batch.validateChecksum()
          headers.append(batch.header)
        }
      }
    }
    #expect(counts == 30)
    #expect(headers.reduce(0) { $0 + $1.recordsCount } == 30)
    for header in headers {
      #expect(header.attributes.codec == (header.sizeInBytes == 71 ? .zstd : CompressionCodec.none))
    }
  }

  @Test("with a producer id, each batch carries the number of its first record, and can be given others")
  func producerStamp() throws {
    let rig = Rig()
    for number in 0..<60 { rig.append("record number \(number)") }
    _ = rig.accumulator.collect(now: rig.now, isFlushing: true)
    func stamp(_ epoch: Int16, _ sequence: Int32) -> ProducerStamp {
      ProducerStamp(id: ProducerID(9), epoch: ProducerEpoch(epoch), baseSequence: sequence)
    }
    func numbers(_ bytes: ByteSlice, _ epoch: Int16) throws -> [Int32] {
      _ = try records(of: bytes)
      return try bytes.withUnsafeBytes { bytes in
        var batches = RecordBatchSequence(bytes)
        var found: [Int32] = []
        while let header = try batches.next()?.header {
          #expect(header.producer?.id == ProducerID(9) && header.producer?.epoch == ProducerEpoch(epoch))
          found.append(try #require(header.producer).baseSequence)
        }
        return found
      }
    }
    let taken = rig.accumulator.take(0)
    let run = try #require(taken)
    let counts = run.batches.map(\.writer.recordsCount)
    #expect(counts.count > 1)
    let first = run.finished(codec: .none, compressor: noCompressor, producer: stamp(2, .max - 1))
    #expect(try numbers(first, 2).prefix(2) == [.max - 1, counts[0] - 2])
    let again = first.renumbered(from: stamp(3, 0))
    #expect(try numbers(again, 3).prefix(2) == [0, counts[0]])
    #expect(try records(of: again) == records(of: first))
    #expect(try numbers(first, 2).first == .max - 1)
  }
}
