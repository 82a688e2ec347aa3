public import ClusterMetadata
public import Model
public import Partition

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

  /// True if records of the metadata count as committed before they are on the disk.
  open var commitsUnsyncedMetadata: Bool { false }
}
