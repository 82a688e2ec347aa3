import Model
import RecordBatch
import SegmentedLog
import Simulation

/// A record as a reader of the whole log gets it.
struct ReadRecord: Hashable {
  let offset: Offset
  let key: String
  /// nil for the mark of a deleted key.
  let value: String?
  let timestamp: Timestamp
}

/// A codec that is good enough to see whether batches are opened and closed: it turns every bit around. The zero at the
/// end is where records without headers have one, too.
let turningCodecs = RecordCodecs(
  decompress: { (_, bytes, limit) throws(RecordBatchError) in
    guard bytes.count <= limit else { throw .decompressionFailed("it is too large") }
    return bytes.dropLast().map { ~$0 }
  },
  compress: { (_, bytes) throws(RecordBatchError) in bytes.map { ~$0 } + [0] })

/// A batch of records with keys; a record without a value is a mark.
func keyed(
  _ records: [(key: String, value: String?)], timestamp: Int64 = 1_700_000_000_000, codec: CompressionCodec = .none,
  producer: ProducerStamp? = nil
) -> [UInt8] {
  var builder = RecordBatchBuilder()
  for (index, record) in records.enumerated() {
    builder.append(
      key: Array(record.key.utf8), value: record.value.map { Array($0.utf8) },
      timestamp: Timestamp(timestamp + Int64(index)))
  }
  return (try? builder.build(codec: codec, producer: producer, compressor: turningCodecs.compress)) ?? []
}

extension SimulatedHost {
  /// All batches of the log, from its start on.
  func readBatches() throws -> [[UInt8]] {
    var offset = log.logStartOffset
    var batches: [[UInt8]] = []
    while let (found, bytes) = try read(from: offset, bytesMax: 5000) {
      batches += try bytes.withUnsafeBytes { bytes in
        try RecordBatchSequence.split(bytes, countMax: .max).map { Array(bytes[$0]) }
      }
      offset = found.nextOffset
    }
    return batches
  }

  /// All records of the log, from its start on.
  func readRecords() throws -> [ReadRecord] {
    var records: [ReadRecord] = []
    for batch in try readBatches() {
      try batch.withUnsafeBytes { bytes in
        let view = try RecordBatchView(bytes)
        try view.validateChecksum()
        try view.forEachRecord(decompressor: turningCodecs.decompress) { record, block in
          func text(_ range: Range<Int>?) -> String? { range.map { String(decoding: block[$0], as: UTF8.self) } }
          let offset = record.offset(in: view.header)
          guard offset >= log.logStartOffset else { return }
          records.append(
            ReadRecord(
              offset: offset, key: text(record.key) ?? "", value: text(record.value),
              timestamp: record.timestamp(in: view.header)))
        }
      }
    }
    return records
  }

  /// A cleaner for what the log wants to have cleaned below its end.
  func cleaner(
    keyBytesMax: Int = 1 << 20, upTo target: Offset? = nil, highWatermark: Offset? = nil
  ) -> LogCleaner<SimulatedDisk>? {
    let plan = log.compactionPlan(
      now: now, highWatermark: highWatermark ?? log.syncedEnd.offset, upTo: target)
    return plan.map {
      LogCleaner(
        $0, on: disk, keyBytesMax: keyBytesMax, secret: KeySecret(low: 1, high: 2), codecs: turningCodecs)
    }
  }

  /// Cleans all that is due, in as many passes as it takes; answers what each did.
  @discardableResult
  func clean(keyBytesMax: Int = 1 << 20) throws -> [CleanedPass] {
    var passes: [CleanedPass] = []
    var target: Offset?
    while var cleaner = cleaner(keyBytesMax: keyBytesMax, upTo: target) {
      target = target ?? log.compactionPlan(now: now, highWatermark: log.syncedEnd.offset)?.dirtyEnd
      working: while true {
        switch try cleaner.step() {
        case .working: break
        case .swap(let segment):
          var isIn = false
          ask { log, effects in isIn = log.swap(in: segment, into: &effects) }
          guard isIn else { throw Unexpected(what: "a segment that nobody has changed is refused") }
          try perform()
        case .finished(let pass):
          ask { log, effects in _ = log.finish(pass, into: &effects) }
          try perform()
          passes.append(pass)
          break working
        }
      }
    }
    return passes
  }
}
