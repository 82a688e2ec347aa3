import COpenSSL
import Glibc
import Model
import Testing

@testable import Certificates

private func name(_ text: String) throws -> NodeName { try NodeName("newswire://test/\(text)") }

private func request(_ text: String, dns: [String] = [], ip: [String] = []) throws -> CertificateRequest {
  try CertificateRequest(name: name(text), dnsNames: dns, addresses: ip)
}

/// What OpenSSL itself says of a certificate under an authority, for a purpose and a host; 0 for "fine".
private func verify(
  _ certificate: [UInt8], under authority: [UInt8], purpose: Int32, host: String? = nil, at time: Int = 0
) throws -> Int32 {
  let authority = try certificates(inPEM: authority, of: "authority")[0]
  let leaf = try certificates(inPEM: certificate, of: "leaf")[0]
  let store = X509_STORE_new()
  defer { X509_STORE_free(store) }
  X509_STORE_add_cert(store, authority.pointer)
  let context = X509_STORE_CTX_new()
  defer { X509_STORE_CTX_free(context) }
  X509_STORE_CTX_init(context, store, leaf.pointer, nil)
  X509_STORE_CTX_set_purpose(context, purpose)
  let parameters = X509_STORE_CTX_get0_param(context)
  X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_X509_STRICT))
  if let host { X509_VERIFY_PARAM_set1_host(parameters, host, 0) }
  if time != 0 { X509_VERIFY_PARAM_set_time(parameters, time) }
  X509_verify_cert(context)
  return X509_STORE_CTX_get_error(context)
}

/// The names of the files in a folder.
private func entries(of path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
  }
  return names.filter { $0 != "." && $0 != ".." }
}

/// A folder that is gone after the test.
private func withFolder(_ body: (CertificateFolder) throws -> Void) throws {
  var template = Array("/tmp/newswire-certificates-XXXXXX".utf8CString)
  let path = mkdtemp(&template).map { String(cString: $0) } ?? ""
  defer {
    for name in entries(of: path) { unlink("\(path)/\(name)") }
    rmdir(path)
  }
  try body(CertificateFolder(path))
}

/// The files in a folder with their rights.
private func files(in folder: CertificateFolder) -> [String: UInt32] {
  var found: [String: UInt32] = [:]
  for name in entries(of: folder.path) {
    var status = stat()
    stat("\(folder.path)/\(name)", &status)
    found[name] = status.st_mode & 0o777
  }
  return found
}

@Suite struct CertificatesTests {
  private let node: CertificateAuthority
  private let client: CertificateAuthority
  private let nodePEM: [UInt8]

  init() throws {
    let files = try CertificateAuthority.make(kind: .node, cluster: "test")
    node = try CertificateAuthority(files, kind: .node)
    nodePEM = files.certificate
    client = try CertificateAuthority(CertificateAuthority.make(kind: .client, cluster: "test"), kind: .client)
  }

