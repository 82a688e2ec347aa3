internal import Configuration
internal import Model
internal import Runtime
public import Transport

extension NodeEnvironment {
  /// The channel to whichever coordinator answers.
  public func coordinatorChannel() -> Channel {
    let addresses = configuration[NodeKeys.coordinators].map { (host: $0.host, port: $0.port) }
    return Channel(addresses: addresses, tls: clientTLS, loop: loops.loops[0], options: NodeChannels.options)
  }

  /// Runs `body` as a task; if it throws, the process ends.
  public func runUntilFailure(_ body: @escaping @Sendable () async throws -> Void) -> Task<Void, Never> {
    Task { [fail] in
      do {
        try await body()
      } catch is CancellationError {
        return
      } catch {
        fail(error)
      }
    }
  }
}

/// Cancels tasks and waits until they have let go of the loops that they use.
public func end(_ tasks: [Task<Void, Never>]) async {
  for task in tasks { task.cancel() }
  for task in tasks { await task.value }
}

/// Waits for another node's answer; a refusal is thrown as what the other node refused, not as a bare status.
public func answer<R>(_ call: () async throws -> R) async throws -> R {
  do {
    return try await call()
  } catch let status as Status {
    if let refusal = status.refusal { throw refusal }
    throw status
  }
}

extension MembershipGrant {
  /// The grant that the coordinator's message carries.
  public init(epoch: Int64, cluster: [UInt8], heartbeatIntervalMs: Int32) throws {
    guard let id = UUID128(bytes: cluster), heartbeatIntervalMs > 0 else {
      throw Status(.internal, "the coordinator's answer to a registration is malformed")
    }
    self.init(epoch: epoch, cluster: id, heartbeatInterval: .milliseconds(heartbeatIntervalMs))
  }
}
