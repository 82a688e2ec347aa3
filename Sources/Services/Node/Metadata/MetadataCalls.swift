internal import ClusterMetadata
internal import Messages
internal import Model
public import Transport

/// The calls of `newswire.v1.Metadata`, which every node answers from what it knows.
public struct MetadataCalls: Sendable {
  private typealias API = NewswireV1
  private let view: MetadataView
  private static let pageSizeMax = 500
  private static let namedTopicsMax = 1000
  /// So many partitions at most are on a page of several topics, so that it stays below the size of a message.
  private static let partitionsPerPageMax = 20_000
  private static let watchedTopicsMax = 10_000

  /// Calls that answer from `view`.
  public init(view: MetadataView) {
    self.view = view
  }

  /// Registers the calls for callers of one listener: they are told addresses of that listener.
  public func register(on router: inout Router, listener: String) {
    router.unary(NewswireV1.Metadata.describeCluster) { [view] request, context in
      try refuseEmpty(view.image).clusterDescription(listener: listener)
    }
    router.unary(NewswireV1.Metadata.describeTopics) { [view] request, context in
      try describeTopics(request, in: refuseEmpty(view.image))
    }
    router.serverStreaming(NewswireV1.Metadata.watchTopics) { [self] request, writer, context in
      try await watchTopics(request, listener: listener) { try await writer.write($0) }
    }
  }

  private func refuseEmpty(_ image: MetadataImage) throws(Refusal) -> MetadataImage {
    guard image.cluster != nil else {
      throw Refusal(.coordinatorNotAvailable, "this node has not heard from a coordinator yet")
    }
    return image
  }

  private func describeTopics(
    _ request: API.DescribeTopicsRequest, in image: MetadataImage
  ) throws(Refusal) -> API.DescribeTopicsResponse {
    guard (0...Int32(Self.pageSizeMax)).contains(request.pageSize) else {
      throw Refusal(
        .invalidRequest, "page_size is \(request.pageSize); 0 to \(Self.pageSizeMax) are possible", field: "page_size")
    }
    guard request.topics.isEmpty else {
      guard request.topics.count <= Self.namedTopicsMax else {
        throw Refusal(.invalidRequest, "more than \(Self.namedTopicsMax) topics are named", field: "topics")
      }
      return API.DescribeTopicsResponse(topics: request.topics.map { image.topicDescription($0) })
    }
    let after = try request.pageToken.isEmpty ? nil : pageStart(request.pageToken)
    let limit = request.pageSize == 0 ? Self.pageSizeMax : Int(request.pageSize)
    var page: [Topic] = []
    var last = after
    while page.count <= limit {
      let chunk = image.topics(after: last, limit: limit + 1)
      page += chunk.filter { request.includeInternal || !$0.name.isInternal }
      guard chunk.count == limit + 1 else { break }
      last = chunk.last?.name
    }
    let shown = page.prefix(min(limit, Self.fitting(page)))
    return API.DescribeTopicsResponse(
      topics: shown.map { image.description(of: $0) },
      nextPageToken: page.count > shown.count ? shown.last?.name.description ?? "" : "")
  }

  /// How many of the topics fit on one page; at least one.
  private static func fitting(_ topics: [Topic]) -> Int {
    var partitions = 0
    let end = topics.firstIndex { topic in
      partitions += topic.partitions.count
      return partitions > partitionsPerPageMax
    }
    return max(end ?? topics.count, 1)
  }

  private func pageStart(_ token: String) throws(Refusal) -> TopicName {
    do {
      return try TopicName(token)
    } catch {
      throw Refusal(.invalidRequest, "page_token is none that an answer gave out", field: "page_token")
    }
  }

  /// First everything asked for, then each change.
  private func watchTopics(
    _ request: API.WatchTopicsRequest, listener: String,
    write: (API.WatchTopicsResponse) async throws -> Void
  ) async throws {
    guard request.topics.count <= Self.watchedTopicsMax else {
      throw Refusal(.invalidRequest, "more than \(Self.watchedTopicsMax) topics are named", field: "topics")
    }
    var image = view.image
    if image.cluster == nil { image = try await view.image(after: image.endOffset) }
    var watch = TopicWatch(request: request, listener: listener)
    var first = true
    while true {
      for response in watch.news(in: image, complete: first) { try await write(response) }
      first = false
      image = try await view.image(after: image.endOffset)
    }
  }
}
