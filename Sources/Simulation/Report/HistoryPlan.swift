/// How large a simulated run is, and what may happen in it.
public struct HistoryPlan: Hashable, Sendable {
  /// How many brokers there are at the beginning.
  public var brokers = 5
  /// How many partitions are written and read.
  public var partitions = 4
  /// How many of them are cleaned: the first is compacted, the second deletes what is old or too much.
  public var cleanedPartitions = 2
  /// How many batches are produced in all.
  public var batches = 1000
  /// How many members the group of consumers has; none leaves out groups.
  public var groupMembers = 3
  /// How many faults happen.
  public var faultCount = 60
  /// What may go wrong.
  public var faults = Set(FaultKind.allCases)
  /// The part of all messages that come late, if they may.
  public var lateness = 0.005
  /// The numbers of the faults that do happen; nil for all. The others are left out, and nothing else changes.
  public var faultNumbers: Set<Int>?

  /// A run of the usual size, with every kind of fault.
  public init() {}
}
