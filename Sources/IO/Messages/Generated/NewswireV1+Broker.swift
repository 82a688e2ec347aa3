// swift-format-ignore-file
// Generated from newswire/v1/broker.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireV1 {
  /// When a produce is answered.
  public struct Acks: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; one that is not listed here comes from a newer program.
    public var rawValue: Int32
    /// The value with this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// The same as ACKS_ALL.
    public static let unspecified = Self(rawValue: 0)
    /// At once, before anything is written; the answer says nothing about where the records are. They can be lost.
    public static let none = Self(rawValue: 1)
    /// When the leader has written them. They are lost if the leader is lost before another replica has them.
    public static let leader = Self(rawValue: 2)
    /// When every in-sync replica has them, and (unless the topic has `flush=os`) has them on its disk.
    public static let all = Self(rawValue: 3)
  }

  /// Who writes, so that the same records sent again are not written again.
  ///
  /// The same request again, or one with the same records, has the first answer, with `duplicate`. That goes for a
  /// producer's last five batches in a partition, so up to five requests may be under way at once; for an older one the
  /// answer is DUPLICATE_SEQUENCE: it is in the log, as safe as was asked for. Of a request with several batches of which
  /// only the first ones are in the log, the others are written. A number that is too high waits a second for those before it, which
  /// may come by another way, and is refused with OUT_OF_ORDER_SEQUENCE then: something is missing. Records without which
  /// it shall go on are left out by beginning anew in the next epoch, at number 0; that fences the one before
  /// (FENCED_PRODUCER_EPOCH).
  ///
  /// A producer that has written nothing to a partition for long (`producers.expire-after` of the broker, a day) is
  /// forgotten there: UNKNOWN_PRODUCER_ID. It begins anew in the next epoch, too. So is one by a broker that got its copy
  /// of the partition after all that the producer wrote there had been deleted (retention, DeleteRecords), if that broker
  /// comes to lead; its first request, number 0, is then written a second time if it comes once more.
  ///
  /// If everything before the refused number was acknowledged, either of the two can mean that it is lost: an unclean
  /// election has made a replica the leader that does not have it. Whoever wants to know asks before going on, by Consume
  /// with `until_end` from the offset behind the last acknowledged record, and the `leader_epoch` of its answer:
  /// FENCED_LEADER_EPOCH with `end_offset`, or OFFSET_OUT_OF_RANGE with a `log_end_offset` before it, tell where the loss
  /// begins; records say that nothing is lost. And a request whose answer was lost before it was refused with
  /// UNKNOWN_PRODUCER_ID may be in the log: in the next epoch it can be written a second time.
  public struct ProducerState: Message {
    /// The producer's id, from AllocateProducer; never 0. From 2^62 on they are the cluster's own.
    public var producerID: Int64 = 0
    /// The producer's epoch, from AllocateProducer; one more, up to 32,767, to begin anew.
    public var producerEpoch: Int32 = 0
    /// Counts the producer's records in this partition, from 0 on: the number of the first record of the request.
    public var baseSequence: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      producerID: Int64 = 0,
      producerEpoch: Int32 = 0,
      baseSequence: Int32 = 0
    ) {
      self.producerID = producerID
      self.producerEpoch = producerEpoch
      self.baseSequence = baseSequence
    }
  }

  /// Records to be written to one topic.
  ///
  /// They come in one of two forms: as `records`, or as `batches`. Records for several partitions are not written as one:
  /// some can succeed while others fail.
  public struct ProduceRequest: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition. Without it, each record with a key goes to murmur2(key) modulo the number of partitions, as
    /// Kafka's clients do it, and those without a key go together to a partition of the broker's choice. Must be given
    /// with `batches` and with `producer`.
    ///
    /// Nil if it is not there.
    public var partition: Int32? = nil
    /// When to answer. Default: when all in-sync replicas have the records.
    public var acks: NewswireV1.Acks = .init(rawValue: 0)
    /// Who writes; for `records` alone, since batches carry it themselves. Without it, a produce that is repeated after a
    /// lost answer can write the records twice.
    public var producer: NewswireV1.ProducerState? = nil
    /// How long to wait for the replicas; the call's deadline if that is earlier. Default and most: 30 s. In
    /// ProduceStream, where the deadline is the whole call's, this is each request's limit. When it is over:
    /// OUTCOME_UNKNOWN.
    public var timeout: GoogleProtobuf.Duration? = nil
    /// A number of the caller's choice that comes back in the answer; for ProduceStream.
    public var correlationID: Int64 = 0
    /// For later: the transaction's id. Must be empty.
    public var transactionalID: String = ""
    /// The partition's leader epoch as the caller knows it. Refused with FENCED_LEADER_EPOCH if it has become older,
    /// UNKNOWN_LEADER_EPOCH if the broker has not heard of it yet. Without it, whoever leads takes the records.
    ///
    /// Nil if it is not there.
    public var leaderEpoch: Int32? = nil
    /// Writers of one of the cluster's own partitions are numbered; from the first record under this number on, the
    /// partition refuses records under a lower one (FENCED_PRODUCER_EPOCH).
    ///
    /// Nil if it is not there.
    public var writerEpoch: Int64? = nil
    /// The records. At most 100,000; one by one they may have up to `max.message.bytes` of the topic
    /// (1,048,588, as in Kafka), with what a batch of one adds.
    public var records: [NewswireV1.Record] = []
    /// Record batches in Kafka's format (magic 2), one after the other, compressed or not. Each has up to
    /// `max.message.bytes` of the topic. Their base offsets and leader epochs are set by the broker.
    public var batches: Bytes.Payload = .none

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32? = nil,
      acks: NewswireV1.Acks = .init(rawValue: 0),
      producer: NewswireV1.ProducerState? = nil,
      timeout: GoogleProtobuf.Duration? = nil,
      correlationID: Int64 = 0,
      transactionalID: String = "",
      leaderEpoch: Int32? = nil,
      writerEpoch: Int64? = nil,
      records: [NewswireV1.Record] = [],
      batches: Bytes.Payload = .none
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.acks = acks
      self.producer = producer
      self.timeout = timeout
      self.correlationID = correlationID
      self.transactionalID = transactionalID
      self.leaderEpoch = leaderEpoch
      self.writerEpoch = writerEpoch
      self.records = records
      self.batches = batches
    }
  }

  /// Where the records are.
  public struct ProduceResponse: Message {
    /// The request's number.
    public var correlationID: Int64 = 0
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// One for each partition that got records, by number; one alone if the request named the partition.
    public var partitions: [NewswireV1.ProducedPartition] = []
    /// In ProduceStream: set if the whole request was refused, and then `partitions` is empty.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      correlationID: Int64 = 0,
      topic: String = "",
      topicID: [UInt8] = [],
      partitions: [NewswireV1.ProducedPartition] = [],
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.correlationID = correlationID
      self.topic = topic
      self.topicID = topicID
      self.partitions = partitions
      self.error = error
    }
  }

  /// What one partition got, and how safe it is.
  public struct ProducedPartition: Message {
    /// The partition.
    public var partition: Int32 = 0
    /// The offset of the first of these records; the others follow one by one. -1 if several batches were written in
    /// parts, by several tries: then they do not stand one behind another.
    public var baseOffset: Int64 = 0
    /// How many records it got.
    public var recordCount: Int32 = 0
    /// Which records of the request it got, by their place in `records` from 0 on, in the order of their offsets. Empty:
    /// all.
    public var recordIndexes: [Int32] = []
    /// The epoch of the leader that wrote them.
    public var leaderEpoch: Int32 = 0
    /// The greatest timestamp among them, as it stands in the log.
    public var timestampMs: Int64 = 0
    /// How many replicas, the leader included, are known to have them.
    public var replicas: Int32 = 0
    /// How many of those are known to have them on disk, safe from a loss of power.
    public var replicasSynced: Int32 = 0
    /// The first offset that can still be read.
    public var logStartOffset: Int64 = 0
    /// True if they had been written before, by an earlier try: nothing was written now, and `base_offset` is the old one.
    public var duplicate: Bool = false
    /// Set if these records were refused, and then only `partition`, `record_count` and `record_indexes` are set.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partition: Int32 = 0,
      baseOffset: Int64 = 0,
      recordCount: Int32 = 0,
      recordIndexes: [Int32] = [],
      leaderEpoch: Int32 = 0,
      timestampMs: Int64 = 0,
      replicas: Int32 = 0,
      replicasSynced: Int32 = 0,
      logStartOffset: Int64 = 0,
      duplicate: Bool = false,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.partition = partition
      self.baseOffset = baseOffset
      self.recordCount = recordCount
      self.recordIndexes = recordIndexes
      self.leaderEpoch = leaderEpoch
      self.timestampMs = timestampMs
      self.replicas = replicas
      self.replicasSynced = replicasSynced
      self.logStartOffset = logStartOffset
      self.duplicate = duplicate
      self.error = error
    }
  }

  /// What to read.
  public struct ConsumeRequest: Message {
    /// The partitions; at least one, at most 10,000.
    public var partitions: [NewswireV1.ConsumePartition] = []
    /// In which form. Default: structured.
    public var form: NewswireV1.RecordsForm = .init(rawValue: 0)
    /// End when everything has been sent that was there when the call began. Default: no, wait for more.
    public var untilEnd: Bool = false
    /// How many bytes of records one answer has at most; a single batch or record that is larger comes alone. Default 1
    /// MiB, at most 3.5 MiB.
    public var maxBytes: Int32 = 0
    /// What of transactions to see.
    public var isolationLevel: NewswireV1.IsolationLevel = .init(rawValue: 0)
    /// The caller's rack or zone: a replica there may be read instead of the leader. Empty: read the leader.
    public var rack: String = ""
    /// Have the broker hold each batch against its checksum before it is sent. Usually only whoever reads batches does that;
    /// a reader that was sent something else than what was written asks again like this, so that the broker finds out what
    /// has rotted, and another replica is read. Structured records are always checked.
    public var checked: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.ConsumePartition] = [],
      form: NewswireV1.RecordsForm = .init(rawValue: 0),
      untilEnd: Bool = false,
      maxBytes: Int32 = 0,
      isolationLevel: NewswireV1.IsolationLevel = .init(rawValue: 0),
      rack: String = "",
      checked: Bool = false
    ) {
      self.partitions = partitions
      self.form = form
      self.untilEnd = untilEnd
      self.maxBytes = maxBytes
      self.isolationLevel = isolationLevel
      self.rack = rack
      self.checked = checked
    }
  }

  /// Where to begin in one partition, or in all partitions of one topic.
  public struct ConsumePartition: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition. Without it: all that the topic has when the call begins.
    ///
    /// Nil if it is not there.
    public var partition: Int32? = nil
    /// Where to begin. Default: the beginning.
    public var start: OneOfStart? = nil
    /// The leader epoch of the record before `offset`, as the caller read it. If the log went another way since then,
    /// the answer is FENCED_LEADER_EPOCH with `end_offset`, where the caller's epoch ended.
    ///
    /// Nil if it is not there.
    public var leaderEpoch: Int32? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32? = nil,
      start: OneOfStart? = nil,
      leaderEpoch: Int32? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.start = start
      self.leaderEpoch = leaderEpoch
    }

    /// Where to begin. Default: the beginning.
    public enum OneOfStart: Hashable, Sendable {
      /// At this offset; it must lie between the log's start and its end.
      case offset(Int64)
      /// At the first record with this time or a later one; at the end if there is none.
      case timestampMs(Int64)
      /// At the first record that is still there. Must be true.
      case beginning(Bool)
      /// Behind the last record that may be seen: only what comes from now on. Must be true.
      case end(Bool)
    }
  }

  /// Records of one partition, or news about it.
  public struct ConsumeResponse: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The end of what may be seen, exclusive: every in-sync replica has everything before it.
    public var highWatermark: Int64 = 0
    /// The first offset that can still be read.
    public var logStartOffset: Int64 = 0
    /// For later: the end, exclusive, of what transactions have decided on. Now the same as `high_watermark`.
    public var lastStableOffset: Int64 = 0
    /// Where this answer ends, exclusive: begin there after an interruption. It can lie behind the last record's offset +
    /// 1, where compaction removed records.
    public var nextOffset: Int64 = 0
    /// The epoch of the leader that served it.
    public var leaderEpoch: Int32 = 0
    /// True if there was nothing more to read when this was sent: `next_offset` is the end of what may be seen. An answer
    /// without records says so when a caller begins at the end.
    public var caughtUp: Bool = false
    /// With `until_end`: true in the partition's last answer.
    public var end: Bool = false
    /// Set if this partition cannot be read (any more); the call goes on for the others.
    public var error: NewswireV1.ErrorDetail? = nil
    /// The records, if the form is structured.
    public var records: [NewswireV1.Record] = []
    /// The batches, if the form is batches. The first can begin before the offset that was asked for: skip what lies
    /// before.
    public var batches: Bytes.Payload = .none

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      highWatermark: Int64 = 0,
      logStartOffset: Int64 = 0,
      lastStableOffset: Int64 = 0,
      nextOffset: Int64 = 0,
      leaderEpoch: Int32 = 0,
      caughtUp: Bool = false,
      end: Bool = false,
      error: NewswireV1.ErrorDetail? = nil,
      records: [NewswireV1.Record] = [],
      batches: Bytes.Payload = .none
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.highWatermark = highWatermark
      self.logStartOffset = logStartOffset
      self.lastStableOffset = lastStableOffset
      self.nextOffset = nextOffset
      self.leaderEpoch = leaderEpoch
      self.caughtUp = caughtUp
      self.end = end
      self.error = error
      self.records = records
      self.batches = batches
    }
  }

  /// One look at some partitions.
  public struct FetchRequest: Message {
    /// The partitions; at least one, at most 10,000.
    public var partitions: [NewswireV1.FetchPartition] = []
    /// In which form. Default: structured.
    public var form: NewswireV1.RecordsForm = .init(rawValue: 0)
    /// How long to wait for `min_bytes`. Default 0: answer at once. At most 60 s.
    public var maxWait: GoogleProtobuf.Duration? = nil
    /// Answer when there is so much to read. Default 1.
    public var minBytes: Int32 = 0
    /// How many bytes of records the answer has at most; a single batch or record that is larger comes alone. Default 1
    /// MiB, at most 3.5 MiB.
    public var maxBytes: Int32 = 0
    /// What of transactions to see.
    public var isolationLevel: NewswireV1.IsolationLevel = .init(rawValue: 0)
    /// The caller's rack or zone: a replica there may be read instead of the leader. Empty: read the leader.
    public var rack: String = ""
    /// Have the broker hold each batch against its checksum before it is sent, as in ConsumeRequest.
    public var checked: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.FetchPartition] = [],
      form: NewswireV1.RecordsForm = .init(rawValue: 0),
      maxWait: GoogleProtobuf.Duration? = nil,
      minBytes: Int32 = 0,
      maxBytes: Int32 = 0,
      isolationLevel: NewswireV1.IsolationLevel = .init(rawValue: 0),
      rack: String = "",
      checked: Bool = false
    ) {
      self.partitions = partitions
      self.form = form
      self.maxWait = maxWait
      self.minBytes = minBytes
      self.maxBytes = maxBytes
      self.isolationLevel = isolationLevel
      self.rack = rack
      self.checked = checked
    }
  }

  /// Where to look in one partition.
  public struct FetchPartition: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The first offset to read.
    public var offset: Int64 = 0
    /// How many bytes of records this partition has at most in the answer. Default: the request's `max_bytes`.
    public var maxBytes: Int32 = 0
    /// The partition's leader epoch as the caller knows it; see ProduceRequest.
    ///
    /// Nil if it is not there.
    public var leaderEpoch: Int32? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      offset: Int64 = 0,
      maxBytes: Int32 = 0,
      leaderEpoch: Int32? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.offset = offset
      self.maxBytes = maxBytes
      self.leaderEpoch = leaderEpoch
    }
  }

  /// What there was.
  public struct FetchResponse: Message {
    /// One for each partition of the request, in its order.
    public var partitions: [NewswireV1.FetchedPartition] = []
    /// If the form is batches: those of all partitions, one partition after the other in the order of `partitions`; each
    /// says in `batches_bytes` how much of it is its own.
    public var batches: Bytes.Payload = .none

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.FetchedPartition] = [],
      batches: Bytes.Payload = .none
    ) {
      self.partitions = partitions
      self.batches = batches
    }
  }

  /// What there was in one partition.
  public struct FetchedPartition: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The end of what may be seen, exclusive.
    public var highWatermark: Int64 = 0
    /// The first offset that can still be read.
    public var logStartOffset: Int64 = 0
    /// For later: the end, exclusive, of what transactions have decided on. Now the same as `high_watermark`.
    public var lastStableOffset: Int64 = 0
    /// The offset for the next look.
    public var nextOffset: Int64 = 0
    /// The epoch of the leader that served it.
    public var leaderEpoch: Int32 = 0
    /// The records, if the form is structured.
    public var records: [NewswireV1.Record] = []
    /// How many bytes of the answer's `batches` are this partition's, if the form is batches. The first batch can begin
    /// before the offset that was asked for.
    public var batchesBytes: Int32 = 0
    /// Set if the partition could not be read.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      highWatermark: Int64 = 0,
      logStartOffset: Int64 = 0,
      lastStableOffset: Int64 = 0,
      nextOffset: Int64 = 0,
      leaderEpoch: Int32 = 0,
      records: [NewswireV1.Record] = [],
      batchesBytes: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.highWatermark = highWatermark
      self.logStartOffset = logStartOffset
      self.lastStableOffset = lastStableOffset
      self.nextOffset = nextOffset
      self.leaderEpoch = leaderEpoch
      self.records = records
      self.batchesBytes = batchesBytes
      self.error = error
    }
  }

  /// Asks for offsets.
  public struct ListOffsetsRequest: Message {
    /// What to look for; at most 10,000.
    public var partitions: [NewswireV1.ListOffsetsPartition] = []
    /// What counts as the latest: READ_COMMITTED means the last stable offset.
    public var isolationLevel: NewswireV1.IsolationLevel = .init(rawValue: 0)

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.ListOffsetsPartition] = [],
      isolationLevel: NewswireV1.IsolationLevel = .init(rawValue: 0)
    ) {
      self.partitions = partitions
      self.isolationLevel = isolationLevel
    }
  }

  /// What to look for in one partition.
  public struct ListOffsetsPartition: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// What to look for. Default: the latest.
    public var at: OneOfAt? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      at: OneOfAt? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.at = at
    }

    /// What to look for. Default: the latest.
    public enum OneOfAt: Hashable, Sendable {
      /// The first offset that can still be read. Must be true.
      case earliest(Bool)
      /// The end of what may be seen: the offset that the next record will have. Must be true.
      case latest(Bool)
      /// The first record with this time or a later one.
      case timestampMs(Int64)
      /// The record with the greatest timestamp. Must be true.
      case maxTimestamp(Bool)
    }
  }

  /// The offsets.
  public struct ListOffsetsResponse: Message {
    /// One for each of the request, in its order.
    public var partitions: [NewswireV1.ListedOffset] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.ListedOffset] = []
    ) {
      self.partitions = partitions
    }
  }

  /// An offset that was found.
  public struct ListedOffset: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The offset.
    ///
    /// Nil if it is not there.
    public var offset: Int64? = nil
    /// The record's time, if a time was looked for; else 0.
    public var timestampMs: Int64 = 0
    /// The leader epoch under which the record was written; for the latest, the leader's own.
    public var leaderEpoch: Int32 = 0
    /// Set if the partition could not be looked at.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      offset: Int64? = nil,
      timestampMs: Int64 = 0,
      leaderEpoch: Int32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.offset = offset
      self.timestampMs = timestampMs
      self.leaderEpoch = leaderEpoch
      self.error = error
    }
  }

  /// Asks for a producer id.
  public struct AllocateProducerRequest: Message {
    /// For later: the transactional id under which the producer is known. Must be empty.
    public var transactionalID: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      transactionalID: String = ""
    ) {
      self.transactionalID = transactionalID
    }
  }

  /// A producer id that nobody else has.
  public struct AllocateProducerResponse: Message {
    /// The id.
    public var producerID: Int64 = 0
    /// The epoch to send with it.
    public var producerEpoch: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      producerID: Int64 = 0,
      producerEpoch: Int32 = 0
    ) {
      self.producerID = producerID
      self.producerEpoch = producerEpoch
    }
  }

  /// Asks for records to be deleted.
  public struct DeleteRecordsRequest: Message {
    /// From which partitions; at most 10,000.
    public var partitions: [NewswireV1.DeleteRecordsPartition] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.DeleteRecordsPartition] = []
    ) {
      self.partitions = partitions
    }
  }

  /// Up to where to delete in one partition.
  public struct DeleteRecordsPartition: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes; may stand instead of the name.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// Up to where. Must be given.
    public var before: OneOfBefore? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      before: OneOfBefore? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.before = before
    }

    /// Up to where. Must be given.
    public enum OneOfBefore: Hashable, Sendable {
      /// Everything before this offset.
      case beforeOffset(Int64)
      /// Everything that may be seen now. Must be true.
      case everything(Bool)
    }
  }

  /// What is left.
  public struct DeleteRecordsResponse: Message {
    /// One for each of the request, in its order.
    public var partitions: [NewswireV1.DeletedRecords] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      partitions: [NewswireV1.DeletedRecords] = []
    ) {
      self.partitions = partitions
    }
  }

  /// Where one partition begins now.
  public struct DeletedRecords: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The first offset that can still be read.
    public var logStartOffset: Int64 = 0
    /// Set if it was refused.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      logStartOffset: Int64 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.logStartOffset = logStartOffset
      self.error = error
    }
  }

  /// Asks what this broker holds.
  public struct DescribeLogsRequest: Message {
    /// Of which topics, and which of their partitions (none: all). Empty: everything.
    public var topics: [NewswireV1.TopicPartitions] = []
    /// Whether to list the segments. Default: no.
    public var includeSegments: Bool = false
    /// How many logs the answer may have at most. Default and most: 1,000.
    public var pageSize: Int32 = 0
    /// Where to go on: the last answer's `next_page_token`. Empty: from the start.
    public var pageToken: String = ""
    /// Also sums up records, to compare replicas. `topics` then names exactly one partition.
    public var checksum: NewswireV1.ChecksumRange? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topics: [NewswireV1.TopicPartitions] = [],
      includeSegments: Bool = false,
      pageSize: Int32 = 0,
      pageToken: String = "",
      checksum: NewswireV1.ChecksumRange? = nil
    ) {
      self.topics = topics
      self.includeSegments = includeSegments
      self.pageSize = pageSize
      self.pageToken = pageToken
      self.checksum = checksum
    }
  }

  /// Records of one log to be summed up: whole batches, the first of which holds `start_offset`.
  public struct ChecksumRange: Message {
    /// Where to begin; before the log's start: at that.
    public var startOffset: Int64 = 0
    /// Where to end, exclusive. A batch that reaches beyond is left out.
    public var endOffset: Int64 = 0
    /// Stop behind so many bytes, but not before the end of a batch. Default and most: 16 MiB.
    public var bytesMax: Int32 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      startOffset: Int64 = 0,
      endOffset: Int64 = 0,
      bytesMax: Int32 = 0
    ) {
      self.startOffset = startOffset
      self.endOffset = endOffset
      self.bytesMax = bytesMax
    }
  }

  /// What this broker holds.
  public struct DescribeLogsResponse: Message {
    /// The broker that answers.
    public var brokerID: Int32 = 0
    /// Its disk folders, sorted by path.
    public var folders: [NewswireV1.LogFolder] = []
    /// Its logs, sorted by topic name and partition.
    public var logs: [NewswireV1.LogDescription] = []
    /// What to send as `page_token` for the next page; empty if this was the last.
    public var nextPageToken: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      brokerID: Int32 = 0,
      folders: [NewswireV1.LogFolder] = [],
      logs: [NewswireV1.LogDescription] = [],
      nextPageToken: String = ""
    ) {
      self.brokerID = brokerID
      self.folders = folders
      self.logs = logs
      self.nextPageToken = nextPageToken
    }
  }

  /// A disk folder of a broker.
  public struct LogFolder: Message {
    /// Its id, 16 bytes.
    public var folderID: [UInt8] = []
    /// Where it is.
    public var path: String = ""
    /// How large its disk is.
    public var totalBytes: Int64 = 0
    /// How much of the disk is free.
    public var freeBytes: Int64 = 0
    /// Set if it is not at work, such as DISK_FULL or DISK_FAILED.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      folderID: [UInt8] = [],
      path: String = "",
      totalBytes: Int64 = 0,
      freeBytes: Int64 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.folderID = folderID
      self.path = path
      self.totalBytes = totalBytes
      self.freeBytes = freeBytes
      self.error = error
    }
  }

  /// One replica's log.
  public struct LogDescription: Message {
    /// The topic's name.
    public var topic: String = ""
    /// The topic's id, 16 bytes.
    public var topicID: [UInt8] = []
    /// The partition.
    public var partition: Int32 = 0
    /// The folder it lies in, 16 bytes.
    public var folderID: [UInt8] = []
    /// True if this broker leads the partition.
    public var leader: Bool = false
    /// The leader's epoch as this broker knows it.
    public var leaderEpoch: Int32 = 0
    /// How many bytes its segments have on disk.
    public var sizeBytes: Int64 = 0
    /// The first offset that can still be read.
    public var logStartOffset: Int64 = 0
    /// The end of the log, exclusive.
    public var logEndOffset: Int64 = 0
    /// The end of what may be seen, exclusive.
    public var highWatermark: Int64 = 0
    /// The end of what is safe on this broker's disk, exclusive.
    public var syncedOffset: Int64 = 0
    /// How many segments it has.
    public var segmentCount: Int32 = 0
    /// The segments, if asked for, in the order of their offsets.
    public var segments: [NewswireV1.SegmentDescription] = []
    /// The leader epoch of the last batch; -1 if there is none.
    public var lastEpoch: Int32 = 0
    /// The sum, if asked for.
    public var checksum: NewswireV1.LogChecksum? = nil
    /// Set if the replica is not at work, such as DISK_FAILED or DATA_CORRUPT: then its offsets are not known.
    public var error: NewswireV1.ErrorDetail? = nil
    /// How far it has been compacted by key; absent if its topic is not compacted.
    public var compaction: NewswireV1.LogCompaction? = nil
    /// When it was read through in search of what has rotted; absent if it has not been since the broker was started.
    public var scrub: NewswireV1.LogScrub? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      topic: String = "",
      topicID: [UInt8] = [],
      partition: Int32 = 0,
      folderID: [UInt8] = [],
      leader: Bool = false,
      leaderEpoch: Int32 = 0,
      sizeBytes: Int64 = 0,
      logStartOffset: Int64 = 0,
      logEndOffset: Int64 = 0,
      highWatermark: Int64 = 0,
      syncedOffset: Int64 = 0,
      segmentCount: Int32 = 0,
      segments: [NewswireV1.SegmentDescription] = [],
      lastEpoch: Int32 = 0,
      checksum: NewswireV1.LogChecksum? = nil,
      error: NewswireV1.ErrorDetail? = nil,
      compaction: NewswireV1.LogCompaction? = nil,
      scrub: NewswireV1.LogScrub? = nil
    ) {
      self.topic = topic
      self.topicID = topicID
      self.partition = partition
      self.folderID = folderID
      self.leader = leader
      self.leaderEpoch = leaderEpoch
      self.sizeBytes = sizeBytes
      self.logStartOffset = logStartOffset
      self.logEndOffset = logEndOffset
      self.highWatermark = highWatermark
      self.syncedOffset = syncedOffset
      self.segmentCount = segmentCount
      self.segments = segments
      self.lastEpoch = lastEpoch
      self.checksum = checksum
      self.error = error
      self.compaction = compaction
      self.scrub = scrub
    }
  }

  /// The sum over records of one log. Replicas hold the same bytes, so over the same offsets they have the same sum; but not
  /// where they have been compacted: see LogCompaction.compared_end_offset.
  public struct LogChecksum: Message {
    /// The first offset of the first batch.
    public var startOffset: Int64 = 0
    /// The offset behind the last batch: where to go on.
    public var endOffset: Int64 = 0
    /// How many bytes the batches have.
    public var sizeBytes: Int64 = 0
    /// CRC-32C of the batches' bytes as they lie on the disk.
    public var crc32c: UInt32 = 0
    /// Set if a batch behind `end_offset` cannot be read or is not what its own checksum says: what was found.
    public var error: NewswireV1.ErrorDetail? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      startOffset: Int64 = 0,
      endOffset: Int64 = 0,
      sizeBytes: Int64 = 0,
      crc32c: UInt32 = 0,
      error: NewswireV1.ErrorDetail? = nil
    ) {
      self.startOffset = startOffset
      self.endOffset = endOffset
      self.sizeBytes = sizeBytes
      self.crc32c = crc32c
      self.error = error
    }
  }

  /// One segment of a log: a file and its indexes.
  public struct SegmentDescription: Message {
    /// Its first offset; also the file's name.
    public var baseOffset: Int64 = 0
    /// The offset behind its last record.
    public var endOffset: Int64 = 0
    /// How many bytes its records have on disk.
    public var sizeBytes: Int64 = 0
    /// The greatest timestamp in it.
    public var maxTimestampMs: Int64 = 0
    /// True for the one that is still written to.
    public var active: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      baseOffset: Int64 = 0,
      endOffset: Int64 = 0,
      sizeBytes: Int64 = 0,
      maxTimestampMs: Int64 = 0,
      active: Bool = false
    ) {
      self.baseOffset = baseOffset
      self.endOffset = endOffset
      self.sizeBytes = sizeBytes
      self.maxTimestampMs = maxTimestampMs
      self.active = active
    }
  }

  /// Takes records and gives them back. Any broker takes any call and passes on what another one leads; the trailing
  /// metadata `newswire-node` names who answered. A client that sends `newswire-forward: never` is refused with NOT_LEADER
  /// instead, and `leader_address` in the error's metadata tells where to go.
  ///
  /// While nobody leads a partition, calls for it are held: up to their deadline, and 30 s at most (LEADER_NOT_AVAILABLE).
  /// A Fetch of several partitions answers those that are led, within two seconds behind its `max_wait`.
  ///
  /// If the very broker that a caller is connected to dies, gRPC itself says UNAVAILABLE, without any error of ours: the call
  /// may have been carried out or not. Make it again at any other node; a Produce only with a producer id, if nothing may be
  /// written twice.
  ///
  /// Errors of every call that names a partition: UNKNOWN_TOPIC, PARTITION_OUT_OF_RANGE, NOT_LEADER, LEADER_NOT_AVAILABLE,
  /// FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, PERMISSION_DENIED, INVALID_REQUEST, DISK_FAILED, SHUTTING_DOWN.
  public enum Broker {
    /// The service's full name.
    public static let serviceName = "newswire.v1.Broker"
    /// Appends records to a topic. The answer says where they are and how safe they are.
    ///
    /// Errors: MESSAGE_TOO_LARGE, CORRUPT_RECORD_BATCH, UNSUPPORTED_COMPRESSION, NOT_ENOUGH_REPLICAS (acks=all and too few
    /// in-sync replicas; nothing was appended), OUT_OF_ORDER_SEQUENCE, DUPLICATE_SEQUENCE, FENCED_PRODUCER_EPOCH,
    /// UNKNOWN_PRODUCER_ID (see ProducerState), DISK_FULL, OUTCOME_UNKNOWN (the records may or may not be in the log:
    /// repeat only with a producer id), RESOURCE_EXHAUSTED.
    ///
    /// A leader can be lost while it has the request. With a producer id the broker that was asked takes the records to
    /// the next leader, until the request's time is over: the caller need not know. Without one it does so only if they
    /// surely were not appended, else the answer is OUTCOME_UNKNOWN.
    public static let produce = Method<NewswireV1.ProduceRequest, NewswireV1.ProduceResponse>(
      path: "/newswire.v1.Broker/Produce", kind: .unary)
    /// The same, many requests under way in one call. Every request is answered, in order for each partition, with its
    /// `correlation_id`. A request that is refused gets an answer with `error`; the call goes on. When the caller has sent
    /// its last request and has all answers, the call ends with OK.
    public static let produceStream = Method<NewswireV1.ProduceRequest, NewswireV1.ProduceResponse>(
      path: "/newswire.v1.Broker/ProduceStream", kind: .bidirectional)
    /// Reads partitions, from a position on, live or up to the end. What may be seen is sent as soon as it may be seen; a
    /// caller that reads slowly slows the sending down (HTTP/2 flow control), it loses nothing.
    ///
    /// Errors: OFFSET_OUT_OF_RANGE (`log_start_offset` and `log_end_offset` in the metadata tell the valid range),
    /// DATA_CORRUPT. With several partitions they come as `error` of one partition, and the others go on.
    public static let consume = Method<NewswireV1.ConsumeRequest, NewswireV1.ConsumeResponse>(
      path: "/newswire.v1.Broker/Consume", kind: .serverStreaming)
    /// One look at partitions, for clients without streams: answers when there is enough to read or the wait is over.
    ///
    /// Errors: as Consume, always as `error` of the partition.
    public static let fetch = Method<NewswireV1.FetchRequest, NewswireV1.FetchResponse>(
      path: "/newswire.v1.Broker/Fetch", kind: .unary)
    /// Finds offsets: the first, the next to be written, or the first at or after a time. What is refused says so as
    /// `error` of its partition.
    public static let listOffsets = Method<NewswireV1.ListOffsetsRequest, NewswireV1.ListOffsetsResponse>(
      path: "/newswire.v1.Broker/ListOffsets", kind: .unary)
    /// Gives out a producer id, with which a produce may be repeated without writing anything twice.
    ///
    /// Errors: COORDINATOR_NOT_AVAILABLE.
    public static let allocateProducer = Method<NewswireV1.AllocateProducerRequest, NewswireV1.AllocateProducerResponse>(
      path: "/newswire.v1.Broker/AllocateProducer", kind: .unary)
    /// Deletes the records before an offset, on all in-sync replicas: no later leader has them. Their space is given back
    /// when whole segments lie before it. What is refused says so as `error` of its partition.
    ///
    /// Errors: OFFSET_OUT_OF_RANGE (beyond the high watermark), DEADLINE_EXCEEDED (they are deleted on the leader, but too few
    /// replicas are in sync, or not all of them have confirmed it within 20 s: try again).
    public static let deleteRecords = Method<NewswireV1.DeleteRecordsRequest, NewswireV1.DeleteRecordsResponse>(
      path: "/newswire.v1.Broker/DeleteRecords", kind: .unary)
    /// What this broker holds: sizes, offsets, segments, disk folders. Not passed on: each broker tells of itself.
    public static let describeLogs = Method<NewswireV1.DescribeLogsRequest, NewswireV1.DescribeLogsResponse>(
      path: "/newswire.v1.Broker/DescribeLogs", kind: .unary)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.v1.Broker/Produce", .unary),
      ("/newswire.v1.Broker/ProduceStream", .bidirectional),
      ("/newswire.v1.Broker/Consume", .serverStreaming),
      ("/newswire.v1.Broker/Fetch", .unary),
      ("/newswire.v1.Broker/ListOffsets", .unary),
      ("/newswire.v1.Broker/AllocateProducer", .unary),
      ("/newswire.v1.Broker/DeleteRecords", .unary),
      ("/newswire.v1.Broker/DescribeLogs", .unary),
    ]
  }
}

