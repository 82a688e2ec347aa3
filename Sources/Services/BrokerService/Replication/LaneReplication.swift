internal import ClusterMetadata
internal import Model
internal import Partition
internal import Runtime

/// How the replicas of one lane speak with their leaders and followers on other brokers. Belongs to the lane's loop.
final class LaneReplication {
  /// A replica tells its leader where it is, and waits to hear whether their logs agree.
  func ask(_ leader: BrokerID, _ position: ReplicaPosition, for partition: LocalPartition) {}

  /// A replica tells its leader what it holds.
  func tell(_ leader: BrokerID, leaderEpoch: LeaderEpoch, held: Offset, for partition: LocalPartition) {}

  /// A leader tells a follower whether their logs agree.
  func answer(_ position: ReplicaPosition, _ answer: FollowerAnswer, for partition: LocalPartition) {}

  /// A leader's log has grown, or more of it may be seen.
  func logGrew(_ partition: LocalPartition) {}

  /// The replica has another role now, or is here no more.
  func forget(_ place: TopicPartition) {}
}
