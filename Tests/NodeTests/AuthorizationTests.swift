import Model
import Node
import Testing
import Transport

@Suite("Authorization")
struct AuthorizationTests {
  private static let rules = Authorization(
    cluster: "news", internalServices: ["newswire.internal.v1.BrokerLifecycle": [.broker]])
  private static let path = "/newswire.internal.v1.BrokerLifecycle/RegisterBroker"

  private func refusal(_ path: String, _ uri: String?, _ authority: PeerIdentity.Authority = .node) -> Refusal? {
    Self.rules.refusal(
      path: path, peer: uri.map { PeerIdentity(uriNames: [$0], commonName: "x", authority: authority) })
  }

  @Test("the right role of the right cluster may call an internal service")
  func allowed() {
    #expect(refusal(Self.path, "newswire://news/broker/3") == nil)
  }

  @Test(
    "everybody else is refused, with a reason",
    arguments: [
      (nil, PeerIdentity.Authority.node, ErrorReason.unauthenticated, "needs a node's certificate"),
      ("newswire://news/client/me", .client, .permissionDenied, "client's certificate"),
      ("newswire://news/broker/3", .client, .permissionDenied, "client's certificate"),
      ("newswire://news/group-coordinator/1", .node, .permissionDenied, "for broker only"),
      ("newswire://other/broker/3", .node, .permissionDenied, "belongs to the cluster \"other\""),
      ("urn:something", .node, .permissionDenied, "names no role"),
    ] as [(String?, PeerIdentity.Authority, ErrorReason, String)])
  func refused(uri: String?, authority: PeerIdentity.Authority, reason: ErrorReason, words: String) {
    let refusal = refusal(Self.path, uri, authority)
    #expect(refusal?.reason == reason)
    #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "")")
  }

  @Test("public services are open to whoever was let in")
  func open() {
    #expect(refusal("/newswire.v1.Broker/Produce", "newswire://news/client/me", .client) == nil)
    #expect(refusal("/grpc.health.v1.Health/Check", nil) == nil)
  }

  @Test("an internal service without a rule is refused to everybody")
  func unknown() {
    #expect(refusal("/newswire.internal.v1.Quorum/Vote", "newswire://news/broker/3")?.reason == .permissionDenied)
  }
}
