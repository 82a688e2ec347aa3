import Bytes

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
}
