internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// `MetadataFeed`: what is committed, to every node, from where it is on.
struct FeedCalls {
  private typealias Wire = NewswireInternalV1
  /// How many records one answer carries.
  private static let recordsPerAnswer = 1000

  let node: LoopBound<MetadataNode>
  let view: MetadataView

  func register(on router: inout Router) {
    router.serverStreaming(NewswireInternalV1.MetadataFeed.watchMetadata) { [self] request, writer, context in
      // Whoever follows the metadata does so as long as it lives.
      defer { lost(context) }
      try await watch(request) { try await writer.write($0) }
    }
  }

  private func lost(_ context: CallContext) {
    guard let caller = context.callingNode, let number = caller.number else { return }
    switch caller.role {
    case .broker: node.execute { $0.connectionLost(.broker(BrokerID(number))) }
    case .groupCoordinator: node.execute { $0.connectionLost(.groupCoordinator(GroupCoordinatorID(number))) }
    case .coordinator, .client: break
    }
  }

  private func watch(
    _ request: Wire.WatchMetadataRequest, write: (Wire.WatchMetadataResponse) async throws -> Void
  ) async throws {
    var image = view.image
    if image.cluster == nil { image = try await view.image(after: image.endOffset) }
    if !request.clusterID.isEmpty, request.clusterID != image.cluster?.id.bytes {
      throw Refusal(
        .clusterMismatch,
        "the node knows another cluster than this one (\(image.cluster.map { "\($0.id)" } ?? "none"))",
        field: "cluster_id")
    }
    var next = MetadataOffset(max(request.nextOffset, 0))
    while true {
      let from = next
      if let records = try await node.run({ $0.committedRecords(from: from, limit: Self.recordsPerAnswer) }) {
        if !records.isEmpty {
          try await write(answer(records, at: next))
          next = next + Int64(records.count)
          continue
        }
      } else {
        image = view.image
        for answer in snapshot(of: image) { try await write(answer) }
        next = image.endOffset
        continue
      }
      _ = try await view.image(after: next)
    }
  }

  private func answer(_ records: [[UInt8]], at offset: MetadataOffset) -> Wire.WatchMetadataResponse {
    let image = view.image
    return Wire.WatchMetadataResponse(
      clusterID: image.cluster?.id.bytes ?? [], baseOffset: offset.rawValue, records: records,
      committedOffset: image.endOffset.rawValue, activeCoordinatorID: image.activeCoordinator?.rawValue)
  }

  private func snapshot(of image: MetadataImage) -> [Wire.WatchMetadataResponse] {
    let records = image.records().map(MetadataCodec.encode)
    let starts = Array(stride(from: 0, to: max(records.count, 1), by: Self.recordsPerAnswer))
    return starts.map { start in
      Wire.WatchMetadataResponse(
        clusterID: image.cluster?.id.bytes ?? [], snapshot: true, snapshotStart: start == 0,
        snapshotEnd: start == starts.last, baseOffset: image.endOffset.rawValue,
        records: Array(records[start..<min(start + Self.recordsPerAnswer, records.count)]),
        committedOffset: image.endOffset.rawValue, activeCoordinatorID: image.activeCoordinator?.rawValue)
    }
  }
}
