import Model
import Partition
import Testing

@Suite("A leader whose disk was full as it began to lead")
struct GivenUpTailTests {
  @Test("followers come in at the end that is left, not at the one that the leadership began with")
  func comesIn() throws {
    var bench = try Bench()
    _ = bench.assign(leader: 2, 4, isr: [1, 2, 3])
    _ = bench.agree()
    _ = try bench.receive([(base: 0, count: 5, epoch: 4)], epoch: 4)
    _ = bench.sync()
    _ = try bench.receive([(base: 5, count: 5, epoch: 4)], epoch: 4)
    _ = bench.lead(isr: [1], replicas: 3)
    _ = bench.handle(.appendsGivenUp(Refusal(.diskFull, "no space is left"), ends(5, 5, 5)))
    _ = bench.asks(2, end: 5, lastEpoch: 4, held: 5)
    #expect(bench.holds(2, 5).proposed.isEmpty)
    bench.instant = bench.instant + .seconds(1)
    #expect(bench.partition.role.isLeading)
    guard case .leader(let leadership) = bench.partition.role else { return }
    #expect(leadership.startOffset == Offset(5))
    #expect(leadership.inSync.proposal?.members.map(\.broker.rawValue) == [1, 2])
  }
}

extension Partition.Role {
  fileprivate var isLeading: Bool { if case .leader = self { true } else { false } }
}