extension NewswireV1.ProducerState: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ProducerState"
  package typealias Wire = Newswire__V1__ProducerState
  package static let schema = MessageSchema(of: Newswire__V1__ProducerState.self, newswire__v1__producer_state__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ProducerState>) {
    self.producerID = wire.pointee.producer_id
    self.producerEpoch = wire.pointee.producer_epoch
    self.baseSequence = wire.pointee.base_sequence
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ProducerState>, in arena: Arena) {
    newswire__v1__producer_state__init(wire)
    wire.pointee.producer_id = self.producerID
    wire.pointee.producer_epoch = self.producerEpoch
    wire.pointee.base_sequence = self.baseSequence
  }
}

extension NewswireV1.ProduceRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ProduceRequest"
  package typealias Wire = Newswire__V1__ProduceRequest
  package static let schema = MessageSchema(of: Newswire__V1__ProduceRequest.self, newswire__v1__produce_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ProduceRequest>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    if wire.pointee.partition_presence_case.rawValue == 3 { self.partition = wire.pointee.partition }
    self.acks = .init(rawValue: Int32(bitPattern: wire.pointee.acks.rawValue))
    if let message = wire.pointee.producer { self.producer = .init(wire: message) }
    if let message = wire.pointee.timeout { self.timeout = .init(wire: message) }
    self.correlationID = wire.pointee.correlation_id
    self.transactionalID = CValue.string(wire.pointee.transactional_id)
    if wire.pointee.leader_epoch_presence_case.rawValue == 9 { self.leaderEpoch = wire.pointee.leader_epoch }
    if wire.pointee.writer_epoch_presence_case.rawValue == 10 { self.writerEpoch = wire.pointee.writer_epoch }
    self.records = CValue.messages(wire.pointee.records, wire.pointee.n_records)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ProduceRequest>, in arena: Arena) {
    newswire__v1__produce_request__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    if let value = self.partition {
      wire.pointee.partition_presence_case = .init(3)
      wire.pointee.partition = value
    }
    wire.pointee.acks = .init(UInt32(bitPattern: self.acks.rawValue))
    if let message = self.producer { wire.pointee.producer = arena.message(message) }
    if let message = self.timeout { wire.pointee.timeout = arena.message(message) }
    wire.pointee.correlation_id = self.correlationID
    wire.pointee.transactional_id = arena.string(self.transactionalID)
    if let value = self.leaderEpoch {
      wire.pointee.leader_epoch_presence_case = .init(9)
      wire.pointee.leader_epoch = value
    }
    if let value = self.writerEpoch {
      wire.pointee.writer_epoch_presence_case = .init(10)
      wire.pointee.writer_epoch = value
    }
    (wire.pointee.n_records, wire.pointee.records) = arena.messages(self.records)
  }

  package var wirePayload: Bytes.Payload {
    get { batches }
    set { batches = newValue }
  }
}

