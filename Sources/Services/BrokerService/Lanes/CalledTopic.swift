internal import ClusterMetadata
internal import Model

/// A topic that is called by its name, with what answers say of it.
final class CalledTopic: Sendable {
  let topic: Topic
  let name: String
  /// Its id as messages have it.
  let id: [UInt8]

  init(_ topic: Topic) {
    self.topic = topic
    name = topic.name.description
    id = topic.id.bytes
  }

  func place(_ partition: PartitionIndex) -> TopicPartition { TopicPartition(topic: topic.id, partition: partition) }

  /// Who leads the partition, which exists; nil if nobody does. Without a copy of all that is known of it.
  func leader(of partition: PartitionIndex) -> BrokerID? { topic.partitions[Int(partition.rawValue)].leader }
}
