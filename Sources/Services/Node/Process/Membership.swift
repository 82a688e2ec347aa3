internal import ClusterMetadata
public import Model
public import Observability
internal import Synchronization

/// How one kind of node registers with the coordinator and keeps its lease.
public protocol MembershipCalls: Sendable {
  /// Registers this process; the coordinator's answer.
  func register() async throws -> MembershipGrant
  /// Keeps the lease of the registration `epoch`.
  func heartbeat(epoch: Int64, metadataEnd: MetadataOffset, wantsShutdown: Bool) async throws -> MembershipReply
}

/// A registration, as the coordinator granted it.
public struct MembershipGrant: Hashable, Sendable {
  /// The epoch of the registration.
  public let epoch: Int64
  /// Which cluster the node belongs to.
  public let cluster: UUID128
  /// How often it has to send a heartbeat.
  public let heartbeatInterval: Duration

  /// A registration under `epoch`.
  public init(epoch: Int64, cluster: UUID128, heartbeatInterval: Duration) {
    self.epoch = epoch
    self.cluster = cluster
    self.heartbeatInterval = heartbeatInterval
  }
}

/// What the coordinator answers to a heartbeat.
public struct MembershipReply: Hashable, Sendable {
  /// True if the node may do its work.
  public let isActive: Bool
  /// True if it may stop now.
  public let mayShutDown: Bool

  /// An answer to a heartbeat.
  public init(isActive: Bool, mayShutDown: Bool) {
    self.isActive = isActive
    self.mayShutDown = mayShutDown
  }
}

/// A node's membership in the cluster: registered, kept alive by heartbeats, registered anew when it was lost.
public final class Membership: Sendable {
  private struct State {
    var grant: MembershipGrant?
    var wantsShutdown = false
    var waitingToLeave: [CheckedContinuation<Void, Never>] = []
    var isOver = false
  }

  private let calls: any MembershipCalls
  private let view: MetadataView
  private let logger: Logger
  /// Hears of each registration, and whether the node may do its work.
  private let granted: @Sendable (MembershipGrant) async throws -> Void
  private let activityChanged: @Sendable (Bool) -> Void
  private let state = Mutex(State())
  /// Rings when a heartbeat is wanted before its time.
  private let wake = Bell()
  private static let retryAfter = Duration.milliseconds(200)
  /// How long a node that leaves waits for a coordinator's leave to go: if none answers, its lease ends by itself.
  private static let leaveMax = Duration.seconds(2)

  /// A membership that begins with `run`.
  public init(
    calls: any MembershipCalls, view: MetadataView, logger: Logger,
    granted: @escaping @Sendable (MembershipGrant) async throws -> Void,
    activityChanged: @escaping @Sendable (Bool) -> Void
  ) {
    self.calls = calls
    self.view = view
    self.logger = logger
    self.granted = granted
    self.activityChanged = activityChanged
  }

  /// The present registration, if there is one.
  public var grant: MembershipGrant? { state.withLock { $0.grant } }

  /// Registers and sends heartbeats until the task is cancelled or the node has left.
  ///
  /// Throws what no retry can mend, such as a disk of another cluster.
  public func run() async throws {
    defer { finish() }
    while !Task.isCancelled, !state.withLock({ $0.isOver }) {
      do {
        let grant = try await calls.register()
        try await granted(grant)
        state.withLock { $0.grant = grant }
        logger.info("registered", ["epoch": .init(grant.epoch)])
        try await keepAlive(grant)
      } catch let refusal as Refusal where !refusal.reason.canPass {
        throw refusal
      } catch is CancellationError {
        return
      } catch {
        logger.once(key: "membership \(error)", .warning, "not registered", ["cause": "\(error)"])
      }
      activityChanged(false)
      try? await Task.sleep(for: Self.retryAfter)
    }
  }

  /// A heartbeat is sent as soon as possible, for instance because new metadata has been applied.
  public func sendHeartbeatSoon() { wake.ring() }

  /// Tells the coordinator that the node wants to stop, and waits until it may, or a short while if nobody answers.
  public func leave() async {
    let limit = Task {
      try await Task.sleep(for: Self.leaveMax)
      logger.warning("left without a coordinator's leave", ["after": "\(Self.leaveMax)"])
      finish()
      sendHeartbeatSoon()
    }
    defer { limit.cancel() }
    await withCheckedContinuation { continuation in
      let isRegistered = state.withLock { state in
        guard state.grant != nil, !state.isOver else { return false }
        state.wantsShutdown = true
        state.waitingToLeave.append(continuation)
        return true
      }
      if isRegistered { wake.ring() } else { continuation.resume() }
    }
  }

  /// Sends heartbeats until the registration is lost (throws) or given up (returns).
  private func keepAlive(_ grant: MembershipGrant) async throws {
    var wasActive = false
    while !Task.isCancelled, !state.withLock({ $0.isOver }) {
      let wantsShutdown = state.withLock { $0.wantsShutdown }
      do {
        let reply = try await calls.heartbeat(
          epoch: grant.epoch, metadataEnd: view.image.endOffset, wantsShutdown: wantsShutdown)
        if reply.isActive != wasActive {
          wasActive = reply.isActive
          activityChanged(reply.isActive)
        }
        if wantsShutdown, reply.mayShutDown { return finish() }
      } catch let refusal as Refusal where refusal.reason == .fencedBrokerEpoch {
        logger.warning("the registration is lost", ["cause": "\(refusal.message)"])
        return
      } catch {
        logger.once(key: "heartbeat \(error)", .warning, "heartbeat failed", ["cause": "\(error)"])
        try await Task.sleep(for: Self.retryAfter)
        continue
      }
      await pause(grant.heartbeatInterval)
    }
  }

  private func finish() {
    let waiting = state.withLock { state in
      state.isOver = true
      defer { state.waitingToLeave = [] }
      return state.waitingToLeave
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits for the next heartbeat's time, or for somebody who wants one now.
  private func pause(_ interval: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: interval) }
      group.addTask { [wake] in await wake.wait() }
      await group.next()
      group.cancelAll()
    }
  }
}

extension ErrorReason {
  /// False for a refusal that stays as long as nobody changes the node.
  fileprivate var canPass: Bool {
    switch self {
    case .clusterMismatch, .unsupportedVersion, .permissionDenied, .invalidRequest: false
    default: true
    }
  }
}