extension NewswireV1.ProduceResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ProduceResponse"
  package typealias Wire = Newswire__V1__ProduceResponse
  package static let schema = MessageSchema(of: Newswire__V1__ProduceResponse.self, newswire__v1__produce_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ProduceResponse>) {
    self.correlationID = wire.pointee.correlation_id
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ProduceResponse>, in arena: Arena) {
    newswire__v1__produce_response__init(wire)
    wire.pointee.correlation_id = self.correlationID
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.ProducedPartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ProducedPartition"
  package typealias Wire = Newswire__V1__ProducedPartition
  package static let schema = MessageSchema(of: Newswire__V1__ProducedPartition.self, newswire__v1__produced_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ProducedPartition>) {
    self.partition = wire.pointee.partition
    self.baseOffset = wire.pointee.base_offset
    self.recordCount = wire.pointee.record_count
    self.recordIndexes = CValue.numbers(wire.pointee.record_indexes, wire.pointee.n_record_indexes)
    self.leaderEpoch = wire.pointee.leader_epoch
    self.timestampMs = wire.pointee.timestamp_ms
    self.replicas = wire.pointee.replicas
    self.replicasSynced = wire.pointee.replicas_synced
    self.logStartOffset = wire.pointee.log_start_offset
    self.duplicate = wire.pointee.duplicate != 0
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ProducedPartition>, in arena: Arena) {
    newswire__v1__produced_partition__init(wire)
    wire.pointee.partition = self.partition
    wire.pointee.base_offset = self.baseOffset
    wire.pointee.record_count = self.recordCount
    (wire.pointee.n_record_indexes, wire.pointee.record_indexes) = arena.numbers(self.recordIndexes)
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.timestamp_ms = self.timestampMs
    wire.pointee.replicas = self.replicas
    wire.pointee.replicas_synced = self.replicasSynced
    wire.pointee.log_start_offset = self.logStartOffset
    wire.pointee.duplicate = self.duplicate ? 1 : 0
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.ConsumeRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ConsumeRequest"
  package typealias Wire = Newswire__V1__ConsumeRequest
  package static let schema = MessageSchema(of: Newswire__V1__ConsumeRequest.self, newswire__v1__consume_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ConsumeRequest>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    self.form = .init(rawValue: Int32(bitPattern: wire.pointee.form.rawValue))
    self.untilEnd = wire.pointee.until_end != 0
    self.maxBytes = wire.pointee.max_bytes
    self.isolationLevel = .init(rawValue: Int32(bitPattern: wire.pointee.isolation_level.rawValue))
    self.rack = CValue.string(wire.pointee.rack)
    self.checked = wire.pointee.checked != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ConsumeRequest>, in arena: Arena) {
    newswire__v1__consume_request__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    wire.pointee.form = .init(UInt32(bitPattern: self.form.rawValue))
    wire.pointee.until_end = self.untilEnd ? 1 : 0
    wire.pointee.max_bytes = self.maxBytes
    wire.pointee.isolation_level = .init(UInt32(bitPattern: self.isolationLevel.rawValue))
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.checked = self.checked ? 1 : 0
  }
}

extension NewswireV1.ConsumePartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ConsumePartition"
  package typealias Wire = Newswire__V1__ConsumePartition
  package static let schema = MessageSchema(of: Newswire__V1__ConsumePartition.self, newswire__v1__consume_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ConsumePartition>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    if wire.pointee.partition_presence_case.rawValue == 3 { self.partition = wire.pointee.partition }
    switch wire.pointee.start_case.rawValue {
    case 4: self.start = .offset(wire.pointee.offset)
    case 5: self.start = .timestampMs(wire.pointee.timestamp_ms)
    case 6: self.start = .beginning(wire.pointee.beginning != 0)
    case 7: self.start = .end(wire.pointee.end != 0)
    default: break
    }
    if wire.pointee.leader_epoch_presence_case.rawValue == 8 { self.leaderEpoch = wire.pointee.leader_epoch }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ConsumePartition>, in arena: Arena) {
    newswire__v1__consume_partition__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    if let value = self.partition {
      wire.pointee.partition_presence_case = .init(3)
      wire.pointee.partition = value
    }
    switch self.start {
    case .offset(let value)?:
      wire.pointee.start_case = .init(4)
      wire.pointee.offset = value
    case .timestampMs(let value)?:
      wire.pointee.start_case = .init(5)
      wire.pointee.timestamp_ms = value
    case .beginning(let value)?:
      wire.pointee.start_case = .init(6)
      wire.pointee.beginning = value ? 1 : 0
    case .end(let value)?:
      wire.pointee.start_case = .init(7)
      wire.pointee.end = value ? 1 : 0
    case nil: break
    }
    if let value = self.leaderEpoch {
      wire.pointee.leader_epoch_presence_case = .init(8)
      wire.pointee.leader_epoch = value
    }
  }
}

