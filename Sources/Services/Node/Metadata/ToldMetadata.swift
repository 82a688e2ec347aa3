internal import ClusterMetadata
internal import Model

/// The metadata as a feed tells them, piece by piece, and of that what may be seen.
///
/// What was written together is seen together: a topic with all of its partitions or not at all, although the feed may
/// tell of it in several answers. And nothing is seen before all is told that was committed when the feed was joined: a
/// node that is starting says that it does not know yet, and not that a topic of yesterday does not exist.
struct ToldMetadata {
  /// Which part of a snapshot an answer has.
  struct Part {
    let isFirst: Bool
    let isLast: Bool
  }

  /// All that has been told.
  private(set) var image: MetadataImage
  private var snapshot: [MetadataRecord]?
  /// The end of something that was written together, and where the image can be seen next.
  private var goal: MetadataOffset?

  init(_ image: MetadataImage) { self.image = image }

  /// Takes in records behind those before; `committed` is the end of what was committed when they were sent. Returns the
  /// image that can be seen now; nil if there is none yet.
  mutating func take(_ records: [MetadataRecord], committed: MetadataOffset) -> MetadataImage? {
    guard !records.isEmpty else { return nil }
    var seen: MetadataImage?
    for record in records {
      if goal.map({ $0 <= image.endOffset }) ?? true { goal = committed }
      image.apply(record, at: image.endOffset)
      if image.endOffset == goal { seen = image }
    }
    return committed < image.endOffset ? image : seen
  }

  /// Takes in a part of a snapshot, which is seen when it is complete.
  mutating func take(snapshot records: [MetadataRecord], _ part: Part, endOffset: MetadataOffset) -> MetadataImage? {
    let whole = (part.isFirst ? [] : snapshot ?? []) + records
    snapshot = part.isLast ? nil : whole
    guard part.isLast else { return nil }
    image = MetadataImage(snapshot: whole, endOffset: endOffset)
    goal = nil
    return image
  }
}
