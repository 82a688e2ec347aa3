internal import Bytes
internal import ClusterMetadata
internal import Compression
internal import Messages
internal import Model
internal import RecordBatch

/// What one partition gets of a produce: whole batches, validated.
struct PartitionWrite: Sendable {
  let partition: PartitionIndex
  let batches: [ByteSlice]
  let headers: [RecordBatchHeader]
  let recordCount: Int
  /// Which records of the request these are; empty for all.
  var recordIndexes: [Int32] = []

  /// The one producer that has numbered all of it; nil if there is none.
  var producer: ProducerStamp? {
    guard isNumbered, let first = headers.first?.producer else { return nil }
    return headers.allSatisfy { $0.producer?.id == first.id && $0.producer?.epoch == first.epoch } ? first : nil
  }

  /// True if every batch has its producer's sequence number: then it may be sent twice, and is written once.
  var isNumbered: Bool { headers.allSatisfy { $0.producer.map { $0.baseSequence >= 0 } ?? false } }
}

/// A produce, checked and cut into what each partition gets.
struct ProducePlan: Sendable {
  /// By partition.
  let writes: [PartitionWrite]

  private static let recordsMax = 100_000
  private static let batchesMax = 10_000
  /// Below so many bytes compressed records are opened on the loop.
  private static let quickBytesMax = 16 << 10

  /// Cuts `request` into batches. `turn` chooses the partition of records without a key; compressed ones are opened as
  /// far as `allowance` goes.
  init(
    _ request: NewswireV1.ProduceRequest, topic: Topic, now: Timestamp, turn: Int, allowance: UnpackAllowance? = nil
  ) throws(Refusal) {
    if let batches = request.batches.slice, !batches.isEmpty {
      guard request.records.isEmpty else {
        throw Refusal(.invalidRequest, "both records and batches are given; choose one form", field: "records")
      }
      guard request.producer == nil else {
        throw Refusal(.invalidRequest, "batches name their producer themselves", field: "producer")
      }
      guard let partition = request.partition else {
        throw Refusal(.invalidRequest, "batches need a partition", field: "partition")
      }
      let allowance = allowance ?? .request(ofBytes: batches.count)
      writes = [try Self.write(batches, to: PartitionIndex(partition), topic.configuration, allowance)]
    } else {
      writes = try Self.writes(of: request, topic, now, turn)
    }
  }

  /// The stamp that the records' producer asks for.
  private static func stamp(_ state: NewswireV1.ProducerState) throws(Refusal) -> ProducerStamp {
    // Broker.AllocateProducer never gives out 0, so that a forgotten field is found.
    guard state.producerID > 0 else {
      throw Refusal(.invalidRequest, "producer_id is \(state.producerID)", field: "producer.producer_id")
    }
    guard let epoch = Int16(exactly: state.producerEpoch), epoch >= 0 else {
      throw Refusal(.invalidRequest, "producer_epoch is \(state.producerEpoch)", field: "producer.producer_epoch")
    }
    guard state.baseSequence >= 0 else {
      throw Refusal(.invalidRequest, "base_sequence is \(state.baseSequence)", field: "producer.base_sequence")
    }
    return ProducerStamp(
      id: ProducerID(state.producerID), epoch: ProducerEpoch(epoch), baseSequence: state.baseSequence)
  }

  /// True if it would hold a loop up to make the plan.
  static func isHeavy(_ request: NewswireV1.ProduceRequest, _ configuration: TopicConfiguration) -> Bool {
    guard let batches = request.batches.slice, batches.count > quickBytesMax else {
      return request.records.count > 1000
        || configuration.codec != .none && request.records.reduce(0) { $0 + ($1.value?.count ?? 0) } > quickBytesMax
    }
    return batches.withUnsafeBytes { bytes in
      var sequence = RecordBatchSequence(bytes)
      while let batch = try? sequence.next() {
        let codec = batch.header.attributes.codec
        if codec != CompressionCodec.none || configuration.recompresses(codec) { return true }
      }
      return false
    }
  }

  // MARK: Batches

