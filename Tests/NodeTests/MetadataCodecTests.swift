import Bytes
import ClusterMetadata
import Model
import Node
import Testing

@Suite("Metadata records as bytes")
struct MetadataCodecTests {
  private static let id = UUID128(high: 1, low: 2)
  private static let listeners = [ListenerAddress(name: "main", host: "h", port: 65535)]
  private static let state = PartitionState(
    replicas: [ReplicaPlace(broker: BrokerID(1), folder: id), ReplicaPlace(broker: BrokerID(2), folder: nil)],
    isr: [BrokerID(1)], eligibleLeaders: [BrokerID(2)], leader: nil, leaderEpoch: LeaderEpoch(7),
    epoch: PartitionEpoch(9))

  /// One record of every type, with every optional part once there and once not.
  private static let records: [MetadataRecord] = [
    .featureLevelSet(FeatureLevel(3)),
    .clusterCreated(ClusterIdentity(id: id, name: "news")),
    .coordinatorActivated(CoordinatorRegistration(id: CoordinatorID(1), listeners: listeners, rack: "r", version: "1")),
    .brokerRegistered(
      BrokerRegistration(
        id: BrokerID(3), epoch: BrokerEpoch(11), incarnation: id, listeners: listeners, rack: nil, folders: [id],
        version: "0.1.0")),
    .brokerAvailabilityChanged(BrokerID(3), .fenced),
    .brokerAvailabilityChanged(BrokerID(3), .active),
    .brokerAvailabilityChanged(BrokerID(3), .shuttingDown),
    .brokerDrainChanged(BrokerID(3), isDraining: true),
    .brokerRemoved(BrokerID(3)),
    .groupCoordinatorRegistered(
      GroupCoordinatorRegistration(
        id: GroupCoordinatorID(1), epoch: GroupCoordinatorEpoch(5), incarnation: id, listeners: listeners, rack: nil,
        version: "v")),
    .groupCoordinatorLivenessChanged(GroupCoordinatorID(1), isLive: false),
    .groupShardOwnerChanged(
      shard: PartitionIndex(49),
      GroupShardOwner(owner: GroupCoordinatorID(1), ownerEpoch: GroupCoordinatorEpoch(5), epoch: ShardEpoch(2))),
    .groupShardOwnerChanged(
      shard: PartitionIndex(0), GroupShardOwner(owner: nil, ownerEpoch: nil, epoch: ShardEpoch(3))),
    .topicDeleted(id),
    .topicConfigurationChanged(id, overrides: [:]),
    .partitionCreated(TopicPartition(topic: id, partition: PartitionIndex(0)), state),
    .partitionChanged(TopicPartition(topic: id, partition: PartitionIndex(5)), state),
    .producerIDsAllocated(end: ProducerID(1000)),
    .requestRemembered(RememberedRequest(id: "CreateTopics/x", topics: [.init(name: "orders", id: id)])),
  ]

  @Test("every record survives its bytes", arguments: records)
  func roundTrip(record: MetadataRecord) throws {
    #expect(try MetadataCodec.decode(ByteSlice(MetadataCodec.encode(record))) == record)
  }

  @Test("a new topic survives its bytes, with its name and what it sets itself")
  func topic() throws {
    let record = MetadataRecord.topicCreated(
      Self.id, try TopicName("orders"), overrides: ["retention.ms": "5", "flush": "os"])
    #expect(try MetadataCodec.decode(ByteSlice(MetadataCodec.encode(record))) == record)
  }

  @Test("a record begins with its type and version, big-endian")
  func header() {
    #expect(MetadataCodec.encode(.topicDeleted(Self.id)).prefix(4) == [0, 12, 0, 1])
  }

  @Test(
    "what this version does not know is refused with what to do, never skipped",
    arguments: [
      ([0, 12, 0, 2], "upgrade"), ([0, 99, 0, 1], "upgrade"), ([0, 0, 0, 1], "unknown type 0"), ([0, 12], "too short"),
      ([], "too short"), ([0, 12, 0, 1, 0xff], "type 12"), ([0, 12, 0, 1, 10, 1, 5], "1 bytes instead of 16"),
      ([0, 5, 0, 1, 16, 9], "unknown value 9"),
    ] as [([UInt8], String)])
  func unknown(bytes: [UInt8], words: String) {
    let error = #expect(throws: MetadataRecordError.self) { try MetadataCodec.decode(ByteSlice(bytes)) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}
