public import ClusterMetadata
internal import Compression
internal import Configuration
internal import DiskIO
internal import Messages
internal import Model
public import Node
internal import Observability
internal import Runtime
internal import SegmentedLog
internal import Synchronization
public import Transport

/// The broker's process: keeps replicas of partitions, takes records and gives them back.
public final class BrokerNode: NodeService {
  private let environment: NodeEnvironment
  private let folders: BrokerFolders
  private let wasStoppedCleanly: Bool
  private let channels: NodeChannels
  private let coordinators: Channel
  private let metrics: BrokerMetrics
  private let lanes: BrokerLanes
  private let health: DiskHealth
  private let progress: LaneProgress
  private let sizes: LedSizes
  private let directory: LoopBound<ReplicaDirectory>
  private let compactor: Compactor
  private let producerIDs: ProducerIDs
  private let incarnation: UUID128
  private let running = Mutex<(membership: Membership?, tasks: [Task<Void, Never>])>((nil, []))

  /// The service as a process runs it.
  public static let kind = NodeKind(
    role: .broker, summary: "keep records and give them out", settings: Keys.all, port: 9191, metricsPort: 9291,
    needsCoordinators: true, services: [NewswireV1.Broker.serviceName, NewswireV1.Metadata.serviceName],
    internalServices: [
      ProcessCalls.serviceName: [.coordinator], NewswireInternalV1.Replication.serviceName: [.broker],
    ]
  ) { try BrokerNode($0) }

  private enum Keys {
    static let folders = ConfigurationList(
      "data.folders", .path, default: ["/var/lib/newswire/broker"],
      meaning: "The folders of the logs, best one for each disk. Created if they are not there; one process at a time "
        + "may use them. A folder keeps its identity wherever it is mounted.")
    static let retention = ConfigurationKey(
      "retention.check-interval", .duration(.seconds(1) ... .seconds(86_400)), default: "5m",
      meaning:
        "How often the broker looks for segments that retention.ms and retention.bytes of their topics no longer "
        + "keep. Shorter gives space back sooner.")
    static let producers = ConfigurationKey(
      "producers.expire-after", .duration(.seconds(1) ... .seconds(365 * 86_400)), default: "1d",
      meaning:
        "How long a partition knows a producer that writes nothing to it. What such a producer repeats after that may be "
        + "written twice. Looked for as often as retention.check-interval says.")
    static let compactionInterval = ConfigurationKey(
      "compaction.check-interval", .duration(.milliseconds(100) ... .seconds(86_400)), default: "15s",
      meaning:
        "How often the broker looks for logs of compacted topics that are to be cleaned, as the topics' "
        + "min.cleanable.dirty.ratio, min.compaction.lag.ms and max.compaction.lag.ms say.")
    static let compactionRate = ConfigurationKey(
      "compaction.bytes-per-second", .size((64 << 10)...(1 << 40)), default: "64MiB",
      meaning:
        "How many bytes a second the cleaning of compacted topics reads and writes, all of them together. Less leaves "
        + "more of the disk and the processor to producers and consumers.")
    static let compactionMemory = ConfigurationKey(
      "compaction.memory", .size((64 << 10)...(1 << 36)), default: "128MiB",
      meaning:
        "How much memory the table of keys may take while a log is cleaned: 25 bytes for each key that was written since "
        + "the last time. With more keys than that the log is gone through several times.")
    static let catchUp = ConfigurationKey(
      "replication.catch-up-bytes", .size((1 << 20)...(1 << 40)), default: "128MiB",
      meaning:
        "By how many bytes a second replicas that catch up gain on this broker, all together. Less leaves more to "
        + "producers and consumers. What is written meanwhile comes on top; replicas that are in sync do not count.")
    static let scrubBytes = ConfigurationKey(
      "scrub.bytes-per-second", .size(0...(1 << 40)), default: "16MiB",
      meaning:
        "How fast this broker reads its logs through, from the disk itself, to find what has rotted while other brokers "
        + "still have it. 0: never.")
    static let scrubInterval = ConfigurationKey(
      "scrub.interval", .duration(.seconds(1) ... .seconds(365 * 86_400)), default: "7d",
      meaning: "How long after a log was read through that is done again.")
    static let all: [any ConfigurationSetting] = [
      folders, retention, producers, compactionInterval, compactionRate, compactionMemory, catchUp, scrubBytes,
      scrubInterval,
    ]
  }

