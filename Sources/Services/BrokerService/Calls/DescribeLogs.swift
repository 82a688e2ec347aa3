internal import ClusterMetadata
internal import DiskIO
internal import Messages
internal import Model
internal import Node
internal import Partition
internal import Runtime
internal import SegmentedLog

extension BrokerCalls {
  private static let pageMax = 1000

  /// `DescribeLogs`: what lies on this broker.
  func describeLogs(_ request: API.DescribeLogsRequest) async throws -> API.DescribeLogsResponse {
    guard (0...Int32(Self.pageMax)).contains(request.pageSize) else {
      throw Refusal(
        .invalidRequest, "page_size is \(request.pageSize); 0 to \(Self.pageMax) are possible", field: "page_size")
    }
    let wanted = try wantedPartitions(request.topics)
    let summed = try request.checksum.map { try SumOfRecords($0, wanted) }
    let includesSegments = request.includeSegments
    let isWanted = { @Sendable (place: TopicPartition) in
      wanted?[place.topic]?.contains(place.partition) ?? (wanted == nil)
    }
    let lists = await lanes.onAll { lane, completion in
      completion(
        lane.replicas.filter { isWanted($0.place) }.map {
          $0.description(includesSegments: includesSegments, scrub: lane.scrubber.run(of: $0.place))
        }
          + lane.failedReplicas.filter { isWanted($0.place) }.map { lane.description($0.place, $0.failure) })
    }
    var logs = lists.joined().sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    if let summed, !logs.isEmpty, logs[0].error == nil { logs[0].checksum = await summed.perform(on: lanes) }
    let start = try Self.start(request.pageToken)
    let rest = logs.drop { log in start.map { ($0.topic, $0.partition) >= (log.topic, log.partition) } ?? false }
    let size = request.pageSize == 0 ? Self.pageMax : Int(request.pageSize)
    let page = Array(rest.prefix(size))
    let token = rest.count > size ? page.last.map { "\($0.partition) \($0.topic)" } : nil
    return API.DescribeLogsResponse(
      brokerID: id.rawValue, folders: folders.descriptions(health), logs: page, nextPageToken: token ?? "")
  }

  private func wantedPartitions(
    _ topics: [API.TopicPartitions]
  ) throws(Refusal) -> [TopicID: Set<PartitionIndex>]? {
    guard !topics.isEmpty else { return nil }
    let image = view.image
    var wanted: [TopicID: Set<PartitionIndex>] = [:]
    for item in topics {
      let topic = try image.topic(called: item.topic, id: item.topicID)
      for partition in item.partitions { _ = try topic.state(of: partition) }
      let all = item.partitions.isEmpty ? topic.partitions.indices.map { Int32($0) } : item.partitions
      wanted[topic.id, default: []].formUnion(all.map { PartitionIndex($0) })
    }
    return wanted
  }

  private static func start(_ token: String) throws(Refusal) -> (topic: String, partition: Int32)? {
    guard !token.isEmpty else { return nil }
    let parts = token.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let partition = Int32(parts[0]) else {
      throw Refusal(.invalidRequest, "page_token is none that an answer gave out", field: "page_token")
    }
    return (String(parts[1]), partition)
  }
}

extension LocalPartition {
  fileprivate func description(includesSegments: Bool, scrub: ScrubRun?) -> NewswireV1.LogDescription {
    NewswireV1.LogDescription(
      topic: state.topic.description, topicID: place.topic.bytes, partition: place.partition.rawValue,
      folderID: folder.bytes, leader: state.leaderEpoch != nil, leaderEpoch: state.leaderEpoch?.rawValue ?? 0,
      sizeBytes: Int64(log.sizeInBytes), logStartOffset: log.logStartOffset.rawValue,
      logEndOffset: log.logEndOffset.rawValue, highWatermark: state.highWatermark?.rawValue ?? 0,
      syncedOffset: log.syncedEndOffset.rawValue, segmentCount: Int32(log.segmentsCount),
      segments: includesSegments ? log.segments.map(NewswireV1.SegmentDescription.init) : [],
      lastEpoch: log.epochs.latest?.rawValue ?? -1, error: problem.map { NewswireV1.ErrorDetail($0) },
      compaction: compaction, scrub: scrub.map { NewswireV1.LogScrub($0) })
  }

  private var compaction: NewswireV1.LogCompaction? {
    guard let debt = log.compactionDebt(now: wallClock(), highWatermark: state.knownWatermark) else {
      return nil
    }
    return NewswireV1.LogCompaction(
      cleanedEndOffset: log.cleaned.cleanedEnd.rawValue, comparedEndOffset: log.cleaned.comparedEnd.rawValue,
      dirtyBytes: Int64(debt.dirtyBytes), dirtyRatio: debt.dirtyRatio,
      run: log.compactionRun.map { NewswireV1.CompactionRun($0, of: state.name) })
  }
}

extension NewswireV1.LogScrub {
  fileprivate init(_ run: ScrubRun) {
    self.init(
      startedMs: run.startedAt.rawValue, endedMs: run.endedAt?.rawValue ?? 0, readBytes: Int64(run.readBytes),
      mendedCount: run.mendedCount)
  }
}

extension NewswireV1.CompactionRun {
  fileprivate init(_ run: CompactionRun, of place: String) {
    self.init(
      startedMs: run.startedAt.rawValue, endedMs: run.endedAt?.rawValue ?? 0, passes: Int32(clamping: run.passes),
      targetEndOffset: run.targetEnd.rawValue, passBytes: Int64(run.passBytes), readBytes: Int64(run.readBytes),
      writtenBytes: Int64(run.writtenBytes), replacedBytes: Int64(run.replacedBytes),
      recordCount: Int64(run.recordsCount), removedCount: Int64(run.removedCount),
      error: run.failure.map { NewswireV1.ErrorDetail($0.refusal(place)) })
  }
}

extension BrokerLane {
  /// A replica whose log could not be opened.
  fileprivate func description(_ place: TopicPartition, _ failure: Refusal) -> NewswireV1.LogDescription {
    var description = NewswireV1.LogDescription(
      topic: image.topic(place.topic)?.name.description ?? "", topicID: place.topic.bytes,
      partition: place.partition.rawValue)
    description.error = .init(failure)
    return description
  }
}

extension NewswireV1.SegmentDescription {
  fileprivate init(_ segment: PartitionLog.SegmentFacts) {
    self.init(
      baseOffset: segment.offsets.lowerBound.rawValue, endOffset: segment.offsets.upperBound.rawValue,
      sizeBytes: Int64(segment.sizeInBytes), maxTimestampMs: segment.newest?.rawValue ?? 0, active: segment.isActive)
  }
}

extension BrokerFolders {
  fileprivate func descriptions(_ health: DiskHealth) -> [NewswireV1.LogFolder] {
    all.sorted { $0.path < $1.path }.map { folder in
      let space = try? folder.space()
      return NewswireV1.LogFolder(
        folderID: folder.id.bytes, path: folder.path, totalBytes: Int64(space?.total ?? 0),
        freeBytes: Int64(space?.free ?? 0), error: health.problem(of: folder.id).map { NewswireV1.ErrorDetail($0) })
    }
  }
}
