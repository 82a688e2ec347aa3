// swift-format-ignore-file
// Generated from the packages of all .proto files by Protos/generate.sh. Change that, not this.

/// The messages and services of the package `google.protobuf`.
public enum GoogleProtobuf {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    GoogleProtobuf.Duration.self,
    GoogleProtobuf.AnyMessage.self,
  ]
}

/// The messages and services of the package `google.rpc`.
public enum GoogleRpc {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    GoogleRpc.Status.self,
    GoogleRpc.ErrorInfo.self,
    GoogleRpc.RetryInfo.self,
    GoogleRpc.DebugInfo.self,
    GoogleRpc.QuotaFailure.self,
    GoogleRpc.QuotaFailure.Violation.self,
    GoogleRpc.PreconditionFailure.self,
    GoogleRpc.PreconditionFailure.Violation.self,
    GoogleRpc.BadRequest.self,
    GoogleRpc.BadRequest.FieldViolation.self,
    GoogleRpc.RequestInfo.self,
    GoogleRpc.ResourceInfo.self,
    GoogleRpc.Help.self,
    GoogleRpc.Help.Link.self,
    GoogleRpc.LocalizedMessage.self,
  ]
}

/// The messages and services of the package `grpc.health.v1`.
public enum GrpcHealthV1 {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    GrpcHealthV1.HealthCheckRequest.self,
    GrpcHealthV1.HealthCheckResponse.self,
  ]
}

/// The messages and services of the package `grpc.reflection.v1`.
public enum GrpcReflectionV1 {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    GrpcReflectionV1.ServerReflectionRequest.self,
    GrpcReflectionV1.ExtensionRequest.self,
    GrpcReflectionV1.ServerReflectionResponse.self,
    GrpcReflectionV1.FileDescriptorResponse.self,
    GrpcReflectionV1.ExtensionNumberResponse.self,
    GrpcReflectionV1.ListServiceResponse.self,
    GrpcReflectionV1.ServiceResponse.self,
    GrpcReflectionV1.ErrorResponse.self,
  ]
}

/// The messages and services of the package `grpc.reflection.v1alpha`.
public enum GrpcReflectionV1Alpha {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    GrpcReflectionV1Alpha.ServerReflectionRequest.self,
    GrpcReflectionV1Alpha.ExtensionRequest.self,
    GrpcReflectionV1Alpha.ServerReflectionResponse.self,
    GrpcReflectionV1Alpha.FileDescriptorResponse.self,
    GrpcReflectionV1Alpha.ExtensionNumberResponse.self,
    GrpcReflectionV1Alpha.ListServiceResponse.self,
    GrpcReflectionV1Alpha.ServiceResponse.self,
    GrpcReflectionV1Alpha.ErrorResponse.self,
  ]
}

