internal import Messages
internal import Model
internal import NewswireClient
internal import Runtime
internal import Transport

/// Unary calls over one connection. Belongs to its loop.
///
/// Without a rate a fixed number of calls is under way at any moment. With one, each call is made when it is due unless
/// so many are under way, and its latency counts from then: what has to wait for its turn is late as well.
final class CallLoad<Request: Message, Answer: Message> {
  private let channel: Channel
  private let method: Method<Request, Answer>
  private let request: (Int64) -> Request
  private let recorder: Recorder
  private let recordBytes: Int64
  private let pace: Pace?
  private var calls: Int64
  private let end: Instant
  private let underWayMax: Int
  private var underWay = 0
  private var next: Int64 = 0
  private var failure: Status?
  private var finished: ((Result<Void, Status>) -> Void)?

  private init(
    _ channel: Channel, _ method: Method<Request, Answer>, _ plan: CallPlan, _ pace: Pace?,
    request: @escaping (Int64) -> Request
  ) {
    self.channel = channel
    self.method = method
    self.request = request
    recorder = plan.recorder
    recordBytes = plan.recordBytes
    self.pace = pace
    calls = plan.calls
    end = plan.end
    underWayMax = plan.underWay
  }

  /// Makes the calls, and ends when all have been answered.
  static func run(
    _ channel: Channel, _ method: Method<Request, Answer>, _ plan: CallPlan,
    request: @escaping @Sendable (Int64) -> Request
  ) async throws {
    let pace = plan.rate.map { Pace(rate: $0) }
    let load = LoopBound(CallLoad(channel, method, plan, pace, request: request), on: channel.loop)
    async let paced: Void = wake(load, plan, pace)
    let result = await withCheckedContinuation { continuation in
      load.execute { load in
        load.finished = { continuation.resume(returning: $0) }
        load.callWhatIsDue()
      }
    }
    try result.get()
    try await paced
  }

  /// Has the load look at what is due whenever something is.
  private static func wake(_ load: LoopBound<CallLoad>, _ plan: CallPlan, _ pace: Pace?) async throws {
    guard let pace, let rate = plan.rate else { return }
    let thread = try EventLoop(name: "pace")
    thread.start()
    defer { thread.stop() }
    let steps = PacedThread(thread: thread, pace: pace, end: plan.end, perStep: max(1, Int64(rate / 5)))
    try await steps.run(plan.calls) { _ in
      load.execute { $0.callWhatIsDue() }
      return true
    } otherwise: { _ in
    }
    // When the time is over, somebody has to notice.
    load.execute { $0.callWhatIsDue() }
  }

  private func callWhatIsDue() {
    while next < calls, failure == nil, underWay < underWayMax {
      let now = monotonicNow()
      if now >= end {
        calls = next
        break
      }
      if let pace, pace.due(next) > now { break }
      call(began: pace?.due(next) ?? now)
    }
    guard underWay == 0, next == calls || failure != nil, let finished = finished.take() else { return }
    finished(failure.map { .failure($0) } ?? .success(()))
  }

  private func call(began: Instant) {
    underWay += 1
    let me = LoopBound(self, on: channel.loop)
    channel.unary(method, request(next)) { me.value.answered($0.map { _ in () }, began) }
    next += 1
  }

  private func answered(_ result: Result<Void, Status>, _ began: Instant) {
    underWay -= 1
    let now = monotonicNow()
    recorder.at(now) { $0.addAcknowledged(1, recordBytes, [(now - began).nanoseconds]) }
    if case .failure(let status) = result, failure == nil { failure = status }
    callWhatIsDue()
  }
}

/// How many calls are made, and how.
struct CallPlan: Sendable {
  let calls: Int64
  /// When no more calls are made.
  let end: Instant
  /// How many are under way at most.
  let underWay: Int
  /// Calls a second; nil: as many as are answered.
  let rate: Double?
  /// The bytes of values that a call carries.
  let recordBytes: Int64
  let recorder: Recorder
}
