public import Messages
public import Runtime

/// A call with one request and one answer, as its handler holds it: answered now or later, always on `loop`.
///
/// Carry it to other threads in a `LoopBound`. Answers to a call that is over already go nowhere.
public final class UnaryCall<Response: Message> {
  /// What is known of the call besides its message.
  public let context: CallContext
  /// Sent ahead of the answer.
  public var initialMetadata = Metadata()
  /// Sent with the status.
  public var trailers = Metadata()
  /// Compresses the answer, if the caller can read it.
  public var isAnswerCompressed = false
  /// True if the request came compressed.
  public let requestWasCompressed: Bool
  private let call: ServerCall
  private let generation: UInt32

  init(_ call: ServerCall) {
    self.call = call
    generation = call.generation
    context = call.context
    requestWasCompressed = call.requestWasCompressed
  }

  /// The loop of the caller's connection.
  public var loop: EventLoop { context.loop }

  /// True once nobody waits for the answer any more.
  public var isCancelled: Bool { call.generation != generation || call.isOver }

  /// Called once if the call is over before it was answered: the caller gave up, its deadline passed.
  public var onCancel: ((CallEnd) -> Void)? {
    get { call.generation == generation ? call.cancelled : nil }
    set { if call.generation == generation { call.cancelled = newValue } }
  }

  /// True if an answer can still be given; traps on another thread than the loop's.
  private var isAwaited: Bool {
    precondition(loop.isCurrent, "calls are answered on their own loop")
    return call.generation == generation && !call.isOver
  }

  /// Answers.
  public func reply(_ response: Response) {
    guard isAwaited else { return }
    let encoded = response.encoded()
    if !initialMetadata.isEmpty { call.initialMetadata = initialMetadata }
    call.cancelled = nil
    call.send(encoded.head, encoded.payload, compress: isAnswerCompressed)
    call.finish(trailers)
  }

  /// Answers with a failure.
  public func fail(_ status: Status) {
    guard isAwaited else { return }
    if !initialMetadata.isEmpty { call.initialMetadata = initialMetadata }
    call.cancelled = nil
    var status = status
    status.trailers.add(trailers)
    call.fail(status)
  }
}