/// The messages and services of the package `newswire.internal.v1`.
public enum NewswireInternalV1 {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    NewswireInternalV1.IdentifyProcessRequest.self,
    NewswireInternalV1.IdentifyProcessResponse.self,
    NewswireInternalV1.ListenerAddress.self,
    NewswireInternalV1.RegisterBrokerRequest.self,
    NewswireInternalV1.DamagedLog.self,
    NewswireInternalV1.RegisterBrokerResponse.self,
    NewswireInternalV1.BrokerHeartbeatRequest.self,
    NewswireInternalV1.PartitionSize.self,
    NewswireInternalV1.BrokerHeartbeatResponse.self,
    NewswireInternalV1.AlterPartitionsRequest.self,
    NewswireInternalV1.PartitionAlteration.self,
    NewswireInternalV1.InSyncReplica.self,
    NewswireInternalV1.AlterPartitionsResponse.self,
    NewswireInternalV1.PartitionAlterationResult.self,
    NewswireInternalV1.ControlledShutdownRequest.self,
    NewswireInternalV1.ControlledShutdownResponse.self,
    NewswireInternalV1.AllocateProducerIdsRequest.self,
    NewswireInternalV1.AllocateProducerIdsResponse.self,
    NewswireInternalV1.RegisterGroupCoordinatorRequest.self,
    NewswireInternalV1.RegisterGroupCoordinatorResponse.self,
    NewswireInternalV1.GroupCoordinatorHeartbeatRequest.self,
    NewswireInternalV1.GroupCoordinatorHeartbeatResponse.self,
    NewswireInternalV1.GroupMetadataKey.self,
    NewswireInternalV1.GroupMetadataValue.self,
    NewswireInternalV1.GroupMemberKey.self,
    NewswireInternalV1.MemberMetadataValue.self,
    NewswireInternalV1.AssignedPartitions.self,
    NewswireInternalV1.TargetAssignmentValue.self,
    NewswireInternalV1.CurrentAssignmentValue.self,
    NewswireInternalV1.OffsetCommitKey.self,
    NewswireInternalV1.OffsetCommitValue.self,
    NewswireInternalV1.ShardFenceKey.self,
    NewswireInternalV1.ShardFenceValue.self,
    NewswireInternalV1.WatchMetadataRequest.self,
    NewswireInternalV1.WatchMetadataResponse.self,
    NewswireInternalV1.FeatureLevelRecord.self,
    NewswireInternalV1.ClusterCreatedRecord.self,
    NewswireInternalV1.NodeRegisteredRecord.self,
    NewswireInternalV1.BrokerRegisteredRecord.self,
    NewswireInternalV1.BrokerAvailabilityRecord.self,
    NewswireInternalV1.BrokerDrainRecord.self,
    NewswireInternalV1.BrokerRemovedRecord.self,
    NewswireInternalV1.GroupCoordinatorLivenessRecord.self,
    NewswireInternalV1.GroupShardOwnerRecord.self,
    NewswireInternalV1.ConfigurationOverride.self,
    NewswireInternalV1.TopicCreatedRecord.self,
    NewswireInternalV1.TopicDeletedRecord.self,
    NewswireInternalV1.TopicConfigurationRecord.self,
    NewswireInternalV1.ReplicaPlacement.self,
    NewswireInternalV1.PartitionRecord.self,
    NewswireInternalV1.DamagedReplica.self,
    NewswireInternalV1.BrokerFoldersRecord.self,
    NewswireInternalV1.ProducerIdsAllocatedRecord.self,
    NewswireInternalV1.RememberedTopic.self,
    NewswireInternalV1.RequestRememberedRecord.self,
    NewswireInternalV1.Voter.self,
    NewswireInternalV1.VoteRequest.self,
    NewswireInternalV1.VoteResponse.self,
    NewswireInternalV1.QuorumEntry.self,
    NewswireInternalV1.AppendRequest.self,
    NewswireInternalV1.AppendResponse.self,
    NewswireInternalV1.InstallSnapshotRequest.self,
    NewswireInternalV1.InstallSnapshotResponse.self,
    NewswireInternalV1.ReplicateRequest.self,
    NewswireInternalV1.ReplicaPosition.self,
    NewswireInternalV1.ReplicateResponse.self,
  ]
}

