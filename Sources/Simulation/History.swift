import ClusterMetadata
import Group
public import Model
import Partition
import SegmentedLog

/// One run: a cluster at work under faults; then all is healed, and it must get done.
public final class History {
  private let world: World
  private let seed: UInt64
  private let plan: HistoryPlan
  private let cluster: SimulatedCluster
  private var producers: [ProducerClient] = []
  private var consumers: [ConsumerClient] = []
  private var cleanedConsumers: [CleanedConsumerClient] = []
  private var trimmers: [TrimmingClient] = []
  private var members: [GroupMemberClient] = []
  private let topic = TopicID(high: 7, low: 7)

  /// How long faults happen.
  private static let faultsLast = Duration.seconds(40)
  /// How long the cluster may take to get done after all was healed.
  private static let progressTime = Duration.seconds(60)

  /// The run of `seed`.
  public convenience init(seed: UInt64, plan: HistoryPlan = HistoryPlan(), isTracing: Bool = false) {
    self.init(seed: seed, plan: plan, wiring: Wiring(), isTracing: isTracing)
  }

  /// The run of `seed` in which nodes are wired so.
  package init(seed: UInt64, plan: HistoryPlan, wiring: Wiring, isTracing: Bool = false) {
    self.seed = seed
    self.plan = plan
    world = World(seed: seed, wiring: wiring, isTracing: isTracing)
    cluster = SimulatedCluster(brokers: plan.brokers, groupCoordinators: plan.groupMembers > 0 ? 2 : 0, in: world)
  }

  /// The latest events of each partition, if the run keeps them.
  public var traces: [TopicPartition: [String]] { world.traces }

  /// Runs to the end, or to the first violation.
  public func run() -> HistoryReport {
    cluster.start()
    world.run(until: world.now + .seconds(2))
    createTopics()
    world.run(until: world.now + .seconds(1))
    startClients()
    let injector = FaultInjector(cluster, members: members)
    let planned = PlannedFault.plan(plan, seed: seed, during: Self.faultsLast)
    injector.schedule(planned.filter { plan.faultNumbers?.contains($0.number) ?? true })
    if plan.faults.contains(.loss) { world.network.loss = 0.002 }
    if plan.faults.contains(.duplicate) { world.network.duplication = 0.002 }
    if plan.faults.contains(.delay) { world.network.lateness = plan.lateness }
    world.network.reorders = plan.faults.contains(.reorder)
    world.run(until: world.now + Self.faultsLast)
    injector.end()
    cluster.heal()
    endDrains()
    awaitProgress()
    defer { world.dissolve() }
    return HistoryReport(
      seed: seed, violation: world.violations.first, counts: world.counts, faults: injector.happened,
      steps: world.steps, length: world.now, hash: world.hash)
  }

  /// The partitions that keep everything.
  private var keptPlaces: [TopicPartition] {
    (0..<plan.partitions - cleanedTopics.count).map {
      TopicPartition(topic: topic, partition: PartitionIndex(Int32($0)))
    }
  }

  private var cleanedPlaces: [TopicPartition] {
    cleanedTopics.map { TopicPartition(topic: $0.id, partition: PartitionIndex(0)) }
  }

  private var places: [TopicPartition] { keptPlaces + cleanedPlaces }

  /// One is compacted, and one deletes; the rules vary with the seed.
  private var cleanedTopics: [CreateTopics.NewTopic] {
    let rules = [
      [
        "cleanup.policy": "compact", "delete.retention.ms": "\(2000 + 3000 * (seed % 3))",
        "min.cleanable.dirty.ratio": seed % 2 == 0 ? "0.1" : "0.5",
        "min.compaction.lag.ms": seed % 5 == 0 ? "2000" : "0",
      ],
      [
        ["cleanup.policy": "delete", "retention.bytes": "8192"],
        ["cleanup.policy": "delete", "retention.ms": "8000", "retention.bytes": "32768"],
        ["cleanup.policy": "compact,delete", "delete.retention.ms": "2000", "retention.bytes": "4096"],
      ][Int(seed / 6 % 3)],
    ]
    return rules.prefix(max(0, min(plan.cleanedPartitions, plan.partitions - 1))).enumerated().map { index, rules in
      .init(
        id: TopicID(high: 9, low: UInt64(index)), name: index == 0 ? "state" : "recent", partitionCount: 1,
        replicationFactor: min(3, plan.brokers), overrides: rules)
    }
  }

