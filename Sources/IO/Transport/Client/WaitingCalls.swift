/// Calls that have no stream yet, first come first served.
///
/// A call that is removed leaves its place empty until that is worth cleaning up, so that many deadlines that pass at
/// once do not cost the square of their number.
struct WaitingCalls {
  private var places: [ClientCall] = []
  private var head = 0
  /// How many calls wait.
  private(set) var count = 0

  /// Every call that waits, in order.
  var all: [ClientCall] { places[head...].filter(\.isWaiting) }

  /// The call that has waited longest.
  var first: ClientCall? {
    mutating get {
      while head < places.count {
        if places[head].isWaiting { return places[head] }
        head += 1
      }
      places.removeAll(keepingCapacity: true)
      head = 0
      return nil
    }
  }

  /// Adds a call at the end.
  mutating func append(_ call: ClientCall) {
    call.isWaiting = true
    places.append(call)
    count += 1
  }

  /// Takes out a call that waits.
  mutating func remove(_ call: ClientCall) {
    call.isWaiting = false
    count -= 1
    if places.count > 2 * count + 64 {
      places = all
      head = 0
    }
  }
}
