import Glibc

/// How log lines look.
public enum LogFormat: String, CaseIterable, Sendable {
  /// Time, level, event, `key=value`: for people.
  case text
  /// The same with colours: for people at a terminal.
  case colored
  /// One JSON object a line: for collectors.
  case json
  /// Syslog's `<priority>` first and no time, which the journal knows itself: for systemd.
  case journal

  /// What suits the place where `descriptor` goes.
  public static func suitable(for descriptor: Int32, environment: [String: String]) -> LogFormat {
    var status = stat()
    if let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &status) == 0,
      stream == "\(status.st_dev):\(status.st_ino)"
    {
      return .journal
    }
    return isatty(descriptor) == 1 ? .colored : .json
  }
}

/// One line, before it is put into a format.
struct LogLine {
  let level: LogLevel
  let event: String
  let fields: [(key: String, value: LogValue)]

  /// The most bytes of a text within a line; the rest is cut and marked.
  static let textBytesMax = 2048
  /// The most keys of a line; the rest is left out.
  static let fieldsMax = 32

  /// The line in `format`, with the line feed at its end. `milliseconds` is the time of day since 1970.
  func bytes(in format: LogFormat, milliseconds: Int64) -> [UInt8] {
    var output: [UInt8] = []
    switch format {
    case .json: writeJSON(to: &output, milliseconds)
    case .journal:
      output += "<\(level.rawValue)>".utf8
      writeEvent(to: &output)
    case .text, .colored:
      output += timeText(milliseconds).utf8
      output.append(space)
      let name = level.name.uppercased()
      let padding = String(repeating: " ", count: 8 - name.count)
      output += (format == .colored ? "\(color)\(name)\u{1b}[0m\(padding)" : name + padding).utf8
      output.append(space)
      writeEvent(to: &output)
    }
    output.append(UInt8(ascii: "\n"))
    return output
  }

  private var color: String {
    switch level {
    case .critical, .error: "\u{1b}[31m"
    case .warning: "\u{1b}[33m"
    case .notice: "\u{1b}[36m"
    case .info: "\u{1b}[32m"
    case .debug: "\u{1b}[2m"
    }
  }

  private func writeEvent(to output: inout [UInt8]) {
    escape(event, into: &output, quote: false)
    for (key, value) in fields.prefix(Self.fieldsMax) {
      output.append(space)
      escape(key, into: &output, quote: false)
      output.append(UInt8(ascii: "="))
      switch value {
      case .number(let number): output += "\(number)".utf8
      case .boolean(let flag): output += "\(flag)".utf8
      case .text(let text):
        let needsQuotes = text.isEmpty || text.utf8.contains { $0 <= space || $0 == quotation || $0 == equals }
        if needsQuotes { output.append(quotation) }
        escape(text, into: &output, quote: needsQuotes)
        if needsQuotes { output.append(quotation) }
      }
    }
  }

  private func writeJSON(to output: inout [UInt8], _ milliseconds: Int64) {
    func string(_ text: String) {
      output.append(quotation)
      escape(text, into: &output, quote: true)
      output.append(quotation)
    }
    output += "{\"time\":\"\(timeText(milliseconds))\",\"level\":\"\(level.name)\",\"event\":".utf8
    string(event)
    for (key, value) in fields.prefix(Self.fieldsMax) {
      output.append(UInt8(ascii: ","))
      string(["time", "level", "event"].contains(key) ? "_\(key)" : key)
      output.append(UInt8(ascii: ":"))
      switch value {
      case .number(let number): output += "\(number)".utf8
      case .boolean(let flag): output += "\(flag)".utf8
      case .text(let text): string(text)
      }
    }
    output.append(UInt8(ascii: "}"))
  }
}

private let space = UInt8(ascii: " ")
private let quotation = UInt8(ascii: "\"")
private let equals = UInt8(ascii: "=")
private let backslash = UInt8(ascii: "\\")

/// Appends `text` without anything that could end a line or change a terminal; cuts it to a bounded length.
private func escape(_ text: String, into output: inout [UInt8], quote: Bool) {
  let isLong = text.utf8.count > LogLine.textBytesMax
  let shown = isLong ? String(decoding: text.utf8.prefix(LogLine.textBytesMax), as: UTF8.self) : text
  for scalar in shown.unicodeScalars {
    switch scalar {
    case "\n": output += "\\n".utf8
    case "\r": output += "\\r".utf8
    case "\t": output += "\\t".utf8
    case "\"" where quote, "\\" where quote: output += [backslash, UInt8(scalar.value)]
    case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
      let hex = String(scalar.value, radix: 16)
      output += "\\u\(String(repeating: "0", count: 4 - hex.count))\(hex)".utf8
    default: output += UTF8.encode(scalar).map { Array($0) } ?? []
    }
  }
  if isLong { output += "…".utf8 }
}

/// `2026-11-23T08:27:53.928Z`, by the proleptic Gregorian calendar.
func timeText(_ milliseconds: Int64) -> String {
  let days = milliseconds.floored(by: 86_400_000)
  let inDay = milliseconds - days * 86_400_000
  let shifted = days + 719_468
  let era = shifted.floored(by: 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  let clock = "\(padded(inDay / 3_600_000, 2)):\(padded(inDay / 60_000 % 60, 2)):\(padded(inDay / 1000 % 60, 2))"
  return "\(date)T\(clock).\(padded(inDay % 1000, 3))Z"
}

private func padded(_ number: Int64, _ digits: Int) -> String {
  let text = "\(number)"
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension Int64 {
  /// The quotient rounded towards minus infinity.
  fileprivate func floored(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}
