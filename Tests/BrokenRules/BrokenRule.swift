import ClusterMetadata
import Model
import Partition
import RecordBatch
import SegmentedLog
import Simulation

/// A rule of replication that is broken on purpose, by falsifying what the decisions are told.
enum BrokenRule: String, CaseIterable, Sendable {
  case acknowledgesBeforeSync = "what is written counts as synced"
  case watermarkOverMinimalSet = "a smaller in-sync set counts before the coordinator has decided on it"
  case truncatesToWatermark = "a follower truncates to its high watermark"
  case leadsOnUnderOldEpoch = "a broker that has started again goes on in the leader epoch of before"
  case joinsBehindEpochStart = "a follower may join the in-sync set behind the start of the leader epoch"
  case forgetsSequences = "sequence numbers are forgotten at a fail-over"
  case followsOldLeaders = "a follower takes batches of an earlier leader"
  case readsToTheEnd = "consumers read beyond the high watermark"
  case answersBeforeMetadataIsSynced = "metadata counts as committed before it is synced"
  case ignoresBrokerEpoch = "the coordinator does not look at the broker epochs of requests"
  case cleansToTheEnd = "a log is cleaned beyond the high watermark"
  case removesMarksAtOnce = "marks of deleted keys do not stay for their time"
  case swapsUnsynced = "a cleaned segment takes the place of others before it is synced"
  case deletesAlone = "records count as deleted when the leader alone has given them up"
  case feedsWhoMissedMarks = "a follower goes on behind marks of deleted keys that are gone"

  /// Nodes that are wired so.
  func wiring() -> Wiring {
    switch self {
    case .acknowledgesBeforeSync: AcknowledgesBeforeSync()
    case .watermarkOverMinimalSet: WatermarkOverMinimalSet()
    case .truncatesToWatermark: TruncatesToWatermark()
    case .leadsOnUnderOldEpoch: LeadsOnUnderOldEpoch()
    case .joinsBehindEpochStart: JoinsBehindEpochStart()
    case .forgetsSequences: ForgetsSequences()
    case .followsOldLeaders: FollowsOldLeaders()
    case .readsToTheEnd: ReadsToTheEnd()
    case .answersBeforeMetadataIsSynced: AnswersBeforeMetadataIsSynced()
    case .ignoresBrokerEpoch: IgnoresBrokerEpoch()
    case .cleansToTheEnd: CleansToTheEnd()
    case .removesMarksAtOnce: RemovesMarksAtOnce()
    case .swapsUnsynced: SwapsUnsynced()
    case .deletesAlone: DeletesAlone()
    case .feedsWhoMissedMarks: FeedsWhoMissedMarks()
    }
  }

  /// The histories in which it is to be noticed.
  var plan: HistoryPlan {
    var plan = HistoryPlan()
    guard self == .ignoresBrokerEpoch else { return plan }
    // Replicas go and come back with less, while what was said of them is still on its way.
    plan.faults = [.flip, .disk, .kill, .pause, .oneway, .slow, .delay, .reorder]
    plan.lateness = 0.3
    plan.groupMembers = 0
    return plan
  }
}

private final class AcknowledgesBeforeSync: Wiring {
  override func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] {
    guard case .logAdvanced(var ends) = event else { return [event] }
    ends.syncedEndOffset = ends.logEndOffset
    ends.writtenEndOffset = ends.logEndOffset
    return [.logAdvanced(ends)]
  }

  override func events(behind effect: PartitionEffect, of partition: Partition) -> [PartitionEvent] {
    // A batch counts as soon as it has been handed to the log.
    guard case .append = effect else { return [] }
    return [.logAdvanced(partition.log)]
  }
}

private final class WatermarkOverMinimalSet: Wiring {
  override func events(behind effect: PartitionEffect, of partition: Partition) -> [PartitionEvent] {
    guard case .proposeInSyncSet(let proposal) = effect, case .leader(let leadership) = partition.role,
      proposal.members.count < leadership.inSync.committed.count
    else { return [] }
    return [
      .inSyncSetDecided(
        leaderEpoch: proposal.leaderEpoch, PartitionEpoch(proposal.partitionEpoch.rawValue + 1),
        proposal.members.map(\.broker))
    ]
  }
}

private final class TruncatesToWatermark: Wiring {
  override func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] {
    guard case .leaderAnswered(let position, .agreed(_, let logStart)) = event, let epoch = position.lastEpoch,
      case .follower(let following) = partition.role, following.highWatermark < partition.log.logEndOffset,
      following.highWatermark >= logStart
    else { return [event] }
    return [.leaderAnswered(to: position, .diverged(epoch: epoch, endOffset: following.highWatermark))]
  }
}

