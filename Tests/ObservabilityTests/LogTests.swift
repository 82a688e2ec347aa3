import Glibc
import Synchronization
import Testing

@testable import Observability

/// Lines that were written, for tests to look at.
private final class Lines: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }
  var all: [String] { bytes.withLock { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } }
}

private func logger(_ format: LogFormat, level: LogLevel = .info) -> (Logger, Lines) {
  let lines = Lines()
  return (Logger(LogSink(level: level, format: format, deliver: lines.append)), lines)
}

@Suite struct LogTests {
  @Test("a line for the journal has a priority, the event, and its keys in order")
  func journal() {
    let (log, lines) = logger(.journal)
    log.with(["broker": 3]).warning("follower fell behind", ["partition": "orders-0", "lag": 17, "gone": false])
    #expect(lines.all == ["<4>follower fell behind broker=3 partition=orders-0 lag=17 gone=false"])
  }

  @Test("a line of JSON has time, level, event and keys, and is valid whatever the values are")
  func json() {
    let (log, lines) = logger(.json)
    log.error("it \"failed\"\n", ["path": "a\\b\u{1}", "time": 5, "ü": "ß"])
    #expect(lines.all.count == 1)
    let line = lines.all[0]
    #expect(line.hasPrefix("{\"time\":\"20"))
    #expect(
      line.hasSuffix(
        #""level":"error","event":"it \"failed\"\n","path":"a\\b\u0001","_time":5,"ü":"ß"}"#))
  }

  @Test("a value cannot end a line, start another, or change a terminal")
  func injection() {
    let (log, lines) = logger(.journal)
    log.info("refused", ["peer": "x\n<0>forged a=b\u{1b}[2J", "empty": ""])
    #expect(lines.all == [#"<6>refused peer="x\n<0>forged a=b\u001b[2J" empty="""#])
  }

  @Test("long values are cut, and so are too many keys")
  func bounds() {
    let line = LogLine(
      level: .info, event: "e",
      fields: (0..<100).map { ("k\($0)", LogValue(String(repeating: "é", count: 5000))) })
    #expect(line.bytes(in: .json, milliseconds: 0).count < 33 * (LogLine.textBytesMax + 20))
  }

  @Test("what matters less than the sink's level is not even made")
  func levels() {
    let (log, lines) = logger(.journal, level: .warning)
    var made = 0
    func event() -> String {
      made += 1
      return "event"
    }
    log.info(event())
    log.debug(event())
    log.warning(event())
    #expect(made == 1)
    #expect(lines.all == ["<4>event"])
    #expect(LogLevel(name: "debug") == .debug)
    #expect(LogLevel(name: "loud") == nil)
    #expect(LogLevel.debug < LogLevel.error)
  }

  @Test("the same cause is written once, and later with the number of times it was left out")
  func once() {
    let (log, lines) = logger(.journal)
    for _ in 0..<5 { log.once(key: "a", .warning, "refused", ["peer": "a"]) }
    log.once(key: "b", .warning, "refused", ["peer": "b"])
    #expect(lines.all == ["<4>refused peer=a", "<4>refused peer=b"])
    log.once(key: "a", every: .zero, .warning, "refused", ["peer": "a"])
    #expect(lines.all.last == "<4>refused peer=a repeated=4")
  }

  @Test("the table of causes is bounded and forgets the oldest")
  func causes() {
    var table = CauseTable()
    for number in 0...CauseTable.capacity {
      #expect(table.admit("\(number)", every: .seconds(60), now: Int64(number)) == 0)
    }
    #expect(table.admit("1", every: .seconds(60), now: 1000) == nil)
    #expect(table.admit("0", every: .seconds(60), now: 1000) == 0)
    #expect(table.admit("5", every: .seconds(60), now: 60_000_000_100) == 0)
  }

  @Test("times are written as the calendar has them")
  func times() {
    #expect(timeText(0) == "1970-01-01T00:00:00.000Z")
    #expect(timeText(951_782_399_999) == "2000-02-28T23:59:59.999Z")
    #expect(timeText(951_782_400_000) == "2000-02-29T00:00:00.000Z")
    #expect(timeText(1_795_422_473_928) == "2026-11-23T08:27:53.928Z")
    #expect(timeText(4_107_542_400_000) == "2100-03-01T00:00:00.000Z")
    #expect(timeText(-1) == "1969-12-31T23:59:59.999Z")
  }

  @Test("lines reach the descriptor in order, and a reader that stops reading stops nobody")
  func descriptor() {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    let sink = LogSink(descriptor: ends[1], level: .info, format: .journal)
    let log = Logger(sink)
    log.info("first")
    log.info("second")
    #expect(sink.flush(timeout: .seconds(10)))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(ends[0], &buffer, buffer.count)
    #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "<6>first\n<6>second\n")

    let long = String(repeating: "x", count: 2000)
    for _ in 0..<2000 { log.info("\(long)") }
    #expect(!sink.flush(timeout: .milliseconds(1)))

    var text = ""
    while !text.hasSuffix("log lines dropped") {
      let count = read(ends[0], &buffer, buffer.count)
      guard count > 0 else { break }
      text = String((text + String(decoding: buffer.prefix(count), as: UTF8.self)).suffix(5000))
      if let range = text.firstRange(of: "log lines dropped") { text = String(text[..<range.upperBound]) }
    }
    #expect(text.hasSuffix("<4>log lines dropped"))
  }

  @Test("the journal is recognised by its socket, anything but a terminal gets JSON")
  func suitable() {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    var status = stat()
    fstat(ends[1], &status)
    let stream = "\(status.st_dev):\(status.st_ino)"
    #expect(LogFormat.suitable(for: ends[1], environment: ["JOURNAL_STREAM": stream]) == .journal)
    #expect(LogFormat.suitable(for: ends[1], environment: ["JOURNAL_STREAM": "1:1"]) == .json)
    #expect(LogFormat.suitable(for: ends[1], environment: [:]) == .json)
    close(ends[0])
    close(ends[1])
  }
}
