internal import Configuration
internal import Model
internal import NewswireClient
internal import Runtime

/// A topic, or some of its partitions, as `news` or `news:0,3`.
struct TopicChoice: Hashable, Sendable {
  let topic: String
  /// Empty: all.
  let partitions: [Int32]
}

extension ValueKind where Value == TopicChoice {
  static var topicChoice: ValueKind {
    ValueKind(placeholder: "TOPIC[:N,…]", expectation: "a topic, or a topic with partitions such as news:0,3") { text in
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard !parts[0].isEmpty else { return nil }
      guard parts.count == 2 else { return TopicChoice(topic: text, partitions: []) }
      let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
      guard numbers.allSatisfy({ $0 != nil && $0! >= 0 }) else { return nil }
      return TopicChoice(topic: String(parts[0]), partitions: numbers.compactMap { $0 })
    }
  }
}

/// A place in a log as people write it, apart from its two ends.
enum PlaceText {
  /// An offset.
  case offset(Int64)
  /// Milliseconds since 1970.
  case timestamp(Int64)

  /// A whole number is an offset, a date a time, a duration such as `10m` the time so long before `now`.
  init?(_ text: String, now: Int64) {
    if let offset = Int64(text) {
      guard offset >= 0 else { return nil }
      self = .offset(offset)
    } else if let time = TimestampText.milliseconds(text) {
      self = .timestamp(time)
    } else if let ago = ValueKind<Duration>.duration().parse(text) {
      self = .timestamp(max(0, now - Int64(ago.seconds * 1000)))
    } else {
      return nil
    }
  }
}

extension ValueKind where Value == OffsetReset {
  static var offsetReset: ValueKind {
    place("earliest, latest", first: .earliest, last: .latest, offset: { .offset($0) }, time: { .timestamp($0) })
  }
}

extension ValueKind where Value == StartPosition {
  static var startPosition: ValueKind {
    place("beginning, end", first: .beginning, last: .end, offset: { .offset($0) }, time: { .timestamp($0) })
  }
}

extension ValueKind {
  /// A place in a partition; `ends` are the words for its two ends that messages name. All four words are taken.
  private static func place(
    _ ends: String, first: Value, last: Value, offset: @escaping @Sendable (Int64) -> Value,
    time: @escaping @Sendable (Int64) -> Value
  ) -> ValueKind {
    ValueKind(
      placeholder: "PLACE", expectation: "\(ends), an offset, a time such as 2026-07-01T12:00:00Z, or 10m"
    ) { text in
      switch text {
      case "beginning", "earliest": return first
      case "end", "latest": return last
      default:
        switch PlaceText(text, now: wallClock().rawValue) {
        case .offset(let number)?: return offset(number)
        case .timestamp(let moment)?: return time(moment)
        case nil: return nil
        }
      }
    }
  }
}
