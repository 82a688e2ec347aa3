import Foundation
import NewswireClient
import Testing

/// The client library against real processes. One test at a time: they stop and kill nodes.
@Suite("Against a cluster of processes", .serialized, .timeLimit(.minutes(2)))
struct ClusterTests {}

/// A client and a topic of its own; both go when the body is done.
func withTopic(
  partitions: Int32, on broker: Int32? = nil, _ body: (NewswireClient, String) async throws -> Void
) async throws {
  let client = try await RealCluster.shared.value.client()
  let topic = "t-\(UUID().uuidString.prefix(8))"
  let assignments = broker.map { broker in (0..<partitions).map { _ in [broker] } } ?? []
  let new = NewTopic(
    topic, partitions: assignments.isEmpty ? partitions : nil, replicationFactor: assignments.isEmpty ? 1 : nil,
    assignments: assignments)
  _ = try await client.admin.createTopics([new])[0].get()
  do {
    try await body(client, topic)
  } catch {
    await client.close()
    throw error
  }
  await client.close()
}

/// All values of a topic that are there now, in the order of their partitions.
func values(_ client: NewswireClient, _ topic: String) async throws -> [String] {
  var found: [String] = []
  for try await record in client.consumer().records(topic, untilEnd: true) { found.append(record.text ?? "") }
  return found
}

/// Writes numbers as values, spread by key.
func write(_ numbers: Range<Int>, to topic: String, _ client: NewswireClient) async throws {
  let producer = client.producer()
  for number in numbers {
    try await producer.enqueue(ProducerRecord(topic: topic, key: "\(number % 10)", value: "\(number)"))
  }
  try await producer.close()
}
