public import Messages
import Model
import Runtime

/// The requests of a streaming call, as they come. One reader; what is not read holds the caller back.
public struct RequestStream<Request: Message>: AsyncSequence, Sendable {
  /// A request.
  public typealias Element = Request

  private let queue: LoopBound<RequestQueue<Request>>

  init(_ queue: LoopBound<RequestQueue<Request>>) { self.queue = queue }

  /// Reads one request after the other; throws a `Status` if the call ends before the caller's last request.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let queue: LoopBound<RequestQueue<Request>>

    /// The next request; nil after the last one.
    public mutating func next() async throws -> Request? {
      let queue = self.queue
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          queue.execute { $0.next(continuation) }
        }
      } onCancel: {
        queue.execute { $0.end(Status(.cancelled, "the handler was cancelled")) }
      }
    }
  }

  /// The reader.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }
}

/// Requests between the connection and the task that reads them. Belongs to the call's loop.
final class RequestQueue<Request: Message> {
  /// With this many waiting the caller is held.
  private static var waitingMax: Int { 16 }

  private enum End {
    case open
    case finished
    case failed(Status)
  }

  private var waiting: [Request] = []
  private var reader: CheckedContinuation<Request?, any Error>?
  private var state = End.open
  private let pause: () -> Void
  private let resume: () -> Void

  init(pause: @escaping () -> Void, resume: @escaping () -> Void) {
    self.pause = pause
    self.resume = resume
  }

  func append(_ request: Request) {
    if let reader {
      self.reader = nil
      reader.resume(returning: request)
    } else {
      waiting.append(request)
      if waiting.count >= Self.waitingMax { pause() }
    }
  }

  func finish() {
    guard case .open = state else { return }
    state = .finished
    reader?.resume(returning: nil)
    reader = nil
  }

  /// Ends the sequence with an error; what waits is dropped.
  func end(_ status: Status) {
    guard case .open = state else { return }
    state = .failed(status)
    waiting = []
    reader?.resume(throwing: status)
    reader = nil
  }

  func next(_ continuation: CheckedContinuation<Request?, any Error>) {
    if !waiting.isEmpty {
      let request = waiting.removeFirst()
      if waiting.count < Self.waitingMax / 2 { resume() }
      return continuation.resume(returning: request)
    }
    switch state {
    case .open:
      precondition(reader == nil, "two readers of one request stream")
      reader = continuation
    case .finished: continuation.resume(returning: nil)
    case .failed(let status): continuation.resume(throwing: status)
    }
  }
}
