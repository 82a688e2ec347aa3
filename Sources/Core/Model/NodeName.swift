/// What a certificate's owner may be in a cluster.
public enum NodeRole: String, CaseIterable, Sendable, CustomStringConvertible {
  /// Keeps the cluster's metadata.
  case coordinator
  /// Keeps replicas of partitions.
  case broker
  /// Keeps groups and their committed offsets.
  case groupCoordinator = "group-coordinator"
  /// Uses the cluster and belongs to no part of it.
  case client

  /// The word in names and messages.
  public var description: String { rawValue }
  /// True for every role but `client`.
  public var isNode: Bool { self != .client }
}

/// The name by which a certificate proves who its owner is: `newswire://CLUSTER/broker/3`.
///
/// Nodes have numbers from 1 on, clients have names. A name says nothing until the certificate's authority is known to
/// be the one for that role.
public struct NodeName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The cluster's name.
  public let cluster: String
  /// What the owner is.
  public let role: NodeRole
  /// A node's number in decimal digits, or a client's name.
  public let id: String

  /// The most characters of a cluster's or a client's name.
  public static let lengthMax = 64

  private static let scheme = "newswire://"

  /// Checks the parts; throws what is wrong with them in words for the user.
  public init(cluster: String, role: NodeRole, id: String) throws(InvalidName) {
    try Self.check(cluster, "the cluster's name")
    if role.isNode {
      guard let number = Int32(id), number >= 1, "\(number)" == id else {
        throw InvalidName(reason: "a \(role)'s id is a whole number from 1 on, not \"\(id.prefix(Self.lengthMax))\"")
      }
    } else {
      try Self.check(id, "the client's name")
    }
    self.cluster = cluster
    self.role = role
    self.id = id
  }

  /// The node with this number.
  public init(cluster: String, role: NodeRole, number: Int32) throws(InvalidName) {
    try self.init(cluster: cluster, role: role, id: "\(number)")
  }

  /// Reads exactly what `description` writes; throws what is wrong with it in words for the user.
  public init(_ text: String) throws(InvalidName) {
    let parts = text.dropFirst(Self.scheme.count).split(
      separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard text.hasPrefix(Self.scheme), parts.count == 3 else {
      throw InvalidName(reason: "\"\(text.prefix(200))\" is not of the form newswire://CLUSTER/ROLE/ID")
    }
    guard let role = NodeRole(rawValue: String(parts[1])) else {
      throw InvalidName(reason: "\"\(parts[1].prefix(Self.lengthMax))\" is not a role in a cluster")
    }
    try self.init(cluster: String(parts[0]), role: role, id: String(parts[2]))
  }

  /// A node's number; nil for a client.
  public var number: Int32? { role.isNode ? Int32(id) : nil }

  /// The URI as certificates carry it.
  public var description: String { "\(Self.scheme)\(cluster)/\(role)/\(id)" }

  /// By cluster, role and number, or name.
  public static func < (lhs: NodeName, rhs: NodeName) -> Bool {
    (lhs.cluster, lhs.role.rawValue, lhs.number ?? 0, lhs.id) < (
      rhs.cluster, rhs.role.rawValue, rhs.number ?? 0, rhs.id
    )
  }

  private static func check(_ text: String, _ what: String) throws(InvalidName) {
    guard !text.isEmpty else { throw InvalidName(reason: "\(what) is empty") }
    guard text.utf8.count <= lengthMax else {
      throw InvalidName(reason: "\(what) has \(text.utf8.count) bytes; at most \(lengthMax) are allowed")
    }
    guard text != ".", text != ".." else { throw InvalidName(reason: "\(what) cannot be \"\(text)\"") }
    guard text.utf8.allSatisfy(isNodeNameByte) else {
      throw InvalidName(reason: "\(what) contains a character other than a-z, A-Z, 0-9, '.', '_', '-' and '@'")
    }
  }
}

private func isNodeNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
    UInt8(ascii: "@"):
    return true
  default: return false
  }
}
