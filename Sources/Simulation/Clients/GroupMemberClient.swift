import ClusterMetadata
import Group
import Model
import Partition
import RecordBatch

/// A member of a group: it reads the partitions that it is given, and commits how far it has got.
final class GroupMemberClient: Process {
  private let world: World
  private let group: GroupID
  private let topic: TopicName
  private let number: Int
  private var lives = 0
  private var member: MemberID
  private var epoch: MemberEpoch?
  /// What it reads, and how far it is; nil before it has been told where to begin.
  private var positions: [TopicPartition: Offset?] = [:]
  private var committed: [TopicPartition: Offset] = [:]
  private var owner: GroupCoordinatorID?
  private var leaders: [TopicPartition: BrokerID] = [:]
  private var calls: UInt64 = 0
  private var isCalling = false

  init(_ index: Int, group: GroupID, topic: TopicName, in world: World) throws(Refusal) {
    self.world = world
    self.group = group
    self.topic = topic
    number = index
    member = try MemberID("member-\(index)-0")
    super.init(address: .client(index))
    world.add(self)
    beat()
    read()
  }

  /// How far it is in what it reads.
  func position(_ place: TopicPartition) -> Offset? { positions[place] ?? nil }

  /// Forgets everything, as a process that is killed and started again.
  func startAgain() {
    lives += 1
    guard let next = try? MemberID("member-\(number)-\(lives)") else { return }
    rejoin()
    member = next
  }

  private func rejoin() {
    for place in positions.keys.sorted() { world.groupChecker.ended(group, member, place) }
    positions = [:]
    committed = [:]
    epoch = nil
  }

  // MARK: Calls

  private func call(_ request: GroupRequest, completion: @escaping (Result<GroupReply, Refusal>?) -> Void) {
    world.count(.operations)
    calls += 1
    isCalling = true
    let (group, own, number, life) = (group, address, calls, lives)
    guard let owner else {
      return world.call(from: self, to: .coordinator, timeout: .milliseconds(500)) { process, reply in
        reply((process as? CoordinatorProcess)?.image.groupShard(of: group.description)?.owner.owner)
      } completion: { [self] (answer: GroupCoordinatorID??) in
        self.owner = answer ?? nil
        isCalling = false
        completion(nil)
      }
    }
    world.call(from: self, to: .groupCoordinator(owner), timeout: .seconds(1)) { process, reply in
      guard let node = process as? GroupCoordinatorProcess,
        let index = node.image.groupShard(of: group.description)?.shard, let shard = node.shard(index)
      else {
        return reply(Result<GroupReply, Refusal>.failure(Refusal(.notGroupCoordinator, "not the owner")))
      }
      shard.submit(request, from: own, number: number, reply)
    } completion: { [self] answer in
      isCalling = false
      if answer == nil { self.owner = nil }
      if case .failure(let refusal)? = answer, refusal.reason == .notGroupCoordinator { self.owner = nil }
      completion(life == lives ? answer : nil)
    }
  }

  // MARK: Heartbeats

  private func beat() {
    world.after(world.milliseconds(200...700), self) { [self] in
      if !isCalling { commitOrBeat() }
      beat()
    }
  }

  private func commitOrBeat() {
    let offsets = positions.compactMap { place, position in
      position.flatMap { $0 > committed[place] ?? .zero ? CommitOffsets.Commit(place: place, offset: $0) : nil }
    }.sorted { $0.place < $1.place }
    guard let epoch, !offsets.isEmpty, world.chance(0.5) else { return sendHeartbeat() }
    let request = CommitOffsets(group: group, member: .init(id: member, epoch: epoch), offsets: offsets)
    call(.commitOffsets(request)) { [self] answer in
      guard case .success(.offsetsCommitted(let refusals))? = answer else { return noteRefusal(answer) }
      for (commit, refusal) in zip(offsets, refusals) where refusal == nil {
        committed[commit.place] = max(committed[commit.place] ?? .zero, commit.offset)
        world.groupChecker.committed(group, commit.place, commit.offset)
      }
    }
  }