extension NewswireV1.ConsumeResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ConsumeResponse"
  package typealias Wire = Newswire__V1__ConsumeResponse
  package static let schema = MessageSchema(of: Newswire__V1__ConsumeResponse.self, newswire__v1__consume_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ConsumeResponse>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.highWatermark = wire.pointee.high_watermark
    self.logStartOffset = wire.pointee.log_start_offset
    self.lastStableOffset = wire.pointee.last_stable_offset
    self.nextOffset = wire.pointee.next_offset
    self.leaderEpoch = wire.pointee.leader_epoch
    self.caughtUp = wire.pointee.caught_up != 0
    self.end = wire.pointee.end != 0
    if let message = wire.pointee.error { self.error = .init(wire: message) }
    self.records = CValue.messages(wire.pointee.records, wire.pointee.n_records)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ConsumeResponse>, in arena: Arena) {
    newswire__v1__consume_response__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.high_watermark = self.highWatermark
    wire.pointee.log_start_offset = self.logStartOffset
    wire.pointee.last_stable_offset = self.lastStableOffset
    wire.pointee.next_offset = self.nextOffset
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.caught_up = self.caughtUp ? 1 : 0
    wire.pointee.end = self.end ? 1 : 0
    if let message = self.error { wire.pointee.error = arena.message(message) }
    (wire.pointee.n_records, wire.pointee.records) = arena.messages(self.records)
  }

  package var wirePayload: Bytes.Payload {
    get { batches }
    set { batches = newValue }
  }
}

