internal import Messages
public import Model
public import Transport

/// `NodeProcess`: lets a coordinator find out whether the process that registered is the one that answers here.
public struct ProcessCalls: Sendable {
  private let incarnation: UUID128

  /// The calls of the process that registers with `incarnation`.
  public init(incarnation: UUID128) { self.incarnation = incarnation }

  /// The service's name, which only coordinators may call.
  public static let serviceName = NewswireInternalV1.NodeProcess.serviceName

  /// Adds the calls.
  public func register(on router: inout Router) {
    let answer = NewswireInternalV1.IdentifyProcessResponse(incarnation: incarnation.bytes)
    router.unary(NewswireInternalV1.NodeProcess.identifyProcess) { _, call in call.reply(answer) }
  }
}
