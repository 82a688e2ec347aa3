internal import Glibc
internal import Model
internal import Runtime

/// A line on standard error that says how far a command is, if that is a terminal, and no other data is on it.
struct Progress {
  private static let interval = Duration.milliseconds(200)

  private let verb: String
  private let began = monotonicNow()
  private let isShown: Bool
  private var next: Instant
  private var hasLine = false

  /// `verb` says what is done to the records: "written". What runs through `descriptor` would be in the line's way if it
  /// were a terminal too.
  init(_ verb: String, beside descriptor: Int32) {
    self.verb = verb
    isShown = isatty(STDERR_FILENO) == 1 && isatty(descriptor) == 0
    next = began + Self.interval
  }

  var elapsed: Duration { monotonicNow() - began }

  /// Shows the counts, if it is time for that.
  mutating func update(records: Int64, bytes: Int64) {
    guard isShown else { return }
    let now = monotonicNow()
    guard now >= next else { return }
    next = now + Self.interval
    hasLine = true
    let text = "\(grouped(records)) records \(verb), \(bytesText(bytes)), \(rateText(records, bytes, now - began))"
    try? StandardStreams.write("\r\(text)\u{1b}[K", to: STDERR_FILENO)
  }

  /// Removes the line.
  mutating func clear() {
    guard hasLine else { return }
    hasLine = false
    try? StandardStreams.write("\r\u{1b}[K", to: STDERR_FILENO)
  }
}

/// How fast it went: `12 345 records/s, 12.3 MB/s`.
func rateText(_ records: Int64, _ bytes: Int64, _ duration: Duration) -> String {
  let seconds = max(duration.seconds, 1e-9)
  return "\(grouped(Int64(Double(records) / seconds))) records/s, \(fixed(Double(bytes) / seconds / 1e6, 2)) MB/s"
}
