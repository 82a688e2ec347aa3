public import Model

/// How a group's partitions are shared out.
public enum Assignor: String, CaseIterable, Hashable, Sendable {
  /// As equally as possible, moving as few as possible.
  case uniform
  /// Neighbouring partitions together, the same numbers of each topic.
  case range
}

/// What a member said of itself.
public struct MemberMetadata: Hashable, Sendable {
  /// Its name over restarts; nil for a dynamic member.
  public var instanceID: InstanceID?
  /// Where it stands; partitions with a replica there are preferred.
  public var rack: String?
  /// A name for people.
  public var clientName: String
  /// The address that it calls from.
  public var clientAddress: String
  /// The topics that it reads, in order.
  public var subscription: [TopicName]
  /// The assignor that it asked for.
  public var assignor: Assignor?
  /// How long it may take to give up partitions.
  public var rebalanceTimeout: Duration

  /// A member that says this.
  public init(
    instanceID: InstanceID? = nil, rack: String? = nil, clientName: String = "", clientAddress: String = "",
    subscription: [TopicName] = [], assignor: Assignor? = nil, rebalanceTimeout: Duration = .zero
  ) {
    self.instanceID = instanceID
    self.rack = rack
    self.clientName = clientName
    self.clientAddress = clientAddress
    self.subscription = subscription
    self.assignor = assignor
    self.rebalanceTimeout = rebalanceTimeout
  }
}

/// What a member has at the moment.
///
/// `assigned` and `pendingRevocation` are disjoint. As long as a partition is in either, no other member has it
/// (*OneOwner*).
public struct MemberAssignment: Hashable, Sendable {
  /// The group epoch in which the member has arrived.
  public var epoch: MemberEpoch
  /// The epoch before that: a heartbeat may still carry it if the answer got lost.
  public var previousEpoch: MemberEpoch
  /// What it reads, or has been told to.
  public var assigned: Set<TopicPartition>
  /// What it has been told to give up, and may still read.
  public var pendingRevocation: Set<TopicPartition>
  /// True for a static member that has left and will come back.
  public var isAway: Bool

  /// An assignment in exactly this state.
  public init(
    epoch: MemberEpoch = .zero, previousEpoch: MemberEpoch = .zero, assigned: Set<TopicPartition> = [],
    pendingRevocation: Set<TopicPartition> = [], isAway: Bool = false
  ) {
    self.epoch = epoch
    self.previousEpoch = previousEpoch
    self.assigned = assigned
    self.pendingRevocation = pendingRevocation
    self.isAway = isAway
  }

  /// Everything that no other member may have because of this one.
  public var held: Set<TopicPartition> { assigned.union(pendingRevocation) }
}

/// A member of a group.
public struct Member: Hashable, Sendable {
  /// What it said of itself.
  public internal(set) var metadata = MemberMetadata()
  /// What it shall have in the end.
  public internal(set) var target: Set<TopicPartition> = []
  /// What it has.
  public internal(set) var assignment = MemberAssignment()
}

extension MemberAssignment {
  /// One step towards `target`, the assignment of `epoch`. Equal to `self` if nothing can be done at the moment.
  ///
  /// The member first gives up what it shall no longer have: it is told, and a later heartbeat whose `owned` lacks the
  /// partitions confirms it (nil: nothing was heard of the member). Only then it arrives in the epoch, and gets what is
  /// free; the rest follows when others have given it up.
  func reconciled(
    toward target: Set<TopicPartition>, epoch groupEpoch: GroupEpoch, owned: Set<TopicPartition>?,
    isFree: (TopicPartition) -> Bool
  ) -> MemberAssignment {
    var next = self
    if !pendingRevocation.isEmpty {
      guard let owned, owned.isDisjoint(with: pendingRevocation) else { return self }
      next.pendingRevocation = []
    }
    let surplus = next.assigned.subtracting(target)
    guard surplus.isEmpty else {
      next.assigned.subtract(surplus)
      next.pendingRevocation = surplus
      return next
    }
    next.assigned.formUnion(target.subtracting(next.assigned).filter { pendingRevocation.contains($0) || isFree($0) })
    if next.epoch.rawValue != groupEpoch.rawValue {
      next.previousEpoch = next.epoch
      next.epoch = MemberEpoch(groupEpoch.rawValue)
    }
    return next
  }
}
