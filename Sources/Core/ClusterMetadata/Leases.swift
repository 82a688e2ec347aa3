import Model

/// Until when each node counts as alive. Known to the active coordinator alone, and never written down.
struct Leases<Node: Hashable & Comparable & Sendable>: Sendable {
  private var ends: [Node: Instant] = [:]

  /// `node` counts as alive until `end`.
  mutating func renew(_ node: Node, until end: Instant) { ends[node] = end }

  /// `node` no longer counts as alive.
  mutating func drop(_ node: Node) { ends[node] = nil }

  /// When the lease of `node` runs out; nil if it has none.
  func end(of node: Node) -> Instant? { ends[node] }

  /// True while the lease of `node` holds.
  func holds(_ node: Node, at now: Instant) -> Bool { ends[node].map { now < $0 } ?? false }

  /// The nodes whose lease has run out, in order.
  func expired(at now: Instant) -> [Node] { ends.filter { $0.value <= now }.keys.sorted() }

  /// When the next lease runs out.
  var nextEnd: Instant? { ends.values.min() }
}