private final class LeadsOnUnderOldEpoch: Wiring {
  override func request(_ request: MetadataRequest, in image: MetadataImage) -> MetadataRequest {
    guard case .registerBroker(let request) = request, let known = image.broker(request.registration.id) else {
      return request
    }
    return .registerBroker(RegisterBroker(registration: known.registration, clusterID: nil))
  }
}

private final class JoinsBehindEpochStart: Wiring {
  override func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] {
    guard case .roleAssigned(let assignment, _) = event, assignment.leader == partition.broker,
      partition.leaderEpoch != assignment.leaderEpoch, case .follower(let following) = partition.role
    else { return [event] }
    var ends = partition.log
    ends.logEndOffset = following.highWatermark
    ends.writtenEndOffset = min(ends.writtenEndOffset, ends.logEndOffset)
    ends.syncedEndOffset = min(ends.syncedEndOffset, ends.logEndOffset)
    return [.logAdvanced(ends), event, .logAdvanced(partition.log)]
  }
}

private final class ForgetsSequences: Wiring {
  private var known: [TopicPartition: (epoch: LeaderEpoch?, producers: Set<ProducerID>)] = [:]

  override func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] {
    guard case .produceReceived(var request) = event else { return [event] }
    var known = known[partition.id] ?? (nil, [])
    if known.epoch != partition.leaderEpoch { known = (partition.leaderEpoch, []) }
    for index in request.batches.indices {
      guard let id = request.batches[index].producer?.id, known.producers.insert(id).inserted else { continue }
      request.batches[index].producer = nil
    }
    self.known[partition.id] = known
    return [.produceReceived(request)]
  }
}

private final class FollowsOldLeaders: Wiring {
  override func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] {
    guard case .batchesReceived(var delivery) = event, case .follower(let following) = partition.role,
      delivery.leaderEpoch < following.epoch
    else { return [event] }
    delivery.leaderEpoch = following.epoch
    return [.batchesReceived(delivery)]
  }
}

private final class ReadsToTheEnd: Wiring {
  override func readLimit(_ bounds: ReadBounds, of partition: Partition) -> Offset { partition.log.writtenEndOffset }
}

private final class AnswersBeforeMetadataIsSynced: Wiring {
  override var commitsUnsyncedMetadata: Bool { true }
}

private final class IgnoresBrokerEpoch: Wiring {
  override func request(_ request: MetadataRequest, in image: MetadataImage) -> MetadataRequest {
    func present(_ broker: BrokerID, else epoch: BrokerEpoch) -> BrokerEpoch { image.broker(broker)?.epoch ?? epoch }
    switch request {
    case .alterPartitions(var request):
      request.brokerEpoch = present(request.broker, else: request.brokerEpoch)
      for index in request.changes.indices {
        request.changes[index].isr = request.changes[index].isr.map { member in
          .init(broker: member.broker, epoch: present(member.broker, else: member.epoch))
        }
      }
      return .alterPartitions(request)
    case .brokerHeartbeat(var heartbeat):
      heartbeat.epoch = present(heartbeat.id, else: heartbeat.epoch)
      return .brokerHeartbeat(heartbeat)
    default: return request
    }
  }
}

private final class CleansToTheEnd: Wiring {
  override func cleanableEnd(_ highWatermark: Offset, of partition: Partition) -> Offset { partition.log.logEndOffset }
}

private final class RemovesMarksAtOnce: Wiring {
  override func rules(_ rules: CompactionRules) -> CompactionRules {
    var rules = rules
    rules.deleteRetention = .zero
    return rules
  }
}

private final class SwapsUnsynced: Wiring {
  override var syncsCleanedSegments: Bool { false }
}

private final class DeletesAlone: Wiring {
  override func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] {
    switch event {
    case .followerHolds(let member, let epoch, let held, _):
      return [.followerHolds(member, leaderEpoch: epoch, held: held, logStart: partition.log.logEndOffset)]
    case .followerAsked(var position):
      position.logStartOffset = partition.log.logEndOffset
      return [.followerAsked(position)]
    default: return [event]
    }
  }
}

private final class FeedsWhoMissedMarks: Wiring {
  override func marksEnd(_ offset: Offset?) -> Offset? { nil }

  override func history(_ history: LogHistory) -> LogHistory {
    var history = history
    history.marksRemovedEnd = .zero
    return history
  }
}
