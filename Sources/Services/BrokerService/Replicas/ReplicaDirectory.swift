internal import ClusterMetadata
internal import DiskIO
internal import Model
internal import Observability
internal import Runtime
internal import SegmentedLog

/// Which replicas this broker has: brings what lies on its disks in line with the metadata. Belongs to the first loop.
///
/// Metadata counts only once it holds the present registration of this process: what is older may name this broker as
/// leader under an epoch that an earlier process has used.
final class ReplicaDirectory {
  private enum Stage {
    /// Being made or opened; what the metadata says meanwhile is kept.
    case opening
    /// With its lane.
    case placed
    /// Cannot be opened.
    case failed
    /// The metadata has no replica of it here any more.
    case deleting
    /// Damaged, and being put aside to begin anew.
    case mending
  }

  private struct Entry {
    var stage: Stage
    let folder: UUID128
  }

  /// A replica whose log is to be opened.
  private struct Unopened {
    let place: TopicPartition
    let folder: LogFolder
    let configuration: LogConfiguration
  }

  /// So many logs are opened at once.
  private static let openingMax = 4
  private static let retryAfter = Duration.seconds(5)
  private static let spaceCheck = Duration.seconds(2)
  /// A full folder has room again when so many bytes are free, or a twentieth of a small disk.
  private static let roomMin = 64 << 20

  private let id: BrokerID
  private let folders: BrokerFolders
  private let lanes: BrokerLanes
  private let health: DiskHealth
  private let metrics: BrokerMetrics
  private let logger: Logger
  private let loop: EventLoop
  private var registration: BrokerEpoch?
  /// The image that the replicas follow; nil before the first under the present registration.
  private var applied: MetadataImage?
  /// What the replicas were told last: it outlives the registration, until there is something newer to be told.
  private var told: (image: MetadataImage, registration: BrokerEpoch)?
  /// The image that they followed until now.
  private var before: MetadataImage?
  private var latest = MetadataImage()
  private var entries: [TopicPartition: Entry] = [:]
  /// Replicas that were on disk and that no metadata has placed yet.
  private var found: [TopicPartition: FoundReplica]
  /// Those of them that lie in another folder, too.
  private var copies: [FoundReplica] = []
  private var unopened: ArraySlice<Unopened> = []
  private var openingCount = 0
  private var isClosed = false

  init(
    id: BrokerID, folders: BrokerFolders, found: [FoundReplica], lanes: BrokerLanes, health: DiskHealth,
    metrics: BrokerMetrics, logger: Logger, loop: EventLoop
  ) {
    self.id = id
    self.folders = folders
    self.found = Dictionary(minimumCapacity: found.count)
    self.lanes = lanes
    self.health = health
    self.metrics = metrics
    self.logger = logger
    self.loop = loop
    for replica in found {
      if self.found[replica.place] == nil { self.found[replica.place] = replica } else { copies.append(replica) }
    }
  }

  /// What was found of a replica, for the one who asks first.
  private func takeFound(_ place: TopicPartition) -> [FoundReplica] {
    guard let first = found.removeValue(forKey: place) else { return [] }
    // With the last one goes the memory for all.
    if found.isEmpty { found = [:] }
    let others = copies.filter { $0.place == place }
    if !others.isEmpty { copies.removeAll { $0.place == place } }
    return [first] + others
  }

  /// Begins to look for room in folders that are full.
  func start() {
    _ = loop.schedule(every: Self.spaceCheck) { [weak self] in
      guard let self else { return }
      for folder in health.fullFolders { lookForRoom(in: folder) }
    }
  }

  private func lookForRoom(in id: UUID128) {
    guard let folder = folders[id] else { return }
    besideLoop(loop) {
      Result { () throws(LogFailure) in try folder.space() }
    } completion: { [health] outcome in
      guard case .success(let space) = outcome, space.free >= min(Self.roomMin, space.total / 20) else { return }
      health.hasRoom(id)
    }
  }

  /// The process is registered under `epoch` from now on; what an earlier registration led is led no more.
  func registered(_ epoch: BrokerEpoch) {
    guard registration != epoch else { return }
    registration = epoch
    applied = nil
    for lane in lanes.all { lane.execute { $0.resignAll() } }
    follow(latest)
  }

  /// Nothing is opened or deleted any more.
  func close() { isClosed = true }

  /// Follows the metadata.
  func follow(_ image: MetadataImage) {
    latest = image
    guard !isClosed, let registration, image.broker(id)?.epoch == registration else { return }
    before = applied
    applied = image
    told = (image, registration)
    for name in image.topicNames {
      guard let topic = image.topic(named: name), before?.topic(topic.id) != topic else { continue }
      for index in topic.partitions.indices {
        follow(TopicPartition(topic: topic.id, partition: PartitionIndex(Int32(index))), of: topic)
      }
    }
    deleteOrphans(image)
    count()
  }

