internal import ClusterMetadata
internal import Messages
internal import Model

/// What one watcher of topics has been told, and what is news for it.
struct TopicWatch {
  private typealias API = NewswireV1
  /// How many topics one answer carries, so that it stays far below the size of a message.
  private static let topicsPerAnswer = 200

  private let request: NewswireV1.WatchTopicsRequest
  private let listener: String
  private var told: [TopicID: Topic] = [:]
  private var missing: Set<NewswireV1.TopicReference> = []
  private var nodes: [NewswireV1.Node] = []

  init(request: NewswireV1.WatchTopicsRequest, listener: String) {
    self.request = request
    self.listener = listener
  }

  /// The answers that bring the watcher from what it knows to `image`; the last one is marked if `complete`.
  mutating func news(in image: MetadataImage, complete: Bool) -> [NewswireV1.WatchTopicsResponse] {
    let (wanted, unknown) = wantedTopics(in: image)
    let changed = wanted.filter { told[$0.id] != $0 }
    let present = Set(wanted.map(\.id))
    let gone = told.values.filter { !present.contains($0.id) }.sorted { $0.name < $1.name }
    let newlyUnknown = unknown.filter { !missing.contains($0) }
    missing = Set(unknown)
    for topic in gone { told[topic.id] = nil }
    for topic in changed { told[topic.id] = topic }

    let descriptions = changed.map { image.description(of: $0) } + newlyUnknown.map { image.topicDescription($0) }
    let nodesNow = image.nodeDescriptions(listener: listener)
    let nodesChanged = nodesNow != nodes
    nodes = nodesNow
    guard complete || nodesChanged || !descriptions.isEmpty || !gone.isEmpty else { return [] }

    var answers = stride(from: 0, to: descriptions.count, by: Self.topicsPerAnswer).map { start in
      API.WatchTopicsResponse(
        topics: Array(descriptions[start..<min(start + Self.topicsPerAnswer, descriptions.count)]))
    }
    if answers.isEmpty { answers = [API.WatchTopicsResponse()] }
    answers[0].nodes = complete || nodesChanged ? nodesNow : []
    answers[0].clusterID = image.cluster?.id.description ?? ""
    let last = answers.count - 1
    answers[last].deletedTopics = gone.map { API.TopicReference(topic: $0.name.description, topicID: $0.id.bytes) }
    answers[last].complete = complete
    for index in answers.indices { answers[index].metadataOffset = image.endOffset.rawValue }
    return answers
  }

  private func wantedTopics(in image: MetadataImage) -> (found: [Topic], unknown: [NewswireV1.TopicReference]) {
    guard !request.topics.isEmpty else {
      let all = image.topics(limit: image.topicCount)
      return (all.filter { request.includeInternal || !$0.name.isInternal }, [])
    }
    var found: [Topic] = []
    var unknown: [NewswireV1.TopicReference] = []
    for reference in request.topics {
      if let topic = image.topic(reference) { found.append(topic) } else { unknown.append(reference) }
    }
    return (found, unknown)
  }
}
