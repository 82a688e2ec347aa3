internal import Model
internal import Synchronization

/// How large the partitions are that this broker leads: what its lanes say now and then, for the coordinator, which spreads
/// bytes evenly over brokers.
final class LedSizes: Sendable {
  private struct State {
    var lanes: [[TopicPartition: Int]]
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
  private let state: Mutex<State>

  init(laneCount: Int) {
    state = Mutex(State(lanes: Array(repeating: [:], count: laneCount)))
  }

  /// Lane `index` leads these partitions.
  func note(_ index: Int, _ sizes: [TopicPartition: Int]) { state.withLock { $0.lanes[index] = sizes } }

  /// What the next heartbeat should tell.
  func takeNews() -> [TopicPartition: Int] {
    state.withLock { state in
      state.callsLeft -= 1
      if state.callsLeft < 0 {
        state.callsLeft = Self.callsMax
        state.told = [:]
      }
      var news: [TopicPartition: Int] = [:]
      for lane in state.lanes {
        for (place, size) in lane where news.count < Self.toldMax {
          let told = state.told[place] ?? 0
          guard abs(size - told) >= max(Self.differenceMin, told / 16) else { continue }
          news[place] = size
          state.told[place] = size
        }
      }
      return news
    }
  }
}
