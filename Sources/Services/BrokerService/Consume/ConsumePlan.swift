internal import ClusterMetadata
internal import Messages
internal import Model

/// A `Consume`, checked, with one entry for each partition.
struct ConsumePlan: Sendable {
  /// Where one partition begins.
  struct Part: Sendable {
    let topic: TopicName
    let place: TopicPartition
    let start: ConsumeStart
    let leaderEpoch: LeaderEpoch?
  }

  private static let partitionsMax = 10_000
  private static let bytesRange = 1...3_670_016
  private static let bytesDefault = 1 << 20

  let partitions: [Part]
  let wishes: ReadWishes

  init(_ request: NewswireV1.ConsumeRequest, _ image: MetadataImage) throws(Refusal) {
    guard (1...Self.partitionsMax).contains(request.partitions.count) else {
      throw Refusal(
        .invalidRequest, "\(request.partitions.count) partitions are given; 1 to \(Self.partitionsMax) may be",
        field: "partitions")
    }
    wishes = ReadWishes(
      isStructured: try Self.isStructured(request.form), bytesMax: try Self.bytesMax(request.maxBytes),
      untilEnd: request.untilEnd,
      // Where the end is now, only the leader knows.
      rack: request.untilEnd ? "" : request.rack, isChecked: request.checked)
    var parts: [Part] = []
    for wanted in request.partitions { parts += try Self.parts(wanted, image) }
    guard parts.count <= Self.partitionsMax else {
      throw Refusal(.invalidRequest, "the topics have \(parts.count) partitions together", field: "partitions")
    }
    guard Set(parts.map(\.place)).count == parts.count else {
      throw Refusal(.invalidRequest, "a partition is given twice", field: "partitions")
    }
    partitions = parts
  }

  static func isStructured(_ form: NewswireV1.RecordsForm) throws(Refusal) -> Bool {
    switch form {
    case .unspecified, .structured: return true
    case .batches: return false
    default: throw Refusal(.invalidRequest, "the form \(form.rawValue) does not exist", field: "form")
    }
  }

  static func bytesMax(_ wanted: Int32) throws(Refusal) -> Int {
    guard wanted >= 0 else { throw Refusal(.invalidRequest, "max_bytes is \(wanted)", field: "max_bytes") }
    return wanted == 0 ? bytesDefault : min(Int(wanted), bytesRange.upperBound)
  }

  private static func parts(
    _ wanted: NewswireV1.ConsumePartition, _ image: MetadataImage
  ) throws(Refusal) -> [Part] {
    let topic = try image.topic(called: wanted.topic, id: wanted.topicID)
    let start = try start(wanted)
    var epoch: LeaderEpoch?
    if let known = wanted.leaderEpoch {
      guard known >= 0 else {
        throw Refusal(.invalidRequest, "leader_epoch is \(known)", field: "partitions.leader_epoch")
      }
      epoch = LeaderEpoch(known)
    }
    if let partition = wanted.partition {
      _ = try topic.state(of: partition)
      return [Part(topic: topic.name, place: topic.place(partition), start: start, leaderEpoch: epoch)]
    }
    return topic.partitions.indices.map {
      Part(topic: topic.name, place: topic.place(Int32($0)), start: start, leaderEpoch: epoch)
    }
  }

  private static func start(_ wanted: NewswireV1.ConsumePartition) throws(Refusal) -> ConsumeStart {
    func must(_ flag: Bool, _ field: String) throws(Refusal) {
      guard flag else { throw Refusal(.invalidRequest, "\(field) must be true", field: "partitions.\(field)") }
    }
    switch wanted.start {
    case nil: return .beginning
    case .offset(let offset):
      guard offset >= 0 else {
        throw Refusal(.invalidRequest, "offset \(offset) is negative", field: "partitions.offset")
      }
      return .offset(Offset(offset))
    case .timestampMs(let time): return .timestamp(Timestamp(time))
    case .beginning(let flag):
      try must(flag, "beginning")
      return .beginning
    case .end(let flag):
      try must(flag, "end")
      return .end
    }
  }
}
