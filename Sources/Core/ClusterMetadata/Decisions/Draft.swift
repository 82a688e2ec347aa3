import Model

/// The image as it will be once everything proposed has been committed, and the records that lead there.
///
/// A decision reads `image`, and either refuses before it has emitted anything or emits records that are true
/// together. Each is applied at once, so that later steps of the same decision see what earlier ones did.
struct Draft: Sendable {
  private(set) var image: MetadataImage
  private(set) var counts: ReplicaCounts
  private(set) var records: [MetadataRecord] = []
  let policy: MetadataPolicy

  init(image: MetadataImage, policy: MetadataPolicy) {
    self.image = image
    counts = ReplicaCounts(image)
    self.policy = policy
  }

  /// `record` becomes true.
  mutating func emit(_ record: MetadataRecord) {
    counts.prepare(for: record, on: image)
    image.apply(record, at: image.endOffset)
    records.append(record)
  }

  /// The records emitted since the last call.
  mutating func takeRecords() -> [MetadataRecord] {
    defer { records = [] }
    return records
  }

  /// Refuses a node whose program does not understand the level in use.
  func checkFeatureLevel(_ understood: ClosedRange<FeatureLevel>) throws(Refusal) {
    guard let level = image.featureLevel, !understood.contains(level) else { return }
    throw Refusal(
      .unsupportedVersion,
      "the cluster is at feature level \(level); this node understands \(understood.lowerBound) to \(understood.upperBound)",
      metadata: ["feature_level": "\(level)"])
  }

  /// Which cluster this is; refuses while it does not exist, or if the caller belongs to another.
  func checkCluster(_ id: UUID128?) throws(Refusal) -> ClusterIdentity {
    guard let cluster = image.cluster else {
      throw Refusal(.coordinatorNotAvailable, "the cluster has not been created yet")
    }
    guard let id, id != cluster.id else { return cluster }
    throw Refusal(
      .clusterMismatch, "the node's disk belongs to cluster \(id); this is cluster \(cluster.id) (\(cluster.name))",
      metadata: ["cluster_id": "\(cluster.id)"])
  }

  /// Refuses a registration that says more of itself than anybody could need.
  func checkBounds(listeners: [ListenerAddress], rack: String?, version: String, folders: [UUID128] = [])
    throws(Refusal)
  {
    let texts = listeners.flatMap { [$0.name, $0.host] } + [rack ?? "", version]
    guard (1...16).contains(listeners.count), folders.count <= 256, texts.allSatisfy({ $0.utf8.count <= 255 }) else {
      throw Refusal(
        .invalidRequest,
        "a node registers with 1 to 16 listeners, at most 256 disk folders, and names of at most 255 bytes")
    }
  }
}