  private func sendHeartbeat() {
    let heartbeat = GroupHeartbeat(
      group: group, member: member, step: epoch.map { .stay($0) } ?? .join, subscription: epoch == nil ? [topic] : nil,
      owned: Set(positions.keys))
    let isJoining = epoch == nil
    call(.heartbeat(heartbeat)) { [self] answer in
      guard case .success(.heartbeat(let reply))? = answer, let epoch = reply.epoch else { return noteRefusal(answer) }
      if isJoining { world.count(.membersJoined) }
      self.epoch = epoch
      take(reply.assignment, in: epoch)
    }
  }

  private func take(_ assignment: [TopicPartition], in epoch: MemberEpoch) {
    for place in positions.keys.sorted() where !assignment.contains(place) {
      positions[place] = nil
      committed[place] = nil
      world.groupChecker.ended(group, member, place)
    }
    for place in assignment {
      world.groupChecker.began(group, member, epoch, place)
      if positions[place] == nil { positions[place] = .some(nil) }
    }
    if positions.contains(where: { $0.value == nil }) { fetchOffsets() }
  }

  private func fetchOffsets() {
    guard let epoch else { return }
    let places = positions.filter { $0.value == nil }.keys.sorted()
    let least = places.map { world.groupChecker.least(group, $0) }
    let request = FetchOffsets(group: group, member: .init(id: member, epoch: epoch), places: places)
    call(.fetchOffsets(request)) { [self] answer in
      guard case .success(.offsets(let offsets))? = answer else { return noteRefusal(answer) }
      for (index, fetched) in offsets.enumerated() {
        world.groupChecker.fetched(group, fetched.place, fetched.committed?.offset, least: least[index])
        guard positions[fetched.place] == .some(nil) else { continue }
        positions[fetched.place] = fetched.committed?.offset ?? .zero
        committed[fetched.place] = fetched.committed?.offset ?? .zero
      }
    }
  }

  private func noteRefusal(_ answer: Result<GroupReply, Refusal>?) {
    guard case .failure(let refusal)? = answer else { return }
    switch refusal.reason {
    case .unknownMemberID, .fencedMemberEpoch: rejoin()
    default: break
    }
  }

  // MARK: Reading

  private func read() {
    world.after(world.milliseconds(20...200), self) { [self] in
      for place in positions.keys.sorted() {
        if let position = positions[place] ?? nil { fetch(place, from: position) }
      }
      read()
    }
  }

  private func fetch(_ place: TopicPartition, from position: Offset) {
    guard let leader = leaders[place] else { return findLeader(of: place) }
    world.count(.operations)
    world.call(from: self, to: .broker(leader), timeout: .milliseconds(800)) { process, reply in
      guard let replica = (process as? BrokerProcess)?.replica(place) else {
        return reply(Result<Offset, Refusal>.failure(Refusal(.leaderNotAvailable, "no replica")))
      }
      reply(replica.read(from: position).map { $0.batches.last?.header.nextOffset ?? position })
    } completion: { [self] answer in
      switch answer {
      case .success(let next)?:
        if let known = positions[place], let known { positions[place] = max(known, next) }
      case .failure(let refusal)? where refusal.reason == .offsetOutOfRange:
        world.violate(
          "ReadsAreCommitted", place, "a member at \(position) was told that it is out of range: \(refusal.message)")
      case .failure, nil: findLeader(of: place)
      }
    }
  }

  private func findLeader(of place: TopicPartition) {
    world.call(from: self, to: .coordinator, timeout: .milliseconds(500)) { process, reply in
      reply((process as? CoordinatorProcess)?.image.partition(place)?.leader)
    } completion: { [self] (answer: BrokerID??) in
      if let found = answer, let found { leaders[place] = found }
    }
  }
}
