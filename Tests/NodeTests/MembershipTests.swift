import ClusterMetadata
import Model
import Node
import Observability
import Synchronization
import Testing

/// A coordinator that answers as it was told, and remembers what it was asked.
private final class ScriptedCoordinator: MembershipCalls {
  struct State {
    var registrations: [Result<MembershipGrant, Refusal>] = []
    var heartbeats: [Result<MembershipReply, Refusal>] = []
    var wishes: [Bool] = []
    var registered = 0
  }
  let state: Mutex<State>

  init(registrations: [Result<MembershipGrant, Refusal>], heartbeats: [Result<MembershipReply, Refusal>] = []) {
    state = Mutex(State(registrations: registrations, heartbeats: heartbeats))
  }

  func register() async throws -> MembershipGrant {
    let answer: Result<MembershipGrant, Refusal> = state.withLock { state in
      state.registered += 1
      return state.registrations.count > 1 ? state.registrations.removeFirst() : state.registrations[0]
    }
    return try answer.get()
  }

  func heartbeat(epoch: Int64, metadataEnd: MetadataOffset, wantsShutdown: Bool) async throws -> MembershipReply {
    let answer: Result<MembershipReply, Refusal> = state.withLock { state in
      state.wishes.append(wantsShutdown)
      guard !state.heartbeats.isEmpty else {
        return .success(MembershipReply(isActive: !wantsShutdown, mayShutDown: wantsShutdown))
      }
      return state.heartbeats.removeFirst()
    }
    return try answer.get()
  }
}

private func grant(
  _ epoch: Int64, heartbeatInterval: Duration = .milliseconds(1)
) -> Result<MembershipGrant, Refusal> {
  .success(
    MembershipGrant(epoch: epoch, cluster: UUID128(high: 1, low: 1), heartbeatInterval: heartbeatInterval))
}

@Suite("Membership")
struct MembershipTests {
  private func membership(
    _ coordinator: ScriptedCoordinator, activityChanged: @escaping @Sendable (Bool) -> Void = { _ in }
  ) -> Membership {
    Membership(
      calls: coordinator, view: MetadataView(), logger: .silent, granted: { _ in }, activityChanged: activityChanged)
  }

  @Test("a refusal that no retry can mend ends the membership")
  func hopeless() async {
    let refusal = Refusal(.clusterMismatch, "another cluster's disk")
    let membership = membership(ScriptedCoordinator(registrations: [.failure(refusal)]))
    await #expect(throws: refusal) { try await membership.run() }
  }

  @Test("a refusal that passes is followed by another try")
  func passing() async throws {
    let coordinator = ScriptedCoordinator(
      registrations: [.failure(Refusal(.idInUse, "the lease of the process before holds")), grant(7)])
    let membership = membership(coordinator)
    let run = Task { try await membership.run() }
    while membership.grant == nil { await Task.yield() }
    #expect(membership.grant?.epoch == 7)
    await membership.leave()
    try await run.value
  }

  @Test("a lost registration is made anew")
  func fenced() async throws {
    let coordinator = ScriptedCoordinator(
      registrations: [grant(1), grant(2)],
      heartbeats: [.failure(Refusal(.fencedBrokerEpoch, "another process registered"))])
    let membership = membership(coordinator)
    let run = Task { try await membership.run() }
    while membership.grant?.epoch != 2 { await Task.yield() }
    await membership.leave()
    try await run.value
    #expect(coordinator.state.withLock { $0.registered } == 2)
  }

  @Test("the node hears when it may do its work, and when it may not any more")
  func activity() async throws {
    let (changes, continuation) = AsyncStream<Bool>.makeStream()
    let coordinator = ScriptedCoordinator(
      registrations: [grant(1)],
      heartbeats: [
        .success(MembershipReply(isActive: false, mayShutDown: false)),
        .success(MembershipReply(isActive: true, mayShutDown: false)),
        .success(MembershipReply(isActive: true, mayShutDown: false)),
        .success(MembershipReply(isActive: false, mayShutDown: false)),
      ])
    let membership = membership(coordinator) { continuation.yield($0) }
    let run = Task { try await membership.run() }
    var iterator = changes.makeAsyncIterator()
    #expect(await iterator.next() == true)
    #expect(await iterator.next() == false)
    await membership.leave()
    try await run.value
  }

  @Test("leaving asks to stop and waits until that is allowed")
  func leaving() async throws {
    let coordinator = ScriptedCoordinator(registrations: [grant(1)])
    let membership = membership(coordinator)
    let run = Task { try await membership.run() }
    while membership.grant == nil { await Task.yield() }
    await membership.leave()
    try await run.value
    #expect(coordinator.state.withLock { $0.wishes.last } == true)
    // Once it is over, leaving again does not wait.
    await membership.leave()
  }

  @Test("each heartbeat waits for its time, also after the first one")
  func pace() async throws {
    let coordinator = ScriptedCoordinator(registrations: [grant(1, heartbeatInterval: .milliseconds(20))])
    let membership = membership(coordinator)
    let began = ContinuousClock.now
    let run = Task { try await membership.run() }
    while coordinator.state.withLock({ $0.wishes.count }) < 5 { try await Task.sleep(for: .milliseconds(1)) }
    #expect(ContinuousClock.now - began >= .milliseconds(80))
    await membership.leave()
    try await run.value
  }

  @Test("a heartbeat that is wanted does not wait for its time, and not only the first one")
  func wanted() async throws {
    let coordinator = ScriptedCoordinator(registrations: [grant(1, heartbeatInterval: .seconds(3600))])
    let membership = membership(coordinator)
    let run = Task { try await membership.run() }
    for count in 1...3 {
      while coordinator.state.withLock({ $0.wishes.count }) < count { try await Task.sleep(for: .milliseconds(1)) }
      membership.sendHeartbeatSoon()
    }
    await membership.leave()
    try await run.value
    #expect(coordinator.state.withLock { $0.wishes.last } == true)
  }

  @Test("leaving does not wait long for a coordinator that is gone")
  func leavingAlone() async throws {
    let gone = [Result<MembershipReply, Refusal>](
      repeating: .failure(Refusal(.coordinatorNotAvailable, "nobody answers")), count: 10_000)
    let membership = membership(ScriptedCoordinator(registrations: [grant(1)], heartbeats: gone))
    let run = Task { try await membership.run() }
    while membership.grant == nil { await Task.yield() }
    let begin = ContinuousClock.now
    await membership.leave()
    #expect(ContinuousClock.now - begin < .seconds(8))
    try await run.value
  }

  @Test("leaving does not wait for a membership that has been cancelled")
  func cancelled() async throws {
    let gone = [Result<MembershipReply, Refusal>](
      repeating: .failure(Refusal(.coordinatorNotAvailable, "nobody answers")), count: 10_000)
    let membership = membership(ScriptedCoordinator(registrations: [grant(1)], heartbeats: gone))
    let run = Task { try await membership.run() }
    while membership.grant == nil { await Task.yield() }
    run.cancel()
    try await run.value
    await membership.leave()
  }
}