  private static func write(
    _ bytes: ByteSlice, to partition: PartitionIndex, _ configuration: TopicConfiguration, _ allowance: UnpackAllowance
  ) throws(Refusal) -> PartitionWrite {
    let ranges: [Range<Int>]
    do throws(RecordBatchError) {
      ranges = try bytes.withUnsafeBytes { bytes throws(RecordBatchError) in
        try RecordBatchSequence.split(bytes, countMax: batchesMax)
      }
    } catch {
      throw Refusal(error.reason, "\(error)", field: "batches")
    }
    var headers: [RecordBatchHeader] = []
    var batches: [ByteSlice] = []
    for (index, range) in ranges.enumerated() {
      guard range.count <= configuration.messageBytesMax else {
        throw tooLarge("batch \(index) of the request has \(range.count) bytes", configuration)
      }
      let header: RecordBatchHeader
      do throws(RecordBatchError) {
        header = try bytes.withUnsafeBytes { bytes throws(RecordBatchError) in
          let batch = try RecordBatchView(UnsafeRawBufferPointer(rebasing: bytes[range]))
          try batch.validate(
            decompressor: allowance.open, requiresKeys: configuration.cleanupPolicy.compacts)
          return batch.header
        }
      } catch {
        guard !allowance.isUsedUp else {
          throw Refusal(
            .messageTooLarge, "the records of the request's \(bytes.count) bytes come to far more: send fewer at once",
            field: "batches")
        }
        throw Refusal(error.reason, "batch \(index) of the request: \(error)", field: "batches")
      }
      try check(header, index)
      if configuration.recompresses(header.attributes.codec) {
        let batch = try recompressed(bytes[range], index, configuration)
        headers.append(batch.header)
        batches.append(batch.bytes)
      } else {
        headers.append(header)
        batches.append(bytes[range])
      }
    }
    return PartitionWrite(
      partition: partition, batches: batches, headers: headers,
      recordCount: headers.reduce(0) { $0 + Int($1.recordsCount) })
  }

  /// The batch as the topic wants it.
  private static func recompressed(
    _ bytes: ByteSlice, _ index: Int, _ configuration: TopicConfiguration
  ) throws(Refusal) -> (bytes: ByteSlice, header: RecordBatchHeader) {
    let batch: [UInt8]
    do throws(RecordBatchError) {
      batch = try bytes.withUnsafeBytes { bytes throws(RecordBatchError) in
        try RecordBatchView(bytes).recompressed(
          by: configuration.codec, decompressor: decompressRecords, compressor: compressRecords)
      }
    } catch {
      throw Refusal(error.reason, "batch \(index) of the request: \(error)", field: "batches")
    }
    guard batch.count <= configuration.messageBytesMax else {
      throw tooLarge(
        "batch \(index) of the request has \(batch.count) bytes with the topic's compression.type", configuration)
    }
    guard let header = batch.withUnsafeBytes({ try? RecordBatchHeader(decoding: $0) }) else {
      throw Refusal(.internal, "batch \(index) of the request cannot be packed anew")
    }
    return (ByteSlice(batch), header)
  }

  /// Refuses batches that only the cluster writes.
  private static func check(_ header: RecordBatchHeader, _ index: Int) throws(Refusal) {
    let attributes = header.attributes
    guard !attributes.hasDeleteHorizon, attributes.timestampType == .createTime else {
      throw Refusal(
        .corruptRecordBatch, "batch \(index) of the request has attributes that only a broker sets", field: "batches")
    }
    // A numbered writer's batches have no sequence: its number alone says whether they count.
    guard header.producer.map({ $0.baseSequence >= 0 || $0.id.writerEpoch != nil }) ?? true else {
      throw Refusal(
        .corruptRecordBatch, "batch \(index) of the request names a producer but no sequence number", field: "batches")
    }
  }

  private static func tooLarge(_ what: String, _ configuration: TopicConfiguration) -> Refusal {
    Refusal(
      .messageTooLarge, "\(what), and max.message.bytes of the topic is \(configuration.messageBytesMax)",
      metadata: ["max_message_bytes": "\(configuration.messageBytesMax)"])
  }

  // MARK: Records

