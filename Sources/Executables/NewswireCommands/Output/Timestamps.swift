internal import Glibc

/// Moments as people write them, in UTC.
enum TimestampText {
  /// Milliseconds since 1970 as `2026-07-01T12:00:00.250Z`.
  static func text(_ milliseconds: Int64) -> String {
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "\(milliseconds)" }
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, "-%m-%dT%H:%M:%S", &parts)
    let year = "\(Int(parts.tm_year) + 1900)"
    let text =
      String(repeating: "0", count: max(4 - year.count, 0)) + year
      + String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let rest = "\(milliseconds - seconds * 1000)"
    return "\(text).\(String(repeating: "0", count: 3 - rest.count))\(rest)Z"
  }

  /// The milliseconds since 1970 that a text such as `2026-07-01T12:00:00Z`, `2026-07-01 12:00` or `2026-07-01` stands for.
  static func milliseconds(_ text: String) -> Int64? {
    var rest = text[...]
    var parts = tm()
    guard let year = number(&rest, 4), skip("-", &rest), let month = number(&rest, 2), (1...12).contains(month),
      skip("-", &rest), let day = number(&rest, 2), (1...31).contains(day)
    else { return nil }
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    guard !rest.isEmpty else { return Int64(timegm(&parts)) * 1000 }
    guard skip("T", &rest) || skip(" ", &rest), let hour = number(&rest, 2), hour < 24, skip(":", &rest),
      let minute = number(&rest, 2), minute < 60
    else { return nil }
    parts.tm_hour = hour
    parts.tm_min = minute
    var fraction: Int64 = 0
    if skip(":", &rest) {
      guard let second = number(&rest, 2), second < 60 else { return nil }
      parts.tm_sec = second
      if skip(".", &rest) {
        let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
        guard (1...9).contains(digits.count), let value = Int64((digits + "00").prefix(3)) else { return nil }
        fraction = value
        rest = rest.dropFirst(digits.count)
      }
    }
    _ = skip("Z", &rest)
    return rest.isEmpty ? Int64(timegm(&parts)) * 1000 + fraction : nil
  }

  private static func number(_ text: inout Substring, _ digits: Int) -> Int32? {
    let head = text.prefix(digits)
    guard head.count == digits, head.allSatisfy({ $0.isASCII && $0.isWholeNumber }) else { return nil }
    text = text.dropFirst(digits)
    return Int32(head)
  }

  private static func skip(_ character: Character, _ text: inout Substring) -> Bool {
    guard text.first == character else { return false }
    text = text.dropFirst()
    return true
  }
}
