import Bytes
import ClusterMetadata
import Model
import Node

/// Bytes as records of the metadata log, folded into an image, which is then looked at and goes through a snapshot.
func fuzzMetadataRecords(_ bytes: UnsafeRawBufferPointer) {
  var parts = Parts(bytes)
  var image = MetadataImage()
  var offset = MetadataOffset.zero
  while !parts.isEmpty {
    guard let record = try? MetadataCodec.decode(ByteSlice(parts.next())) else { continue }
    let again = try? MetadataCodec.decode(ByteSlice(MetadataCodec.encode(record)))
    guard again == record else { fatalError("\(record) comes back as \(String(describing: again))") }
    image.apply(record, at: offset)
    offset = offset + 1
  }
  look(at: image)
  look(at: MetadataImage(snapshot: image.records(), endOffset: image.endOffset))
}

private func look(at image: MetadataImage) {
  _ = image.groupShard(of: "group")
  _ = image.partitions { $0.leader == nil }
  for topic in image.topics(limit: 10) {
    guard let found = image.topic(topic.id), found.configuration.messageBytesMax >= 0 else {
      fatalError("a topic has a name and no id")
    }
    for index in Int32(-1)...1 { _ = found[PartitionIndex(index)] }
  }
  for broker in image.brokers { _ = image.partitions(on: broker.id) }
}

/// A small cluster, and each of its records by itself.
func metadataRecordSeeds() throws -> [[UInt8]] {
  let id = UUID128(high: 1, low: 2)
  let listeners = [ListenerAddress(name: "main", host: "h", port: 9191)]
  let place = TopicPartition(topic: id, partition: PartitionIndex(0))
  func state(_ epoch: Int32) -> PartitionState {
    PartitionState(
      replicas: [ReplicaPlace(broker: BrokerID(1), folder: id), ReplicaPlace(broker: BrokerID(2), folder: nil)],
      isr: [BrokerID(1)], eligibleLeaders: [BrokerID(2)], leader: BrokerID(1), leaderEpoch: LeaderEpoch(epoch),
      epoch: PartitionEpoch(epoch))
  }
  let owner = GroupShardOwner(
    owner: GroupCoordinatorID(1), ownerEpoch: GroupCoordinatorEpoch(5), epoch: ShardEpoch(2))
  let records: [MetadataRecord] = [
    .featureLevelSet(FeatureLevel(1)),
    .clusterCreated(ClusterIdentity(id: id, name: "news")),
    .coordinatorActivated(CoordinatorRegistration(id: CoordinatorID(1), listeners: listeners, rack: "r", version: "1")),
    .brokerRegistered(
      BrokerRegistration(
        id: BrokerID(1), epoch: BrokerEpoch(3), incarnation: id, listeners: listeners, rack: nil, folders: [id],
        version: "1")),
    .brokerAvailabilityChanged(BrokerID(1), .active),
    .brokerDrainChanged(BrokerID(1), isDraining: true),
    .groupCoordinatorRegistered(
      GroupCoordinatorRegistration(
        id: GroupCoordinatorID(1), epoch: GroupCoordinatorEpoch(5), incarnation: id, listeners: listeners, rack: nil,
        version: "1")),
    .groupCoordinatorLivenessChanged(GroupCoordinatorID(1), isLive: false),
    .topicCreated(
      id, try TopicName("__consumer_offsets"), overrides: ["retention.ms": "5", "cleanup.policy": "compact"]),
    .topicConfigurationChanged(id, overrides: ["flush": "os"]),
    .partitionCreated(place, state(0)),
    .partitionChanged(place, state(1)),
    .groupShardOwnerChanged(shard: PartitionIndex(0), owner),
    .producerIDsAllocated(end: ProducerID(1000)),
    .requestRemembered(RememberedRequest(id: "CreateTopics/x", topics: [.init(name: "orders", id: id)])),
    .topicDeleted(id),
    .brokerRemoved(BrokerID(1)),
  ]
  let encoded = records.map { MetadataCodec.encode($0) }
  return encoded.map { Parts.joined([$0]) } + [Parts.joined(encoded), Parts.joined(encoded.dropLast(2))]
}
