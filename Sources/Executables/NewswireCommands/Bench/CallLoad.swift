internal import Messages
internal import Model
internal import NewswireClient
internal import Runtime
internal import Transport

/// Unary calls over one connection, a fixed number of them under way at any moment. Belongs to its loop.
final class CallLoad<Request: Message, Answer: Message> {
  private let channel: Channel
  private let method: Method<Request, Answer>
  private let request: (Int64) -> Request
  private let latency = LatencyRecorder()
  private var left: Int64
  private var underWay = 0
  private var next: Int64 = 0
  private var failure: Status?
  private var finished: ((Result<LatencyHistogram, Status>) -> Void)?

  private init(
    _ channel: Channel, _ method: Method<Request, Answer>, calls: Int64, request: @escaping (Int64) -> Request
  ) {
    self.channel = channel
    self.method = method
    self.request = request
    left = calls
  }

  /// Makes `calls` calls, `underWay` at a time; how long each took.
  static func run(
    _ channel: Channel, _ method: Method<Request, Answer>, calls: Int64, underWay: Int,
    request: @escaping @Sendable (Int64) -> Request
  ) async throws -> LatencyHistogram {
    let result = await withCheckedContinuation { continuation in
      channel.loop.execute {
        let load = CallLoad(channel, method, calls: calls, request: request)
        load.finished = { continuation.resume(returning: $0) }
        for _ in 0..<underWay { load.call() }
      }
    }
    return try result.get()
  }

  private func call() {
    guard left > 0, failure == nil else { return finishIfIdle() }
    left -= 1
    underWay += 1
    let me = LoopBound(self, on: channel.loop)
    let began = monotonicNow()
    channel.unary(method, request(next)) { me.value.answered($0.map { _ in () }, began) }
    next += 1
  }

  private func answered(_ result: Result<Void, Status>, _ began: Instant) {
    underWay -= 1
    latency.add(monotonicNow() - began)
    if case .failure(let status) = result, failure == nil { failure = status }
    call()
  }

  private func finishIfIdle() {
    guard underWay == 0, let finished = finished.take() else { return }
    finished(failure.map { .failure($0) } ?? .success(latency.histogram))
  }
}
