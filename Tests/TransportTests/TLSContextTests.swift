import COpenSSL
import Testing

@testable import Transport

@Suite("TLS contexts")
struct TLSContextTests {
  /// The files of a small cluster: two authorities, a node, a client.
  struct Files {
    let folder = TestFolder()
    let nodes: TestAuthority
    let clients: TestAuthority
    let server: TLSConfiguration
    let client: TLSConfiguration

    init() throws {
      nodes = try TestAuthority("node authority")
      clients = try TestAuthority("client authority")
      let broker = try nodes.issue("broker 1", names: "DNS:localhost,IP:127.0.0.1,URI:newswire://test/broker/1")
      let alice = try clients.issue("alice", names: "URI:newswire://test/client/alice")
      server = TLSConfiguration(
        certificatePath: folder.write("broker.pem", broker.certificate),
        keyPath: folder.write("broker.key", broker.key), nodeAuthorityPath: folder.write("node-ca.pem", nodes.pem),
        clientAuthorityPath: folder.write("client-ca.pem", clients.pem), ownAuthority: .node)
      client = TLSConfiguration(
        certificatePath: folder.write("alice.pem", alice.certificate),
        keyPath: folder.write("alice.key", alice.key), nodeAuthorityPath: "\(folder.path)/node-ca.pem")
    }

    /// A client's configuration with a certificate of its own.
    func client(_ name: String, _ issued: (certificate: String, key: String)) -> TLSConfiguration {
      var configuration = client
      configuration.certificatePath = folder.write("\(name).pem", issued.certificate)
      configuration.keyPath = folder.write("\(name).key", issued.key)
      return configuration
    }
  }

  /// What came of a handshake: who the server thinks is there, or what each side says went wrong.
  struct Outcome {
    var peerOfServer: PeerIdentity?
    var peerOfClient: PeerIdentity?
    var clientProblem: String?
    var serverProblem: String?
    var speaksHTTP2 = false
  }

  private func handshake(
    _ server: TLSContext, _ client: TLSContext, serverName: String = "localhost",
    adjust: (OpaquePointer) -> Void = { _ in }
  ) throws -> Outcome {
    let server = try server.makeSession()
    let client = try client.makeSession(serverName: serverName)
    adjust(client.ssl)
    var near: OpaquePointer?
    var far: OpaquePointer?
    BIO_new_bio_pair(&near, 1 << 17, &far, 1 << 17)
    SSL_set_bio(client.ssl, near, near)
    SSL_set_bio(server.ssl, far, far)
    var outcome = Outcome()
    for _ in 0..<8 {
      for (session, problem) in [(client, \Outcome.clientProblem), (server, \Outcome.serverProblem)] {
        var byte: UInt8 = 0
        let result = SSL_read(session.ssl, &byte, 1)
        let error = SSL_get_error(session.ssl, result)
        if error != SSL_ERROR_WANT_READ, outcome[keyPath: problem] == nil {
          outcome[keyPath: problem] = session.takeFailure().description
        }
      }
    }
    outcome.peerOfServer = server.peerIdentity
    outcome.peerOfClient = client.peerIdentity
    outcome.speaksHTTP2 = server.speaksHTTP2 && client.speaksHTTP2
    return outcome
  }