extension NewswireV1.FetchRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.FetchRequest"
  package typealias Wire = Newswire__V1__FetchRequest
  package static let schema = MessageSchema(of: Newswire__V1__FetchRequest.self, newswire__v1__fetch_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__FetchRequest>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    self.form = .init(rawValue: Int32(bitPattern: wire.pointee.form.rawValue))
    if let message = wire.pointee.max_wait { self.maxWait = .init(wire: message) }
    self.minBytes = wire.pointee.min_bytes
    self.maxBytes = wire.pointee.max_bytes
    self.isolationLevel = .init(rawValue: Int32(bitPattern: wire.pointee.isolation_level.rawValue))
    self.rack = CValue.string(wire.pointee.rack)
    self.checked = wire.pointee.checked != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__FetchRequest>, in arena: Arena) {
    newswire__v1__fetch_request__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    wire.pointee.form = .init(UInt32(bitPattern: self.form.rawValue))
    if let message = self.maxWait { wire.pointee.max_wait = arena.message(message) }
    wire.pointee.min_bytes = self.minBytes
    wire.pointee.max_bytes = self.maxBytes
    wire.pointee.isolation_level = .init(UInt32(bitPattern: self.isolationLevel.rawValue))
    wire.pointee.rack = arena.string(self.rack)
    wire.pointee.checked = self.checked ? 1 : 0
  }
}

