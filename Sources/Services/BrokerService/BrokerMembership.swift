internal import ClusterMetadata
internal import DiskIO
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// How a broker registers with the coordinator and keeps its lease.
struct BrokerMembership: MembershipCalls {
  private static let timeout = Duration.seconds(3)
  let coordinators: Channel
  let name: NodeName
  let incarnation: UUID128
  let listeners: [ListenerAddress]
  let rack: String?
  let folders: BrokerFolders
  let health: DiskHealth
  /// True if the last process closed its logs in order.
  let wasStoppedCleanly: Bool
  let progress: LaneProgress
  let lease: BrokerLease
  let sizes: LedSizes

  func register() async throws -> MembershipGrant {
    let request = NewswireInternalV1.RegisterBrokerRequest(
      brokerID: name.number ?? 0, incarnation: incarnation.bytes, clusterID: try folders.knownCluster()?.bytes ?? [],
      listeners: MetadataCodec.wire(listeners), rack: rack ?? "", folderIDs: folders.all.map(\.id.bytes),
      softwareVersion: NodeProcess.version, featureLevelMax: Int32(FeatureLevel.first.rawValue),
      cleanShutdown: wasStoppedCleanly, damagedLogs: health.damagedLogs)
    let response = try await answer {
      try await coordinators.unary(
        NewswireInternalV1.BrokerLifecycle.registerBroker, request,
        options: CallOptions(timeout: Self.timeout, waitForReady: true))
    }
    return try MembershipGrant(
      epoch: response.brokerEpoch, cluster: response.clusterID, heartbeatIntervalMs: response.heartbeatIntervalMs)
  }

  func heartbeat(epoch: Int64, metadataEnd: MetadataOffset, wantsShutdown: Bool) async throws -> MembershipReply {
    let request = NewswireInternalV1.BrokerHeartbeatRequest(
      brokerID: name.number ?? 0, brokerEpoch: epoch, metadataOffset: min(metadataEnd, progress.end).rawValue,
      wantShutdown: wantsShutdown, failedFolderIDs: health.failedFolders.map(\.bytes),
      fullFolderIDs: health.fullFolders.map(\.bytes), damagedLogs: health.damagedLogs,
      partitionSizes: sizes.takeNews().sorted { $0.key < $1.key }.map { place, size in
        NewswireInternalV1.PartitionSize(
          topicID: place.topic.bytes, partition: place.partition.rawValue, sizeBytes: Int64(size))
      })
    let sent = monotonicNow()
    let response = try await answer {
      try await coordinators.unary(
        NewswireInternalV1.BrokerLifecycle.brokerHeartbeat, request, options: CallOptions(timeout: Self.timeout))
    }
    if response.fenced {
      lease.giveUp()
    } else {
      lease.renew(
        sentAt: sent, for: .milliseconds(response.leaseMs), metadataEnd: MetadataOffset(response.metadataEndOffset))
    }
    return MembershipReply(isActive: !response.fenced, mayShutDown: response.mayShutDown)
  }
}