  private init(_ environment: NodeEnvironment) throws {
    self.environment = environment
    let paths = environment.configuration[Keys.folders]
    guard !paths.isEmpty else { throw environment.configuration.complaint(about: Keys.folders, "there is none") }
    folders = try BrokerFolders(paths: paths, logger: environment.logger)
    let found = try folders.openAll(now: wallClock(), logger: environment.logger)
    wasStoppedCleanly = found.allSatisfy { (try? $0.outcome.get().report.wasClean) ?? false }
    channels = NodeChannels(tls: environment.clientTLS)
    coordinators = environment.coordinatorChannel()
    metrics = BrokerMetrics(environment.metrics)
    let id = BrokerID(environment.name.number ?? 0)
    health = DiskHealth(logger: environment.logger)
    health.take(found)
    let replication = ReplicationSettings(
      tls: environment.clientTLS,
      catchUpBytesPerSecond: environment.configuration.value(Keys.catchUp) / environment.loops.loops.count)
    lanes = BrokerLanes(
      environment.loops, broker: id, coordinators: coordinators, replication: replication,
      scrub: ScrubSettings(
        bytesPerSecond: environment.configuration.value(Keys.scrubBytes) / environment.loops.loops.count,
        interval: environment.configuration.value(Keys.scrubInterval)),
      health: health,
      metrics: metrics,
      logger: environment.logger)
    progress = LaneProgress(laneCount: lanes.all.count)
    sizes = LedSizes()
    let loop = environment.loops.loops[0]
    directory = LoopBound(
      ReplicaDirectory(
        id: id, folders: folders, found: found, lanes: lanes, health: health, metrics: metrics,
        logger: environment.logger, loop: loop),
      on: loop)
    compactor = Compactor(
      Compactor.Settings(
        bytesPerSecond: environment.configuration.value(Keys.compactionRate),
        keyBytesMax: environment.configuration.value(Keys.compactionMemory)),
      codecs: RecordCodecs(decompress: decompressRecords, compress: compressRecords))
    producerIDs = ProducerIDs(coordinators: coordinators, broker: id)
    var random = SystemRandom()
    incarnation = UUID128(random: &random)
  }

  /// Adds the calls of producers and consumers.
  public func register(on router: inout Router, listener: String) {
    ProcessCalls(incarnation: incarnation).register(on: &router)
    BrokerCalls(
      name: environment.name, listener: listener, view: environment.view, lanes: lanes, channels: channels,
      folders: folders, health: health, producerIDs: producerIDs, metrics: metrics
    ).register(on: &router)
    let (lanes, node) = (lanes, "\(environment.name.role.rawValue)/\(environment.name.id)")
    router.stream(NewswireInternalV1.Replication.replicate) { call in ReplicateStream(call, lanes, nodeName: node) }
  }

