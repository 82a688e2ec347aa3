/// One log as it was when something was read of it: what was found out about one version says nothing about another.
///
/// A log that is opened again is another one, though it has the same name and stands in the same place: the replica may
/// have been put aside meanwhile, and begun anew. Within one log every cut makes another version; what is appended,
/// deleted at the start or cleaned does not.
public struct LogVersion: Hashable, Sendable {
  private let log: LogIdentity
  private let generation: UInt32

  init(_ log: LogIdentity, generation: UInt32) {
    self.log = log
    self.generation = generation
  }

  /// True if at most cuts lie between the two.
  func isOfSameLog(as other: LogVersion) -> Bool { log == other.log }
}

/// What tells an opened log from every other one. It has no value that could be stored, or be the same by chance: whoever
/// keeps it keeps it from being used again.
final class LogIdentity: Hashable, Sendable {
  static func == (first: LogIdentity, second: LogIdentity) -> Bool { first === second }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension SegmentedLog {
  /// What is read of the log now is read of this version.
  public var version: LogVersion { LogVersion(identity, generation: generation) }
}
