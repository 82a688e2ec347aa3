internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// Asks the leaders of partitions where these begin and end, and when what was written.
struct PartitionEnds: Sendable {
  private typealias API = NewswireV1
  private static let timeout = Duration.seconds(5)
  let view: MetadataView
  let channels: NodeChannels

  /// What to ask for.
  enum Question: Sendable {
    case earliest
    case latest
    case time(Timestamp)
  }

  /// The offset of each partition that could be asked, or why it could not. No offset: nothing is that late.
  func offsets(
    of places: [TopicPartition], _ question: Question, on loop: EventLoop
  ) async -> [TopicPartition: Result<Offset?, Refusal>] {
    await withTaskGroup(of: [(TopicPartition, Result<Offset?, Refusal>)].self) { group in
      for (broker, places) in byLeader(places) {
        group.addTask { await self.ask(broker, places, question, loop) }
      }
      var answers: [TopicPartition: Result<Offset?, Refusal>] = [:]
      for await part in group { answers.merge(part) { $1 } }
      return answers
    }
  }

  /// The time of the record at `offset`; nil if it cannot be read.
  func timestamp(of place: TopicPartition, at offset: Offset, on loop: EventLoop) async -> Timestamp? {
    guard let broker = view.image.partition(place)?.leader, let channel = channel(to: broker, on: loop) else {
      return nil
    }
    let partition = API.FetchPartition(
      topicID: place.topic.bytes, partition: place.partition.rawValue, offset: offset.rawValue, maxBytes: 1)
    let response = try? await channel.unary(
      NewswireV1.Broker.fetch, API.FetchRequest(partitions: [partition], form: .structured),
      options: CallOptions(timeout: Self.timeout))
    return response?.partitions.first?.records.first.map { Timestamp($0.timestampMs) }
  }

  private func byLeader(_ places: [TopicPartition]) -> [BrokerID?: [TopicPartition]] {
    let image = view.image
    return Dictionary(grouping: places) { image.partition($0)?.leader }
  }

  private func channel(to broker: BrokerID, on loop: EventLoop) -> Channel? {
    view.image.broker(broker)?.registration.listeners.first.map { channels.channel(to: $0, on: loop) }
  }

  private func ask(
    _ broker: BrokerID?, _ places: [TopicPartition], _ question: Question, _ loop: EventLoop
  ) async -> [(TopicPartition, Result<Offset?, Refusal>)] {
    guard let broker, let channel = channel(to: broker, on: loop) else {
      return places.map { ($0, .failure(Refusal(.leaderNotAvailable, "the partition has no leader at the moment"))) }
    }
    let request = API.ListOffsetsRequest(partitions: places.map { item($0, question) })
    do {
      let response = try await channel.unary(
        NewswireV1.Broker.listOffsets, request, options: CallOptions(timeout: Self.timeout))
      return zip(places, response.partitions).map { place, listed in
        if let error = listed.error { return (place, .failure(Refusal(detail: error))) }
        return (place, .success(listed.offset.map { Offset($0) }))
      }
    } catch {
      let refusal = error.refusal ?? Refusal(.brokerNotAvailable, "broker \(broker): \(error.message)")
      return places.map { ($0, .failure(refusal)) }
    }
  }

  private func item(_ place: TopicPartition, _ question: Question) -> API.ListOffsetsPartition {
    let at: API.ListOffsetsPartition.OneOfAt =
      switch question {
      case .earliest: .earliest(true)
      case .latest: .latest(true)
      case .time(let time): .timestampMs(time.rawValue)
      }
    return API.ListOffsetsPartition(topicID: place.topic.bytes, partition: place.partition.rawValue, at: at)
  }
}
