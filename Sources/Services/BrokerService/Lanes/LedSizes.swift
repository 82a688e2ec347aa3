internal import Model
internal import Synchronization

/// How large the partitions are that this broker leads: what its lanes say when it changes, for the coordinator, which
/// spreads bytes evenly over brokers.
final class LedSizes: Sendable {
  private struct State {
    /// Those that are large enough to be told, or were when they were told.
    var sizes: [TopicPartition: Int] = [:]
    /// Those that were said to be otherwise since they were looked at.
    var changed: Set<TopicPartition> = []
    /// What the coordinator has been told.
    var told: [TopicPartition: Int] = [:]
    var callsLeft = 0
  }

  /// How often a lane says how large its partitions are.
  static let interval = Duration.seconds(5)
  /// After so many heartbeats all is told again: another coordinator may be the active one.
  private static let callsMax = 60
  private static let toldMax = 2_000
  /// What differs by less is not worth telling.
  private static let differenceMin = 1 << 20
  private let state = Mutex(State())

  /// These partitions have other sizes now; nil for one that is not led here.
  func note(_ sizes: [TopicPartition: Int?]) {
    guard !sizes.isEmpty else { return }
    state.withLock { state in
      for (place, size) in sizes {
        if let size, size >= Self.differenceMin || state.told[place] != nil {
          state.sizes[place] = size
          state.changed.insert(place)
        } else {
          state.sizes[place] = nil
        }
      }
    }
  }

  /// What the next heartbeat should tell.
  func takeNews() -> [TopicPartition: Int] {
    state.withLock { state in
      state.callsLeft -= 1
      if state.callsLeft < 0 {
        state.callsLeft = Self.callsMax
        state.told = [:]
        state.changed = Set(state.sizes.keys)
      }
      guard !state.changed.isEmpty else { return [:] }
      var news: [TopicPartition: Int] = [:]
      var left: Set<TopicPartition> = []
      for place in state.changed {
        guard news.count < Self.toldMax else {
          left.insert(place)
          continue
        }
        guard let size = state.sizes[place] else { continue }
        let told = state.told[place] ?? 0
        guard abs(size - told) >= max(Self.differenceMin, told / 16) else { continue }
        news[place] = size
        state.told[place] = size
      }
      state.changed = left
      return news
    }
  }
}
