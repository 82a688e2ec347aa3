import Glibc
public import Model

/// The two authorities of a cluster. A node's name counts only under the one for nodes.
public enum AuthorityKind: String, CaseIterable, Sendable {
  /// Issues for the services.
  case node
  /// Issues for those who use the cluster.
  case client

  /// The authority that issues for owners with this role.
  public init(for role: NodeRole) {
    self = role.isNode ? .node : .client
  }

  /// The usual name of the authority's certificate, which everybody may read.
  public var certificateFile: String { "\(rawValue)-ca.pem" }
  /// The usual name of the authority's key, which nobody but its keeper may read.
  public var keyFile: String { "\(rawValue)-ca-key.pem" }
}

/// What is to stand in a certificate.
public struct CertificateRequest: Sendable {
  /// Who the owner is.
  public let name: NodeName
  /// Names under which the owner is reached; for nodes.
  public let dnsNames: [String]
  /// Addresses under which the owner is reached; for nodes.
  public let addresses: [String]
  /// How long it is valid, though never longer than its authority.
  public let validity: Duration
  /// From when on it is valid; a little before now if nil, for clocks that are not quite right.
  public let validFrom: Timestamp?

  /// Checks the names and addresses.
  public init(
    name: NodeName, dnsNames: [String] = [], addresses: [String] = [], validity: Duration = .seconds(397 * 86_400),
    validFrom: Timestamp? = nil
  ) throws(CertificateError) {
    for dnsName in dnsNames where !isDNSName(dnsName) {
      throw CertificateError("\"\(dnsName.prefix(255))\" is not a host's name")
    }
    for address in addresses where !isAddress(address) {
      throw CertificateError("\"\(address.prefix(64))\" is not an IP address")
    }
    guard dnsNames.count + addresses.count <= 100 else {
      throw CertificateError("a certificate has at most 100 names and addresses")
    }
    self.name = name
    self.dnsNames = dnsNames
    self.addresses = addresses
    self.validity = validity
    self.validFrom = validFrom
  }

  /// A request for an owner that is reached under `hosts`, names and addresses mixed.
  public init(
    name: NodeName, hosts: [String], validity: Duration = .seconds(397 * 86_400)
  ) throws(CertificateError) {
    try self.init(
      name: name, dnsNames: hosts.filter { !isAddress($0) }, addresses: hosts.filter(isAddress), validity: validity)
  }

  /// `broker-3`: the usual start of the names of the owner's files; a client's name for clients.
  public var fileStem: String { name.role.isNode ? "\(name.role)-\(name.id)" : name.id }

  /// What a certificate's extension for alternative names says, in OpenSSL's syntax. All parts have been checked.
  var alternativeNames: String {
    (["URI:\(name)"] + dnsNames.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }).joined(separator: ",")
  }
}

private func isDNSName(_ text: String) -> Bool {
  let labels = text.split(separator: ".", omittingEmptySubsequences: false)
  return (1...253).contains(text.utf8.count)
    && labels.enumerated().allSatisfy { index, label in
      if index == 0, label == "*", labels.count > 2 { return true }
      return (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}

private func isAddress(_ text: String) -> Bool {
  var storage = in6_addr()
  return inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1
}
