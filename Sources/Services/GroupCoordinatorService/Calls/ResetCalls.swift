internal import ClusterMetadata
internal import Group
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

extension GroupCalls {
  /// Where one partition of a group is to go on, or why it cannot be said.
  private typealias Target = (place: TopicPartition, offset: Result<Offset, Refusal>)

  func resetOffsets(
    _ request: API.ResetOffsetsRequest, _ context: CallContext, _ shard: LoopBound<ShardNode>
  ) async throws -> API.ResetOffsetsResponse {
    guard let to = request.to else {
      throw Refusal(
        .invalidRequest, "it is not said where to: earliest, latest, a time, an offset or a shift", field: "to")
    }
    let group = try GroupID(request.group)
    let committed = try await committedOffsets(group, shard)
    let places = try request.topics.isEmpty ? committed.keys.sorted() : self.places(request.topics)
    let targets = await targets(places, to, committed, context.loop)
    let resets = targets.compactMap { target in
      (try? target.offset.get()).map { OffsetReset(place: target.place, offset: $0) }
    }
    let question = GroupRequest.resetOffsets(group, resets, validateOnly: request.validateOnly)
    guard case .offsetsReset(let results) = try await ask(question, shard) else { preconditionFailure() }
    let failed = targets.compactMap { target -> API.ResetOffset? in
      guard case .failure(let refusal) = target.offset else { return nil }
      return answer(target.place, old: committed[target.place], .failure(refusal))
    }
    let done = results.map { answer($0.place, old: $0.old, $0.new) }
    return API.ResetOffsetsResponse(
      offsets: (done + failed).sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) })
  }

  private func answer(_ place: TopicPartition, old: Offset?, _ new: Result<Offset, Refusal>) -> API.ResetOffset {
    var answer = API.ResetOffset(
      topic: topicName(place.topic), topicID: place.topic.bytes, partition: place.partition.rawValue,
      oldOffset: old?.rawValue)
    switch new {
    case .success(let offset): answer.newOffset = offset.rawValue
    case .failure(let refusal): answer.error = API.ErrorDetail(refusal)
    }
    return answer
  }

  private func committedOffsets(
    _ group: GroupID, _ shard: LoopBound<ShardNode>
  ) async throws -> [TopicPartition: Offset] {
    guard case .offsets(let offsets) = try await ask(.fetchOffsets(FetchOffsets(group: group)), shard) else {
      preconditionFailure()
    }
    return Dictionary(offsets.compactMap { entry in entry.committed.map { (entry.place, $0.offset) } }) { $1 }
  }

  /// What lies outside a log is moved to its nearest end.
  private func targets(
    _ places: [TopicPartition], _ to: API.ResetOffsetsRequest.OneOfTo, _ committed: [TopicPartition: Offset],
    _ loop: EventLoop
  ) async -> [Target] {
    let earliest = await ends.offsets(of: places, .earliest, on: loop)
    let latest = await ends.offsets(of: places, .latest, on: loop)
    var timed: [TopicPartition: Result<Offset?, Refusal>] = [:]
    if case .timestampMs(let time) = to {
      timed = await ends.offsets(of: places, .time(Timestamp(time)), on: loop)
    }
    return places.map { place in
      let offset = Result { () throws(Refusal) -> Offset in
        let unknown = Refusal(.leaderNotAvailable, "the partition cannot be asked for its offsets")
        guard let start = try earliest[place]?.get(), let end = try latest[place]?.get() else { throw unknown }
        let wanted: Offset
        switch to {
        case .earliest: wanted = start
        case .latest: wanted = end
        case .timestampMs: wanted = try timed[place]?.get() ?? end
        case .offset(let offset): wanted = Offset(offset)
        case .shift(let distance):
          let from = committed[place] ?? start
          let (sum, overflow) = from.rawValue.addingReportingOverflow(distance)
          wanted = overflow ? (distance < 0 ? start : end) : Offset(sum)
        }
        return min(max(wanted, start), end)
      }
      return (place, offset)
    }
  }
}
