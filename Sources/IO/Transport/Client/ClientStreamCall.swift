public import Messages
import Model

/// Who hears what comes on a stream that was opened by `Channel.open`. Called on the channel's loop.
public protocol ClientStreamHandler<Answer>: AnyObject {
  /// The messages that the server sends.
  associatedtype Answer: Message
  /// The server has begun to answer.
  func onHeaders(_ metadata: Metadata)
  /// A message has come; the next one follows unless receiving was paused.
  func onMessage(_ message: Answer)
  /// What was queued has gone down under the mark: more may be sent.
  func onWritable()
  /// The call is over, well or not: the last event, exactly one.
  func onClosed(_ status: Status)
}

/// A stream for code that lives on the channel's loop. Belongs to that loop.
public final class ClientStreamCall<Request: Message, Answer: Message> {
  private let call: ClientCall

  init(_ call: ClientCall) { self.call = call }

  /// False while more should not be sent; `onWritable` tells when that changes.
  public var isWritable: Bool { call.isWritable }

  /// Queues a request; its payload goes out by reference.
  public func send(_ request: Request) { call.send(request.encoded()) }

  /// Says that no more requests follow.
  public func finishSending() { call.finishSending() }

  /// Ends the call at once, on both sides.
  public func cancel() { call.cancel() }

  /// Holds further messages back, and by flow control the server too. A few may still come.
  public func pauseReceiving() { call.pauseReceiving() }

  /// Lets messages come again.
  public func resumeReceiving() { call.resumeReceiving() }
}

/// Turns a stream's bytes into messages for its handler.
final class ClientStreamAdapter<Handler: ClientStreamHandler>: ClientCallHandler {
  weak var call: ClientCall?
  private let handler: Handler

  init(_ handler: Handler) { self.handler = handler }

  func answerBegan(_ metadata: Metadata) { handler.onHeaders(metadata) }

  func messageReceived(_ message: ReceivedMessage) {
    do {
      handler.onMessage(try Handler.Answer(decoding: message.bytes))
    } catch {
      call?.cancel(Status(.internal, "an answer cannot be read: \(error)"))
    }
  }

  func writable() { handler.onWritable() }

  func ended(_ status: Status) { handler.onClosed(status) }
}
