internal import ClusterMetadata
internal import Model

/// A topic that is called by its name, with what answers say of it.
final class CalledTopic: Sendable {
  let topic: Topic
  let name: String
  /// Its id as messages have it.
  let id: [UInt8]

  init(_ topic: Topic) {
    self.topic = topic
    name = topic.name.description
    id = topic.id.bytes
  }
}