  @Test("a node's certificate serves and calls, under its names, and says who it is")
  func nodeCertificate() throws {
    let issued = try node.issue(request("broker/3", dns: ["b3.example.org"], ip: ["10.0.0.3", "::1"]))
    #expect(
      try verify(issued.certificate, under: nodePEM, purpose: X509_PURPOSE_SSL_SERVER, host: "b3.example.org") == 0)
    #expect(try verify(issued.certificate, under: nodePEM, purpose: X509_PURPOSE_SSL_CLIENT) == 0)
    #expect(
      try verify(issued.certificate, under: nodePEM, purpose: X509_PURPOSE_SSL_SERVER, host: "other.example.org")
        == X509_V_ERR_HOSTNAME_MISMATCH)
    let description = try CertificateDescription.all(inPEM: issued.certificate, source: "x")[0]
    #expect(description.nodeName == (try name("broker/3")))
    #expect(description.uriNames == ["newswire://test/broker/3"])
    #expect(description.dnsNames == ["b3.example.org"])
    #expect(description.addresses == ["10.0.0.3", "::1"])
    #expect(description.subject == "O = test, OU = broker, CN = broker-3")
    #expect(description.issuer == "O = test, OU = node authority, CN = newswire node authority")
    #expect(!description.isAuthority)
    #expect(description.fingerprint.count == 64)
    #expect(description.notBefore.rawValue / 1000 < secondsNow())
    #expect(description.notAfter.rawValue / 1000 > secondsNow() + 396 * 86_400)
    #expect(description.notAfterText.hasSuffix("GMT"))
  }

  @Test("a client's certificate calls and does not serve")
  func clientCertificate() throws {
    let issued = try client.issue(request("client/alice"))
    let authority = try client.certificatePEM()
    #expect(try verify(issued.certificate, under: authority, purpose: X509_PURPOSE_SSL_CLIENT) == 0)
    #expect(
      try verify(issued.certificate, under: authority, purpose: X509_PURPOSE_SSL_SERVER) == X509_V_ERR_INVALID_PURPOSE)
  }

  @Test("neither authority vouches for what the other issued")
  func separation() throws {
    let issued = try client.issue(request("client/alice"))
    #expect(try verify(issued.certificate, under: nodePEM, purpose: X509_PURPOSE_SSL_CLIENT) != 0)
    #expect(throws: CertificateError("the node authority does not issue for a client")) {
      try node.issue(request("client/alice"))
    }
    #expect(throws: CertificateError("the client authority does not issue for a broker")) {
      try client.issue(request("broker/1"))
    }
    #expect(throws: CertificateError("the authority belongs to cluster test, not to other")) {
      try node.issue(CertificateRequest(name: NodeName("newswire://other/broker/1")))
    }
  }

  @Test("what an authority issued issues nothing")
  func noChain() throws {
    let issued = try node.issue(request("broker/3"))
    #expect(throws: CertificateError.self) { try CertificateAuthority(issued, kind: .node) }
    let forged = try CertificateAuthority.make(kind: .node, cluster: "test")
    #expect(try verify(issued.certificate, under: forged.certificate, purpose: X509_PURPOSE_SSL_CLIENT) != 0)
  }

  @Test("two certificates differ in serial and key")
  func unique() throws {
    let first = try node.issue(request("broker/3"))
    let second = try node.issue(request("broker/3"))
    let descriptions = try CertificateDescription.all(inPEM: first.certificate + second.certificate, source: "x")
    #expect(descriptions.count == 2)
    #expect(descriptions[0].serial != descriptions[1].serial && descriptions[0].serial.count >= 24)
    #expect(first.key != second.key)
  }

  @Test("a certificate has its time, and never outlives its authority")
  func life() throws {
    let past = try CertificateRequest(
      name: name("broker/1"), validity: .seconds(3600), validFrom: Timestamp((secondsNow() - 7200) * 1000))
    let expired = try node.issue(past)
    #expect(
      try verify(expired.certificate, under: nodePEM, purpose: X509_PURPOSE_SSL_SERVER)
        == X509_V_ERR_CERT_HAS_EXPIRED)
    let long = try node.issue(CertificateRequest(name: name("broker/1"), validity: .seconds(100 * 366 * 86_400)))
    let end = try CertificateDescription.all(inPEM: long.certificate, source: "x")[0].notAfter
    #expect(end == (try CertificateDescription.all(inPEM: nodePEM, source: "x")[0].notAfter))
    let ended = try CertificateAuthority.make(
      kind: .node, cluster: "test", validity: .seconds(1), validFrom: Timestamp(1_000_000_000_000))
    #expect(
      throws: CertificateError("the authority ended at Sep  9 01:46:41 2001 GMT; make a new one")
    ) { try CertificateAuthority(ended, kind: .node) }
  }

  @Test("names and addresses that are none are refused before they reach a certificate")
  func names() throws {
    for wrong in ["", "a b", "a,URI:newswire://test/broker/9", "-a", "a..b", "*", "*.org", "a\u{0}b", "ä.org"] {
      #expect(throws: CertificateError.self, "\(wrong)") { try request("broker/1", dns: [wrong]) }
    }
    for wrong in ["", "1.2.3", "1.2.3.4,DNS:x", "::g", "localhost"] {
      #expect(throws: CertificateError.self, "\(wrong)") { try request("broker/1", ip: [wrong]) }
    }
    let mixed = try CertificateRequest(name: name("broker/1"), hosts: ["localhost", "127.0.0.1", "::1", "*.a.org"])
    #expect(mixed.dnsNames == ["localhost", "*.a.org"])
    #expect(mixed.addresses == ["127.0.0.1", "::1"])
    #expect(throws: CertificateError.self) { try CertificateAuthority.make(kind: .node, cluster: "a/b") }
  }

  @Test("authorities and certificates are written with the rights that they need, and never replaced unasked")
  func folder() throws {
    try withFolder { folder in
      try folder.makeAuthorities(cluster: "test")
      let request = try request("group-coordinator/2", dns: ["localhost"])
      let written = try folder.issue(request)
      #expect(
        files(in: folder) == [
          "node-ca.pem": 0o644, "node-ca-key.pem": 0o600, "client-ca.pem": 0o644, "client-ca-key.pem": 0o600,
          "group-coordinator-2.pem": 0o644, "group-coordinator-2-key.pem": 0o600,
        ])
      #expect(written.certificate == "\(folder.path)/group-coordinator-2.pem")
      let before = try CertificateFile.read(written.certificate)
      let authorityBefore = try CertificateFile.read(folder.files(of: .node).certificate)
      #expect(
        throws: CertificateError(
          "\(written.certificate) is there already; it is not replaced unless you ask for it")
      ) { try folder.issue(request) }
      #expect(throws: CertificateError.self) { try folder.makeAuthorities(cluster: "test") }
      #expect(try CertificateFile.read(folder.files(of: .node).certificate) == authorityBefore)
      #expect(try CertificateFile.read(written.certificate) == before)
      #expect(try folder.issue(request, overwriting: true) == written)
      #expect(try CertificateFile.read(written.certificate) != before)
      #expect(files(in: folder).count == 6)
      #expect(
        try verify(
          CertificateFile.read(written.certificate), under: authorityBefore, purpose: X509_PURPOSE_SSL_SERVER,
          host: "localhost") == 0)
    }
  }

  @Test("files that are missing, mixed up or damaged are named")
  func damaged() throws {
    try withFolder { folder in
      #expect(
        throws: CertificateError("cannot read \(folder.path)/node-ca.pem: No such file or directory")
      ) { try folder.authority(.node) }
      try folder.makeAuthorities(cluster: "test")
      let node = folder.files(of: .node)
      let client = folder.files(of: .client)
      let key = try CertificateFile.read(client.key)
      try CertificateFile.write(key, to: node.key, mode: 0o600, overwriting: true)
      #expect(throws: CertificateError("the key of \(node.certificate) belongs to another certificate")) {
        try folder.authority(.node)
      }
      try CertificateFile.write(
        CertificateFile.read(client.certificate), to: node.certificate, mode: 0o644, overwriting: true)
      #expect(throws: CertificateError.self) { try folder.authority(.node) }
      try CertificateFile.write(Array("nonsense".utf8), to: node.certificate, mode: 0o644, overwriting: true)
      #expect(throws: CertificateError("\(node.certificate) holds no certificate in PEM form")) {
        try folder.authority(.node)
      }
      #expect(throws: CertificateError.self) {
        try CertificateFile.write([], to: "/nonexistent/x", mode: 0o600, overwriting: false)
      }
    }
  }
}
