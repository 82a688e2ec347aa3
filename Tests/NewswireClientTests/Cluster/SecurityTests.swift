import Certificates
import Glibc
import Model
import NewswireClient
import Testing
import Transport

@Suite("A client and certificates", .timeLimit(.minutes(1)))
struct SecurityTests {
  /// A folder with two authorities and certificates of a broker and a client; gone with the object.
  private final class Folder {
    let path: String
    private var files: [String] = []

    init() throws {
      var template = Array("/tmp/newswire-client-XXXXXX".utf8CString)
      path = String(cString: mkdtemp(&template))
      let node = try authority(.node)
      let client = try authority(.client)
      try write(
        "broker",
        node.issue(
          .init(name: NodeName(cluster: "test", role: .broker, number: 1), addresses: ["127.0.0.1"])))
      try write("alice", client.issue(.init(name: NodeName(cluster: "test", role: .client, id: "alice"))))
    }

    deinit {
      for file in files { unlink(file) }
      rmdir(path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    private func authority(_ kind: AuthorityKind) throws -> CertificateAuthority {
      let made = try CertificateAuthority.make(kind: kind, cluster: "test")
      try write("\(kind)", made)
      return try CertificateAuthority(made, kind: kind)
    }

    private func write(_ name: String, _ issued: IssuedCertificate) throws {
      for (bytes, end) in [(issued.certificate, "pem"), (issued.key, "key")] {
        let file = file("\(name).\(end)")
        files.append(file)
        let stream = try #require(fopen(file, "w"))
        fwrite(bytes, 1, bytes.count, stream)
        fclose(stream)
      }
    }
  }

  private func cluster(_ folder: Folder) async throws -> FakeCluster {
    let tls = try TLSContext(
      .server,
      TLSConfiguration(
        certificatePath: folder.file("broker.pem"), keyPath: folder.file("broker.key"),
        nodeAuthorityPath: folder.file("node.pem"), clientAuthorityPath: folder.file("client.pem")))
    let cluster = try await FakeCluster(tls: tls)
    cluster.create("t", partitions: 1)
    return cluster
  }

  @Test("with a certificate of the cluster's authority a client is let in")
  func letIn() async throws {
    let folder = try Folder()
    let cluster = try await cluster(folder)
    let client = try cluster.client {
      $0.security = .tls(
        authority: folder.file("node.pem"), certificate: folder.file("alice.pem"), key: folder.file("alice.key"))
    }
    try await client.producer().send(ProducerRecord(topic: "t", value: "hello"))
    for try await record in client.consumer().records("t", untilEnd: true) { #expect(record.text == "hello") }
    await client.close()
    await cluster.stop()
  }

  @Test("without one, or with a broker of another authority, the reason is told in time")
  func keptOut() async throws {
    let folder = try Folder()
    let cluster = try await cluster(folder)
    for security in [
      ClientConfiguration.Security.tls(authority: folder.file("node.pem"), certificate: nil, key: nil),
      .tls(
        authority: folder.file("client.pem"), certificate: folder.file("alice.pem"), key: folder.file("alice.key")),
    ] {
      let client = try cluster.client {
        $0.security = security
        $0.requestTimeout = .seconds(8)
      }
      let error = await #expect(throws: NewswireError.self) { try await client.admin.describeCluster() }
      #expect(error?.reason == .unavailable, "\(error?.message ?? "")")
      #expect(error?.message.contains("certificate") == true, "\(error?.message ?? "")")
      await client.close()
    }
    await cluster.stop()
  }

  @Test("a file that is not there is named before anything is tried")
  func missingFile() throws {
    let error = #expect(throws: NewswireError.self) {
      try NewswireClient(
        ClientConfiguration(
          bootstrap: "localhost:1", security: .tls(authority: "/nowhere/ca.pem", certificate: nil, key: nil)))
    }
    #expect(error?.reason == .invalidClientConfiguration)
    #expect(error?.message.contains("/nowhere/ca.pem") == true)
  }

  @Test("the environment says how to reach a cluster; what is missing is named")
  func environment() throws {
    var variables = ["NEWSWIRE_BOOTSTRAP": "a:1", "NEWSWIRE_CA": "ca", "NEWSWIRE_CERT": "c", "NEWSWIRE_KEY": "k"]
    #expect(
      try ClientConfiguration(environment: variables, clientID: "me")
        == ClientConfiguration(
          bootstrap: "a:1", security: .tls(authority: "ca", certificate: "c", key: "k"), clientID: "me"))
    variables["NEWSWIRE_CA"] = ""
    let error = #expect(throws: NewswireError.self) { try ClientConfiguration(environment: variables) }
    #expect(error?.reason == .invalidClientConfiguration && error?.message.contains("NEWSWIRE_CA") == true)
  }
}
