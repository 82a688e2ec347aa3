public import Model

/// An address at which a node answers, under the name of the listener that offers it.
public struct ListenerAddress: Hashable, Sendable {
  /// The listener's name: callers are told addresses of their own listener.
  public let name: String
  /// The advertised host.
  public let host: String
  /// The advertised port.
  public let port: UInt16

  /// The address `host:port` under the name `name`.
  public init(name: String, host: String, port: UInt16) {
    self.name = name
    self.host = host
    self.port = port
  }
}

/// What a broker's process told of itself when it registered.
public struct BrokerRegistration: Hashable, Sendable {
  /// The broker.
  public let id: BrokerID
  /// The epoch of this registration.
  public let epoch: BrokerEpoch
  /// Names the process: made anew at each start.
  public let incarnation: UUID128
  /// Where it answers.
  public let listeners: [ListenerAddress]
  /// Where it stands; replicas of a partition are spread over racks.
  public let rack: String?
  /// The disk folders that it has.
  public let folders: [UUID128]
  /// The version of its program.
  public let version: String

  /// A registration with all that it says.
  public init(
    id: BrokerID, epoch: BrokerEpoch, incarnation: UUID128, listeners: [ListenerAddress], rack: String?,
    folders: [UUID128], version: String
  ) {
    self.id = id
    self.epoch = epoch
    self.incarnation = incarnation
    self.listeners = listeners
    self.rack = rack
    self.folders = folders
    self.version = version
  }
}

/// Whether a broker can lead partitions and be in in-sync sets.
public enum BrokerAvailability: Int, Hashable, Sendable, CaseIterable {
  /// It may neither lead nor be in sync with others: it has just registered, or its lease has run out.
  case fenced = 0
  /// It leads and follows. It has caught up with the metadata that was written before it registered.
  case active = 1
  /// It has asked to stop: it keeps what nobody else can lead, and gets nothing new.
  case shuttingDown = 2
}

/// A broker as the metadata knows it.
public struct Broker: Hashable, Sendable {
  /// What its process told of itself.
  public internal(set) var registration: BrokerRegistration
  /// Whether it can lead.
  public internal(set) var availability: BrokerAvailability
  /// True once an operator has asked to empty it: it gets no new replicas and leads only what nobody else can.
  public internal(set) var isDraining: Bool
  /// Which of its disk folders are not at work.
  public internal(set) var folderFaults = FolderFaults()

  /// The broker's id.
  public var id: BrokerID { registration.id }
  /// The epoch of its registration.
  public var epoch: BrokerEpoch { registration.epoch }

  /// What the broker can do for a replica that lies in `folder`. What lies in a full one is as if its broker were about
  /// to stop: it keeps what nobody else can lead.
  public func availability(of folder: UUID128?) -> BrokerAvailability {
    guard let folder else { return availability }
    if folderFaults.failed.contains(folder) { return .fenced }
    return availability == .active && folderFaults.full.contains(folder) ? .shuttingDown : availability
  }

  /// True if the broker can lead a replica in `folder`, and nothing speaks against it.
  func isWilling(_ folder: UUID128?) -> Bool { availability(of: folder) == .active && !isDraining }

  /// True if the broker takes new replicas.
  var isUsable: Bool {
    availability == .active && !isDraining && (registration.folders.isEmpty || !usableFolders.isEmpty)
  }

  /// The folders that can take new replicas.
  var usableFolders: [UUID128] {
    registration.folders.filter { !folderFaults.failed.contains($0) && !folderFaults.full.contains($0) }
  }
}

/// Which disk folders of a broker are not at work.
public struct FolderFaults: Hashable, Sendable {
  /// Those that have failed: nothing in them can be led or followed.
  public let failed: Set<UUID128>
  /// Those that are full: what is in them is led only if no other replica can lead.
  public let full: Set<UUID128>

  /// These folders are not at work; none by default.
  public init(failed: Set<UUID128> = [], full: Set<UUID128> = []) {
    self.failed = failed
    self.full = full
  }
}

/// What a coordinator's process told of itself when it became the active one.
public struct CoordinatorRegistration: Hashable, Sendable {
  /// The coordinator.
  public let id: CoordinatorID
  /// Where it answers.
  public let listeners: [ListenerAddress]
  /// Where it stands.
  public let rack: String?
  /// The version of its program.
  public let version: String

  /// A registration with all that it says.
  public init(id: CoordinatorID, listeners: [ListenerAddress], rack: String? = nil, version: String) {
    self.id = id
    self.listeners = listeners
    self.rack = rack
    self.version = version
  }
}

/// What a group coordinator's process told of itself when it registered.
public struct GroupCoordinatorRegistration: Hashable, Sendable {
  /// The group coordinator.
  public let id: GroupCoordinatorID
  /// The epoch of this registration.
  public let epoch: GroupCoordinatorEpoch
  /// Names the process: made anew at each start.
  public let incarnation: UUID128
  /// Where it answers.
  public let listeners: [ListenerAddress]
  /// Where it stands.
  public let rack: String?
  /// The version of its program.
  public let version: String

  /// A registration with all that it says.
  public init(
    id: GroupCoordinatorID, epoch: GroupCoordinatorEpoch, incarnation: UUID128, listeners: [ListenerAddress],
    rack: String?,
    version: String
  ) {
    self.id = id
    self.epoch = epoch
    self.incarnation = incarnation
    self.listeners = listeners
    self.rack = rack
    self.version = version
  }
}

/// A group coordinator as the metadata knows it.
public struct GroupCoordinator: Hashable, Sendable {
  /// What its process told of itself.
  public internal(set) var registration: GroupCoordinatorRegistration
  /// True while its lease holds: only then does it own shards.
  public internal(set) var isLive: Bool

  /// The group coordinator's id.
  public var id: GroupCoordinatorID { registration.id }
  /// The epoch of its registration.
  public var epoch: GroupCoordinatorEpoch { registration.epoch }
}

/// Who owns a shard of groups, which is one partition of `__consumer_offsets`.
public struct GroupShardOwner: Hashable, Sendable {
  /// The owner; nil while no group coordinator lives.
  public let owner: GroupCoordinatorID?
  /// The registration that owns it; nil together with `owner`. A process that starts again is another owner.
  public let ownerEpoch: GroupCoordinatorEpoch?
  /// Rises with each change of owner.
  public let epoch: ShardEpoch

  /// The shard is with `owner`, registered under `ownerEpoch`, from `epoch` on.
  public init(owner: GroupCoordinatorID?, ownerEpoch: GroupCoordinatorEpoch?, epoch: ShardEpoch) {
    self.owner = owner
    self.ownerEpoch = ownerEpoch
    self.epoch = epoch
  }
}
