import Model

/// What can go wrong in a simulated cluster.
public enum FaultKind: String, CaseIterable, Hashable, Sendable {
  /// A broker's process is killed, and started again later.
  case kill
  /// A broker is stopped in order, and started again later.
  case restart
  /// A broker's machine loses power: of what was not synced, each sector is there, is not, or is there in part.
  case power
  /// All machines lose power at once.
  case blackout
  /// The coordinator is killed, or its machine loses power.
  case coordinator
  /// A group coordinator is killed, or hangs.
  case group
  /// A member of a group is killed.
  case member
  /// A broker's process stands still for a while.
  case pause
  /// The network is cut between a broker and others.
  case cut
  /// The network is cut between a broker and others, in one direction.
  case oneway
  /// A disk becomes slow.
  case slow
  /// A disk becomes full.
  case full
  /// A sync fails; the log cannot be used any more until the process has started again.
  case sync
  /// A bit flips on a disk: in record batches, in an index, or in the manifest of a log.
  case flip
  /// A broker's disk is replaced by an empty one while the broker is down.
  case disk
  /// A broker dies as it puts a segment that it has cleaned in its place.
  case swap
  /// A broker's clock goes wrong.
  case skew
  /// A broker is drained, and later no longer.
  case drain
  /// A partition is moved to other brokers, or its move is ended.
  case reassign
  /// A broker is added.
  case add
  /// Messages get lost, all the time.
  case loss
  /// Messages arrive twice, all the time.
  case duplicate
  /// Messages arrive late, all the time.
  case delay
  /// Messages overtake each other, all the time.
  case reorder

  /// What happens, in a line.
  public var summary: String {
    switch self {
    case .kill: "a broker's process is killed, and started again later"
    case .restart: "a broker is stopped in order, and started again later"
    case .power: "a broker's machine loses power: of what was not synced, each sector is kept, lost or torn"
    case .blackout: "all machines lose power at once"
    case .coordinator: "the coordinator is killed, hangs, or its machine loses power"
    case .group: "a group coordinator is killed, or hangs"
    case .member: "a member of a group is killed"
    case .pause: "a broker's process stands still for a while"
    case .cut: "the network is cut between a broker and others"
    case .oneway: "the same in one direction"
    case .slow: "a disk is slow"
    case .full: "a disk is full"
    case .sync: "a sync fails"
    case .flip: "a bit flips on a disk: in record batches, in an index, or in the manifest of a log"
    case .disk: "a broker's disk is replaced by an empty one while the broker is down"
    case .swap: "a broker dies as it puts a segment that it has cleaned in its place"
    case .skew: "a broker's clock goes wrong"
    case .drain: "a broker is drained, and later no longer"
    case .reassign: "a partition is moved to other brokers, or its move is ended"
    case .add: "a broker is added"
    case .loss: "messages get lost, all the time"
    case .duplicate: "messages arrive twice, all the time"
    case .delay: "messages arrive late, all the time"
    case .reorder: "messages overtake each other, all the time"
    }
  }

  /// How often it is chosen among those that happen at a moment; 0 for what lasts all the time.
  var weight: Int {
    switch self {
    case .kill: 7
    case .power: 9
    case .blackout: 1
    case .cut: 5
    case .flip, .pause: 4
    case .coordinator, .full, .oneway, .slow: 3
    case .group, .member, .sync, .swap, .skew, .disk, .drain, .reassign, .restart: 2
    case .add: 1
    case .loss, .duplicate, .delay, .reorder: 0
    }
  }

  /// True if it lasts all the time.
  public var isLasting: Bool { weight == 0 }
}

/// A fault that is planned for a moment. Chance within it comes from its own generator, so that leaving out one fault
/// leaves the others as they are.
struct PlannedFault {
  /// Its place in the plan, from 1 on.
  let number: Int
  /// How long after the beginning.
  let at: Duration
  let kind: FaultKind
  let seed: UInt64

  /// The faults of a run, in the order of their times.
  static func plan(_ plan: HistoryPlan, seed: UInt64, during length: Duration) -> [PlannedFault] {
    let kinds = plan.faults.sorted { $0.rawValue < $1.rawValue }.flatMap { Array(repeating: $0, count: $0.weight) }
    guard !kinds.isEmpty else { return [] }
    var random = Seeded(seed ^ 0x6661_756c_7473)
    var drawn: [(at: Duration, kind: FaultKind, seed: UInt64)] = []
    for _ in 0..<plan.faultCount {
      let at = random.milliseconds(0...Int(length.milliseconds))
      let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
      drawn.append((at, kind, random.next()))
    }
    return drawn.sorted { ($0.at, $0.seed) < ($1.at, $1.seed) }.enumerated().map { index, fault in
      PlannedFault(number: index + 1, at: fault.at, kind: fault.kind, seed: fault.seed)
    }
  }
}
