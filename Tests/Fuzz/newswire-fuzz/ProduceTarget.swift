import Bytes
import ClusterMetadata
import Compression
import Messages
import Model

@testable import BrokerService
@testable import RecordBatch

private let settings: [[String: String]] = [
  [:], ["cleanup.policy": "compact"], ["compression.type": "zstd"], ["compression.type": "uncompressed"],
  ["max.message.bytes": "300"],
]

private let topics: [Topic] = settings.enumerated().compactMap { index, overrides in
  var image = MetadataImage()
  let id = UUID128(high: 1, low: UInt64(index))
  guard let name = try? TopicName("t\(index)") else { return nil }
  image.apply(.topicCreated(id, name, overrides: overrides), at: .zero)
  for partition in Int32(0)..<3 {
    let state = PartitionState(
      replicas: [ReplicaPlace(broker: BrokerID(1), folder: id)], isr: [BrokerID(1)], eligibleLeaders: [],
      leader: BrokerID(1), leaderEpoch: .zero, epoch: PartitionEpoch(0))
    image.apply(
      .partitionCreated(TopicPartition(topic: id, partition: PartitionIndex(partition)), state),
      at: .zero + Int64(partition + 1))
  }
  return image.topic(id)
}

/// Bytes as a `ProduceRequest` for a topic that the first byte chooses; the second says whether batches get the checksums
/// that fit them. What a partition then gets is whole valid batches, no larger than the topic allows.
func fuzzProduce(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, behindTopic) = choice(bytes), let (mending, rest) = choice(behindTopic),
    var request = try? NewswireV1.ProduceRequest(decoding: Array(rest))
  else { return }
  if mending % 2 == 0, var batches = request.batches.slice?.array, !batches.isEmpty {
    mendBatches(&batches)
    request.batches = .bytes(ByteSlice(batches))
  }
  let topic = topics[number % topics.count]
  _ = ProducePlan.isHeavy(request, topic.configuration)
  do throws(Refusal) {
    let plan = try ProducePlan(request, topic: topic, now: Timestamp(1_700_000_000_000), turn: number)
    for write in plan.writes { check(write, topic) }
  } catch {
    guard !error.message.isEmpty else { fatalError("a refusal without a reason") }
  }
}

private func check(_ write: PartitionWrite, _ topic: Topic) {
  guard !write.batches.isEmpty, write.batches.count == write.headers.count,
    write.recordCount == write.headers.reduce(0, { $0 + Int($1.recordsCount) }),
    write.recordIndexes.isEmpty || write.recordIndexes.count == write.recordCount
  else { fatalError("\(write.recordCount) records, \(write.batches.count) batches, \(write.headers.count) heads") }
  for (batch, header) in zip(write.batches, write.headers) {
    guard batch.count <= topic.configuration.messageBytesMax, batch.count == header.sizeInBytes else {
      fatalError("a batch of \(batch.count) bytes was taken")
    }
    let isValid = batch.withUnsafeBytes { bytes in
      (try? RecordBatchView(bytes).validate(
        decompressor: decompressRecords, requiresKeys: topic.configuration.cleanupPolicy.compacts)) != nil
    }
    guard isValid else { fatalError("a batch was taken that is not valid") }
  }
  _ = (write.producer, write.isNumbered)
}

func produceSeeds() throws -> [[UInt8]] {
  let records = [
    NewswireV1.Record(key: [1], value: Array(repeating: 7, count: 200)), NewswireV1.Record(key: [2], value: nil),
    NewswireV1.Record(
      timestampMs: 5, key: [3], value: [9], headers: [NewswireV1.Header(key: "h", value: [1]), .init(key: "")]),
  ]
  var inRecords = NewswireV1.ProduceRequest(topic: "t", records: records)
  var seeds = [inRecords]
  inRecords.partition = 1
  inRecords.producer = NewswireV1.ProducerState(producerID: 7, producerEpoch: 0, baseSequence: 3)
  seeds.append(inRecords)
  for codec in CompressionCodec.allCases {
    var inBatches = NewswireV1.ProduceRequest(topic: "t", partition: 0)
    let batch = try sampleBatch(12, codec: codec)
    inBatches.batches = .bytes(ByteSlice(codec == .none ? batch + batch : batch))
    seeds.append(inBatches)
  }
  return settings.indices.flatMap { index in seeds.map { [UInt8(index), 0] + $0.serialized } }
}
