internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// Asks brokers how far the logs of partitions go that nobody leads: before one of them is chosen.
struct LogEnds: Sendable {
  private static let timeout = Duration.seconds(3)

  let channels: NodeChannels
  let loop: EventLoop

  /// The ends of all replicas that could be asked for; who does not answer in time is left out.
  func ofReplicas(
    of places: [TopicPartition], in image: MetadataImage
  ) async -> [TopicPartition: [BrokerID: LogPosition]] {
    var asked: [BrokerID: [TopicPartition]] = [:]
    for place in places {
      guard let state = image.partition(place), state.leader == nil else { continue }
      for replica in state.replicas { asked[replica.broker, default: []].append(place) }
    }
    var ends: [TopicPartition: [BrokerID: LogPosition]] = [:]
    await withTaskGroup(of: (BrokerID, [TopicPartition: LogPosition]).self) { group in
      for (id, places) in asked {
        guard let broker = image.broker(id), broker.availability != .fenced,
          let address = broker.registration.listeners.first
        else { continue }
        group.addTask { (id, (try? await self.ends(of: places, at: address)) ?? [:]) }
      }
      for await (broker, found) in group {
        for (place, end) in found { ends[place, default: [:]][broker] = end }
      }
    }
    return ends
  }

  private func ends(
    of places: [TopicPartition], at address: ListenerAddress
  ) async throws -> [TopicPartition: LogPosition] {
    let byTopic = Dictionary(grouping: places, by: \.topic).sorted { $0.key < $1.key }
    var request = NewswireV1.DescribeLogsRequest(
      topics: byTopic.map { topic, places in
        NewswireV1.TopicPartitions(topicID: topic.bytes, partitions: places.map(\.partition.rawValue))
      })
    var ends: [TopicPartition: LogPosition] = [:]
    repeat {
      let answer = try await channels.channel(to: address, on: loop).unary(
        NewswireV1.Broker.describeLogs, request, options: CallOptions(timeout: Self.timeout))
      for log in answer.logs where log.error == nil {
        guard let topic = UUID128(bytes: log.topicID) else { continue }
        ends[TopicPartition(topic: topic, partition: PartitionIndex(log.partition))] =
          MetadataCodec.position(lastEpoch: log.lastEpoch, endOffset: log.logEndOffset)
      }
      request.pageToken = answer.nextPageToken
    } while !request.pageToken.isEmpty
    return ends
  }
}