extension NewswireV1.FetchPartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.FetchPartition"
  package typealias Wire = Newswire__V1__FetchPartition
  package static let schema = MessageSchema(of: Newswire__V1__FetchPartition.self, newswire__v1__fetch_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__FetchPartition>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.offset = wire.pointee.offset
    self.maxBytes = wire.pointee.max_bytes
    if wire.pointee.leader_epoch_presence_case.rawValue == 6 { self.leaderEpoch = wire.pointee.leader_epoch }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__FetchPartition>, in arena: Arena) {
    newswire__v1__fetch_partition__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.offset = self.offset
    wire.pointee.max_bytes = self.maxBytes
    if let value = self.leaderEpoch {
      wire.pointee.leader_epoch_presence_case = .init(6)
      wire.pointee.leader_epoch = value
    }
  }
}

extension NewswireV1.FetchResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.FetchResponse"
  package typealias Wire = Newswire__V1__FetchResponse
  package static let schema = MessageSchema(of: Newswire__V1__FetchResponse.self, newswire__v1__fetch_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__FetchResponse>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__FetchResponse>, in arena: Arena) {
    newswire__v1__fetch_response__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }

  package var wirePayload: Bytes.Payload {
    get { batches }
    set { batches = newValue }
  }
}

extension NewswireV1.FetchedPartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.FetchedPartition"
  package typealias Wire = Newswire__V1__FetchedPartition
  package static let schema = MessageSchema(of: Newswire__V1__FetchedPartition.self, newswire__v1__fetched_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__FetchedPartition>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.highWatermark = wire.pointee.high_watermark
    self.logStartOffset = wire.pointee.log_start_offset
    self.lastStableOffset = wire.pointee.last_stable_offset
    self.nextOffset = wire.pointee.next_offset
    self.leaderEpoch = wire.pointee.leader_epoch
    self.records = CValue.messages(wire.pointee.records, wire.pointee.n_records)
    self.batchesBytes = wire.pointee.batches_bytes
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__FetchedPartition>, in arena: Arena) {
    newswire__v1__fetched_partition__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.high_watermark = self.highWatermark
    wire.pointee.log_start_offset = self.logStartOffset
    wire.pointee.last_stable_offset = self.lastStableOffset
    wire.pointee.next_offset = self.nextOffset
    wire.pointee.leader_epoch = self.leaderEpoch
    (wire.pointee.n_records, wire.pointee.records) = arena.messages(self.records)
    wire.pointee.batches_bytes = self.batchesBytes
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.ListOffsetsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ListOffsetsRequest"
  package typealias Wire = Newswire__V1__ListOffsetsRequest
  package static let schema = MessageSchema(of: Newswire__V1__ListOffsetsRequest.self, newswire__v1__list_offsets_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ListOffsetsRequest>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
    self.isolationLevel = .init(rawValue: Int32(bitPattern: wire.pointee.isolation_level.rawValue))
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ListOffsetsRequest>, in arena: Arena) {
    newswire__v1__list_offsets_request__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
    wire.pointee.isolation_level = .init(UInt32(bitPattern: self.isolationLevel.rawValue))
  }
}

