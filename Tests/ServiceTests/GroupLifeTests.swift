import ClusterMetadata
import Model
import NewswireClient
import Node
import Testing
import Transport

/// Groups go on by themselves, whatever is restarted under them.
@Suite("A group's life", .serialized, .timeLimit(.minutes(5)))
struct GroupLifeTests {
  private static let partitions: Int32 = 6

  private func scene(
    _ options: LocalCluster.Options = .init(), members: Int,
    _ body: @Sendable (LocalCluster, [GroupReader], SteadyWriter) async throws -> Void
  ) async throws {
    try await LocalCluster.with(options) { cluster in
      try await cluster.createTopic("t", partitions: Self.partitions)
      var readers: [GroupReader] = []
      for _ in 0..<members { readers.append(GroupReader(try await cluster.client(), group: "g", topic: "t")) }
      let writer = SteadyWriter(try await cluster.client(), topic: "t", partitions: Self.partitions)
      try await settled(readers)
      try await body(cluster, readers, writer)
      await writer.stop()
      #expect(writer.problem == nil)
    }
  }

  /// Waits until the readers share all partitions, each as many as another.
  private func settled(_ readers: [GroupReader]) async throws {
    try await until("the members share the partitions") {
      var all: [[Int32]] = []
      for reader in readers { all.append(try await reader.assignment) }
      return all.joined().sorted() == Array(0..<Self.partitions)
        && (all.map(\.count).max() ?? 0) - (all.map(\.count).min() ?? 0) <= 1
    }
  }

  /// Everything written arrives, in order for each partition and reader.
  private func everythingArrives(_ writer: SteadyWriter, _ readers: [GroupReader]) async throws {
    await writer.stop()
    let written = writer.all
    try await until("all \(written.count) records arrive") {
      written.isSubset(of: Set(readers.flatMap { $0.seen.map(\.text) }))
    }
    for reader in readers where !reader.hasVanished { #expect(reader.failure == nil) }
  }

  @Test("a member that joins or leaves takes only what moves: all other partitions go on")
  func incremental() async throws {
    try await scene(members: 1) { cluster, readers, writer in
      let first = readers[0]
      try await until("records flow") { Set(first.seen.map(\.partition)).count == Int(Self.partitions) }
      let begin = ContinuousClock.now
      let second = GroupReader(try await cluster.client(), group: "g", topic: "t")
      try await settled([first, second])
      let kept = try await first.assignment
      #expect(kept.count == 3)
      let count = writer.count
      try await until("more records are written") { writer.count > count + 100 }
      #expect(Set(first.revoked) == Set(0..<Self.partitions).subtracting(kept))
      for partition in kept { #expect(first.longestSilence(of: partition, since: begin) < .seconds(5)) }

      let moved = try await second.assignment
      let leaving = ContinuousClock.now
      try await second.leave()
      try await settled([first])
      let later = writer.count
      try await until("still more records are written") { writer.count > later + 100 }
      #expect(Set(first.revoked) == Set(moved))
      for partition in kept { #expect(first.longestSilence(of: partition, since: leaving) < .seconds(5)) }
      try await everythingArrives(writer, [first, second])
      let texts = (first.seen + second.seen).map(\.text)
      #expect(texts.count == Set(texts).count, "a record came twice although nobody died")
    }
  }

  @Test("a killed member's partitions move within the session timeout")
  func killed() async throws {
    var options = LocalCluster.Options()
    options.sessionTimeout = "2s"
    try await scene(options, members: 2) { cluster, readers, writer in
      try await until("both read") { readers.allSatisfy { !$0.seen.isEmpty } }
      let begin = ContinuousClock.now
      await readers[1].vanish()
      try await settled([readers[0]])
      #expect(ContinuousClock.now - begin < .seconds(15))
      try await everythingArrives(writer, [readers[0], readers[1]])
    }
  }

  @Test(
    "restarts of the group coordinator, the broker and the coordinator go unnoticed by the members",
    arguments: [NodeID.groups(1), .broker(1), .coordinator(1)])
  func restarts(of node: NodeID) async throws {
    try await scene(members: 2) { cluster, readers, writer in
      for _ in 0..<2 {
        let (count, seen) = (writer.count, readers.map(\.seen.count))
        try await cluster.restart(node)
        try await until(
          "all go on after \(node): \(count) written, \(seen) seen before, \(writer.count), \(readers.map(\.seen.count)) now; \(writer.problem ?? "")"
        ) {
          writer.count > count + 50 && zip(readers, seen).allSatisfy { $0.seen.count > $1 + 20 }
        }
      }
      #expect(writer.problem == nil)
      try await settled(readers)
      try await everythingArrives(writer, readers)
      if node == .coordinator(1) {
        let texts = readers.flatMap { $0.seen.map(\.text) }
        #expect(texts.count == Set(texts).count, "a record came twice although no group was touched")
      }
      // What they have dealt with is committed, and a newcomer goes on behind it.
      for reader in readers { try await reader.leave() }
      let committed = try await cluster.client().admin.committedOffsets(group: "g")
      #expect(committed.values.reduce(0, +) == Int64(writer.count))
    }
  }

  @Test("members follow their group to another group coordinator")
  func handedOver() async throws {
    try await scene(.init(groupCoordinators: 2), members: 2) { cluster, readers, writer in
      for node in [NodeID.groups(1), .groups(2)] {
        let seen = readers.map(\.seen.count)
        await cluster.stop(node)
        try await until("all go on without \(node)") { zip(readers, seen).allSatisfy { $0.seen.count > $1 + 20 } }
        try await cluster.start(node)
        try await cluster.untilServing()
      }
      try await settled(readers)
      try await everythingArrives(writer, readers)
    }
  }

  @Test(
    "while the coordinator is away records and groups go on, and brokers keep their leaderships through its restart")
  func withoutCoordinator() async throws {
    var options = LocalCluster.Options()
    options.lease = "4s"
    try await scene(options, members: 2) { cluster, readers, writer in
      let before = try await cluster.view(.broker(1)).image
      await cluster.stop(.coordinator(1))
      let (count, seen) = (writer.count, readers.map(\.seen.count))
      // Longer than the lease, which is long enough for a busy machine to keep.
      try await Task.sleep(for: .seconds(5))
      #expect(writer.count > count + 50)
      #expect(zip(readers, seen).allSatisfy { $0.seen.count > $1 })
      try await cluster.start(.coordinator(1))
      try await cluster.untilServing()
      try await Task.sleep(for: .seconds(2))
      let topic = try TopicName("t")
      let after = try await cluster.view(.broker(1)).image
      #expect(after.topic(named: topic) == before.topic(named: topic))
      #expect(after.groupShards == before.groupShards)
      try await everythingArrives(writer, readers)
    }
  }
}
