import Messages
import Model

/// Waits for the one answer of a call and hands it over when the call has ended well.
final class UnaryAnswer<Answer: Message>: ClientCallHandler {
  typealias Completion = (Result<Response<Answer>, Status>) -> Void

  private var completion: Completion?
  private var result: Result<Response<Answer>, Status>?
  private var initialMetadata = Metadata()
  private var message: ReceivedMessage?
  private var messageCount = 0

  /// Hands the answer to `completion`; without one, to whom `complete` names.
  init(_ completion: Completion?) { self.completion = completion }

  /// Hands the answer to `completion`; at once if the call has ended already.
  func complete(_ completion: @escaping Completion) {
    if let result { completion(result) } else { self.completion = completion }
  }

  func answerBegan(_ metadata: Metadata) { initialMetadata = metadata }

  func messageReceived(_ message: ReceivedMessage) {
    messageCount += 1
    self.message = message
  }

  func writable() {}

  func ended(_ status: Status) {
    let result = answer(status)
    self.result = result
    completion?(result)
    completion = nil
  }

  private func answer(_ status: Status) -> Result<Response<Answer>, Status> {
    guard status.code == .ok else { return .failure(status) }
    guard messageCount == 1, let message else {
      return .failure(Status(.internal, "the server ended the call well with \(messageCount) answers instead of one"))
    }
    do {
      return .success(
        Response(
          message: try Answer(decoding: message.bytes), initialMetadata: initialMetadata, trailers: status.trailers,
          wasCompressed: message.wasCompressed))
    } catch {
      return .failure(Status(.internal, "the answer cannot be read: \(error)"))
    }
  }
}
