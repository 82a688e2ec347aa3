public import ClusterMetadata
public import Model
internal import Runtime
public import Transport

/// Who is responsible for a call, as the metadata says at the moment.
public enum Responsible: Sendable {
  /// This node.
  case here
  /// Another node, with its name for the caller (`broker/3`) and the address where nodes reach it: that of its first
  /// listener. The refusal names the address where the caller would.
  case elsewhere(node: String, address: ListenerAddress, refusal: Refusal)
  /// Nobody at the moment, for this reason.
  case nobody(Refusal)
}

/// Carries a call to the node that is responsible for it: one address of a cluster is enough for its callers.
///
/// A call for another node is passed on; while nobody is responsible, or the one who was is gone, it is held and tried
/// again, up to its deadline. `newswire-forward: never` asks for a refusal with the right address instead. A call that
/// has been passed on once is not passed on again.
public struct CallRouting: Sendable {
  /// The metadata key by which callers say that they want to be told, not served by way of another node.
  public static let forwardKey = "newswire-forward"
  /// The metadata key that marks a call as passed on; its value names who called first.
  public static let callerKey = "newswire-caller"
  /// The trailing metadata key that says which node did the work.
  public static let nodeKey = "newswire-node"
  /// How long a call without a deadline is held.
  private static let holdMax = Duration.seconds(30)
  private static let retryAfter = Duration.milliseconds(50)

  private let name: String
  private let view: MetadataView
  private let channels: NodeChannels

  /// Routing for the node called `name` (`broker/3`).
  public init(name: String, view: MetadataView, channels: NodeChannels) {
    self.name = name
    self.view = view
    self.channels = channels
  }

  /// True if the call may be passed on to another node.
  public func mayForward(_ context: CallContext) -> Bool {
    let metadata = context.metadata
    return metadata.first(Self.forwardKey) != "never" && metadata.first(Self.callerKey) == nil
  }

  /// Does a call where it belongs. `remote` calls the other node with the given options.
  ///
  /// What fails is tried again if `mayRepeat` says so: that it passes with a new leader, and that the same call twice
  /// does no harm or cannot have begun.
  public func route<R: Sendable>(
    _ context: CallContext, responsible: @Sendable () throws(Refusal) -> Responsible,
    mayRepeat: @Sendable (any Error) -> Bool = Self.isPassing, local: @Sendable () async throws -> R,
    remote: @Sendable (Channel, CallOptions) async throws -> Transport.Response<R>
  ) async throws -> R {
    let mayForward = mayForward(context)
    let deadline = min(context.deadline ?? Instant(.max), monotonicNow() + Self.holdMax)
    while true {
      let problem: any Error
      do {
        switch try responsible() {
        case .here:
          let answer = try await local()
          context.answer?.trailers.add(Self.nodeKey, name)
          return answer
        case .elsewhere(let node, let address, let refusal):
          guard mayForward else { throw refusal }
          let response = try await remote(channels.channel(to: address, on: context.loop), options(context, deadline))
          context.answer?.trailers.add(Self.nodeKey, response.trailers.first(Self.nodeKey) ?? node)
          return response.message
        case .nobody(let refusal): throw refusal
        }
      } catch {
        problem = error
      }
      guard mayForward, mayRepeat(problem), !Task.isCancelled,
        monotonicNow() + Self.retryAfter < deadline
      else { throw problem }
      if view.isOver { throw Refusal(.shuttingDown, "this node is stopping") }
      try await Task.sleep(for: Self.retryAfter)
    }
  }

  /// True for what a change of leader or owner mends.
  @Sendable public static func isPassing(_ error: any Error) -> Bool {
    let refusal = (error as? Refusal) ?? (error as? Status)?.refusal
    guard let refusal else { return (error as? Status)?.code == .unavailable }
    switch refusal.reason {
    case .notLeader, .leaderNotAvailable, .notGroupCoordinator, .coordinatorNotAvailable, .brokerNotAvailable,
      .shuttingDown, .unknownLeaderEpoch:
      return true
    default: return false
    }
  }

  private func options(_ context: CallContext, _ deadline: Instant) -> CallOptions {
    var metadata = context.metadata
    metadata.add(Self.callerKey, context.peer.map { "\($0)" } ?? "")
    return CallOptions(timeout: max(deadline - monotonicNow(), .milliseconds(1)), metadata: metadata)
  }
}