  private static func writes(
    of request: NewswireV1.ProduceRequest, _ topic: Topic, _ now: Timestamp, _ turn: Int
  ) throws(Refusal) -> [PartitionWrite] {
    let records = request.records
    guard !records.isEmpty else {
      throw Refusal(.invalidRequest, "there are neither records nor batches", field: "records")
    }
    guard records.count <= recordsMax else {
      throw Refusal(
        .messageTooLarge, "\(records.count) records are given; at most \(recordsMax) may be", field: "records")
    }
    let all = records.indices
    let producer = try request.producer.map { (state) throws(Refusal) in try stamp(state) }
    if let partition = request.partition {
      return [try write(records, all, isAll: true, to: PartitionIndex(partition), topic, now, producer)]
    }
    guard producer == nil else {
      throw Refusal(
        .invalidRequest, "a producer's records are numbered in each partition: name it", field: "partition")
    }
    let keyless = partition(inTurn: turn, of: topic)
    var parts: [PartitionIndex: [Int]] = [:]
    for index in all {
      let key = records[index].key
      let partition = key.map { Model.partition(forKey: $0, partitionCount: Int32(topic.partitions.count)) } ?? keyless
      parts[partition, default: []].append(index)
    }
    var writes: [PartitionWrite] = []
    for (partition, indexes) in parts.sorted(by: { $0.key < $1.key }) {
      writes.append(try write(records, indexes, isAll: parts.count == 1, to: partition, topic, now, nil))
    }
    return writes
  }

  /// The partition whose turn it is, of those that have a leader.
  private static func partition(inTurn turn: Int, of topic: Topic) -> PartitionIndex {
    let count = topic.partitions.count
    let chosen = (0..<count).lazy.map { (turn + $0) % count }.first { topic.partitions[$0].leader != nil }
    return PartitionIndex(Int32(chosen ?? turn % count))
  }

  private static func write(
    _ records: [NewswireV1.Record], _ indexes: some Collection<Int>, isAll: Bool, to partition: PartitionIndex,
    _ topic: Topic,
    _ now: Timestamp, _ producer: ProducerStamp?
  ) throws(Refusal) -> PartitionWrite {
    let configuration = topic.configuration
    var producer = producer
    var batches: [ByteSlice] = []
    // Most calls have one record, and most records no headers.
    let roughSize = indexes.first.map { records[$0].roughSize } ?? 0
    var builder = RecordBatchBuilder(capacity: min(indexes.count * (roughSize + 32) + 128, 64 << 10))
    for index in indexes {
      let record = records[index]
      guard record.timestampMs >= 0 else {
        throw Refusal(.invalidRequest, "record \(index) has the negative time \(record.timestampMs)", field: "records")
      }
      guard record.key != nil || !configuration.cleanupPolicy.compacts else {
        throw Refusal(
          .invalidRequest, "record \(index) has no key, and the topic keeps the latest record of each key",
          field: "records")
      }
      let headers = record.headers.map { RecordHeader(key: $0.key, value: $0.value) }
      let size = RecordBatchBuilder.sizeMax(
        keyBytes: record.key?.count ?? 0, valueBytes: record.value?.count ?? 0, headers: headers)
      if !builder.isEmpty, builder.sizeInBytes + size > configuration.messageBytesMax {
        let stamp = producer
        producer = stamp?.behind(builder.recordsCount)
        batches.append(try build(builder, configuration, stamp))
        builder = RecordBatchBuilder()
      }
      builder.append(
        key: record.key, value: record.value, headers: headers,
        timestamp: record.timestampMs == 0 ? now : Timestamp(record.timestampMs))
      guard builder.sizeInBytes <= configuration.messageBytesMax else {
        throw tooLarge("record \(index) of the request takes \(builder.sizeInBytes) bytes as a batch", configuration)
      }
    }
    batches.append(try build(consume builder, configuration, producer))
    let headers = batches.compactMap { batch in
      batch.withUnsafeBytes { try? RecordBatchHeader(decoding: $0) }
    }
    return PartitionWrite(
      partition: partition, batches: batches, headers: headers, recordCount: indexes.count,
      recordIndexes: isAll ? [] : indexes.map { Int32($0) })
  }

  private static func build(
    _ builder: consuming RecordBatchBuilder, _ configuration: TopicConfiguration, _ producer: ProducerStamp?
  ) throws(Refusal) -> ByteSlice {
    do throws(RecordBatchError) {
      return ByteSlice(try builder.build(codec: configuration.codec, producer: producer, compressor: compressRecords))
    } catch {
      throw Refusal(.internal, "the records cannot be made into a batch: \(error)")
    }
  }
}

extension TopicConfiguration {
  /// How the broker compresses the batches that it builds itself.
  fileprivate var codec: CompressionCodec {
    switch compression {
    case .producer, .uncompressed: .none
    case .gzip: .gzip
    case .snappy: .snappy
    case .lz4: .lz4
    case .zstd: .zstd
    }
  }

  /// True if batches packed by `codec` are to be packed by another one.
  fileprivate func recompresses(_ codec: CompressionCodec?) -> Bool {
    compression != .producer && codec != self.codec
  }
}