  /// Joins the cluster.
  public func start(listeners: [ListenerAddress]) async throws {
    let environment = self.environment
    let calls = BrokerMembership(
      coordinators: coordinators, name: environment.name, incarnation: incarnation, listeners: listeners,
      rack: environment.configuration[NodeKeys.rack], folders: folders, health: health,
      wasStoppedCleanly: wasStoppedCleanly, progress: progress, lease: lanes.lease, sizes: sizes)
    let membership = Membership(
      calls: calls, view: environment.view, logger: environment.logger,
      granted: { [folders, directory, producerIDs] grant in
        try folders.bind(to: grant.cluster)
        producerIDs.registered(grant.epoch)
        directory.execute { $0.registered(BrokerEpoch(grant.epoch)) }
      },
      activityChanged: { environment.health.setAll(serving: $0) })
    let replica = MetadataReplica(view: environment.view, coordinators: coordinators, logger: environment.logger)
    let tasks = [
      environment.runUntilFailure { try await membership.run() },
      environment.runUntilFailure { try await replica.run() },
    ]
    running.withLock { $0 = (membership, tasks) }
    follow(membership)
    startClocks()
  }

  /// Distributes what the metadata says: calls go by it at once, replicas as soon as they can.
  private func follow(_ membership: Membership) {
    for (index, lane) in lanes.all.enumerated() {
      lane.execute { $0.wantsHeartbeat = { membership.sendHeartbeatSoon() } }
      environment.view.observe(on: lane.loop) { [progress] image in
        lane.value.image = image
        if progress.note(index, image.endOffset) { membership.sendHeartbeatSoon() }
      }
    }
    environment.view.observe(on: directory.loop) { [directory] in directory.value.follow($0) }
    health.onChange { [lanes] in
      for lane in lanes.all { lane.execute { $0.leaveFailedFolders() } }
      membership.sendHeartbeatSoon()
    }
  }

  private func startClocks() {
    directory.execute { $0.start() }
    let interval = environment.configuration.value(Keys.retention)
    let expireAfter = environment.configuration.value(Keys.producers)
    let (compactor, compaction) = (compactor, environment.configuration.value(Keys.compactionInterval))
    for lane in lanes.all {
      lane.execute { [sizes] lane in
        lane.start()
        _ = lane.loop.schedule(every: LedSizes.interval) { sizes.note(lane.takeLedSizes()) }
        _ = lane.loop.schedule(every: interval) {
          let now = wallClock()
          lane.applyRetention(now: now)
          lane.forgetProducers(before: Timestamp(now.rawValue - expireAfter.milliseconds))
        }
        _ = lane.loop.schedule(every: compaction) { [compactor] in lane.compact(by: compactor, now: wallClock()) }
      }
    }
  }

  /// Lets others lead what they can lead, and goes on serving until they do; then ends calls that would go on for ever and
  /// answers what has been begun.
  public func leave() async {
    let lanes = self.lanes
    _ = await finishes(within: Self.unfinishedMax) {
      _ = await lanes.onAll { lane, done in lane.beginHandingOver { done(()) } }
    }
    await running.withLock { $0.membership }?.leave()
    // Callers that were held here are passed on as soon as this broker knows to whom.
    _ = await finishes(within: Self.unfinishedMax) { [self] in await knowsThatItLeaves() }
    _ = await lanes.onAll { lane, done in lane.stopServing { done(()) } }
    _ = await lanes.onAll { lane, done in done(lane.replication.close()) }
  }

  /// How long writes that have been begun may take to be answered before another broker leads.
  private static let unfinishedMax = Duration.milliseconds(300)

  /// Waits until every lane goes by the metadata in which this broker leaves.
  private func knowsThatItLeaves() async {
    let id = BrokerID(environment.name.number ?? 0)
    var image = environment.view.image
    while image.broker(id)?.availability == .active {
      guard let next = try? await environment.view.image(after: image.endOffset) else { return }
      image = next
    }
    for _ in 0..<150 where progress.end < image.endOffset { try? await Task.sleep(for: .milliseconds(2)) }
  }

  /// Closes the logs in order.
  public func stop() async {
    await end(running.withLock { $0.tasks })
    directory.execute { $0.close() }
    compactor.stop()
    _ = await lanes.onAll { lane, done in lane.closeAll { done(()) } }
    lanes.stopDisks()
    for folder in folders.all { folder.release() }
    channels.close()
    coordinators.close()
  }
}