/// The messages and services of the package `newswire.v1`.
public enum NewswireV1 {
  /// Every message, for tests and fuzzing.
  package static let everyMessage: [any WireMessage.Type] = [
    NewswireV1.Record.self,
    NewswireV1.Header.self,
    NewswireV1.TopicReference.self,
    NewswireV1.PartitionReference.self,
    NewswireV1.TopicPartitions.self,
    NewswireV1.ErrorDetail.self,
    NewswireV1.LogCompaction.self,
    NewswireV1.LogScrub.self,
    NewswireV1.CompactionRun.self,
    NewswireV1.ProducerState.self,
    NewswireV1.ProduceRequest.self,
    NewswireV1.ProduceResponse.self,
    NewswireV1.ProducedPartition.self,
    NewswireV1.ConsumeRequest.self,
    NewswireV1.ConsumePartition.self,
    NewswireV1.ConsumeResponse.self,
    NewswireV1.FetchRequest.self,
    NewswireV1.FetchPartition.self,
    NewswireV1.FetchResponse.self,
    NewswireV1.FetchedPartition.self,
    NewswireV1.ListOffsetsRequest.self,
    NewswireV1.ListOffsetsPartition.self,
    NewswireV1.ListOffsetsResponse.self,
    NewswireV1.ListedOffset.self,
    NewswireV1.AllocateProducerRequest.self,
    NewswireV1.AllocateProducerResponse.self,
    NewswireV1.DeleteRecordsRequest.self,
    NewswireV1.DeleteRecordsPartition.self,
    NewswireV1.DeleteRecordsResponse.self,
    NewswireV1.DeletedRecords.self,
    NewswireV1.DescribeLogsRequest.self,
    NewswireV1.ChecksumRange.self,
    NewswireV1.DescribeLogsResponse.self,
    NewswireV1.LogFolder.self,
    NewswireV1.LogDescription.self,
    NewswireV1.LogChecksum.self,
    NewswireV1.SegmentDescription.self,
    NewswireV1.CreateTopicsRequest.self,
    NewswireV1.NewTopic.self,
    NewswireV1.ReplicaAssignment.self,
    NewswireV1.CreateTopicsResponse.self,
    NewswireV1.CreatedTopic.self,
    NewswireV1.DeleteTopicsRequest.self,
    NewswireV1.DeleteTopicsResponse.self,
    NewswireV1.DeletedTopic.self,
    NewswireV1.AlterTopicsRequest.self,
    NewswireV1.TopicAlteration.self,
    NewswireV1.AlterTopicsResponse.self,
    NewswireV1.AlteredTopic.self,
    NewswireV1.DescribeConfigsRequest.self,
    NewswireV1.DescribeConfigsResponse.self,
    NewswireV1.TopicConfigs.self,
    NewswireV1.ConfigEntry.self,
    NewswireV1.ElectLeadersRequest.self,
    NewswireV1.ElectLeadersResponse.self,
    NewswireV1.ElectedLeader.self,
    NewswireV1.ReassignPartitionsRequest.self,
    NewswireV1.PartitionReassignment.self,
    NewswireV1.ReassignPartitionsResponse.self,
    NewswireV1.ReassignedPartition.self,
    NewswireV1.DrainBrokerRequest.self,
    NewswireV1.DrainBrokerResponse.self,
    NewswireV1.RemoveBrokerRequest.self,
    NewswireV1.RemoveBrokerResponse.self,
    NewswireV1.HeartbeatRequest.self,
    NewswireV1.HeartbeatResponse.self,
    NewswireV1.CommitOffsetsRequest.self,
    NewswireV1.OffsetToCommit.self,
    NewswireV1.CommitOffsetsResponse.self,
    NewswireV1.OffsetResult.self,
    NewswireV1.FetchOffsetsRequest.self,
    NewswireV1.FetchOffsetsResponse.self,
    NewswireV1.CommittedOffset.self,
    NewswireV1.ListGroupsRequest.self,
    NewswireV1.ListGroupsResponse.self,
    NewswireV1.GroupListing.self,
    NewswireV1.DescribeGroupsRequest.self,
    NewswireV1.DescribeGroupsResponse.self,
    NewswireV1.GroupDescription.self,
    NewswireV1.MemberDescription.self,
    NewswireV1.PartitionProgress.self,
    NewswireV1.DeleteGroupsRequest.self,
    NewswireV1.DeleteGroupsResponse.self,
    NewswireV1.DeletedGroup.self,
    NewswireV1.DeleteOffsetsRequest.self,
    NewswireV1.DeleteOffsetsResponse.self,
    NewswireV1.ResetOffsetsRequest.self,
    NewswireV1.ResetOffsetsResponse.self,
    NewswireV1.ResetOffset.self,
    NewswireV1.DescribeClusterRequest.self,
    NewswireV1.DescribeClusterResponse.self,
    NewswireV1.Node.self,
    NewswireV1.DescribeTopicsRequest.self,
    NewswireV1.DescribeTopicsResponse.self,
    NewswireV1.TopicDescription.self,
    NewswireV1.PartitionDescription.self,
    NewswireV1.WatchTopicsRequest.self,
    NewswireV1.WatchTopicsResponse.self,
  ]
}
