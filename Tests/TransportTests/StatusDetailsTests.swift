import Bytes
import Messages
import Model
import Testing

@testable import Transport

@Suite("Status details")
struct StatusDetailsTests {
  @Test("a refusal survives the wire, with the node that refused", arguments: ErrorReason.allCases)
  func roundTrip(reason: ErrorReason) {
    let refusal = Refusal(reason, "partition 3 of topic news", metadata: ["leader": "b:9191"], field: "partition")
    let status = Status(refusal, node: "broker-1")
    #expect(status.code == reason.entry.code)
    #expect(status.message == "partition 3 of topic news: \(reason.entry.advice)")
    let expected = Refusal(
      reason, refusal.message, metadata: ["leader": "b:9191", "node": "broker-1"], field: "partition")
    #expect(status.refusal == expected)
    #expect(Status(expected, node: "broker-2").refusal == expected)
  }

  @Test("retry information goes with what can succeed later, and with nothing else")
  func retry() throws {
    for (reason, isRetriable) in [(ErrorReason.notLeader, true), (.unknownTopic, false)] {
      let status = Status(Refusal(reason, "m"))
      let details = try GoogleRpc.Status(decoding: status.details).details
      #expect(try details.contains { try $0.unpacked(as: GoogleRpc.RetryInfo.self) != nil } == isRetriable)
      #expect(try !details.contains { try $0.unpacked(as: GoogleRpc.BadRequest.self) != nil })
    }
  }

  @Test("a status of someone else is no refusal")
  func foreign() throws {
    #expect(Status(.unavailable, "m").refusal == nil)
    #expect(Status(.unavailable, "m", details: [0xff, 1]).refusal == nil)
    for (domain, reason) in [("elsewhere", "NOT_LEADER"), ("newswire", "NOT_INVENTED_YET")] {
      let info = GoogleRpc.ErrorInfo(reason: reason, domain: domain)
      let status = GoogleRpc.Status(code: 14, message: "m", details: [.init(packing: info)])
      #expect(Status(.unavailable, "m", details: status.serialized).refusal == nil)
    }
  }
}
