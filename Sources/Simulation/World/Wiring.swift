public import ClusterMetadata
public import Model
public import Partition
public import SegmentedLog

/// How simulated nodes hand on what happens to those who decide, and what they make of the decisions: as it is.
///
/// A test that wants to see a rule of replication broken puts another wiring here. So no decision needs a switch for
/// it, and the checkers are shown to notice.
open class Wiring {
  /// The wiring that changes nothing.
  public init() {}

  /// What a replica is told when `event` has happened to it.
  open func events(_ event: PartitionEvent, to partition: Partition) -> [PartitionEvent] { [event] }

  /// What a replica is told at once when it has asked for `effect`.
  open func events(behind effect: PartitionEffect, of partition: Partition) -> [PartitionEvent] { [] }

  /// What the coordinator is asked for, when somebody asks for `request`.
  open func request(_ request: MetadataRequest, in image: MetadataImage) -> MetadataRequest { request }

  /// How far a consumer may read.
  open func readLimit(_ bounds: ReadBounds, of partition: Partition) -> Offset { bounds.limit }

  /// Up to where a replica's log may be cleaned.
  open func cleanableEnd(_ highWatermark: Offset, of partition: Partition) -> Offset { highWatermark }

  /// How a log is cleaned.
  open func rules(_ rules: CompactionRules) -> CompactionRules { rules }

  /// Before which offset marks of deleted keys may go.
  open func marksEnd(_ offset: Offset?) -> Offset? { offset }

  /// What a replica is told of its log's past.
  open func history(_ history: LogHistory) -> LogHistory { history }

  /// False if segments that a cleaning makes are not synced before they take the place of others.
  open var syncsCleanedSegments: Bool { true }

  /// True if records of the metadata count as committed before they are on the disk.
  open var commitsUnsyncedMetadata: Bool { false }
}
