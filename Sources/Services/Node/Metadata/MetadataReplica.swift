internal import Bytes
internal import ClusterMetadata
internal import Messages
internal import Model
public import Observability
public import Transport

/// Keeps a `MetadataView` up to date from the coordinator's feed, for as long as its task runs.
///
/// The feed is joined again after each break, from the offset that was reached; the coordinator answers with what has
/// been committed since, or with a snapshot if it no longer has that.
public struct MetadataReplica: Sendable {
  private let view: MetadataView
  private let coordinators: Channel
  private let logger: Logger
  private static let retryAfter = Duration.milliseconds(200)
  /// The coordinator says something at least this often, even if nothing changes.
  private static let silenceMax = Duration.seconds(15)

  /// A replica that feeds `view` from the coordinators behind a channel.
  public init(view: MetadataView, coordinators: Channel, logger: Logger) {
    self.view = view
    self.coordinators = coordinators
    self.logger = logger
  }

  /// Follows the feed until the task is cancelled. Throws only what no retry can mend: a record that this program does
  /// not understand.
  public func run() async throws {
    while !Task.isCancelled {
      do {
        try await follow()
      } catch let error as MetadataRecordError {
        throw error
      } catch is CancellationError {
        return
      } catch let status as Status where status.refusal?.reason == .clusterMismatch {
        throw status
      } catch {
        logger.info("metadata feed interrupted", ["cause": "\(error)"])
      }
      try? await Task.sleep(for: Self.retryAfter)
    }
  }

  private func follow() async throws {
    var told = ToldMetadata(view.image)
    let request = NewswireInternalV1.WatchMetadataRequest(
      clusterID: told.image.cluster?.id.bytes ?? [], nextOffset: told.image.endOffset.rawValue)
    let stream = coordinators.stream(
      NewswireInternalV1.MetadataFeed.watchMetadata, options: CallOptions(waitForReady: true))
    defer { stream.cancel() }
    try await stream.send(request)
    stream.finishSending()
    for try await response in stream {
      let records = try response.records.map { try MetadataCodec.decode(ByteSlice($0)) }
      let base = MetadataOffset(response.baseOffset)
      let committed = MetadataOffset(response.committedOffset)
      if response.snapshot {
        let part = ToldMetadata.Part(isFirst: response.snapshotStart, isLast: response.snapshotEnd)
        if let image = told.take(snapshot: records, part, endOffset: base) { view.publish(image) }
      } else {
        guard base == told.image.endOffset else {
          throw Status(.internal, "the metadata feed skips from offset \(told.image.endOffset) to \(base)")
        }
        if let image = told.take(records, committed: committed) { view.publish(image) }
      }
    }
  }
}