  private func createTopics() {
    let kept = CreateTopics.NewTopic(
      id: topic, name: "news", partitionCount: keptPlaces.count, replicationFactor: min(3, plan.brokers))
    let request = CreateTopics(topics: [kept] + cleanedTopics)
    cluster.coordinator?.request(.createTopics(request)) { [world] answer in
      guard case .success(.topicsCreated(let topics)) = answer,
        topics.allSatisfy({ if case .success = $0 { true } else { false } })
      else {
        return world.violate("Progress", nil, "the topic was not created: \(answer)")
      }
    }
    guard plan.groupMembers > 0 else { return }
    cluster.coordinator?.request(.ensureConsumerOffsets(TopicID(high: 8, low: 8))) { [world] answer in
      if case .failure(let refusal) = answer { world.violate("Progress", nil, "no shards: \(refusal.message)") }
    }
  }

  private func startClients() {
    let ids = cluster.machines.map(\.id)
    let each = max(1, plan.batches / plan.partitions / 2)
    for (index, place) in places.enumerated() {
      for half in 0..<2 {
        producers.append(
          ProducerClient(
            2 * index + half, place: place, operations: each, isKeyed: place.topic != topic, brokers: ids, in: world))
      }
      if place.topic == topic {
        consumers.append(ConsumerClient(1000 + index, place: place, brokers: ids, in: world))
      } else {
        cleanedConsumers.append(CleanedConsumerClient(1000 + index, place: place, brokers: ids, in: world))
        trimmers.append(TrimmingClient(3000 + index, place: place, brokers: ids, in: world))
      }
    }
    for index in 0..<plan.groupMembers {
      guard let group = try? GroupID("readers"), let name = try? TopicName("news"),
        let member = try? GroupMemberClient(2000 + index, group: group, topic: name, in: world)
      else { continue }
      members.append(member)
    }
  }

  // MARK: The end

  /// Takes back what an operator has asked for and that is still so.
  private func endDrains() {
    guard let coordinator = cluster.coordinator else { return }
    for broker in coordinator.image.brokers where broker.isDraining {
      coordinator.request(.drainBroker(broker.id, isDraining: false, validateOnly: false)) { _ in }
    }
    world.after(.milliseconds(500), nil) { [unowned self] in endDrains() }
  }

  /// Goes on until everybody has got done, or the time for that is over.
  private func awaitProgress() {
    let end = world.now + Self.progressTime
    while world.violations.isEmpty, world.now < end {
      world.run(until: min(world.now + .seconds(1), end))
      if firstDelay() == nil { break }
    }
    guard world.violations.isEmpty else { return }
    if let (place, words) = firstDelay() { return world.violate("Progress", place, "after all was healed, \(words)") }
    for place in places {
      guard let epoch = cluster.coordinator?.image.partition(place)?.leaderEpoch else { continue }
      for (broker, replica) in replicas(of: place) {
        world.checker.settled(place, in: epoch, at: broker, replica.storage)
      }
    }
  }

  /// Who has not got done yet.
  private func firstDelay() -> (TopicPartition, String)? {
    for producer in producers where !producer.isDone {
      return (producer.place, "producer \(producer.address.number) has not got done: \(producer.lastRefusal)")
    }
    let ends = consumers.map { ($0.place, $0.offset) } + cleanedConsumers.map { ($0.place, $0.end) }
    for (place, offset) in ends where offset < world.checker.committedEnd(place) {
      return (place, "the consumer of \(place) is at \(offset), not \(world.checker.committedEnd(place))")
    }
    for place in places {
      let end = world.checker.committedEnd(place)
      if place.topic == topic, !members.isEmpty, !members.contains(where: { $0.position(place) == end }) {
        return (place, "no member of the group has read \(place) to its end \(end)")
      }
      guard let state = cluster.coordinator?.image.partition(place) else { return (place, "there is no coordinator") }
      if state.isr.count != state.replicas.count {
        return (place, "\(place) has only \(state.isr) of \(state.replicas.map(\.broker)) in sync")
      }
      for (broker, replica) in replicas(of: place) where replica.storage.log.logEndOffset < end {
        return (place, "\(place) on broker \(broker) ends at \(replica.storage.log.logEndOffset), not \(end)")
      }
    }
    return nil
  }

  private func replicas(of place: TopicPartition) -> [(BrokerID, BrokerReplica)] {
    guard let state = cluster.coordinator?.image.partition(place) else { return [] }
    return cluster.machines.filter { state.hasReplica(on: $0.id) }.compactMap { machine in
      cluster.broker(machine)?.replica(place).map { (machine.id, $0) }
    }
  }
}
