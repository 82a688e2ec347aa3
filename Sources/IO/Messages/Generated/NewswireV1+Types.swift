// swift-format-ignore-file
// Generated from newswire/v1/types.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireV1 {
  /// In which form records travel.
  public struct RecordsForm: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// The same as RECORDS_FORM_STRUCTURED.
    public static let unspecified = Self(rawValue: 0)
    /// As `Record` messages: easy in every language; the broker takes batches apart and builds them.
    public static let structured = Self(rawValue: 1)
    /// As record batches in Kafka's format (magic 2), as they lie in the log: for throughput; the client takes them apart.
    public static let batches = Self(rawValue: 2)
  }

  /// Which records of transactions a reader sees. Transactions come later; until then both mean the same.
  public struct IsolationLevel: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// The same as ISOLATION_LEVEL_READ_UNCOMMITTED.
    public static let unspecified = Self(rawValue: 0)
    /// Everything below the high watermark.
    public static let readUncommitted = Self(rawValue: 1)
    /// Everything below the last stable offset, without the records of aborted transactions.
    public static let readCommitted = Self(rawValue: 2)
  }

  /// One record of a partition: what producers write and consumers read.
  public struct Record: Message {
    /// Its position in the partition. Set in answers; ignored in a produce.
    public var offset: Int64 = 0
    /// When it happened, as the producer says. In a produce, 0 means: the time at which the broker receives it. If the
    /// topic has `message.timestamp.type=LogAppendTime`, the broker's time replaces it.
    public var timestampMs: Int64 = 0
    /// Records with equal keys go to the same partition and keep their order; compaction keeps the latest of each key.
    ///
    /// Nil if it is not there.
    public var key: [UInt8]? = nil
    /// What the record says.
    ///
    /// Nil if it is not there.
    public var value: [UInt8]? = nil
    /// Notes beside the value, in order; a key may occur more than once.
    public var headers: [NewswireV1.Header] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      offset: Int64 = 0,
      timestampMs: Int64 = 0,
      key: [UInt8]? = nil,
      value: [UInt8]? = nil,
      headers: [NewswireV1.Header] = []
    ) {
      self.offset = offset
      self.timestampMs = timestampMs
      self.key = key
      self.value = value
      self.headers = headers
    }
  }

  /// A note on a record, such as a trace id or a content type.
  public struct Header: Message {
    /// Its name; need not be unique within the record.
    public var key: String = ""
    /// Its value.
    ///
    /// Nil if it is not there.
    public var value: [UInt8]? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      key: String = "",
      value: [UInt8]? = nil
    ) {
      self.key = key
      self.value = value
    }
  }

  /// Names a topic.
  public struct TopicReference: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = []
    ) {
      self.topic = topic
      self.topicID = topicID
    }
  }

  /// Names one partition of a topic.
  public struct PartitionReference: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition's number, from 0 on.
    public var partition: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
    }
  }

  /// Names some partitions of one topic.
  public struct TopicPartitions: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partitions' numbers, in rising order in answers.
    public var partitions: [Int32] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partitions: [Int32] = []
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partitions = partitions
    }
  }

  /// Why one item of a call was refused.
  ///
  /// A call that is refused as a whole ends with a gRPC status whose details hold a `google.rpc.ErrorInfo` of the domain
  /// "newswire". A call that can name several items succeeds, and each item that was refused carries this message instead:
  /// it has the same content. An item without it succeeded. Where a single item makes the whole call fail (Produce,
  /// ProduceStream and Consume of one partition), the call says so.
  public struct ErrorDetail: Message {
    /// The gRPC status code that the item would have had as a call of its own, such as 5 for NOT_FOUND. Never 0.
    public var code: Int32 = 0
    /// Why, a name from the catalogue that never changes, such as NOT_LEADER or OFFSET_OUT_OF_RANGE.
    public var reason: String = ""
    /// What happened, where, and what to do, in plain words. For people; programs read `reason` and `metadata`.
    public var message: String = ""
    /// True if the same call can succeed later without anybody changing anything.
    public var retriable: Bool = false
    /// What a program needs to react, such as `leader_address`, `leader_epoch`, `log_start_offset`, `log_end_offset`.
    public var metadata: [String: String] = [:]

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      code: Int32 = 0,
      reason: String = "",
      message: String = "",
      retriable: Bool = false,
      metadata: [String: String] = [:]
    ) {
      self.code = code
      self.reason = reason
      self.message = message
      self.retriable = retriable
      self.metadata = metadata
    }
  }

  /// How far a log has been compacted by key. Every replica is compacted on its own.
  public struct LogCompaction: Message {
    /// Everything before has been cleaned once: each key stands there at most once.
    public var cleanedEndOffset: Int64 = 0
    /// Records before may be gone because of newer ones before it. From the greatest of these offsets of its replicas on,
    /// a partition's logs hold the same bytes; before it they hold the same last value of each key.
    public var comparedEndOffset: Int64 = 0
    /// How many bytes have not been cleaned yet and may be.
    public var dirtyBytes: Int64 = 0
    /// Which part that is of all that may be cleaned, 0 to 1.
    public var dirtyRatio: Double = 0
    /// The cleaning under way, or the last one since the broker was started; absent if there was none.
    public var run: NewswireV1.CompactionRun? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      cleanedEndOffset: Int64 = 0,
      comparedEndOffset: Int64 = 0,
      dirtyBytes: Int64 = 0,
      dirtyRatio: Double = 0,
      run: NewswireV1.CompactionRun? = nil
    ) {
      self.cleanedEndOffset = cleanedEndOffset
      self.comparedEndOffset = comparedEndOffset
      self.dirtyBytes = dirtyBytes
      self.dirtyRatio = dirtyRatio
      self.run = run
    }
  }

  /// How a log is read through, in search of what has rotted on the disk.
  public struct LogScrub: Message {
    /// When the present or the last pass began.
    public var startedMs: Int64 = 0
    /// When the last pass that came to its end did so; 0 if none has since the broker was started.
    public var endedMs: Int64 = 0
    /// How many bytes the pass under way has read; 0 if none is.
    public var readBytes: Int64 = 0
    /// How often indexes or the manifest were found rotten and made anew, since the broker was started.
    public var mendedCount: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      startedMs: Int64 = 0,
      endedMs: Int64 = 0,
      readBytes: Int64 = 0,
      mendedCount: Int64 = 0
    ) {
      self.startedMs = startedMs
      self.endedMs = endedMs
      self.readBytes = readBytes
      self.mendedCount = mendedCount
    }
  }

  /// One cleaning of a log.
  public struct CompactionRun: Message {
    /// When it began.
    public var startedMs: Int64 = 0
    /// When it ended; 0 while it is under way.
    public var endedMs: Int64 = 0
    /// How often it has gone through the log to its end: more than once if there are more keys than fit into memory.
    public var passes: Int32 = 0
    /// Where it cleans to, exclusive.
    public var targetEndOffset: Int64 = 0
    /// How many bytes the segments have that one time goes through.
    public var passBytes: Int64 = 0
    /// How many bytes it has read so far. What had not been clean is read twice.
    public var readBytes: Int64 = 0
    /// How many bytes the segments have that it has made.
    public var writtenBytes: Int64 = 0
    /// How many bytes the segments had that they replaced.
    public var replacedBytes: Int64 = 0
    /// How many records it has looked at.
    public var recordCount: Int64 = 0
    /// How many of them it has removed.
    public var removedCount: Int64 = 0
    /// What broke it off; absent if nothing did. It is tried again.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      startedMs: Int64 = 0,
      endedMs: Int64 = 0,
      passes: Int32 = 0,
      targetEndOffset: Int64 = 0,
      passBytes: Int64 = 0,
      readBytes: Int64 = 0,
      writtenBytes: Int64 = 0,
      replacedBytes: Int64 = 0,
      recordCount: Int64 = 0,
      removedCount: Int64 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.startedMs = startedMs
      self.endedMs = endedMs
      self.passes = passes
      self.targetEndOffset = targetEndOffset
      self.passBytes = passBytes
      self.readBytes = readBytes
      self.writtenBytes = writtenBytes
      self.replacedBytes = replacedBytes
      self.recordCount = recordCount
      self.removedCount = removedCount
      self.error = error
    }
  }
}

