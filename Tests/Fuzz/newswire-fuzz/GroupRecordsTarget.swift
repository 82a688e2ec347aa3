import Bytes
import Group
import Model

@testable import GroupCoordinatorService

private let topicID = UUID128(high: 1, low: 2)

/// Bytes as keys and values of `__consumer_offsets`, by turns; an empty value is none. They are loaded as a new owner
/// of the shard does, and everybody named in them goes on from there.
func fuzzGroupRecords(_ bytes: UnsafeRawBufferPointer) {
  var parts = Parts(bytes)
  var records: [GroupRecord] = []
  while !parts.isEmpty {
    let (key, value) = (ByteSlice(parts.next()), ByteSlice(parts.next()))
    guard let record = try? GroupRecordCodec.decode(key: key, value: value.isEmpty ? nil : value) else { continue }
    let encoded = GroupRecordCodec.encode(record)
    let again = try? GroupRecordCodec.decode(key: ByteSlice(encoded.key), value: encoded.value.map { ByteSlice($0) })
    guard again == record else { fatalError("\(record) comes back as \(String(describing: again))") }
    records.append(record)
  }
  guard !records.isEmpty, let topic = try? TopicName("orders"), let newcomer = try? MemberID("newcomer") else { return }
  var owner = ShardOwner(topics: GroupTopics([topic: GroupTopic(id: topicID, partitionCount: 3)]))
  owner.load(records)
  for id in owner.shard.table.groupIDs { owner.use(id, topic, newcomer) }
}

/// The shell of a shard whose writes all succeed at once.
private struct ShardOwner {
  var shard: GroupShard
  private var seconds: Int64 = 1
  private var token: UInt64 = 0

  init(topics: GroupTopics) {
    shard = GroupShard(index: PartitionIndex(0), epoch: ShardEpoch(9), owner: GroupCoordinatorID(1), topics: topics)
  }

  mutating func load(_ records: [GroupRecord]) {
    handle(.opened)
    handle(.recordsReplayed(records))
    handle(.recordsReplayed([.fenced(ShardEpoch(9), by: GroupCoordinatorID(1))]))
  }

  mutating func use(_ id: GroupID, _ topic: TopicName, _ newcomer: MemberID) {
    let place = TopicPartition(topic: topicID, partition: PartitionIndex(0))
    for member in shard.table.groups[id]?.memberIDs.prefix(3) ?? [] {
      let epoch = shard.table.groups[id]?.members[member]?.assignment.epoch ?? .zero
      let committer = CommitOffsets.Committer(id: member, epoch: epoch)
      ask(.heartbeat(GroupHeartbeat(group: id, member: member, step: .stay(epoch), wait: .seconds(1))))
      ask(.commitOffsets(CommitOffsets(group: id, member: committer, offsets: [.init(place: place, offset: .zero)])))
    }
    ask(.heartbeat(GroupHeartbeat(group: id, member: newcomer, step: .join, subscription: [topic])))
    ask(.describeGroup(id))
    ask(.fetchOffsets(FetchOffsets(group: id)))
    for passed in [10, 50, 4_000, 1_000_000] as [Int64] {
      seconds += passed
      handle(.timeElapsed)
    }
    ask(.deleteGroup(id, validateOnly: false))
  }

  private mutating func ask(_ request: GroupRequest) {
    token += 1
    handle(.requestReceived(request, RequestToken(token)))
  }

  private mutating func handle(_ event: GroupShard.Event) {
    var effects: [GroupShard.Effect] = []
    let now = Instant(seconds * 1_000_000_000)
    shard.handle(event, at: now, time: Timestamp(1_700_000_000_000 + seconds * 1000), into: &effects)
    for case .append(_, let id) in effects { handle(.written(upTo: id)) }
  }
}

/// A shard with a group of two members, another one without, and what becomes of them.
func groupRecordSeeds() throws -> [[UInt8]] {
  let (group, other) = (try GroupID("g"), try GroupID("old"))
  let (one, two) = (try MemberID("one"), try MemberID("two"))
  let place = TopicPartition(topic: topicID, partition: PartitionIndex(1))
  let metadata = MemberMetadata(
    instanceID: try InstanceID("i"), rack: "r", clientName: "c", clientAddress: "127.0.0.1:1",
    subscription: [try TopicName("orders")], assignor: .range, rebalanceTimeout: .seconds(60))
  let records: [GroupRecord] = [
    .fenced(ShardEpoch(1), by: GroupCoordinatorID(1)),
    .groupChanged(group, GroupMetadata(epoch: GroupEpoch(3), assignor: .uniform)),
    .memberChanged(group, one, metadata),
    .memberChanged(group, two, MemberMetadata(subscription: [try TopicName("orders")])),
    .targetChanged(group, one, [place]),
    .assignmentChanged(
      group, two,
      MemberAssignment(
        epoch: MemberEpoch(2), previousEpoch: MemberEpoch(1), assigned: [], pendingRevocation: [place], isAway: false)),
    .offsetCommitted(
      group, place,
      CommittedOffset(offset: Offset(5), leaderEpoch: LeaderEpoch(1), metadata: "m", committedAt: Timestamp(7))),
    .groupChanged(other, GroupMetadata(epoch: GroupEpoch(9), assignor: .range, emptySince: Timestamp(1))),
    .offsetCommitted(other, place, CommittedOffset(offset: .zero, committedAt: Timestamp(1))),
    .assignmentRemoved(group, one), .targetRemoved(group, one), .memberRemoved(group, one),
    .offsetRemoved(other, place), .groupRemoved(other),
  ]
  let encoded = records.map { GroupRecordCodec.encode($0) }.map { [$0.key, $0.value ?? []] }
  return encoded.map { Parts.joined($0) }
    + [Parts.joined(encoded.flatMap(\.self)), Parts.joined(encoded.prefix(9).flatMap(\.self))]
}
