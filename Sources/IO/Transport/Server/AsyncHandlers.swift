import Bytes
public import Messages
import Model
import Runtime

extension Router {
  /// A unary method, handled by a task on the connection's loop. What it throws (`Status`, `Refusal`) is the answer.
  public mutating func unary<Q: Message, R: Message>(
    _ method: Method<Q, R>, async handler: @escaping @Sendable (Q, CallContext) async throws -> R
  ) {
    unary(method) { request, call in
      let answer = AnswerMetadata()
      let context = call.context.answering(with: answer)
      let bound = LoopBound(call, on: context.loop)
      let task = Task(executorPreference: context.loop) {
        do {
          let response = try await handler(request, context)
          bound.execute { call in
            call.initialMetadata = answer.initial
            call.trailers = answer.trailers
            call.reply(response)
          }
        } catch {
          let status = Status(thrown: error, node: context.node)
          bound.execute { call in
            call.initialMetadata = answer.initial
            call.trailers = answer.trailers
            call.fail(status)
          }
        }
      }
      call.onCancel = { _ in task.cancel() }
    }
  }

  /// A method with one request and a stream of answers, handled by a task on the connection's loop.
  public mutating func serverStreaming<Q: Message, R: Message>(
    _ method: Method<Q, R>,
    async handler: @escaping @Sendable (Q, ResponseWriter<R>, CallContext) async throws -> Void
  ) {
    precondition(method.kind == .serverStreaming, "\(method.path) is not server streaming")
    addTask(method) { (requests: RequestStream<Q>, writer: ResponseWriter<R>, context) in
      try await handler(try await requests.only(), writer, context)
    }
  }

  /// A method with a stream of requests and one answer, handled by a task on the connection's loop.
  public mutating func clientStreaming<Q: Message, R: Message>(
    _ method: Method<Q, R>, async handler: @escaping @Sendable (RequestStream<Q>, CallContext) async throws -> R
  ) {
    precondition(method.kind == .clientStreaming, "\(method.path) is not client streaming")
    addTask(method) { (requests: RequestStream<Q>, writer: ResponseWriter<R>, context) in
      try await writer.write(try await handler(requests, context))
    }
  }

  /// A method with streams both ways, handled by a task on the connection's loop.
  public mutating func bidirectional<Q: Message, R: Message>(
    _ method: Method<Q, R>,
    async handler: @escaping @Sendable (RequestStream<Q>, ResponseWriter<R>, CallContext) async throws -> Void
  ) {
    precondition(method.kind == .bidirectional, "\(method.path) is not bidirectional")
    addTask(method, handler)
  }

  private mutating func addTask<Q: Message, R: Message>(
    _ method: Method<Q, R>,
    _ body: @escaping @Sendable (RequestStream<Q>, ResponseWriter<R>, CallContext) async throws -> Void
  ) {
    add(method.path) { call in TaskReceiver<Q, R>(call, body) }
  }
}

extension RequestStream {
  /// The one request that there must be.
  fileprivate func only() async throws -> Request {
    var iterator = makeAsyncIterator()
    guard let request = try await iterator.next() else {
      throw Status(.internal, "no request message for a method that takes one")
    }
    guard try await iterator.next() == nil else {
      throw Status(.internal, "more than one request message for a method that takes one")
    }
    return request
  }
}

/// Joins a streaming call with the task that handles it.
private final class TaskReceiver<Request: Message, Response: Message>: CallReceiver {
  private let requests: RequestQueue<Request>
  private let writer: ResponseWriterCore
  private let call: ServerCall
  private var task: Task<Void, Never>?

  init(
    _ call: ServerCall,
    _ body: @escaping @Sendable (RequestStream<Request>, ResponseWriter<Response>, CallContext) async throws -> Void
  ) {
    self.call = call
    let answer = AnswerMetadata()
    let context = call.context.answering(with: answer)
    let generation = call.generation
    requests = RequestQueue(
      pause: { if call.generation == generation { call.pauseReceiving() } },
      resume: { if call.generation == generation { call.resumeReceiving() } })
    writer = ResponseWriterCore(call, answer)
    let loop = context.loop
    let stream = RequestStream(LoopBound(requests, on: loop))
    let core = LoopBound(writer, on: loop)
    task = Task(executorPreference: loop) {
      do {
        try await body(stream, ResponseWriter(core), context)
        core.execute { $0.finish(.ok) }
      } catch {
        let status = Status(thrown: error, node: context.node)
        core.execute { $0.finish(status) }
      }
    }
  }

  func messageReceived(_ message: ByteSlice) {
    do throws(MessageError) {
      requests.append(try Request(decoding: message))
    } catch {
      let status = Status(malformed: error)
      call.abort(status, .failed(status))
    }
  }

  func halfClosed() { requests.finish() }
  func writable() { writer.writable() }

  func closed(_ end: CallEnd) {
    if end != .finished { task?.cancel() }
    task = nil
    let status = Status(end)
    requests.end(status)
    writer.close(status)
  }
}

extension Status {
  /// What a caller is told when a handler throws.
  init(thrown error: any Error, node: String?) {
    switch error {
    case let status as Status: self = status
    case let refusal as Refusal: self.init(refusal, node: node)
    case is CancellationError: self.init(.cancelled, "the handler was cancelled")
    default: self.init(.internal, "the handler failed: \(error)")
    }
  }

  /// What a handler is told when its call ends.
  init(_ end: CallEnd) {
    switch end {
    case .finished: self.init(.cancelled, "the call is over")
    case .cancelled: self.init(.cancelled, "the caller gave up")
    case .deadlineExceeded: self.init(.deadlineExceeded, "the caller's deadline passed")
    case .connectionLost(let reason): self.init(.unavailable, "the caller's connection is gone: \(reason)")
    case .failed(let status): self = status
    }
  }
}
