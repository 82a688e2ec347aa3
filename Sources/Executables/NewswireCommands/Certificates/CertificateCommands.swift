internal import Certificates
internal import Configuration
internal import Model

/// `newswire certs`: the private authorities of a cluster, and what they issue.
enum CertificateCommands {
  private static let folder = CommandOption(
    "dir", short: "d", .path.named("DIR"), default: "./newswire-tls", environment: "NEWSWIRE_TLS_DIR",
    help: "the folder of the authorities and their keys")
  private static let force = CommandFlag("force", help: "replace files that are there")

  static let command = Command(
    "certs", summary: "make private authorities, issue certificates from them, look at certificates",
    details: """
      A cluster trusts two authorities: one for its nodes, one for its clients. Who somebody is stands in the
      certificate's URI name: newswire://CLUSTER/broker/3, newswire://CLUSTER/client/alice.

      The keys of the authorities (node-ca-key.pem, client-ca-key.pem) stay where they are made. Nodes need
      node-ca.pem, client-ca.pem and their own certificate and key; clients need node-ca.pem and theirs.
      """,
    examples: [
      .init("the authorities of a cluster", "newswire certs init --cluster production --dir pki"),
      .init("a broker's certificate", "newswire certs issue broker 3 --host broker-3.example --dir pki"),
      .init("a client's certificate", "newswire certs issue client alice --dir pki"),
      .init("what is in a certificate", "newswire certs show pki/broker-3.pem"),
    ],
    subcommands: [initialize, issue, show])

  // MARK: init

  private static let cluster = CommandOption(
    "cluster", short: "c", .text.named("NAME"), default: "newswire",
    help: "the cluster's name, part of every role's name")
  private static let authorityDays = CommandOption(
    "days", .integer(1...36_500), default: "3650", help: "how many days the authorities are valid")

  private static let initialize = Command(
    "init", summary: "make the two authorities of a cluster",
    options: [cluster, folder, authorityDays, force],
    examples: [.init("for a cluster called production", "newswire certs init --cluster production --dir pki")]
  ) { arguments in
    let authorities = CertificateFolder(arguments.value(folder))
    try authorities.makeAuthorities(
      cluster: arguments.value(cluster), validity: .seconds(arguments.value(authorityDays) * 86_400),
      overwriting: arguments.contains(force))
    for kind in AuthorityKind.allCases {
      let files = authorities.files(of: kind)
      try StandardStreams.print(
        "The authority for \(kind)s is \(files.certificate); its key, to be kept safe, \(files.key)\n")
    }
    return 0
  }

  // MARK: issue

  private static let role = CommandArgument<NodeRole>(
    "ROLE", .choice, help: "what the owner is: coordinator, broker, group-coordinator or client")
  private static let id = CommandArgument("ID", .text, help: "a node's number, from 1 on, or a client's name")
  private static let hosts = CommandOption(
    "host", .text.named("NAME"), repeatable: true,
    help: "a name or an address under which the node is reached; without any, localhost and its addresses")
  private static let days = CommandOption(
    "days", .integer(1...36_500), default: "397", help: "how many days it is valid, at most as long as its authority")
  private static let out = CommandOption(
    "out", .path.named("DIR"), help: "the folder to write to; the authorities' own if not given")

  private static let issue = Command(
    "issue", summary: "issue a certificate for a node or a client",
    details: """
      Writes ROLE-ID.pem and ROLE-ID-key.pem for a node, NAME.pem and NAME-key.pem for a client. The node authority
      issues for nodes, the client authority for clients.
      """,
    arguments: [role, id], options: [folder, hosts, days, out, force],
    examples: [
      .init("a broker under two names", "newswire certs issue broker 3 --host broker-3.example --host 10.0.0.3"),
      .init("a client for a year and a month", "newswire certs issue client alice"),
    ]
  ) { arguments in
    let authorities = CertificateFolder(arguments.value(folder))
    let role = arguments.value(role)
    let authority = try authorities.authority(AuthorityKind(for: role))
    let name: NodeName
    do throws(InvalidName) {
      name = try NodeName(cluster: authority.cluster, role: role, id: arguments.value(id))
    } catch {
      throw UsageError(error.reason)
    }
    let given = arguments.all(hosts)
    let request = try CertificateRequest(
      name: name, hosts: given.isEmpty && role.isNode ? ["localhost", "127.0.0.1", "::1"] : given,
      validity: .seconds(arguments.value(days) * 86_400))
    let files = try authorities.issue(
      request, to: arguments[out].map(CertificateFolder.init), overwriting: arguments.contains(force))
    try StandardStreams.print("\(name): certificate \(files.certificate), key \(files.key)\n")
    return 0
  }

  // MARK: show

  private static let files = CommandArgument("FILE", .path, count: .oneOrMore, help: "PEM files with certificates")

  private static let show = Command(
    "show", summary: "show what is in certificates", arguments: [files], options: [CommonOptions.output],
    examples: [.init("all that a node has", "newswire certs show pki/broker-3.pem pki/node-ca.pem")]
  ) { arguments in
    var shown: [(file: String, certificate: CertificateDescription)] = []
    for file in arguments.all(files) {
      let found = try CertificateDescription.all(inPEM: try CertificateFile.read(file), source: file)
      shown += found.map { (file, $0) }
    }
    switch arguments.value(CommonOptions.output) {
    case .json: try StandardStreams.print(JSON.array(shown.map(json)).pretty)
    case .table: try StandardStreams.print(shown.map(text).joined(separator: "\n"))
    }
    return 0
  }

  private static func text(file: String, _ certificate: CertificateDescription) -> String {
    let hosts = certificate.dnsNames + certificate.addresses
    let rows = [
      ("name", certificate.nodeName?.description ?? certificate.uriNames.joined(separator: ", ")),
      ("hosts", hosts.joined(separator: ", ")),
      ("subject", certificate.subject), ("issuer", certificate.issuer),
      ("authority", certificate.isAuthority ? "yes" : ""),
      ("valid until", certificate.notAfterText), ("serial", certificate.serial),
      ("fingerprint", "SHA-256 \(certificate.fingerprint)"),
    ]
    return "\(file)\n"
      + rows.filter { !$1.isEmpty }.map { title, value in
        "  \(title)\(String(repeating: " ", count: 13 - title.count))\(value)\n"
      }.joined()
  }

  private static func json(file: String, _ certificate: CertificateDescription) -> JSON {
    [
      "file": .string(file), "name": JSON(certificate.nodeName?.description),
      "uri_names": .array(certificate.uriNames.map { .string($0) }),
      "dns_names": .array(certificate.dnsNames.map { .string($0) }),
      "addresses": .array(certificate.addresses.map { .string($0) }),
      "subject": .string(certificate.subject), "issuer": .string(certificate.issuer),
      "authority": .bool(certificate.isAuthority), "not_before_ms": .integer(certificate.notBefore.rawValue),
      "not_after_ms": .integer(certificate.notAfter.rawValue), "serial": .string(certificate.serial),
      "fingerprint_sha256": .string(certificate.fingerprint),
    ]
  }
}
