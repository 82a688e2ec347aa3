/// Who is at the other end of a connection, as its verified certificate says.
public struct PeerIdentity: Hashable, Sendable {
  /// The two authorities of a cluster. A role's name counts only under `node`.
  public enum Authority: String, Hashable, Sendable {
    /// Issues the certificates of the services.
    case node
    /// Issues the certificates of clients.
    case client
  }

  /// The certificate's URI names, such as `newswire://CLUSTER/broker/3`.
  public var uriNames: [String]
  /// The certificate's DNS names.
  public var dnsNames: [String]
  /// The subject's common name; empty if there is none.
  public var commonName: String
  /// Which authority vouches for it.
  public var authority: Authority

  /// An identity with these names under `authority`.
  public init(uriNames: [String], dnsNames: [String] = [], commonName: String, authority: Authority) {
    self.uriNames = uriNames
    self.dnsNames = dnsNames
    self.commonName = commonName
    self.authority = authority
  }
}

extension PeerIdentity: CustomStringConvertible {
  /// The name that says most: the first URI name, else the common name, else the first DNS name.
  public var description: String {
    if let name = uriNames.first { return name }
    return commonName.isEmpty ? dnsNames.first ?? "(no name)" : commonName
  }
}
