import Group
import Model
import RecordBatch

/// What one write of a shard's owner holds.
struct GroupWrite {
  let records: [GroupRecord]
  /// The number under which it was written.
  let writer: Int64
}

/// Watches over the invariants of groups: by the shards' records, as they come to be committed, and by what clients
/// are told.
final class GroupChecker {
  private struct Holding {
    let epoch: MemberEpoch
    let places: Set<TopicPartition>
  }

  private struct GroupPlace: Hashable {
    let group: GroupID
    let place: TopicPartition
  }

  private unowned let world: World
  /// What the batches of shards stand for: each holds its number here.
  private(set) var writes: [GroupWrite] = []
  private var lastFence: [TopicPartition: Int64] = [:]
  private var holdings: [GroupID: [MemberID: Holding]] = [:]
  private var offsets: [GroupPlace: Offset] = [:]
  /// What members were answered to have committed.
  private var acknowledged: [GroupPlace: Offset] = [:]
  /// Who reads what, as the members believe.
  private var readers: [GroupPlace: [(member: MemberID, epoch: MemberEpoch)]] = [:]

  init(_ world: World) { self.world = world }

  /// Keeps a write, and answers its number.
  func note(_ write: GroupWrite) -> Int64 {
    writes.append(write)
    return Int64(writes.count - 1)
  }

  /// The write that a batch stands for; nil if the batch is none.
  func write(in batch: SimulatedLog.Stored) -> GroupWrite? {
    guard batch.header.producer?.id.writerEpoch != nil, let value = SimulatedLog.values(of: batch).first,
      value.count == 8
    else {
      return nil
    }
    let number = Int(value.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) })
    return writes.indices.contains(number) ? writes[number] : nil
  }

  /// A batch has come to be committed.
  func passed(_ place: TopicPartition, _ batch: SimulatedLog.Stored) {
    guard let write = write(in: batch) else { return }
    world.trace(
      place, "committed at \(batch.header.baseOffset) by writer \(write.writer): \(write.records.map(describe))")
    if case .fenced? = write.records.first {
      lastFence[place] = write.writer
    } else if let fence = lastFence[place], write.writer != fence {
      world.violate(
        "OneOwner", place,
        "the owner with number \(write.writer) has written at \(batch.header.baseOffset) of \(place), behind the fence of "
          + "number \(fence)")
    }
    var touched: Set<GroupID> = []
    for record in write.records { apply(record, at: place, &touched) }
    for group in touched.sorted() { checkOwners(of: group, place) }
  }

  private func apply(_ record: GroupRecord, at place: TopicPartition, _ touched: inout Set<GroupID>) {
    switch record {
    case .assignmentChanged(let group, let member, let assignment):
      holdings[group, default: [:]][member] = Holding(
        epoch: assignment.epoch, places: assignment.assigned.union(assignment.pendingRevocation))
      touched.insert(group)
    case .assignmentRemoved(let group, let member), .memberRemoved(let group, let member):
      holdings[group]?[member] = nil
    case .groupRemoved(let group): holdings[group] = nil
    case .offsetCommitted(let group, let read, let committed):
      let key = GroupPlace(group: group, place: read)
      if let before = offsets[key], committed.offset < before {
        world.violate(
          "CommitNotLost", place, "the offset of group \(group) for \(read) went from \(before) to \(committed.offset)")
      }
      offsets[key] = committed.offset
    case .fenced, .groupChanged, .memberChanged, .targetChanged, .targetRemoved, .offsetRemoved: break
    }
  }

  /// *OneOwner*, by what is written.
  private func checkOwners(of group: GroupID, _ shard: TopicPartition) {
    var owners: [TopicPartition: MemberID] = [:]
    for (member, holding) in (holdings[group] ?? [:]).sorted(by: { $0.key < $1.key }) {
      for place in holding.places.sorted() {
        if let other = owners.updateValue(member, forKey: place) {
          world.violate("OneOwner", shard, "members \(other) and \(member) of group \(group) both have \(place)")
        }
      }
    }
  }

  // MARK: What members see

  /// A member has been told to read `place` in `epoch`: of all others that read it, none may be unfenced.
  func began(_ group: GroupID, _ member: MemberID, _ epoch: MemberEpoch, _ place: TopicPartition) {
    let key = GroupPlace(group: group, place: place)
    let others = (readers[key] ?? []).filter { $0.member != member }
    for other in others {
      guard let holding = holdings[group]?[other.member], holding.epoch == other.epoch, holding.places.contains(place)
      else { continue }
      world.violate(
        "OneOwner", place,
        "member \(member) of group \(group) was told to read \(place), which \(other.member) reads unfenced")
    }
    readers[key] = others + [(member, epoch)]
  }

  /// A member has stopped to read `place`.
  func ended(_ group: GroupID, _ member: MemberID, _ place: TopicPartition) {
    readers[GroupPlace(group: group, place: place)]?.removeAll { $0.member == member }
  }

  /// A member was answered that its commit is safe.
  func committed(_ group: GroupID, _ place: TopicPartition, _ offset: Offset) {
    world.count(.offsetsCommitted)
    let key = GroupPlace(group: group, place: place)
    guard let written = offsets[key], written >= offset else {
      return world.violate(
        "CommitNotLost", place, "the commit of \(offset) by group \(group) was answered before it was safe")
    }
    acknowledged[key] = max(acknowledged[key] ?? .zero, offset)
  }

  /// The least that whoever asks now must be told.
  func least(_ group: GroupID, _ place: TopicPartition) -> Offset {
    acknowledged[GroupPlace(group: group, place: place)] ?? .zero
  }

  /// A member was told an offset, having asked when `least` was safe.
  func fetched(_ group: GroupID, _ place: TopicPartition, _ offset: Offset?, least: Offset) {
    guard (offset ?? .zero) < least else { return }
    world.violate(
      "CommitNotLost", place,
      "group \(group) was told \(offset.map { "\($0)" } ?? "nothing") for \(place), where \(least) had been committed")
  }
}
