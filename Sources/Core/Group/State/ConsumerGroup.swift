public import Model

/// A group of consumers that share the partitions of topics, and how far they have read.
public struct ConsumerGroup: Hashable, Sendable {
  /// How far it is with handing partitions over.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// It has no members, perhaps offsets.
    case empty
    /// Some member does not have yet, or still has, what it shall.
    case reconciling
    /// Every member has what it shall have.
    case stable
  }

  /// The group as a whole.
  public internal(set) var metadata = GroupMetadata()
  /// Its members.
  public internal(set) var members: [MemberID: Member] = [:]
  /// How far it has read.
  public internal(set) var offsets: [TopicPartition: CommittedOffset] = [:]
  /// Who holds each partition that is held: follows from the members' assignments.
  var owners: [TopicPartition: MemberID] = [:]

  /// The members' ids in order.
  public var memberIDs: [MemberID] { members.keys.sorted() }

  /// How far it is with handing partitions over.
  public var state: State {
    guard !members.isEmpty else { return .empty }
    let isStable = members.values.allSatisfy { member in
      member.assignment.isAway
        || member.assignment.epoch.rawValue == metadata.epoch.rawValue && member.assignment.pendingRevocation.isEmpty
          && member.assignment.assigned == member.target
    }
    return isStable ? .stable : .reconciling
  }

  /// The static member of this name.
  func member(instance: InstanceID) -> MemberID? {
    members.first { $0.value.metadata.instanceID == instance }?.key
  }

  /// What member `id` has from now on; nil for nothing.
  mutating func setAssignment(_ assignment: MemberAssignment?, of id: MemberID) {
    for place in members[id]?.assignment.held ?? [] where owners[place] == id { owners[place] = nil }
    guard let assignment else {
      members[id]?.assignment = MemberAssignment()
      return
    }
    members[id, default: Member()].assignment = assignment
    for place in assignment.held { owners[place] = id }
  }
}

/// The groups of one shard: what its records fold into.
public struct GroupTable: Hashable, Sendable {
  /// The groups.
  public internal(set) var groups: [GroupID: ConsumerGroup] = [:]

  /// A shard without groups.
  public init() {}

  /// The groups' ids in order.
  public var groupIDs: [GroupID] { groups.keys.sorted() }

  /// Folds a record into the groups. Cannot fail.
  public mutating func apply(_ record: GroupRecord) {
    switch record {
    case .fenced: break
    case .groupChanged(let id, let metadata): groups[id, default: ConsumerGroup()].metadata = metadata
    case .groupRemoved(let id): groups[id] = nil
    case .memberChanged(let id, let member, let metadata):
      groups[id, default: ConsumerGroup()].members[member, default: Member()].metadata = metadata
    case .memberRemoved(let id, let member):
      groups[id]?.setAssignment(nil, of: member)
      groups[id]?.members[member] = nil
    case .targetChanged(let id, let member, let target):
      groups[id, default: ConsumerGroup()].members[member, default: Member()].target = target
    case .targetRemoved(let id, let member): groups[id]?.members[member]?.target = []
    case .assignmentChanged(let id, let member, let assignment):
      groups[id, default: ConsumerGroup()].setAssignment(assignment, of: member)
    case .assignmentRemoved(let id, let member): groups[id]?.setAssignment(nil, of: member)
    case .offsetCommitted(let id, let place, let offset):
      groups[id, default: ConsumerGroup()].offsets[place] = offset
    case .offsetRemoved(let id, let place):
      groups[id]?.offsets[place] = nil
      // A group that never had a member exists as long as it has offsets.
      if groups[id] == ConsumerGroup() { groups[id] = nil }
    }
  }
}
