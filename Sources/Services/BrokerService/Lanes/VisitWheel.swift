/// Who is to be looked at when: a ring of turns, so that a turn costs only what those cost whose turn it is.
///
/// It knows no clock. Who is looked at says so again, if there is more to come; who was to come later and is wanted sooner is
/// entered a second time, and has to know which turn counts.
struct VisitWheel<Visited> {
  /// So many turns ahead can be asked for; whoever wants more has to ask again.
  static var turnsMax: Int { 64 }

  /// The turn that was taken last.
  private(set) var turn = 0
  private var ring = [[Visited]](repeating: [], count: turnsMax)

  /// Enters `visited` so many turns ahead, and answers which turn that is.
  mutating func add(_ visited: Visited, in turns: Int) -> Int {
    let due = turn + min(max(turns, 1), Self.turnsMax)
    ring[due % Self.turnsMax].append(visited)
    return due
  }

  /// Takes the next turn: all whose it is, maybe some that were looked at before.
  mutating func takeTurn() -> [Visited] {
    turn += 1
    var due: [Visited] = []
    swap(&due, &ring[turn % Self.turnsMax])
    return due
  }
}
