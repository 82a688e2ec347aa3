/// Where a part of the program says what happens, with the keys that are always the same for this part.
public struct Logger: Sendable {
  /// Where the lines go.
  public let sink: LogSink
  private let context: [(key: String, value: LogValue)]

  /// Writes to `sink`.
  public init(_ sink: LogSink) {
    self.sink = sink
    context = []
  }

  private init(_ sink: LogSink, context: [(key: String, value: LogValue)]) {
    self.sink = sink
    self.context = context
  }

  /// A logger that says nothing.
  public static let silent = Logger(LogSink(level: .critical, format: .text) { _ in })

  /// The same logger with more keys in every line.
  public func with(_ fields: KeyValuePairs<String, LogValue>) -> Logger {
    Logger(sink, context: context + fields.map { ($0.key, $0.value) })
  }

  /// Writes a line: what happened, in a few words that do not vary, and the keys that do.
  public func log(
    _ level: LogLevel, _ event: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    guard level >= sink.level else { return }
    sink.write(LogLine(level: level, event: event(), fields: context + fields().map { ($0.key, $0.value) }))
  }

  /// Writes a line only if none was written for `key` within `interval`; that line then counts those left out.
  ///
  /// The key names the cause: a peer and its error, a disk and its state.
  public func once(
    key: @autoclosure () -> String, every interval: Duration = .seconds(600), _ level: LogLevel,
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    guard level >= sink.level, let leftOut = sink.admit(key(), every: interval) else { return }
    var all = context + fields().map { ($0.key, $0.value) }
    if leftOut > 0 { all.append(("repeated", .number(leftOut))) }
    sink.write(LogLine(level: level, event: event(), fields: all))
  }

  /// Only for those who look for a fault.
  public func debug(
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    log(.debug, event(), fields())
  }

  /// The ordinary course of things.
  public func info(
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    log(.info, event(), fields())
  }

  /// Something that an operator wants to know.
  public func notice(
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    log(.notice, event(), fields())
  }

  /// Something is not as it should be, and goes on.
  public func warning(
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    log(.warning, event(), fields())
  }

  /// Something failed that should not.
  public func error(
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    log(.error, event(), fields())
  }

  /// Somebody has to come now.
  public func critical(
    _ event: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
  ) {
    log(.critical, event(), fields())
  }
}