  private func follow(_ place: TopicPartition, of topic: Topic) {
    guard let state = topic[place.partition] else { return }
    guard state.hasReplica(on: id) else { return discard(place) }
    if let assignment = assignment(of: place) { assign(assignment) }
  }

  /// What the metadata that the replicas go by says of one of them.
  private func assignment(of place: TopicPartition) -> ReplicaAssignment? {
    guard let told, let topic = told.image.topic(place.topic), let state = topic[place.partition] else { return nil }
    return ReplicaAssignment(
      place: place, topic: topic.name, configuration: topic.configuration, state: state,
      registration: told.registration)
  }

  // MARK: Replicas come

  private func assign(_ assignment: ReplicaAssignment) {
    let place = assignment.place
    guard let entry = entries[place] else { return open(assignment) }
    if canBeginAnew(assignment) { return mend(place) }
    if entry.stage == .placed { lanes.owner(of: place).execute { $0.update(assignment) } }
  }

  private func open(_ assignment: ReplicaAssignment) {
    let place = assignment.place
    let wanted = assignment.state.replicas.first { $0.broker == id }?.folder
    let onDisk = takeFound(place)
    if let replica = onDisk.first(where: { wanted == nil || $0.folder == wanted }) {
      entries[place] = Entry(stage: .opening, folder: replica.folder)
      return opened(place, replica.outcome)
    }
    guard let folder = wanted.map({ folders[$0] }) ?? folders.all.first else {
      entries[place] = Entry(stage: .failed, folder: wanted ?? place.topic)
      return fail(place, Refusal(.diskFailed, "the disk folder of partition \(place) is not at this broker any more"))
    }
    entries[place] = Entry(stage: .opening, folder: folder.id)
    if isMissing(assignment) {
      return opened(
        place, .failure(.damaged(file: "\(folder.path)/\(place)", position: 0, finding: "the replica is missing")))
    }
    open(place, in: folder, LogConfiguration(assignment.configuration))
  }

  /// True if a log that is not here should be: others count on it, and it was not assigned to this process just now.
  private func isMissing(_ assignment: ReplicaAssignment) -> Bool {
    let (place, state) = (assignment.place, assignment.state)
    if let before, before.topic(place.topic)?[place.partition]?.hasReplica(on: id) != true { return false }
    let members = state.isr + state.eligibleLeaders
    return members.contains(id) && members.contains { $0 != id }
  }

  /// Opens it beside the loop, a few at a time: thousands may come at once.
  private func open(_ place: TopicPartition, in folder: LogFolder, _ configuration: LogConfiguration) {
    unopened.append(Unopened(place: place, folder: folder, configuration: configuration))
    openNext()
  }

  private func openNext() {
    guard !isClosed, openingCount < Self.openingMax, let next = unopened.popFirst() else { return }
    if unopened.isEmpty { unopened = [] }
    openingCount += 1
    besideLoop(loop) {
      Result { () throws(LogFailure) in
        try next.folder.open(next.place, configuration: next.configuration, now: wallClock())
      }
    } completion: { [weak self] outcome in
      guard let self else { return }
      openingCount -= 1
      opened(next.place, outcome)
      openNext()
    }
  }

  private func opened(_ place: TopicPartition, _ outcome: Result<OpenedLog, LogFailure>) {
    guard !isClosed, let entry = entries[place] else { return }
    guard entry.stage != .deleting else { return deleteFolder(place, entry.folder) }
    guard let assignment = assignment(of: place) else { return }
    switch outcome {
    case .success(let opened):
      entries[place]?.stage = .placed
      let folder = entry.folder
      lanes.owner(of: place).execute { $0.add(opened, in: folder, assignment) }
    case .failure(let failure):
      entries[place]?.stage = .failed
      logger.error("replica cannot be opened", ["partition": "\(place)", "cause": "\(failure)"])
      let refusal = failure.refusal("partition \(place)")
      fail(place, refusal)
      if failure.isPassing { return retry(place) }
      if case .disk = failure { return health.failed(entry.folder, failure) }
      guard case .damaged = failure else { return }
      health.damaged(
        place,
        DiskHealth.Damage(
          lastEpoch: nil, endOffset: .zero, leaderEpoch: assignment.state.leaderEpoch, registration: registration,
          refusal: refusal))
      if canBeginAnew(assignment) { mend(place) }
    }
  }

