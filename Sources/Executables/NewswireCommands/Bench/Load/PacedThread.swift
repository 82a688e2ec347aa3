internal import Model
internal import Runtime

/// Does something with each of a number of records when it is due, on a thread that does nothing else.
struct PacedThread: Sendable {
  let thread: EventLoop
  let pace: Pace
  /// When no more is done.
  var end = Instant(.max)
  /// After how many records somebody may cancel.
  let perStep: Int64

  /// Runs `body` for each record; where that says that it would have to wait, `otherwise`, which may.
  func run(
    _ records: Int64, body: @escaping @Sendable (Int64) throws -> Bool,
    otherwise: @escaping @Sendable (Int64) async throws -> Void
  ) async throws {
    var next: Int64 = 0
    while next < records, monotonicNow() < end {
      try Task.checkCancellation()
      let end = min(records, next + perStep)
      let start = next
      next = try await LoopBound((), on: thread).run { [pace] _ in
        Pace.sharpenThread()
        for number in start..<end {
          pace.wait(for: number)
          if try !body(number) { return number }
        }
        return end
      }
      if next < end {
        try await otherwise(next)
        next += 1
      }
    }
  }
}
