import Bytes
public import Messages

/// The methods that a server answers. Built before the server starts, immutable from then on.
public struct Router: Sendable {
  /// Asked once per call, before any handler; what it answers ends the call. Runs on the connection's loop.
  public var authorize: (@Sendable (CallContext) -> Status?)?
  private(set) var routes = RouteTable()

  /// No methods.
  public init() {}

  /// The paths of all methods.
  public var paths: [String] { routes.paths }

  /// Adds a unary method in bytes.
  mutating func add(_ path: String, unary handler: @escaping @Sendable (ServerCall, ByteSlice) -> Void) {
    routes.add(Route(path: path, action: .unary(handler)))
  }

  /// Adds a method of any other kind in bytes.
  mutating func add(_ path: String, stream open: @escaping @Sendable (ServerCall) -> (any CallReceiver)?) {
    routes.add(Route(path: path, action: .stream(open)))
  }

  /// A unary method, handled inline on the connection's loop: the handler answers at once, or keeps the call.
  public mutating func unary<Q: Message, R: Message>(
    _ method: Method<Q, R>, _ handler: @escaping @Sendable (Q, UnaryCall<R>) -> Void
  ) {
    precondition(method.kind == .unary, "\(method.path) is not unary")
    add(method.path) { call, bytes in
      do throws(MessageError) {
        handler(try Q(decoding: bytes), UnaryCall<R>(call))
      } catch { call.fail(Status(malformed: error)) }
    }
  }

  /// A method of any kind by callbacks on the connection's loop; `open` makes the call's handler when it begins.
  ///
  /// The number of requests is the handler's to check.
  public mutating func stream<Q: Message, R: Message>(
    _ method: Method<Q, R>, _ open: @escaping @Sendable (StreamCall<Q, R>) -> any StreamHandler<Q>
  ) {
    add(method.path) { call in DecodingReceiver(call, open(StreamCall<Q, R>(call))) }
  }
}
