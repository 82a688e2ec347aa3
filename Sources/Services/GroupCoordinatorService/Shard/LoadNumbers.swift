internal import Synchronization

/// Numbers the loadings of all shards of this process: each is higher than all before it.
final class LoadNumbers: Sendable {
  private let last = Atomic<UInt32>(0)

  func next() -> UInt32 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
