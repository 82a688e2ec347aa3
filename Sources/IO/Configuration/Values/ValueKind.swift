/// What a value given as text has to be: the same grammar on the command line, in files and in the environment.
public struct ValueKind<Value: Sendable>: Sendable {
  /// The word that stands for a value in help texts, in capitals: `DURATION`.
  public let placeholder: String
  /// What a value has to be, so that "… is not \(expectation)" is a sentence.
  public let expectation: String
  /// The value that a text stands for; nil if it is not what is expected.
  public let parse: @Sendable (String) -> Value?

  /// A kind of one's own.
  public init(placeholder: String, expectation: String, parse: @escaping @Sendable (String) -> Value?) {
    self.placeholder = placeholder
    self.expectation = expectation
    self.parse = parse
  }

  /// The same kind under another word in help texts.
  public func named(_ placeholder: String) -> ValueKind {
    ValueKind(placeholder: placeholder, expectation: expectation, parse: parse)
  }

  /// What is wrong with `text`, in words for the user; nil if nothing is.
  func complaint(about text: String) -> String? {
    parse(text) == nil ? "\(quoted(text)) is not \(expectation)" : nil
  }
}

extension ValueKind where Value == String {
  /// Any text, the empty one too.
  public static let text = ValueKind(placeholder: "TEXT", expectation: "a text") { $0 }

  /// The path of a file or folder.
  public static let path = ValueKind(placeholder: "PATH", expectation: "a path") { $0.isEmpty ? nil : $0 }

  /// One of a few words.
  public static func choice(_ words: [String]) -> ValueKind {
    ValueKind(placeholder: words.joined(separator: "|"), expectation: "one of \(words.joined(separator: ", "))") {
      words.contains($0) ? $0 : nil
    }
  }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the cases of an enumeration, by their raw values.
  public static var choice: ValueKind {
    let words = Value.allCases.map(\.rawValue)
    return ValueKind(placeholder: words.joined(separator: "|"), expectation: "one of \(words.joined(separator: ", "))")
    {
      Value(rawValue: $0)
    }
  }
}

extension ValueKind where Value == Bool {
  /// `true` or `false`.
  public static let boolean = ValueKind(placeholder: "true|false", expectation: "true or false") {
    switch $0 {
    case "true": true
    case "false": false
    default: nil
    }
  }
}

extension ValueKind where Value == Int {
  /// A whole number within bounds.
  public static func integer(_ range: ClosedRange<Int>) -> ValueKind {
    ValueKind(placeholder: "N", expectation: "a whole number \(words(for: range) { "\($0)" })") { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A number of bytes within bounds: `4096`, `128KiB`, `1GiB`; also `kB`, `MB`, `GB`, `TB` for powers of 1000.
  public static func size(_ range: ClosedRange<Int> = 0...Int.max) -> ValueKind {
    ValueKind(
      placeholder: "SIZE", expectation: "a size such as 128KiB or 1GiB\(bounds(of: range) { sizeText($0) })"
    ) { text in
      sizeValue(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private static func words(for range: ClosedRange<Int>, _ show: (Int) -> String) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "such as 6 or -6"
    case (let low, .max): "from \(show(low)) on"
    case (.min, let high): "up to \(show(high))"
    case (let low, let high): "from \(show(low)) to \(show(high))"
    }
  }

  private static func bounds(of range: ClosedRange<Int>, _ show: (Int) -> String) -> String {
    range == 0...Int.max ? "" : ", \(words(for: range, show))"
  }
}

extension ValueKind where Value == Double {
  /// A number within bounds: `0.5`, `3`.
  public static func number(_ range: ClosedRange<Double>) -> ValueKind {
    ValueKind(placeholder: "X", expectation: "a number from \(range.lowerBound) to \(range.upperBound)") { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueKind where Value == Duration {
  /// A time span within bounds: `5ms`, `2s`, `10m`, `12h`, `7d`.
  public static func duration(_ range: ClosedRange<Duration> = .zero ... .seconds(100 * 366 * 86_400)) -> ValueKind {
    let bounds =
      range == .zero ... .seconds(100 * 366 * 86_400)
      ? "" : ", from \(durationText(range.lowerBound)) to \(durationText(range.upperBound))"
    return ValueKind(placeholder: "DURATION", expectation: "a duration such as 5ms, 2s or 7d\(bounds)") { text in
      durationValue(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

/// `text` in quotation marks, cut to a length that fits an error message, without control characters.
func quoted(_ text: String) -> String {
  let head = text.unicodeScalars.prefix(80).map { $0.value < 32 || $0.value == 127 ? "\u{fffd}" : Character($0) }
  return "\"\(String(head))\(text.unicodeScalars.count > 80 ? "…" : "")\""
}
