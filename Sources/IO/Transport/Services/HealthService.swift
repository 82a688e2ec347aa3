import Messages
import Model
import Synchronization

/// `grpc.health.v1.Health`: whether this server, and each of its services, can do its work.
///
/// May be told from any thread. The service named "" stands for the server as a whole.
public final class HealthService: Sendable {
  private struct State {
    var serving: [String: Bool] = [:]
    var watchers: [Int: Watcher] = [:]
    var nextWatcher = 0
    var isOver = false
  }

  private struct Watcher {
    let service: String
    let statuses: AsyncStream<GrpcHealthV1.HealthCheckResponse.ServingStatus>.Continuation
  }

  private let state = Mutex(State())

  /// The services, none of which is serving yet; "" is always among them.
  public init(services: [String] = []) {
    state.withLock { state in
      for service in services + [""] { state.serving[service] = false }
    }
  }

  /// Says whether `service` can do its work; whoever watches it hears of it.
  public func set(_ service: String, serving: Bool) {
    state.withLock { state in
      guard !state.isOver else { return }
      state.serving[service] = serving
      Self.tell(state, service)
    }
  }

  /// Says the same of all services, as at the end of the start.
  public func setAll(serving: Bool) {
    state.withLock { state in
      guard !state.isOver else { return }
      Self.setAll(&state, serving)
    }
  }

  private static func setAll(_ state: inout State, _ serving: Bool) {
    for service in state.serving.keys {
      state.serving[service] = serving
      tell(state, service)
    }
  }

  /// The end: nothing serves any more, whatever is said later, and those who watch are told so and let go, so that they
  /// hold no shutdown up.
  public func shutDown() {
    let watchers = state.withLock { state in
      Self.setAll(&state, false)
      state.isOver = true
      defer { state.watchers = [:] }
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.statuses.finish() }
  }

  /// Whether `service` can do its work; nil if there is no such service.
  public func isServing(_ service: String) -> Bool? {
    state.withLock { $0.serving[service] }
  }

  /// Adds the methods `Check` and `Watch`.
  public func register(on router: inout Router) {
    router.unary(GrpcHealthV1.Health.check) { request, call in
      guard let isServing = self.isServing(request.service) else {
        return call.fail(Status(.notFound, "there is no service \"\(request.service)\" here"))
      }
      call.reply(GrpcHealthV1.HealthCheckResponse(status: isServing ? .serving : .notServing))
    }
    router.serverStreaming(GrpcHealthV1.Health.watch) { request, writer, _ in
      for await status in self.watch(request.service) {
        try await writer.write(GrpcHealthV1.HealthCheckResponse(status: status))
      }
    }
  }

  /// The state now and each later one; what nobody has read yet is replaced by what is newer.
  private func watch(_ service: String) -> AsyncStream<GrpcHealthV1.HealthCheckResponse.ServingStatus> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { statuses in
      let id: Int? = state.withLock { state in
        statuses.yield(Self.status(state, service))
        guard !state.isOver else { return nil }
        let id = state.nextWatcher
        state.nextWatcher += 1
        state.watchers[id] = Watcher(service: service, statuses: statuses)
        return id
      }
      guard let id else { return statuses.finish() }
      statuses.onTermination = { [weak self] _ in
        self?.state.withLock { $0.watchers[id] = nil }
      }
    }
  }

  private static func tell(_ state: State, _ service: String) {
    for watcher in state.watchers.values where watcher.service == service {
      watcher.statuses.yield(status(state, service))
    }
  }

  private static func status(
    _ state: State, _ service: String
  ) -> GrpcHealthV1.HealthCheckResponse.ServingStatus {
    switch state.serving[service] {
    case true?: .serving
    case false?: .notServing
    case nil: .serviceUnknown
    }
  }
}
