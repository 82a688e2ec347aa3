internal import ClusterMetadata
internal import Group
internal import Model
internal import Node
internal import Observability
internal import Runtime
internal import Synchronization

/// Which shards this node owns, and on which loop each lives.
final class ShardDirectory: Sendable {
  private struct State {
    var registration: GroupCoordinatorEpoch?
    var shards: [PartitionIndex: LoopBound<ShardNode>] = [:]
    var epochs: [PartitionIndex: ShardEpoch] = [:]
    var image = MetadataImage()
    var topics = GroupTopics()
    var isOver = false
  }

  private let environment: NodeEnvironment
  private let channels: NodeChannels
  private let policy: GroupPolicy
  private let id: GroupCoordinatorID
  private let metrics: GroupCoordinatorMetrics
  private let loads = LoadNumbers()
  private let state = Mutex(State())

  init(environment: NodeEnvironment, channels: NodeChannels, policy: GroupPolicy) {
    self.environment = environment
    self.channels = channels
    self.policy = policy
    metrics = GroupCoordinatorMetrics(environment.metrics)
    id = GroupCoordinatorID(environment.name.number ?? 0)
  }

  /// The shard, if it is this node's.
  func shard(_ index: PartitionIndex) -> LoopBound<ShardNode>? { state.withLock { $0.shards[index] } }

  /// All shards of this node.
  var all: [LoopBound<ShardNode>] { state.withLock { Array($0.shards.values) } }

  /// Only what this registration owns is this process's.
  func registered(_ epoch: GroupCoordinatorEpoch) {
    state.withLock { state in
      if !state.isOver { state.registration = epoch }
    }
    update(environment.view.image)
  }

  /// Opens and closes shards as the metadata says.
  func follow(_ view: MetadataView) {
    view.observe(on: environment.loops.loops[0]) { [weak self] in self?.update($0) }
  }

  /// Gives all shards up, and takes no others.
  func closeAll() {
    let shards = state.withLock { state in
      state.registration = nil
      state.isOver = true
      defer { state.shards = [:] }
      return state.shards.values
    }
    let refusal = Refusal(.shuttingDown, "this group coordinator is stopping")
    for shard in shards { shard.execute { $0.close(refusal) } }
  }

  private func update(_ image: MetadataImage) {
    state.withLock { state in
      guard image.endOffset >= state.image.endOffset else { return }
      let old = state.image
      state.image = image
      let topics = Self.topics(of: image)
      let topicsChanged = topics != state.topics
      state.topics = topics
      closeLost(image, &state)
      if topicsChanged {
        let deleted = old.topics(limit: old.topicCount).map(\.id).filter { image.topic($0) == nil }
        for shard in state.shards.values { shard.execute { $0.change(topics, deleted: deleted) } }
      }
      openNew(image, &state)
      metrics.shards.set(state.shards.count)
    }
  }

  private func owns(_ owner: GroupShardOwner, _ state: State) -> Bool {
    owner.owner == id && owner.ownerEpoch != nil && owner.ownerEpoch == state.registration
  }

  private func closeLost(_ image: MetadataImage, _ state: inout State) {
    for (index, shard) in state.shards {
      let number = Int(index.rawValue)
      let owner = image.groupShards.indices.contains(number) ? image.groupShards[number] : nil
      if let owner, owns(owner, state), owner.epoch == state.epochs[index] { continue }
      let refusal = Refusal(.notGroupCoordinator, "shard \(index) belongs to another group coordinator now")
      shard.execute { $0.close(refusal) }
      state.shards[index] = nil
      state.epochs[index] = nil
    }
  }

  private func openNew(_ image: MetadataImage, _ state: inout State) {
    for (number, owner) in image.groupShards.enumerated() where owns(owner, state) {
      let index = PartitionIndex(Int32(number))
      guard state.shards[index] == nil else { continue }
      let loop = environment.loops.loop(forStableHash: UInt64(number))
      let log = ShardLog(shard: index, view: environment.view, channels: channels, loop: loop)
      let node = LoopBound(
        ShardNode(
          log: log, epoch: owner.epoch, owner: id, topics: state.topics, policy: policy, loads: loads,
          logger: environment.logger, metrics: metrics),
        on: loop)
      state.shards[index] = node
      state.epochs[index] = owner.epoch
      node.execute { $0.open() }
    }
  }

  private static func topics(of image: MetadataImage) -> GroupTopics {
    var topics: [TopicName: GroupTopic] = [:]
    for topic in image.topics(limit: image.topicCount) where !topic.name.isInternal {
      let racks = topic.partitions.map { state in
        state.replicas.compactMap { image.broker($0.broker)?.registration.rack }
      }
      topics[topic.name] = GroupTopic(
        id: topic.id, partitionCount: topic.partitions.count, racks: racks.allSatisfy(\.isEmpty) ? [] : racks)
    }
    return GroupTopics(topics)
  }
}
