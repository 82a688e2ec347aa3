import ClusterMetadata
import Messages
import Model
import Transport

/// Requests that several tests send.
enum NewswireRequest {
  /// A write to a shard of groups as a stranger would try it.
  static var shardWrite: NewswireV1.ProduceRequest {
    NewswireV1.ProduceRequest(
      topic: MetadataImage.consumerOffsetsName, partition: 0, acks: .all,
      records: [NewswireV1.Record(key: [1], value: [2])])
  }

  static func send(_ request: NewswireV1.ProduceRequest, _ channel: Channel) async throws {
    _ = try await channel.unary(
      NewswireV1.Broker.produce, request, options: CallOptions(timeout: .seconds(10), waitForReady: true))
  }
}