extension NewswireV1.ListOffsetsPartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ListOffsetsPartition"
  package typealias Wire = Newswire__V1__ListOffsetsPartition
  package static let schema = MessageSchema(of: Newswire__V1__ListOffsetsPartition.self, newswire__v1__list_offsets_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ListOffsetsPartition>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    switch wire.pointee.at_case.rawValue {
    case 4: self.at = .earliest(wire.pointee.earliest != 0)
    case 5: self.at = .latest(wire.pointee.latest != 0)
    case 6: self.at = .timestampMs(wire.pointee.timestamp_ms)
    case 7: self.at = .maxTimestamp(wire.pointee.max_timestamp != 0)
    default: break
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ListOffsetsPartition>, in arena: Arena) {
    newswire__v1__list_offsets_partition__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    switch self.at {
    case .earliest(let value)?:
      wire.pointee.at_case = .init(4)
      wire.pointee.earliest = value ? 1 : 0
    case .latest(let value)?:
      wire.pointee.at_case = .init(5)
      wire.pointee.latest = value ? 1 : 0
    case .timestampMs(let value)?:
      wire.pointee.at_case = .init(6)
      wire.pointee.timestamp_ms = value
    case .maxTimestamp(let value)?:
      wire.pointee.at_case = .init(7)
      wire.pointee.max_timestamp = value ? 1 : 0
    case nil: break
    }
  }
}

extension NewswireV1.ListOffsetsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ListOffsetsResponse"
  package typealias Wire = Newswire__V1__ListOffsetsResponse
  package static let schema = MessageSchema(of: Newswire__V1__ListOffsetsResponse.self, newswire__v1__list_offsets_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ListOffsetsResponse>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ListOffsetsResponse>, in arena: Arena) {
    newswire__v1__list_offsets_response__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireV1.ListedOffset: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ListedOffset"
  package typealias Wire = Newswire__V1__ListedOffset
  package static let schema = MessageSchema(of: Newswire__V1__ListedOffset.self, newswire__v1__listed_offset__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ListedOffset>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    if wire.pointee.offset_presence_case.rawValue == 4 { self.offset = wire.pointee.offset }
    self.timestampMs = wire.pointee.timestamp_ms
    self.leaderEpoch = wire.pointee.leader_epoch
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ListedOffset>, in arena: Arena) {
    newswire__v1__listed_offset__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    if let value = self.offset {
      wire.pointee.offset_presence_case = .init(4)
      wire.pointee.offset = value
    }
    wire.pointee.timestamp_ms = self.timestampMs
    wire.pointee.leader_epoch = self.leaderEpoch
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.AllocateProducerRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.AllocateProducerRequest"
  package typealias Wire = Newswire__V1__AllocateProducerRequest
  package static let schema = MessageSchema(of: Newswire__V1__AllocateProducerRequest.self, newswire__v1__allocate_producer_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__AllocateProducerRequest>) {
    self.transactionalID = CValue.string(wire.pointee.transactional_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__AllocateProducerRequest>, in arena: Arena) {
    newswire__v1__allocate_producer_request__init(wire)
    wire.pointee.transactional_id = arena.string(self.transactionalID)
  }
}

extension NewswireV1.AllocateProducerResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.AllocateProducerResponse"
  package typealias Wire = Newswire__V1__AllocateProducerResponse
  package static let schema = MessageSchema(of: Newswire__V1__AllocateProducerResponse.self, newswire__v1__allocate_producer_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__AllocateProducerResponse>) {
    self.producerID = wire.pointee.producer_id
    self.producerEpoch = wire.pointee.producer_epoch
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__AllocateProducerResponse>, in arena: Arena) {
    newswire__v1__allocate_producer_response__init(wire)
    wire.pointee.producer_id = self.producerID
    wire.pointee.producer_epoch = self.producerEpoch
  }
}

extension NewswireV1.DeleteRecordsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteRecordsRequest"
  package typealias Wire = Newswire__V1__DeleteRecordsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DeleteRecordsRequest.self, newswire__v1__delete_records_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteRecordsRequest>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteRecordsRequest>, in arena: Arena) {
    newswire__v1__delete_records_request__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireV1.DeleteRecordsPartition: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteRecordsPartition"
  package typealias Wire = Newswire__V1__DeleteRecordsPartition
  package static let schema = MessageSchema(of: Newswire__V1__DeleteRecordsPartition.self, newswire__v1__delete_records_partition__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteRecordsPartition>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    switch wire.pointee.before_case.rawValue {
    case 4: self.before = .beforeOffset(wire.pointee.before_offset)
    case 5: self.before = .everything(wire.pointee.everything != 0)
    default: break
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteRecordsPartition>, in arena: Arena) {
    newswire__v1__delete_records_partition__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    switch self.before {
    case .beforeOffset(let value)?:
      wire.pointee.before_case = .init(4)
      wire.pointee.before_offset = value
    case .everything(let value)?:
      wire.pointee.before_case = .init(5)
      wire.pointee.everything = value ? 1 : 0
    case nil: break
    }
  }
}

extension NewswireV1.DeleteRecordsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeleteRecordsResponse"
  package typealias Wire = Newswire__V1__DeleteRecordsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DeleteRecordsResponse.self, newswire__v1__delete_records_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeleteRecordsResponse>) {
    self.partitions = CValue.messages(wire.pointee.partitions, wire.pointee.n_partitions)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeleteRecordsResponse>, in arena: Arena) {
    newswire__v1__delete_records_response__init(wire)
    (wire.pointee.n_partitions, wire.pointee.partitions) = arena.messages(self.partitions)
  }
}