extension NewswireV1.Record: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.Record"
  package typealias Wire = Newswire__V1__Record
  package static let schema = MessageSchema(of: Newswire__V1__Record.self, newswire__v1__record__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__Record>) {
    self.offset = wire.pointee.offset
    self.timestampMs = wire.pointee.timestamp_ms
    if wire.pointee.key_presence_case.rawValue == 3 { self.key = CValue.bytes(wire.pointee.key) }
    if wire.pointee.value_presence_case.rawValue == 4 { self.value = CValue.bytes(wire.pointee.value) }
    self.headers = CValue.messages(wire.pointee.headers, wire.pointee.n_headers)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__Record>, in arena: Arena) {
    newswire__v1__record__init(wire)
    wire.pointee.offset = self.offset
    wire.pointee.timestamp_ms = self.timestampMs
    if let value = self.key {
      wire.pointee.key_presence_case = .init(3)
      wire.pointee.key = arena.bytes(value)
    }
    if let value = self.value {
      wire.pointee.value_presence_case = .init(4)
      wire.pointee.value = arena.bytes(value)
    }
    (wire.pointee.n_headers, wire.pointee.headers) = arena.messages(self.headers)
  }
}

extension NewswireV1.Header: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.Header"
  package typealias Wire = Newswire__V1__Header
  package static let schema = MessageSchema(of: Newswire__V1__Header.self, newswire__v1__header__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__Header>) {
    self.key = CValue.string(wire.pointee.key)
    if wire.pointee.value_presence_case.rawValue == 2 { self.value = CValue.bytes(wire.pointee.value) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__Header>, in arena: Arena) {
    newswire__v1__header__init(wire)
    wire.pointee.key = arena.string(self.key)
    if let value = self.value {
      wire.pointee.value_presence_case = .init(2)
      wire.pointee.value = arena.bytes(value)
    }
  }
}

