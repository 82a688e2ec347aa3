import Model
import Testing

@testable import Group

@Suite("Assignors")
struct AssignorTests {
  private func topic(_ number: UInt64, _ partitionCount: Int, racks: [[String]] = []) -> GroupTopic {
    GroupTopic(id: UUID128(high: 0, low: number), partitionCount: partitionCount, racks: racks)
  }

  private func solve(
    _ assignor: Assignor, _ members: [String: [String]], _ topics: [String: GroupTopic],
    racks: [String: String] = [:], previous: [MemberID: Set<TopicPartition>] = [:]
  ) throws -> [String: Set<TopicPartition>] {
    var known: [MemberID: Member] = [:]
    for (name, subscription) in members {
      let id = try MemberID(name)
      known[id] = Member(
        metadata: MemberMetadata(rack: racks[name], subscription: try subscription.map { try TopicName($0) }),
        target: previous[id] ?? [])
    }
    let solution = AssignmentProblem(members: known, topics: try Harness.named(topics)).solved(by: assignor)
    return Dictionary(uniqueKeysWithValues: solution.map { ($0.key.description, $0.value) })
  }

  @Test("range: neighbours together, the first members get one more, the same numbers of each topic")
  func range() throws {
    let (one, two) = (topic(1, 5), topic(2, 5))
    let solution = try solve(.range, ["a": ["x", "y"], "b": ["x", "y"]], ["x": one, "y": two])
    #expect(solution["a"] == Set([0, 1, 2].flatMap { [place(one, $0), place(two, $0)] }))
    #expect(solution["b"] == Set([3, 4].flatMap { [place(one, $0), place(two, $0)] }))
  }

  @Test("range gives a topic's partitions only to those who read it")
  func rangeSubscriptions() throws {
    let (one, two) = (topic(1, 2), topic(2, 2))
    let solution = try solve(.range, ["a": ["x"], "b": ["x", "y"]], ["x": one, "y": two])
    #expect(solution["a"] == [place(one, 0)])
    #expect(solution["b"] == [place(one, 1), place(two, 0), place(two, 1)])
  }

  @Test("uniform: equal to within one", arguments: 1...7, [1, 6, 7, 20])
  func uniformBalance(memberCount: Int, partitionCount: Int) throws {
    let members = Dictionary(uniqueKeysWithValues: (0..<memberCount).map { ("m\($0)", ["x", "y"]) })
    let topics = ["x": topic(1, partitionCount), "y": topic(2, 3)]
    let solution = try solve(.uniform, members, topics)
    let counts = solution.values.map(\.count)
    #expect(counts.reduce(0, +) == partitionCount + 3)
    #expect(counts.max()! - counts.min()! <= 1)
  }

  @Test("uniform moves no more than balance asks for when a member joins or leaves")
  func uniformStickiness() throws {
    let topics = ["x": topic(1, 12)]
    let two = try solve(.uniform, ["a": ["x"], "b": ["x"]], topics)
    let previous = Dictionary(uniqueKeysWithValues: try two.map { (try MemberID($0.key), $0.value) })
    let three = try solve(.uniform, ["a": ["x"], "b": ["x"], "c": ["x"]], topics, previous: previous)
    #expect(three["c"]?.count == 4)
    #expect(three["a"]!.isSubset(of: two["a"]!))
    #expect(three["b"]!.isSubset(of: two["b"]!))
    let then = Dictionary(uniqueKeysWithValues: try three.map { (try MemberID($0.key), $0.value) })
    let again = try solve(.uniform, ["a": ["x"], "b": ["x"]], topics, previous: then)
    #expect(again["a"]!.isSuperset(of: three["a"]!))
    #expect(again["b"]!.isSuperset(of: three["b"]!))
  }

  @Test("uniform balances along chains where members read different topics")
  func chains() throws {
    let topics = ["x": topic(1, 3), "y": topic(2, 3)]
    let members = ["a": ["x"], "b": ["x", "y"], "c": ["y"]]
    let unfair: [MemberID: Set<TopicPartition>] = [
      try MemberID("a"): places(topics["x"]!),
      try MemberID("b"): Set([place(topics["y"]!, 0), place(topics["y"]!, 1)]),
      try MemberID("c"): [place(topics["y"]!, 2)],
    ]
    let solution = try solve(.uniform, members, topics, previous: unfair)
    #expect(solution.values.map(\.count) == [2, 2, 2])
  }

  @Test("uniform prefers members in the rack of a replica, as long as it stays equal")
  func racks() throws {
    let x = topic(1, 6, racks: (0..<6).map { [$0 < 3 ? "east" : "west"] })
    let solution = try solve(
      .uniform, ["a": ["x"], "b": ["x"]], ["x": x], racks: ["a": "west", "b": "east"])
    #expect(solution["a"] == Set((3..<6).map { place(x, $0) }))
    #expect(solution["b"] == Set((0..<3).map { place(x, $0) }))
    let lonely = try solve(.uniform, ["a": ["x"], "b": ["x"]], ["x": x], racks: ["a": "west", "b": "west"])
    #expect(lonely.values.map(\.count) == [3, 3])
  }

  @Test("a member that reads nothing known gets nothing, and unknown topics are left out")
  func nothingToRead() throws {
    let solution = try solve(.uniform, ["a": ["unknown"], "b": ["x"]], ["x": topic(1, 2)])
    #expect(solution["a"]?.isEmpty == true)
    #expect(solution["b"]?.count == 2)
    #expect(try solve(.range, ["a": []], [:])["a"]?.isEmpty == true)
  }

  @Test("the order in which members are kept does not matter")
  func determinism() throws {
    let topics = ["x": topic(1, 17), "y": topic(2, 5)]
    let names = (0..<9).map { "m\($0)" }
    let forward = try solve(.uniform, Dictionary(uniqueKeysWithValues: names.map { ($0, ["x", "y"]) }), topics)
    let backward = try solve(
      .uniform, Dictionary(uniqueKeysWithValues: names.reversed().map { ($0, ["y", "x"]) }), topics)
    #expect(forward == backward)
  }

  @Test("deadlines come in order, the later of two settings counts, and one that is taken back never comes")
  func deadlines() {
    var deadlines = Deadlines<String>()
    deadlines.set("b", to: Instant(20))
    deadlines.set("a", to: Instant(10))
    deadlines.set("c", to: Instant(5))
    deadlines.set("c", to: Instant(30))
    deadlines.set("d", to: Instant(40))
    deadlines.set("d", to: Instant(15))
    deadlines.set("e", to: Instant(1))
    deadlines.clear("e")
    #expect(deadlines.next.map { $0 <= Instant(10) } == true)
    #expect(deadlines.takeDue(at: Instant(9)) == nil)
    var order: [String] = []
    while let key = deadlines.takeDue(at: Instant(30)) { order.append(key) }
    #expect(order == ["a", "d", "b", "c"])
    #expect(deadlines.next == nil)
  }
}
