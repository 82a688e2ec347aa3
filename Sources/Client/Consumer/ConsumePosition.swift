/// Where reading a partition begins.
public enum StartPosition: Hashable, Sendable {
  /// At the first record that is still there.
  case beginning
  /// Behind the last record: only what comes from now on.
  case end
  /// At this offset.
  case offset(Int64)
  /// At the first record with this time (milliseconds since 1970) or a later one.
  case timestamp(Int64)
}

/// What to do where there is no offset to go on from, or where it lies outside the log.
public enum ResetPolicy: Hashable, Sendable {
  /// Go on at the first record that is still there.
  case earliest
  /// Go on behind the last record.
  case latest
  /// Stop with `OFFSET_OUT_OF_RANGE`.
  case fail
}