extension NewswireV1.TopicReference: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.TopicReference"
  package typealias Wire = Newswire__V1__TopicReference
  package static let schema = MessageSchema(of: Newswire__V1__TopicReference.self, newswire__v1__topic_reference__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__TopicReference>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__TopicReference>, in arena: Arena) {
    newswire__v1__topic_reference__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
  }
}

extension NewswireV1.PartitionReference: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.PartitionReference"
  package typealias Wire = Newswire__V1__PartitionReference
  package static let schema = MessageSchema(of: Newswire__V1__PartitionReference.self, newswire__v1__partition_reference__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__PartitionReference>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__PartitionReference>, in arena: Arena) {
    newswire__v1__partition_reference__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
  }
}

extension NewswireV1.TopicPartitions: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.TopicPartitions"
  package typealias Wire = Newswire__V1__TopicPartitions
  package static let schema = MessageSchema(of: Newswire__V1__TopicPartitions.self, newswire__v1__topic_partitions__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__TopicPartitions>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partitions = CValue.numbers(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__TopicPartitions>, in arena: Arena) {
    newswire__v1__topic_partitions__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.numbers(self.partitions)
  }
}

extension NewswireV1.ErrorDetail: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ErrorDetail"
  package typealias Wire = Newswire__V1__ErrorDetail
  package static let schema = MessageSchema(of: Newswire__V1__ErrorDetail.self, newswire__v1__error_detail__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ErrorDetail>) {
    self.code = wire.pointee.code
    self.reason = CValue.string(wire.pointee.reason)
    self.message = CValue.string(wire.pointee.message)
    self.retriable = wire.pointee.retriable != 0
    self.metadata = CValue.dictionary(wire.pointee.metadata, wire.pointee.n_metadata) {
      (CValue.string($0.pointee.key), CValue.string($0.pointee.value))
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ErrorDetail>, in arena: Arena) {
    newswire__v1__error_detail__init(wire)
    wire.pointee.code = self.code
    wire.pointee.reason = arena.string(self.reason)
    wire.pointee.message = arena.string(self.message)
    wire.pointee.retriable = self.retriable ? 1 : 0
    (wire.pointee.n_metadata, wire.pointee.metadata) = arena.dictionary(self.metadata, newswire__v1__error_detail__metadata_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.string(value)
    }
  }
}

