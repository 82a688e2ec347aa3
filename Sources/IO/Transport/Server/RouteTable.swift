import Bytes
import Glibc

/// What takes the messages of one streaming call. Called on the call's loop.
protocol CallReceiver: AnyObject {
  func messageReceived(_ message: ByteSlice)
  func halfClosed()
  func writable()
  /// The last call.
  func closed(_ end: CallEnd)
}

/// One method: its path and what is done when it is called.
final class Route: Sendable {
  enum Action: Sendable {
    /// Exactly one request; called when all of it has come.
    case unary(@Sendable (ServerCall, ByteSlice) -> Void)
    /// Called when the headers have come; nil if the call was answered on the spot.
    case stream(@Sendable (ServerCall) -> (any CallReceiver)?)
  }

  let path: String
  let action: Action

  init(path: String, action: Action) {
    self.path = path
    self.action = action
  }
}

/// Finds routes by the bytes of their path, without making a string of it.
struct RouteTable: Sendable {
  private struct Entry: Sendable {
    let path: [UInt8]
    let route: Route
  }

  private var entries: [Entry] = []
  /// Indices of entries by hash, -1 where there is none; a power of two of them, at most a quarter full.
  private var slots: [Int32] = Array(repeating: -1, count: 4)

  /// Adds a route; a second one for the same path is a programmer's error.
  mutating func add(_ route: Route) {
    let path = Array(route.path.utf8)
    precondition(path.withUnsafeBytes { find($0) } == nil, "two handlers for \(route.path)")
    entries.append(Entry(path: path, route: route))
    rebuild()
  }

  /// The paths, in the order in which they were added.
  var paths: [String] { entries.map(\.route.path) }

  /// The route for `path`, if there is one.
  func find(_ path: UnsafeRawBufferPointer) -> Route? {
    var slot = Self.hash(path) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.path.count == path.count,
        entry.path.withUnsafeBytes({ memcmp($0.baseAddress!, path.baseAddress!, path.count) }) == 0
      {
        return entry.route
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func rebuild() {
    var size = slots.count
    while size < entries.count * 4 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for (index, entry) in entries.enumerated() {
      var slot = entry.path.withUnsafeBytes { Self.hash($0) } & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(index)
    }
  }

  /// Paths differ at their ends: the last sixteen bytes and the length tell them apart.
  private static func hash(_ path: UnsafeRawBufferPointer) -> Int {
    guard path.count >= 16, let base = path.baseAddress else {
      return path.reduce(path.count) { $0 &* 31 &+ Int($1) } & .max
    }
    let last = base.loadUnaligned(fromByteOffset: path.count - 8, as: UInt64.self)
    let before = base.loadUnaligned(fromByteOffset: path.count - 16, as: UInt64.self)
    let mixed = (last ^ UInt64(path.count)) &* 0x9e37_79b9_7f4a_7c15 ^ before &* 0xc2b2_ae3d_27d4_eb4f
    return Int(truncatingIfNeeded: mixed >> 32) & .max
  }
}

/// Why a call is over, as its handler hears it.
public enum CallEnd: Hashable, Sendable {
  /// The handler finished it, and everything was sent.
  case finished
  /// The caller gave it up.
  case cancelled
  /// The caller's deadline passed.
  case deadlineExceeded
  /// The connection broke; in words.
  case connectionLost(String)
  /// It was answered with this status before the handler finished: a bad message, a server that shuts down.
  case failed(Status)
}
