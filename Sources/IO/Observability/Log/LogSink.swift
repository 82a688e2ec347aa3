import Glibc
import Model
import Synchronization

/// Where log lines go. Any thread may write; none ever waits for the reader of the log.
public final class LogSink: Sendable {
  /// Lines that matter less are not made.
  public let level: LogLevel
  private let format: LogFormat
  private let deliver: @Sendable ([UInt8]) -> Void
  private let causes = Mutex(CauseTable())
  private let writer: LogWriter?

  /// Writes to a descriptor, stderr by default, by a thread of its own with a bounded queue; what does not fit is dropped and counted.
  public init(descriptor: Int32 = 2, level: LogLevel = .info, format: LogFormat) {
    let writer = LogWriter(descriptor: descriptor, format: format)
    self.level = level
    self.format = format
    self.writer = writer
    deliver = { writer.enqueue($0) }
  }

  /// Hands each line to `deliver`, on the thread that wrote it.
  public init(level: LogLevel, format: LogFormat, deliver: @escaping @Sendable ([UInt8]) -> Void) {
    self.level = level
    self.format = format
    self.deliver = deliver
    writer = nil
  }

  /// Waits until everything written so far has reached the descriptor, at most `timeout`. True if it has.
  @discardableResult
  public func flush(timeout: Duration = .seconds(1)) -> Bool {
    writer?.flush(timeout: timeout) ?? true
  }

  func write(_ line: LogLine) {
    deliver(line.bytes(in: format, milliseconds: clock(CLOCK_REALTIME) / 1_000_000))
  }

  /// How many lines were left out for `key` since the last one that was written; nil if this one is to be left out too.
  func admit(_ key: String, every interval: Duration) -> Int64? {
    let now = clock(CLOCK_MONOTONIC)
    return causes.withLock { $0.admit(key, every: interval, now: now) }
  }
}

/// When each cause was last written about. Bounded: of too many, the one that was longest not written about goes.
struct CauseTable {
  private struct Entry {
    var writtenAt: Int64
    var leftOut: Int64
  }

  private var entries: [String: Entry] = [:]
  static let capacity = 512

  mutating func admit(_ key: String, every interval: Duration, now: Int64) -> Int64? {
    if var entry = entries[key] {
      if now - entry.writtenAt < interval.nanoseconds {
        entry.leftOut += 1
        entries[key] = entry
        return nil
      }
      entries[key] = Entry(writtenAt: now, leftOut: 0)
      return entry.leftOut
    }
    if entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.writtenAt < $1.value.writtenAt }) {
      entries.removeValue(forKey: oldest.key)
    }
    entries[key] = Entry(writtenAt: now, leftOut: 0)
    return 0
  }
}

/// Nanoseconds on one of the system's clocks.
func clock(_ id: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(id, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
