import Model
import Testing

@Suite struct NodeNameTests {
  @Test("a node's name is read as it is written")
  func roundTrip() throws {
    for text in [
      "newswire://main/coordinator/1", "newswire://main/broker/3", "newswire://x.y_z-0/group-coordinator/2147483647",
      "newswire://main/client/alice@example.org",
    ] {
      #expect(try NodeName(text).description == text)
    }
    let broker = try NodeName(cluster: "main", role: .broker, number: 3)
    #expect(try broker == NodeName("newswire://main/broker/3"))
    #expect(broker.number == 3)
    #expect(try NodeName("newswire://main/client/7").number == nil)
  }

  @Test("nothing but the exact form is a node's name")
  func strict() {
    for text in [
      "", "newswire://", "newswire://main/broker", "newswire://main/broker/", "newswire://main/broker/3/",
      "newswire://main/broker/3/4", "newswire://main/broker/03", "newswire://main/broker/+3",
      "newswire://main/broker/0",
      "newswire://main/broker/-1", "newswire://main/broker/2147483648", "newswire://main/Broker/3",
      "newswire:///broker/3", "NEWSWIRE://main/broker/3", "newswire://main/broker/3?x", " newswire://main/broker/3",
      "newswire://ma in/broker/3", "newswire://main/client/", "newswire://main/client/a b", "newswire://main/client/..",
      "newswire://main/client/\(String(repeating: "a", count: 65))", "newswire://main/admin/1", "http://main/broker/3",
      "newswire://mäin/broker/3",
    ] {
      #expect(throws: InvalidName.self, "\(text)") { try NodeName(text) }
    }
  }

  @Test("nodes are in order of their numbers")
  func order() throws {
    let names = try ["broker/10", "broker/9", "client/a", "broker/1"].map { try NodeName("newswire://m/\($0)") }
    #expect(names.sorted().map(\.id) == ["1", "9", "10", "a"])
  }
}
