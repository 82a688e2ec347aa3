import Bytes
import Messages

private typealias Check = @Sendable ([UInt8]) -> Void

/// Decodes and encodes one message; what was accepted must come out of its own encoding unchanged.
private func check<M: Message>(_: M.Type) -> Check {
  { bytes in
    guard let message = try? M(decoding: bytes) else { return }
    let encoded = message.serialized
    guard let again = try? M(decoding: encoded) else { fatalError("\(M.messageName): refuses its own encoding") }
    guard again.serialized == encoded else { fatalError("\(M.messageName): changes when it is encoded") }
  }
}

private func both<Q, R>(_: Method<Q, R>) -> [Check] { [check(Q.self), check(R.self)] }

/// What a peer can send in each call, and what can stand in a log.
private let checks: [Check] =
  [
    both(GrpcHealthV1.Health.check),
    both(GrpcHealthV1.Health.watch),
    both(GrpcReflectionV1.ServerReflection.serverReflectionInfo),
    both(GrpcReflectionV1Alpha.ServerReflection.serverReflectionInfo),
    both(NewswireInternalV1.BrokerLifecycle.registerBroker),
    both(NewswireInternalV1.BrokerLifecycle.brokerHeartbeat),
    both(NewswireInternalV1.BrokerLifecycle.alterPartitions),
    both(NewswireInternalV1.BrokerLifecycle.controlledShutdown),
    both(NewswireInternalV1.BrokerLifecycle.allocateProducerIds),
    both(NewswireInternalV1.GroupLifecycle.registerGroupCoordinator),
    both(NewswireInternalV1.GroupLifecycle.groupCoordinatorHeartbeat),
    both(NewswireInternalV1.MetadataFeed.watchMetadata),
    both(NewswireInternalV1.Quorum.vote),
    both(NewswireInternalV1.Quorum.append),
    both(NewswireInternalV1.Quorum.installSnapshot),
    both(NewswireInternalV1.Replication.replicate),
    both(NewswireV1.Broker.produce),
    both(NewswireV1.Broker.produceStream),
    both(NewswireV1.Broker.consume),
    both(NewswireV1.Broker.fetch),
    both(NewswireV1.Broker.listOffsets),
    both(NewswireV1.Broker.allocateProducer),
    both(NewswireV1.Broker.deleteRecords),
    both(NewswireV1.Broker.describeLogs),
    both(NewswireV1.Coordinator.createTopics),
    both(NewswireV1.Coordinator.deleteTopics),
    both(NewswireV1.Coordinator.alterTopics),
    both(NewswireV1.Coordinator.describeConfigs),
    both(NewswireV1.Coordinator.electLeaders),
    both(NewswireV1.Coordinator.reassignPartitions),
    both(NewswireV1.Coordinator.drainBroker),
    both(NewswireV1.Coordinator.removeBroker),
    both(NewswireV1.GroupCoordinator.heartbeat),
    both(NewswireV1.GroupCoordinator.commitOffsets),
    both(NewswireV1.GroupCoordinator.fetchOffsets),
    both(NewswireV1.GroupCoordinator.listGroups),
    both(NewswireV1.GroupCoordinator.describeGroups),
    both(NewswireV1.GroupCoordinator.deleteGroups),
    both(NewswireV1.GroupCoordinator.deleteOffsets),
    both(NewswireV1.GroupCoordinator.resetOffsets),
    both(NewswireV1.Metadata.describeCluster),
    both(NewswireV1.Metadata.describeTopics),
    both(NewswireV1.Metadata.watchTopics),
  ].flatMap(\.self) + [
    check(NewswireInternalV1.GroupMetadataKey.self),
    check(NewswireInternalV1.GroupMetadataValue.self),
    check(NewswireInternalV1.GroupMemberKey.self),
    check(NewswireInternalV1.MemberMetadataValue.self),
    check(NewswireInternalV1.TargetAssignmentValue.self),
    check(NewswireInternalV1.CurrentAssignmentValue.self),
    check(NewswireInternalV1.OffsetCommitKey.self),
    check(NewswireInternalV1.OffsetCommitValue.self),
    check(NewswireInternalV1.ShardFenceKey.self),
    check(NewswireInternalV1.ShardFenceValue.self),
    check(NewswireInternalV1.FeatureLevelRecord.self),
    check(NewswireInternalV1.ClusterCreatedRecord.self),
    check(NewswireInternalV1.NodeRegisteredRecord.self),
    check(NewswireInternalV1.BrokerRegisteredRecord.self),
    check(NewswireInternalV1.BrokerAvailabilityRecord.self),
    check(NewswireInternalV1.BrokerDrainRecord.self),
    check(NewswireInternalV1.BrokerRemovedRecord.self),
    check(NewswireInternalV1.GroupCoordinatorLivenessRecord.self),
    check(NewswireInternalV1.GroupShardOwnerRecord.self),
    check(NewswireInternalV1.TopicCreatedRecord.self),
    check(NewswireInternalV1.TopicDeletedRecord.self),
    check(NewswireInternalV1.TopicConfigurationRecord.self),
    check(NewswireInternalV1.PartitionRecord.self),
    check(NewswireInternalV1.ProducerIdsAllocatedRecord.self),
    check(NewswireInternalV1.RequestRememberedRecord.self),
  ]

/// The first byte chooses the message, the rest is decoded as it.
func fuzzMessages(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  checks[number % checks.count](Array(rest))
}