  private func fail(_ place: TopicPartition, _ refusal: Refusal) {
    lanes.owner(of: place).execute { $0.add(refusal, for: place) }
  }

  private func retry(_ place: TopicPartition) {
    _ = loop.schedule(after: Self.retryAfter) { [weak self] in
      guard let self, !isClosed, let entry = entries[place], entry.stage == .failed,
        let folder = folders[entry.folder], let assignment = assignment(of: place)
      else { return }
      entries[place]?.stage = .opening
      open(place, in: folder, LogConfiguration(assignment.configuration))
    }
  }

  // MARK: Replicas are mended

  /// True if the replica is damaged, and nobody counts on what it once held: it is no member, in a leader epoch or under
  /// a registration that came after the damage.
  private func canBeginAnew(_ assignment: ReplicaAssignment) -> Bool {
    guard let damage = health.damage(of: assignment.place), let entry = entries[assignment.place] else { return false }
    let state = assignment.state
    return [.failed, .placed].contains(entry.stage) && state.leader != nil && state.leader != id
      && !state.isr.contains(id) && !state.eligibleLeaders.contains(id)
      && (state.leaderEpoch > damage.leaderEpoch || damage.registration != registration)
  }

  /// Puts aside what is here, and begins with an empty log.
  private func mend(_ place: TopicPartition) {
    guard let entry = entries[place], let folder = folders[entry.folder] else { return }
    entries[place]?.stage = .mending
    let me = LoopBound(self, on: loop)
    lanes.owner(of: place).execute { lane in
      lane.remove(place) { me.execute { $0.quarantine(place, in: folder) } }
    }
  }

  private func quarantine(_ place: TopicPartition, in folder: LogFolder) {
    besideLoop(loop) {
      Result { () throws(LogFailure) in try folder.quarantine(place) }
    } completion: { [weak self] outcome in
      guard let self, !isClosed, let entry = entries[place] else { return }
      if entry.stage == .deleting { return deleteFolder(place, folder.id) }
      guard let assignment = assignment(of: place) else { return }
      switch outcome {
      case .success:
        logger.info("damaged replica put aside", ["partition": "\(place)", "folder": "\(folder.path)"])
        health.forget(place)
        entries[place]?.stage = .opening
        open(place, in: folder, LogConfiguration(assignment.configuration))
      case .failure(let failure):
        entries[place]?.stage = .failed
        fail(place, failure.refusal("partition \(place)"))
        if case .disk = failure { health.failed(folder.id, failure) }
      }
    }
  }

  // MARK: Replicas go

  /// Deletes what belongs to topics that are deleted: the metadata is as new as the registration and knows them not.
  private func deleteOrphans(_ image: MetadataImage) {
    for place in entries.keys where image.topic(place.topic) == nil { discard(place) }
    for place in found.keys where image.topic(place.topic) == nil { discard(place) }
  }

  /// Deletes what lies here of a partition that has no replica here any more.
  private func discard(_ place: TopicPartition) {
    if let entry = entries[place], entry.stage != .deleting {
      entries[place]?.stage = .deleting
      switch entry.stage {
      case .opening, .deleting, .mending: break
      case .failed: deleteFolder(place, entry.folder)
      case .placed: delete(place, entry.folder)
      }
    }
    for replica in takeFound(place) { deleteFolder(place, replica.folder) }
  }

  private func delete(_ place: TopicPartition, _ folder: UUID128) {
    let me = LoopBound(self, on: loop)
    lanes.owner(of: place).execute { lane in
      lane.remove(place) { me.execute { $0.deleteFolder(place, folder) } }
    }
  }

  private func deleteFolder(_ place: TopicPartition, _ id: UUID128) {
    guard let folder = folders[id] else { return }
    besideLoop(loop) {
      Result { () throws(LogFailure) in try folder.delete(place) }
    } completion: { [weak self, logger] outcome in
      self?.deleted(place)
      switch outcome {
      case .success: logger.info("replica deleted", ["partition": "\(place)"])
      case .failure(let failure):
        logger.error("replica not deleted", ["partition": "\(place)", "cause": "\(failure)"])
      }
    }
  }

  /// The replica may have come back to this broker meanwhile.
  private func deleted(_ place: TopicPartition) {
    entries[place] = nil
    health.forget(place)
    guard !isClosed, let topic = applied?.topic(place.topic) else { return }
    follow(place, of: topic)
  }

  private func count() {
    metrics.replicas.set(entries.count)
    metrics.partitionsLed.set(entries.keys.count { assignment(of: $0)?.state.leader == id })
  }
}
