public import Model

/// A process of the cluster, by its registration.
public enum RegisteredProcess: Hashable, Sendable {
  /// A broker's.
  case broker(BrokerID, BrokerEpoch)
  /// A group coordinator's.
  case groupCoordinator(GroupCoordinatorID, GroupCoordinatorEpoch)
}

/// A node whose connection to the coordinator is gone.
public enum LostNode: Hashable, Sendable {
  /// A broker.
  case broker(BrokerID)
  /// A group coordinator.
  case groupCoordinator(GroupCoordinatorID)
}

/// What was found at the address of a process whose connection was lost.
public enum ProbeFinding: Hashable, Sendable {
  /// Nobody listens there.
  case refused
  /// The process that was made with this incarnation answers.
  case answered(incarnation: UUID128)
  /// Nothing is certain: no answer in time, or a connection that broke off.
  case unclear
}

/// Processes whose connection was lost and that are being looked for. Known to the active coordinator alone.
///
/// Only what was found counts: who is not found dead for certain keeps its lease.
struct Suspicions: Sendable {
  private struct Suspicion {
    /// How often it has been looked for in vain.
    var tries = 0
    /// When to look again; nil while somebody does.
    var next: Instant?
  }

  private var suspected: [RegisteredProcess: Suspicion] = [:]
  /// A process that is ending may still take a connection and then break it off: it is looked for again so often.
  private static let triesMax = 8
  private static let pause = Duration.milliseconds(50)

  /// When somebody is to be looked for again.
  var nextDeadline: Instant? { suspected.values.compactMap(\.next).min() }

  func contains(_ process: RegisteredProcess) -> Bool { suspected[process] != nil }

  mutating func begin(_ process: RegisteredProcess) { suspected[process] = Suspicion() }

  mutating func drop(_ process: RegisteredProcess) { suspected[process] = nil }

  /// Nothing certain was found: tries again after a pause, or leaves it to the lease.
  mutating func foundNothing(_ process: RegisteredProcess, at now: Instant) {
    guard var suspicion = suspected[process] else { return }
    suspicion.tries += 1
    suspicion.next = now + Self.pause
    suspected[process] = suspicion.tries < Self.triesMax ? suspicion : nil
  }

  /// Who is to be looked for again now, in order.
  mutating func due(at now: Instant) -> [RegisteredProcess] {
    let due = suspected.filter { $0.value.next.map { $0 <= now } ?? false }.keys.sorted { $0.order < $1.order }
    for process in due { suspected[process]?.next = nil }
    return due
  }
}

/// Everybody who was alive when this coordinator became active is looked for once. Who is found dead waits until all have
/// been found or not: those who died together are fenced together, so that none of them leaves in-sync sets to another.
struct RollCall: Sendable {
  private var awaited: Set<RegisteredProcess> = []
  private var dead: [RegisteredProcess] = []

  mutating func begin(_ processes: [RegisteredProcess]) { awaited = Set(processes) }

  func awaits(_ process: RegisteredProcess) -> Bool { awaited.contains(process) }

  /// One has been found, dead or not; once it is the last one, the answer is who is dead.
  mutating func answered(_ process: RegisteredProcess, isDead: Bool) -> [RegisteredProcess]? {
    if !isDead { dead.removeAll { $0 == process } }
    guard awaited.remove(process) != nil else { return nil }
    if isDead { dead.append(process) }
    guard awaited.isEmpty, !dead.isEmpty else { return nil }
    defer { dead = [] }
    return dead.sorted { $0.order < $1.order }
  }
}

extension RegisteredProcess {
  fileprivate var order: (Int, Int32, Int64) {
    switch self {
    case .broker(let id, let epoch): (0, id.rawValue, epoch.rawValue)
    case .groupCoordinator(let id, let epoch): (1, id.rawValue, epoch.rawValue)
    }
  }
}
