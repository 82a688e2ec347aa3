public import Model
public import Transport

/// Who may call what: internal services only by the roles that they are for, everything else by anyone who was let in.
public struct Authorization: Sendable {
  private let cluster: String
  private let rules: [(prefix: String, roles: Set<NodeRole>)]

  /// The rules of the cluster called `cluster`; `internalServices` names the roles that may call each internal service.
  public init(cluster: String, internalServices: [String: Set<NodeRole>]) {
    self.cluster = cluster
    rules = internalServices.sorted { $0.key < $1.key }.map { ("/\($0.key)/", $0.value) }
  }

  /// Why the call is refused, or nil.
  public func refusal(for context: CallContext) -> Refusal? { refusal(path: context.path, peer: context.peer) }

  /// Why `peer` may not call `path`, or nil.
  public func refusal(path: String, peer: PeerIdentity?) -> Refusal? {
    guard path.hasPrefix("/newswire.internal.") else { return nil }
    guard let rule = rules.first(where: { path.hasPrefix($0.prefix) }) else {
      return Refusal(.permissionDenied, "\(path) is not answered by this node")
    }
    guard let peer else {
      return Refusal(.unauthenticated, "\(path) needs a node's certificate, and the caller showed none")
    }
    guard let node = NodeName(of: peer) else {
      return Refusal(
        .permissionDenied,
        "\(path) is for \(list(rule.roles)) only, and \"\(peer)\" is a client's certificate or names no role")
    }
    guard node.cluster == cluster else {
      return Refusal(
        .permissionDenied, "\(node) belongs to the cluster \"\(node.cluster)\", and this node to \"\(cluster)\"")
    }
    guard rule.roles.contains(node.role) else {
      return Refusal(.permissionDenied, "\(path) is for \(list(rule.roles)) only, and the caller is \(node)")
    }
    return nil
  }

  private func list(_ roles: Set<NodeRole>) -> String {
    roles.map(\.rawValue).sorted().joined(separator: ", ")
  }
}

extension NodeName {
  /// The role name in a verified certificate; it counts only if the node authority issued it.
  public init?(of peer: PeerIdentity) {
    guard peer.authority == .node, let name = peer.uriNames.lazy.compactMap({ try? NodeName($0) }).first
    else { return nil }
    self = name
  }
}

extension CallContext {
  /// The calling node, if it is one.
  public var callingNode: NodeName? { peer.flatMap { NodeName(of: $0) } }

  /// Refuses a node that speaks for another: its certificate must name the role and the id that the message claims.
  public func requireNode(_ role: NodeRole, id: Int32) throws(Refusal) {
    guard let node = callingNode, node.role == role, node.number == id else {
      throw Refusal(
        .permissionDenied,
        "the message speaks for \(role.rawValue) \(id), and the caller is \(peer.map { "\($0)" } ?? "nobody known")")
    }
  }
}
