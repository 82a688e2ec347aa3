import Synchronization

/// Contexts of a library that are dear to make, kept for the next user. Any thread may take one.
final class ContextPool<Context: AnyObject & Sendable>: Sendable {
  private let idle = Mutex<[Context]>([])

  /// The most contexts that wait for a user; more than there are threads that compress at once.
  private static var idleMax: Int { 8 }

  /// A context that waits, or one that `make` makes.
  func take(_ make: () -> Context?) -> Context? {
    idle.withLock { $0.popLast() } ?? make()
  }

  /// Keeps a context for the next user, if there is room.
  func give(_ context: Context) {
    idle.withLock { contexts in
      if contexts.count < Self.idleMax { contexts.append(context) }
    }
  }
}