  @Test("both ends know who the other is, and which authority says so")
  func identities() throws {
    let files = try Files()
    let server = try TLSContext(.server, files.server)
    let outcome = try handshake(server, try TLSContext(.client, files.client))
    #expect(outcome.clientProblem == nil)
    #expect(outcome.serverProblem == nil)
    #expect(outcome.speaksHTTP2)
    #expect(
      outcome.peerOfServer
        == PeerIdentity(uriNames: ["newswire://test/client/alice"], commonName: "alice", authority: .client))
    #expect(outcome.peerOfClient?.authority == .node)
    #expect(outcome.peerOfClient?.dnsNames == ["localhost"])
    let byAddress = try handshake(server, try TLSContext(.client, files.client), serverName: "127.0.0.1")
    #expect(byAddress.clientProblem == nil)
  }

  @Test("a role's name under the authority for clients stays a client's")
  func impostor() throws {
    let files = try Files()
    let impostor = files.client("impostor", try files.clients.issue("x", names: "URI:newswire://test/broker/1"))
    let outcome = try handshake(try TLSContext(.server, files.server), try TLSContext(.client, impostor))
    #expect(outcome.peerOfServer?.uriNames == ["newswire://test/broker/1"])
    #expect(outcome.peerOfServer?.authority == .client)
  }

  @Test("a caller without a certificate is refused, unless the server lets it in")
  func noCertificate() throws {
    let files = try Files()
    var anonymous = files.client
    anonymous.certificatePath = nil
    anonymous.keyPath = nil
    let client = try TLSContext(.client, anonymous)
    let strict = try handshake(try TLSContext(.server, files.server), client)
    #expect(strict.serverProblem == "the caller showed no certificate")
    #expect(strict.clientProblem == "the peer asks for a certificate and none was shown")
    var lenient = files.server
    lenient.requireClientCertificate = false
    let outcome = try handshake(try TLSContext(.server, lenient), client)
    #expect(outcome.serverProblem == nil)
    #expect(outcome.clientProblem == nil)
    #expect(outcome.peerOfServer == nil)
  }

  @Test("a certificate that is expired, early or from elsewhere is refused in plain words")
  func badClients() throws {
    let files = try Files()
    let server = try TLSContext(.server, files.server)
    let stranger = files.client("stranger", try TestAuthority("elsewhere").issue("mallory", names: ""))
    let outcome = try handshake(server, try TLSContext(.client, stranger))
    #expect(
      outcome.serverProblem
        == "the peer's certificate (CN=mallory) was issued by CN=elsewhere, which is not trusted here")
    #expect(outcome.clientProblem == "the peer does not know the authority that issued our certificate")
    #expect(outcome.peerOfServer == nil)
    for (validFrom, validFor, words) in [(-7200, -3600, "expired on"), (3600, 7200, "is not valid before")] {
      let issued = try files.clients.issue("late", names: "", validFor: validFor, validFrom: validFrom)
      let configuration = files.client("late", issued)
      let late = try handshake(server, try TLSContext(.client, files.client)) { ssl in
        SSL_use_certificate_file(ssl, configuration.certificatePath, X509_FILETYPE_PEM)
        SSL_use_PrivateKey_file(ssl, configuration.keyPath, X509_FILETYPE_PEM)
      }
      #expect(late.serverProblem?.contains("the peer's certificate (CN=late) \(words)") == true)
    }
  }

  @Test("a server with another name, or from another authority, is refused")
  func badServers() throws {
    let files = try Files()
    let server = try TLSContext(.server, files.server)
    let client = try TLSContext(.client, files.client)
    let wrongName = try handshake(server, client, serverName: "elsewhere.example")
    #expect(
      wrongName.clientProblem
        == "the server's certificate (CN=broker 1) is not for elsewhere.example; its names are: localhost")
    var distrustful = files.client
    distrustful.nodeAuthorityPath = files.folder.write("other-ca.pem", try TestAuthority("other").pem)
    let wrongAuthority = try handshake(server, try TLSContext(.client, distrustful))
    #expect(wrongAuthority.clientProblem?.contains("issued by CN=node authority, which is not trusted here") == true)
  }

  @Test("a client that knows only TLS 1.2, or does not offer HTTP/2, is refused")
  func oldClients() throws {
    let files = try Files()
    let server = try TLSContext(.server, files.server)
    let client = try TLSContext(.client, files.client)
    let old = try handshake(server, client) { ssl in
      _ = SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
      _ = SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    }
    #expect(old.serverProblem == "no common version of TLS: 1.3 is needed")
    let http1 = try handshake(server, client) { SSL_set_alpn_protos($0, [2, 0x68, 0x31], 3) }
    #expect(http1.serverProblem == "the other end does not speak HTTP/2 (ALPN \"h2\")")
    let silent = try handshake(server, client) { SSL_set_alpn_protos($0, nil, 0) }
    #expect(silent.speaksHTTP2 == false)
  }

  @Test("a file that is wrong is named, with what is wrong with it")
  func wrongFiles() throws {
    let files = try Files()
    let folder = files.folder
    func problem(_ change: (inout TLSConfiguration) -> Void) -> String {
      var configuration = files.server
      change(&configuration)
      do {
        _ = try TLSContext(.server, configuration)
        return "nothing"
      } catch {
        return error.description
      }
    }
    #expect(problem { $0.keyPath = "/nowhere/key" } == "/nowhere/key: cannot be read: No such file or directory")
    #expect(problem { $0.certificatePath = $0.keyPath }.contains("holds no certificate in PEM form"))
    #expect(problem { $0.keyPath = $0.certificatePath }.contains("holds no private key in PEM form"))
    #expect(problem { $0.keyPath = files.client.keyPath }.contains("does not match the certificate in"))
    #expect(problem { $0.nodeAuthorityPath = folder.write("empty", "") }.contains("holds no certificate"))
    #expect(problem { $0.certificatePath = nil }.contains("a server needs a certificate"))
    #expect(problem { $0.ownAuthority = .client }.contains("not by the authority in"))
    #expect(problem { _ in } == "nothing")
    for (validFrom, validFor, words) in [(-7200, -3600, "expired on"), (3600, 7200, "is not valid before")] {
      let late = try files.nodes.issue("b", names: "", validFor: validFor, validFrom: validFrom)
      let text = problem {
        $0.certificatePath = folder.write("late.pem", late.certificate)
        $0.keyPath = folder.write("late.key", late.key)
      }
      #expect(text.contains("late.pem: the certificate \(words)"), "\(text)")
    }
  }

  @Test("a context reloads its files, and keeps the old ones if the new ones are wrong")
  func reload() throws {
    let files = try Files()
    let server = try TLSContext(.server, files.server)
    let client = try TLSContext(.client, files.client)
    let renewed = try files.nodes.issue("broker 1 renewed", names: "DNS:localhost")
    files.folder.write("broker.pem", renewed.certificate)
    #expect(throws: TLSError.self) { try server.reload() }
    #expect(try handshake(server, client).peerOfClient?.commonName == "broker 1")
    files.folder.write("broker.key", renewed.key)
    try server.reload()
    #expect(try handshake(server, client).peerOfClient?.commonName == "broker 1 renewed")
  }
}
