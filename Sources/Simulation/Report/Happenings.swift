/// What is counted in a simulated run.
public enum Happening: String, CaseIterable, Sendable {
  case operations = "client operations"
  case acknowledged = "acknowledged batches"
  case producesRepeated = "produces repeated"
  case batchesRead = "batches read"
  case offsetsCommitted = "offsets committed"
  case leaderChanges = "leader changes"
  case eligibleElections = "elections of an eligible replica"
  case truncations = "truncations"
  case logsEmptied = "logs emptied"
  case logsCleaned = "logs cleaned"
  case segmentsCleaned = "cleaned segments put in place"
  case marksRemoved = "marks of deleted keys removed"
  case startsMoved = "log starts moved by retention"
  case recordsDeleted = "deletions of records answered"
  case cleanedReads = "cleaned partitions read through"
  case strictReads = "such reads of one unchanged log"
  case damagesScrubbed = "damages found by reading through"
  case damagesFound = "damaged replicas found"
  case replicasMended = "damaged replicas begun anew"
  case unsyncedLosses = "losses of unsynced bytes"
  case sectorsTorn = "sectors torn"
  case tailsCut = "tails cut at recovery"
  case fencings = "fencings"
  case inSyncSetsChanged = "in-sync sets changed"
  case registrationsLost = "registrations lost"
  case logsFailed = "logs failed"
  case producersLookedUp = "producers looked up"
  case producersBegunAgain = "forgotten producers begun again"
  case metadataLost = "metadata records lost unsynced"
  case shardsLoaded = "group shards loaded"
  case membersJoined = "group members joined"
  case messagesLost = "messages lost"
  case messagesDuplicated = "messages duplicated"
  case messagesLate = "messages late"
  case messagesOvertaken = "messages overtaken"

  /// A word for programs.
  public var key: String { rawValue.map { $0 == " " || $0 == "-" ? "_" : String($0) }.joined() }

  /// Its place in lists of all.
  fileprivate var index: Int { Self.indices[self] ?? 0 }
  private static let indices = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

/// How often what happened.
struct Tallies {
  private var numbers = [Int](repeating: 0, count: Happening.allCases.count)

  mutating func add(_ happening: Happening, _ number: Int) { numbers[happening.index] += number }

  var counts: [Happening: Int] {
    Dictionary(uniqueKeysWithValues: Happening.allCases.map { ($0, numbers[$0.index]) })
  }
}
