public import ClusterMetadata
public import Model
public import Runtime
internal import Synchronization

/// The cluster's metadata as this node knows it: maybe behind, never wrong.
///
/// One place feeds it (the metadata node of a coordinator, the replica of the feed elsewhere); everybody may read it and
/// be told of changes.
public final class MetadataView: Sendable {
  private struct State {
    var image = MetadataImage()
    var observers: [(loop: EventLoop, body: @Sendable (MetadataImage) -> Void)] = []
    var waiting: [UInt64: (after: MetadataOffset, continuation: CheckedContinuation<MetadataImage, any Error>)] = [:]
    var nextWaiter: UInt64 = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// A view of a cluster of which nothing is known yet.
  public init() {}

  /// The metadata as it is known now.
  public var image: MetadataImage { state.withLock { $0.image } }

  /// Replaces the image by a newer one and tells those who want to know.
  public func publish(_ image: MetadataImage) {
    let (observers, ready) = state.withLock { state in
      state.image = image
      let ready = state.waiting.filter { $0.value.after < image.endOffset }
      for id in ready.keys { state.waiting[id] = nil }
      return (state.observers, ready.values.map(\.continuation))
    }
    for (loop, body) in observers { loop.execute { body(image) } }
    for continuation in ready { continuation.resume(returning: image) }
  }

  /// Calls `body` on `loop` with the present image and then with each newer one, in order.
  public func observe(on loop: EventLoop, _ body: @escaping @Sendable (MetadataImage) -> Void) {
    state.withLock { state in
      state.observers.append((loop, body))
      let image = state.image
      loop.execute { body(image) }
    }
  }

  /// True once the node is stopping.
  public var isOver: Bool { state.withLock { $0.isOver } }

  /// The node is stopping: who waits for newer images is told so, and who would later, too. Observers go on.
  public func endWaiting() {
    let waiting = state.withLock { state in
      state.isOver = true
      defer { state.waiting = [:] }
      return state.waiting.values.map(\.continuation)
    }
    for continuation in waiting { continuation.resume(throwing: Self.stopping) }
  }

  private static let stopping = Refusal(.shuttingDown, "this node is stopping")

  /// Waits for an image that goes beyond `offset`; throws when the waiting task is cancelled or the node stops.
  public func image(after offset: MetadataOffset) async throws -> MetadataImage {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Result<MetadataImage, any Error>? = state.withLock { state in
          if state.image.endOffset > offset { return .success(state.image) }
          if state.isOver { return .failure(Self.stopping) }
          state.waiting[id] = (offset, continuation)
          return nil
        }
        if let answer {
          continuation.resume(with: answer)
        } else if Task.isCancelled {
          cancel(id)
        }
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func cancel(_ id: UInt64) {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
    waiter?.continuation.resume(throwing: CancellationError())
  }
}
