import ClusterMetadata
import Group
import Model
import Runtime
import Testing
import Transport

@testable import GroupCoordinatorService
@testable import Node

/// A shard's owner that has been superseded can write nothing any more, however late its writes arrive.
@Suite("The fence of a shard's owner", .serialized, .timeLimit(.minutes(5)))
struct ShardFenceTests {
  private static let shard = PartitionIndex(7)

  /// The shard's partition, as a group coordinator writes to it.
  private func log(_ cluster: LocalCluster) async throws -> ShardLog {
    let environment = try await cluster.environment(.groups(1))
    return ShardLog(
      shard: Self.shard, view: environment.view, channels: NodeChannels(tls: environment.clientTLS),
      loop: environment.loops.loops[0])
  }

  private func fence(_ epoch: ShardEpoch) -> [GroupRecord] { [.fenced(epoch, by: GroupCoordinatorID(1))] }

  private var commit: [GroupRecord] {
    get throws { [.groupRemoved(try GroupID("nobody"))] }
  }

  /// The epoch of the owner that the cluster knows.
  private func presentEpoch(_ cluster: LocalCluster) async throws -> ShardEpoch {
    try await cluster.view(.broker(1)).image.groupShards[Int(Self.shard.rawValue)].epoch
  }

  private func reason(_ body: () async throws -> Void) async -> ErrorReason? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? Refusal)?.reason ?? .internal
    }
  }

  @Test("of two owners the later one writes, and one owner's earlier loading is fenced by its later one")
  func successor() async throws {
    try await LocalCluster.with { cluster in
      let log = try await log(cluster)
      let (old, new) = (try await presentEpoch(cluster).next, try await presentEpoch(cluster).next.next)
      let first = try await log.begin(fence(old), under: old.writerEpoch(load: 1), at: wallClock())
      try await log.append(try commit, by: first, at: wallClock())
      let again = try await log.begin(fence(old), under: old.writerEpoch(load: 2), at: wallClock())
      #expect(again.fence > first.fence)
      #expect(await reason { try await log.append(try commit, by: first, at: wallClock()) } == .fencedProducerEpoch)
      try await log.append(try commit, by: again, at: wallClock())
      let successor = try await log.begin(fence(new), under: new.writerEpoch(load: 1), at: wallClock())
      #expect(await reason { try await log.append(try commit, by: again, at: wallClock()) } == .fencedProducerEpoch)
      #expect(
        await reason {
          _ = try await log.begin(fence(old), under: old.writerEpoch(load: 9), at: wallClock())
        } == .fencedProducerEpoch)
      try await log.append(try commit, by: successor, at: wallClock())
    }
  }

  @Test("after a restart of the broker no writer of before goes on, and none begins that the metadata knows as past")
  func restart() async throws {
    try await LocalCluster.with { cluster in
      let log = try await log(cluster)
      let next = try await presentEpoch(cluster).next
      let writer = try await log.begin(fence(next), under: next.writerEpoch(load: 1), at: wallClock())
      try await log.append(try commit, by: writer, at: wallClock())
      let present = try await presentEpoch(cluster)
      try await cluster.restart(.broker(1))
      try await until("the writer is told that its time is over") {
        await self.reason { try await log.append(try self.commit, by: writer, at: wallClock()) } == .fencedLeaderEpoch
      }
      let past = ShardEpoch(present.rawValue - 1)
      #expect(
        await reason {
          _ = try await log.begin(fence(past), under: past.writerEpoch(load: 9), at: wallClock())
        } == .fencedProducerEpoch)
      let anew = try await log.begin(fence(next), under: next.writerEpoch(load: 2), at: wallClock())
      #expect(anew.leaderEpoch > writer.leaderEpoch)
    }
  }

  @Test("only group coordinators write to the shards, and only under a number")
  func others() async throws {
    try await LocalCluster.with { cluster in
      let request = NewswireRequest.shardWrite
      for (stem, expected) in [
        ("alice", ErrorReason.permissionDenied), ("broker-1", .permissionDenied),
        ("group-coordinator-1", .invalidRequest),
      ] {
        let channel = try await cluster.channel(.broker(1), as: stem)
        let status = await #expect(throws: Status.self) { try await NewswireRequest.send(request, channel) }
        #expect(status?.refusal?.reason == expected, "as \(stem)")
      }
    }
  }
}
