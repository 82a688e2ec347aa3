public import Messages
public import Runtime

/// Where a channel stands with its server.
public enum ChannelState: Hashable, Sendable {
  /// No connection, and nobody wants one.
  case idle
  /// Connecting.
  case connecting
  /// Connected.
  case ready
  /// The server could not be reached, for this reason; the channel tries again after a pause.
  case failing(String)
  /// `close()` was called.
  case closed
}

/// Calls to one server, which may have several addresses: connects when the first call comes, and anew when it must.
///
/// May be used from any thread; everything happens on its loop. One connection carries all calls. A channel that nobody
/// holds any more closes once its calls have ended.
public final class Channel: Sendable {
  /// The loop on which the channel lives and completions are called.
  public let loop: EventLoop
  /// Touched on the loop alone, but for handing it to calls that are being prepared.
  nonisolated(unsafe) private let confined: ChannelCore
  private var core: LoopBound<ChannelCore> { LoopBound(confined, on: loop) }

  /// A channel to one address. Without `tls` in the clear.
  public convenience init(
    host: String, port: Int, tls: TLSContext?, loop: EventLoop, options: ChannelOptions = ChannelOptions()
  ) {
    self.init(addresses: [(host, port)], tls: tls, loop: loop, options: options)
  }

  /// A channel to whichever of the addresses answers first, tried in turn; at least one.
  public init(
    addresses: [(host: String, port: Int)], tls: TLSContext?, loop: EventLoop,
    options: ChannelOptions = ChannelOptions()
  ) {
    precondition(!addresses.isEmpty, "a channel without an address")
    self.loop = loop
    confined = ChannelCore(addresses: addresses, tls: tls, loop: loop, options: options)
  }

  deinit {
    // Later, not at once: the last call may be ending on the loop right now.
    let core = self.core
    loop.execute { core.value.close() }
  }

  /// Takes no new calls from now on; running ones may end within `ChannelOptions.closeGrace`.
  public func close() {
    core.execute { $0.close() }
  }

  /// Where the channel stands.
  public var state: ChannelState {
    get async {
      await withCheckedContinuation { continuation in
        core.execute { continuation.resume(returning: $0.state) }
      }
    }
  }

  // MARK: One request, one answer

  /// Calls a method with one request and one answer; `completion` is called on the loop, once, and never from within
  /// this call. May be called from any thread.
  public func unary<Request: Message, Answer: Message>(
    _ method: Method<Request, Answer>, _ request: Request, options: CallOptions = CallOptions(),
    completion: @escaping @Sendable (Result<Response<Answer>, Status>) -> Void
  ) {
    let message = request.encoded()
    core.execute { core in
      let handler = UnaryAnswer(completion)
      let call = ClientCall(core, of: self, path: method.path, options: options, handler: handler)
      call.send(message)
      call.finishSending()
      call.start()
    }
  }

  /// Calls a method with one request and one answer, and waits for it. If the task is cancelled, so is the call.
  public func unary<Request: Message, Answer: Message>(
    _ method: Method<Request, Answer>, _ request: Request, options: CallOptions = CallOptions()
  ) async throws(Status) -> Answer {
    try await respond(method, request, options: options).message
  }

  /// The same, with the metadata that came with the answer.
  public func respond<Request: Message, Answer: Message>(
    _ method: Method<Request, Answer>, _ request: Request, options: CallOptions = CallOptions()
  ) async throws(Status) -> Response<Answer> {
    let message = request.encoded()
    let handler = UnaryAnswer<Answer>(nil)
    let call = LoopBound(
      ClientCall(confined, of: self, path: method.path, options: options, handler: handler), on: loop)
    let answer = LoopBound(handler, on: loop)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        call.execute { call in
          answer.value.complete { continuation.resume(returning: $0) }
          call.send(message)
          call.finishSending()
          call.start()
        }
      }
    } onCancel: {
      call.execute { $0.cancel() }
    }
    return try result.get()
  }

  // MARK: Streams

  /// Opens a call with any number of requests and answers. Never waits: what goes wrong is told by the stream.
  ///
  /// Also for the kinds with one request or one answer: send one, or read one.
  public func stream<Request: Message, Answer: Message>(
    _ method: Method<Request, Answer>, options: CallOptions = CallOptions()
  ) -> ClientStream<Request, Answer> {
    let buffer = AnswerBuffer()
    let call = ClientCall(confined, of: self, path: method.path, options: options, handler: buffer)
    buffer.call = call
    LoopBound(call, on: loop).execute { $0.start() }
    return ClientStream(LoopBound(buffer, on: loop))
  }

  /// The same for code that lives on the channel's loop and is called back. Call it on the loop.
  public func open<Request: Message, Answer: Message>(
    _ method: Method<Request, Answer>, options: CallOptions = CallOptions(),
    handler: some ClientStreamHandler<Answer>
  ) -> ClientStreamCall<Request, Answer> {
    let adapter = ClientStreamAdapter(handler)
    let call = ClientCall(core.value, of: self, path: method.path, options: options, handler: adapter)
    adapter.call = call
    call.start()
    return ClientStreamCall(call)
  }
}
