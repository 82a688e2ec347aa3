/// Records that were acknowledged to a producer and that the partition does not have any more.
///
/// With `acks` `all` that takes an unclean election, which somebody has asked for and accepted, or the loss of every
/// replica's disk. What the partition has at these offsets now, if anything, are other records. The producer goes on
/// behind them, unless `afterFailure` is `stop`: whoever still has the lost ones may write them again.
public struct LostRecords: Hashable, Sendable {
  /// The topic.
  public let topic: String
  /// The partition.
  public let partition: Int32
  /// The first offset that is lost; nil if that is not known.
  public let firstOffset: Int64?
  /// Behind the last record that was acknowledged and whose place is known.
  public let endOffset: Int64?

  /// The loss in words, for people and logs.
  public var error: NewswireError {
    let range =
      switch (firstOffset, endOffset) {
      case (let first?, let end?): "from offset \(first) up to \(end)"
      case (nil, let end?): "at about offset \(end)"
      case (_, nil): "at offsets that are not known"
      }
    var metadata: [String: String] = [:]
    if let firstOffset { metadata["first_offset"] = "\(firstOffset)" }
    if let endOffset { metadata["end_offset"] = "\(endOffset)" }
    return NewswireError(
      .acknowledgedRecordsLost,
      "partition \(topic)-\(partition) has lost records that were acknowledged, \(range): an unclean election has passed "
        + "them over, or disks were lost; write them again if they are still needed", metadata: metadata)
  }
}