extension NewswireV1.DeletedRecords: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DeletedRecords"
  package typealias Wire = Newswire__V1__DeletedRecords
  package static let schema = MessageSchema(of: Newswire__V1__DeletedRecords.self, newswire__v1__deleted_records__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DeletedRecords>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.logStartOffset = wire.pointee.log_start_offset
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DeletedRecords>, in arena: Arena) {
    newswire__v1__deleted_records__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.log_start_offset = self.logStartOffset
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.DescribeLogsRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeLogsRequest"
  package typealias Wire = Newswire__V1__DescribeLogsRequest
  package static let schema = MessageSchema(of: Newswire__V1__DescribeLogsRequest.self, newswire__v1__describe_logs_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeLogsRequest>) {
    self.topics = CValue.messages(wire.pointee.topics, wire.pointee.n_topics)
    self.includeSegments = wire.pointee.include_segments != 0
    self.pageSize = wire.pointee.page_size
    self.pageToken = CValue.string(wire.pointee.page_token)
    if let message = wire.pointee.checksum { self.checksum = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeLogsRequest>, in arena: Arena) {
    newswire__v1__describe_logs_request__init(wire)
    (wire.pointee.n_topics, wire.pointee.topics) = arena.messages(self.topics)
    wire.pointee.include_segments = self.includeSegments ? 1 : 0
    wire.pointee.page_size = self.pageSize
    wire.pointee.page_token = arena.string(self.pageToken)
    if let message = self.checksum { wire.pointee.checksum = arena.message(message) }
  }
}

extension NewswireV1.ChecksumRange: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.ChecksumRange"
  package typealias Wire = Newswire__V1__ChecksumRange
  package static let schema = MessageSchema(of: Newswire__V1__ChecksumRange.self, newswire__v1__checksum_range__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__ChecksumRange>) {
    self.startOffset = wire.pointee.start_offset
    self.endOffset = wire.pointee.end_offset
    self.bytesMax = wire.pointee.bytes_max
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__ChecksumRange>, in arena: Arena) {
    newswire__v1__checksum_range__init(wire)
    wire.pointee.start_offset = self.startOffset
    wire.pointee.end_offset = self.endOffset
    wire.pointee.bytes_max = self.bytesMax
  }
}

extension NewswireV1.DescribeLogsResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.DescribeLogsResponse"
  package typealias Wire = Newswire__V1__DescribeLogsResponse
  package static let schema = MessageSchema(of: Newswire__V1__DescribeLogsResponse.self, newswire__v1__describe_logs_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__DescribeLogsResponse>) {
    self.brokerID = wire.pointee.broker_id
    self.folders = CValue.messages(wire.pointee.folders, wire.pointee.n_folders)
    self.logs = CValue.messages(wire.pointee.logs, wire.pointee.n_logs)
    self.nextPageToken = CValue.string(wire.pointee.next_page_token)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__DescribeLogsResponse>, in arena: Arena) {
    newswire__v1__describe_logs_response__init(wire)
    wire.pointee.broker_id = self.brokerID
    (wire.pointee.n_folders, wire.pointee.folders) = arena.messages(self.folders)
    (wire.pointee.n_logs, wire.pointee.logs) = arena.messages(self.logs)
    wire.pointee.next_page_token = arena.string(self.nextPageToken)
  }
}

extension NewswireV1.LogFolder: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.LogFolder"
  package typealias Wire = Newswire__V1__LogFolder
  package static let schema = MessageSchema(of: Newswire__V1__LogFolder.self, newswire__v1__log_folder__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__LogFolder>) {
    self.folderID = CValue.bytes(wire.pointee.folder_id)
    self.path = CValue.string(wire.pointee.path)
    self.totalBytes = wire.pointee.total_bytes
    self.freeBytes = wire.pointee.free_bytes
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__LogFolder>, in arena: Arena) {
    newswire__v1__log_folder__init(wire)
    wire.pointee.folder_id = arena.bytes(self.folderID)
    wire.pointee.path = arena.string(self.path)
    wire.pointee.total_bytes = self.totalBytes
    wire.pointee.free_bytes = self.freeBytes
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.LogDescription: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.LogDescription"
  package typealias Wire = Newswire__V1__LogDescription
  package static let schema = MessageSchema(of: Newswire__V1__LogDescription.self, newswire__v1__log_description__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__LogDescription>) {
    self.topic = CValue.string(wire.pointee.topic)
    self.topicID = CValue.bytes(wire.pointee.topic_id)
    self.partition = wire.pointee.partition
    self.folderID = CValue.bytes(wire.pointee.folder_id)
    self.leader = wire.pointee.leader != 0
    self.leaderEpoch = wire.pointee.leader_epoch
    self.sizeBytes = wire.pointee.size_bytes
    self.logStartOffset = wire.pointee.log_start_offset
    self.logEndOffset = wire.pointee.log_end_offset
    self.highWatermark = wire.pointee.high_watermark
    self.syncedOffset = wire.pointee.synced_offset
    self.segmentCount = wire.pointee.segment_count
    self.segments = CValue.messages(wire.pointee.segments, wire.pointee.n_segments)
    self.lastEpoch = wire.pointee.last_epoch
    if let message = wire.pointee.checksum { self.checksum = .init(wire: message) }
    if let message = wire.pointee.error { self.error = .init(wire: message) }
    if let message = wire.pointee.compaction { self.compaction = .init(wire: message) }
    if let message = wire.pointee.scrub { self.scrub = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__LogDescription>, in arena: Arena) {
    newswire__v1__log_description__init(wire)
    wire.pointee.topic = arena.string(self.topic)
    wire.pointee.topic_id = arena.bytes(self.topicID)
    wire.pointee.partition = self.partition
    wire.pointee.folder_id = arena.bytes(self.folderID)
    wire.pointee.leader = self.leader ? 1 : 0
    wire.pointee.leader_epoch = self.leaderEpoch
    wire.pointee.size_bytes = self.sizeBytes
    wire.pointee.log_start_offset = self.logStartOffset
    wire.pointee.log_end_offset = self.logEndOffset
    wire.pointee.high_watermark = self.highWatermark
    wire.pointee.synced_offset = self.syncedOffset
    wire.pointee.segment_count = self.segmentCount
    (wire.pointee.n_segments, wire.pointee.segments) = arena.messages(self.segments)
    wire.pointee.last_epoch = self.lastEpoch
    if let message = self.checksum { wire.pointee.checksum = arena.message(message) }
    if let message = self.error { wire.pointee.error = arena.message(message) }
    if let message = self.compaction { wire.pointee.compaction = arena.message(message) }
    if let message = self.scrub { wire.pointee.scrub = arena.message(message) }
  }
}

extension NewswireV1.LogChecksum: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.LogChecksum"
  package typealias Wire = Newswire__V1__LogChecksum
  package static let schema = MessageSchema(of: Newswire__V1__LogChecksum.self, newswire__v1__log_checksum__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__LogChecksum>) {
    self.startOffset = wire.pointee.start_offset
    self.endOffset = wire.pointee.end_offset
    self.sizeBytes = wire.pointee.size_bytes
    self.crc32c = wire.pointee.crc32c
    if let message = wire.pointee.error { self.error = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__LogChecksum>, in arena: Arena) {
    newswire__v1__log_checksum__init(wire)
    wire.pointee.start_offset = self.startOffset
    wire.pointee.end_offset = self.endOffset
    wire.pointee.size_bytes = self.sizeBytes
    wire.pointee.crc32c = self.crc32c
    if let message = self.error { wire.pointee.error = arena.message(message) }
  }
}

extension NewswireV1.SegmentDescription: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.v1.SegmentDescription"
  package typealias Wire = Newswire__V1__SegmentDescription
  package static let schema = MessageSchema(of: Newswire__V1__SegmentDescription.self, newswire__v1__segment_description__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__V1__SegmentDescription>) {
    self.baseOffset = wire.pointee.base_offset
    self.endOffset = wire.pointee.end_offset
    self.sizeBytes = wire.pointee.size_bytes
    self.maxTimestampMs = wire.pointee.max_timestamp_ms
    self.active = wire.pointee.active != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__V1__SegmentDescription>, in arena: Arena) {
    newswire__v1__segment_description__init(wire)
    wire.pointee.base_offset = self.baseOffset
    wire.pointee.end_offset = self.endOffset
    wire.pointee.size_bytes = self.sizeBytes
    wire.pointee.max_timestamp_ms = self.maxTimestampMs
    wire.pointee.active = self.active ? 1 : 0
  }
}
