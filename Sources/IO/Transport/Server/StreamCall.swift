import Bytes
public import Messages
import Model
public import Runtime

/// What takes the requests of one streaming call. Called on the call's loop, never again after `onClosed`.
public protocol StreamHandler<Request>: AnyObject {
  /// The requests' type.
  associatedtype Request: Message
  /// A request has come.
  func onMessage(_ request: Request)
  /// The caller will send no more.
  func onHalfClose()
  /// Less than the mark is queued again: go on sending.
  func onWritable()
  /// The call is over.
  func onClosed(_ end: CallEnd)
}

/// A streaming call as its handler holds it. Belongs to `loop`; carry it to other threads in a `LoopBound`.
///
/// What is sent after the call is over goes nowhere.
public final class StreamCall<Request: Message, Response: Message> {
  /// What is known of the call besides its messages.
  public let context: CallContext
  private let call: ServerCall
  private let generation: UInt32

  init(_ call: ServerCall) {
    self.call = call
    generation = call.generation
    context = call.context
  }

  /// True if the object behind it still serves this call; traps on another thread than the loop's.
  private var isCurrent: Bool {
    precondition(loop.isCurrent, "calls are answered on their own loop")
    return call.generation == generation
  }

  /// The loop of the caller's connection.
  public var loop: EventLoop { context.loop }

  /// True once nothing can be sent any more.
  public var isClosed: Bool { !isCurrent || call.isOver }

  /// True while little is queued: send more. When it turns true again, the handler hears `onWritable`.
  public var isWritable: Bool { isCurrent && call.isWritable }

  /// True if the request that `onMessage` was last called with came compressed.
  public var requestWasCompressed: Bool { isCurrent && call.requestWasCompressed }

  /// How many bytes wait for the caller to read.
  public var queuedBytes: Int { isCurrent ? call.queuedBytes : 0 }

  /// Sent ahead of the first message; set it before.
  public var initialMetadata: Metadata {
    get { isCurrent ? call.initialMetadata : Metadata() }
    set { if isCurrent { call.initialMetadata = newValue } }
  }

  /// Sends the headers now; `mayCompress` if messages will be compressed.
  public func sendHeaders(mayCompress: Bool = false) {
    if isCurrent { call.sendHeaders(mayCompress: mayCompress) }
  }

  /// Queues a message, its payload by reference. `compress` needs headers that were sent with `mayCompress`, or none
  /// so far, and a caller that can read it.
  public func send(_ response: Response, compress: Bool = false) {
    guard isCurrent else { return }
    let encoded = response.encoded()
    call.send(encoded.head, encoded.payload, compress: compress)
  }

  /// Ends the call; what is queued goes out first.
  public func finish(_ status: Status = .ok) {
    guard isCurrent else { return }
    if status.code == .ok { call.finish(status.trailers) } else { call.fail(status) }
  }

  /// Holds further requests back, and the caller by flow control.
  public func pauseReceiving() {
    if isCurrent { call.pauseReceiving() }
  }

  /// Lets requests come again.
  public func resumeReceiving() {
    if isCurrent { call.resumeReceiving() }
  }
}

/// Reads requests for a handler that takes values.
final class DecodingReceiver<Request: Message>: CallReceiver {
  private let call: ServerCall
  private let handler: any StreamHandler<Request>

  init(_ call: ServerCall, _ handler: any StreamHandler<Request>) {
    self.call = call
    self.handler = handler
  }

  func messageReceived(_ message: ByteSlice) {
    do throws(MessageError) {
      handler.onMessage(try Request(decoding: message))
    } catch {
      let status = Status(malformed: error)
      call.abort(status, .failed(status))
    }
  }

  func halfClosed() { handler.onHalfClose() }
  func writable() { handler.onWritable() }
  func closed(_ end: CallEnd) { handler.onClosed(end) }
}

extension Status {
  /// What the sender of a malformed message is told.
  init(malformed error: MessageError) {
    self.init(Refusal(.invalidRequest, "the request cannot be read: \(error.message)"))
  }
}
