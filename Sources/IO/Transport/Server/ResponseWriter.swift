public import Messages
import Model
import Runtime

/// Sends the answers of a streaming call from a task; waits while the caller reads too slowly.
public struct ResponseWriter<Response: Message>: Sendable {
  private let core: LoopBound<ResponseWriterCore>

  init(_ core: LoopBound<ResponseWriterCore>) { self.core = core }

  /// Sends a message; returns when there is room for the next one. Throws a `Status` once the call is over.
  ///
  /// `compress` counts if the caller can read it and the first message asked for it, or `sendHeaders` did.
  public func write(_ response: Response, compress: Bool = false) async throws {
    let encoded = response.encoded()
    let core = self.core
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        core.execute { $0.write(encoded, compress: compress, continuation) }
      }
    } onCancel: {
      core.execute { $0.close(Status(.cancelled, "the handler was cancelled")) }
    }
  }

  /// Sends the headers now, with the initial metadata set so far.
  public func sendHeaders(mayCompress: Bool = false) {
    core.execute { $0.sendHeaders(mayCompress: mayCompress) }
  }
}

/// The writer's part on the call's loop.
final class ResponseWriterCore {
  private let call: ServerCall
  private let generation: UInt32
  private let answer: AnswerMetadata
  private var waiting: [CheckedContinuation<Void, any Error>] = []
  private var failure: Status?

  init(_ call: ServerCall, _ answer: AnswerMetadata) {
    self.call = call
    self.answer = answer
    generation = call.generation
  }

  var isOver: Bool { call.generation != generation || call.isOver }

  func sendHeaders(mayCompress: Bool) {
    guard !isOver else { return }
    call.initialMetadata = answer.initial
    call.sendHeaders(mayCompress: mayCompress)
  }

  func write(_ message: EncodedMessage, compress: Bool, _ continuation: CheckedContinuation<Void, any Error>) {
    if let failure { return continuation.resume(throwing: failure) }
    guard !isOver else { return continuation.resume(throwing: Status(.cancelled, "the call is over")) }
    sendHeaders(mayCompress: compress)
    call.send(message.head, message.payload, compress: compress)
    if call.isWritable { continuation.resume() } else { waiting.append(continuation) }
  }

  /// Lets those go on that waited for room.
  func writable() {
    let waiting = self.waiting
    self.waiting = []
    for continuation in waiting { continuation.resume() }
  }

  /// Nothing can be written any more.
  func close(_ status: Status) {
    guard failure == nil else { return }
    failure = status
    let waiting = self.waiting
    self.waiting = []
    for continuation in waiting { continuation.resume(throwing: status) }
  }

  /// Ends the call as the handler ended.
  func finish(_ outcome: Status) {
    guard !isOver else { return }
    call.initialMetadata = answer.initial
    var outcome = outcome
    outcome.trailers.add(answer.trailers)
    if outcome.code == .ok { call.finish(outcome.trailers) } else { call.fail(outcome) }
  }
}
