public import Messages
import Model
import Runtime

/// A call with many requests or many answers, for tasks: send with `send`, read with `for try await`.
///
/// One task may send while another one reads. Both are held back: the sender while too much waits to go out, the server
/// while too much waits to be read. A call whose stream nobody holds any more is cancelled.
public final class ClientStream<Request: Message, Answer: Message>: Sendable {
  private let buffer: LoopBound<AnswerBuffer>

  init(_ buffer: LoopBound<AnswerBuffer>) { self.buffer = buffer }

  deinit { cancel() }

  /// Sends a request, and waits while too many are on their way. Throws how the call ended, if it has.
  ///
  /// `compress` counts only if the call's options ask for compression. If the task is cancelled, so is the call.
  public func send(_ request: Request, compress: Bool = true) async throws(Status) {
    let message = request.encoded()
    try await waiting { buffer, waiter in
      buffer.call?.send(message, compress: compress)
      buffer.whenWritable(waiter)
    }
  }

  /// Says that no more requests follow.
  public func finishSending() {
    buffer.execute { $0.call?.finishSending() }
  }

  /// Ends the call at once, on both sides.
  public func cancel() {
    buffer.execute { $0.call?.cancel() }
  }

  /// The next answer; nil after the last one. Throws if the call ended badly. If the task is cancelled, so is the call.
  public func next() async throws(Status) -> Answer? { try await nextReceived()?.message }

  /// The same, and whether the answer came compressed.
  public func nextReceived() async throws(Status) -> (message: Answer, wasCompressed: Bool)? {
    guard let received = try await waiting({ $0.next($1) }) else { return nil }
    do {
      return (try Answer(decoding: received.bytes), received.wasCompressed)
    } catch {
      let status = Status(.internal, "an answer cannot be read: \(error)")
      buffer.execute { $0.call?.cancel(status) }
      throw status
    }
  }

  /// The metadata that the server sent before its first answer; waits for it.
  public var initialMetadata: Metadata {
    get async throws(Status) { try await waiting { $0.whenBegun($1) } }
  }

  /// How the call ended, with the trailing metadata; waits for it.
  public var status: Status {
    get async {
      await withCheckedContinuation { waiter in
        buffer.execute { $0.whenEnded(waiter) }
      }
    }
  }

  private func waiting<Value: Sendable>(
    _ body: @escaping @Sendable (AnswerBuffer, AnswerBuffer.Waiter<Value>) -> Void
  ) async throws(Status) -> Value {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        buffer.execute { body($0, waiter) }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }
}

extension ClientStream: AsyncSequence {
  /// The answers, in order.
  public typealias Element = Answer
  /// How a call fails.
  public typealias Failure = Status

  /// Reads the answers. There is one order of answers: whatever reads takes them from every other reader.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let stream: ClientStream

    /// The next answer; nil after the last one.
    public func next() async throws(Status) -> Answer? { try await stream.next() }

    /// The next answer; nil after the last one.
    public func next(isolation actor: isolated (any Actor)?) async throws(Status) -> Answer? {
      try await stream.next()
    }
  }

  /// Begins to read.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }
}
