internal import ClusterMetadata
internal import Model
internal import Synchronization

/// Short lists that thousands of partitions have in common: equal ones lie in memory once.
final class SharedLists<Element: Hashable & Sendable>: Sendable {
  /// Beyond so many it begins anew; lists that were shared stay so.
  private static var listsMax: Int { 4096 }
  private let known = Mutex<Set<[Element]>>([])

  /// The list itself, or an equal one that is known already.
  func shared(_ list: [Element]) -> [Element] {
    guard !list.isEmpty else { return list }
    return known.withLock { known in
      if known.count >= Self.listsMax { known = [] }
      return known.insert(list).memberAfterInsert
    }
  }
}

extension SharedLists<ReplicaPlace> {
  /// Where replicas are.
  static let places = SharedLists()
}

extension SharedLists<BrokerID> {
  /// Which brokers are in sync.
  static let brokers = SharedLists()
}
