public import Model

/// What is wrong with bytes that should be a record batch.
public enum RecordBatchError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes end before the batch does.
  case truncated(have: Int, need: Int)
  /// Bytes follow where the batch should have ended.
  case trailingBytes(Int)
  /// There is no batch at all where one is needed.
  case empty
  /// More batches than are taken at once.
  case tooManyBatches(Int)
  /// A format version that is not Kafka's magic 2.
  case unsupportedMagic(Int8)
  /// A length that no batch can have.
  case invalidLength(Int32)
  /// A header field that cannot be, by its name in Kafka's format.
  case invalidField(String, Int64)
  /// The bytes are not those that the checksum was made of.
  case checksumMismatch(stated: UInt32, computed: UInt32)
  /// The compression codec has no meaning.
  case unknownCodec(Int)
  /// Nobody here can compress or decompress with that codec.
  case codecUnavailable(CompressionCodec)
  /// Opening the compressed records failed, and why.
  case decompressionFailed(String)
  /// `recordsCount` and `lastOffsetDelta` do not belong together.
  case countMismatch(recordsCount: Int32, lastOffsetDelta: Int32)
  /// The record at this place within the batch is malformed.
  case invalidRecord(index: Int, RecordFault)
  /// The newest record's time is not the one that the header states.
  case maxTimestampMismatch(stated: Timestamp, found: Timestamp)

  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .truncated(let have, let need): "the record batch is cut short: \(have) bytes are there, \(need) are needed"
    case .trailingBytes(let count): "\(count) bytes follow the end of the record batch"
    case .empty: "there is no record batch"
    case .tooManyBatches(let countMax): "there are more than \(countMax) record batches"
    case .unsupportedMagic(let magic): "the record batch has format version (magic) \(magic); only 2 is supported"
    case .invalidLength(let length): "the record batch states a length of \(length), which no batch can have"
    case .invalidField(let name, let value): "the record batch's \(name) is \(value), which cannot be"
    case .checksumMismatch(let stated, let computed):
      "the record batch's checksum is \(computed), but it states \(stated): its bytes were changed on the way"
    case .unknownCodec(let number): "the record batch names compression codec \(number), which does not exist"
    case .codecUnavailable(let codec): "compression with \(codec) is not available here"
    case .decompressionFailed(let reason): "the records cannot be decompressed: \(reason)"
    case .countMismatch(let count, let delta):
      "the record batch states \(count) records, but a last offset delta of \(delta); it must be one less"
    case .invalidRecord(let index, let fault): "record \(index) of the batch is malformed: \(fault)"
    case .maxTimestampMismatch(let stated, let found):
      "the record batch states \(stated) as its newest timestamp, but its newest record has \(found)"
    }
  }

  /// The catalogue's reason for this fault in a batch that a client sent.
  public var reason: ErrorReason {
    switch self {
    case .unsupportedMagic: .unsupportedVersion
    case .unknownCodec, .codecUnavailable: .unsupportedCompression
    case .tooManyBatches: .messageTooLarge
    default: .corruptRecordBatch
    }
  }
}

/// What is wrong with one record of a batch.
public enum RecordFault: Hashable, Sendable, CustomStringConvertible {
  /// A number or length reaches beyond the end of the records.
  case cutShort
  /// A number is longer than its type allows.
  case overlongNumber
  /// A length or count that is negative or more than the record can hold.
  case impossibleLength(Int64)
  /// The record's parts do not fill the length that it states.
  case lengthMismatch(stated: Int, used: Int)
  /// The record does not have the next offset.
  case offsetGap(expected: Int32, found: Int32)
  /// Base and delta make a time that no number can hold.
  case timestampOverflow
  /// A header without a name.
  case headerWithoutKey
  /// A record without a key on a topic that keeps the latest value of each key.
  case missingKey
  /// Bytes follow the last record.
  case trailingBytes(Int)

  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .cutShort: "it ends too early"
    case .overlongNumber: "a number has too many bytes"
    case .impossibleLength(let length): "it states a length or count of \(length)"
    case .lengthMismatch(let stated, let used): "it states \(stated) bytes, but its parts take \(used)"
    case .offsetGap(let expected, let found): "its offset delta is \(found) where \(expected) is due"
    case .timestampOverflow: "its timestamp is beyond what a number can hold"
    case .headerWithoutKey: "a header has no name"
    case .missingKey: "it has no key, but the topic is compacted by key"
    case .trailingBytes(let count): "\(count) bytes follow the last record"
    }
  }
}