extension NewswireV1.LogCompaction: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.LogCompaction"
  package typealias Wire = Newswire__V1__LogCompaction
  package static let schema = MessageSchema(of: Newswire__V1__LogCompaction.self, newswire__v1__log_compaction__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__LogCompaction>) {
    self.cleanedEndOffset = wire.pointee.cleaned_end_offset
    self.comparedEndOffset = wire.pointee.compared_end_offset
    self.dirtyBytes = wire.pointee.dirty_bytes
    self.dirtyRatio = wire.pointee.dirty_ratio
    if let message = wire.pointee.run { self.run = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__LogCompaction>, in arena: Arena) {
    newswire__v1__log_compaction__init(wire)
    wire.pointee.cleaned_end_offset = self.cleanedEndOffset
    wire.pointee.compared_end_offset = self.comparedEndOffset
    wire.pointee.dirty_bytes = self.dirtyBytes
    wire.pointee.dirty_ratio = self.dirtyRatio
    if let message = self.run { wire.pointee.run = arena.message(message) }
  }
}

extension NewswireV1.LogScrub: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.LogScrub"
  package typealias Wire = Newswire__V1__LogScrub
  package static let schema = MessageSchema(of: Newswire__V1__LogScrub.self, newswire__v1__log_scrub__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__LogScrub>) {
    self.startedMs = wire.pointee.started_ms
    self.endedMs = wire.pointee.ended_ms
    self.readBytes = wire.pointee.read_bytes
    self.mendedCount = wire.pointee.mended_count
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__LogScrub>, in arena: Arena) {
    newswire__v1__log_scrub__init(wire)
    wire.pointee.started_ms = self.startedMs
    wire.pointee.ended_ms = self.endedMs
    wire.pointee.read_bytes = self.readBytes
    wire.pointee.mended_count = self.mendedCount
  }
}

extension NewswireV1.CompactionRun: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.CompactionRun"
  package typealias Wire = Newswire__V1__CompactionRun
  package static let schema = MessageSchema(of: Newswire__V1__CompactionRun.self, newswire__v1__compaction_run__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__CompactionRun>) {
    self.startedMs = wire.pointee.started_ms
    self.endedMs = wire.pointee.ended_ms
    self.passes = wire.pointee.passes
    self.targetEndOffset = wire.pointee.target_end_offset
    self.passBytes = wire.pointee.pass_bytes
    self.readBytes = wire.pointee.read_bytes
    self.writtenBytes = wire.pointee.written_bytes
    self.replacedBytes = wire.pointee.replaced_bytes
    self.recordCount = wire.pointee.record_count
    self.removedCount = wire.pointee.removed_count
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__CompactionRun>, in arena: Arena) {
    newswire__v1__compaction_run__init(wire)
    wire.pointee.started_ms = self.startedMs
    wire.pointee.ended_ms = self.endedMs
    wire.pointee.passes = self.passes
    wire.pointee.target_end_offset = self.targetEndOffset
    wire.pointee.pass_bytes = self.passBytes
    wire.pointee.read_bytes = self.readBytes
    wire.pointee.written_bytes = self.writtenBytes
    wire.pointee.replaced_bytes = self.replacedBytes
    wire.pointee.record_count = self.recordCount
    wire.pointee.removed_count = self.removedCount
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}
