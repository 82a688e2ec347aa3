/// Whether the files of many logs are made durable one by one, or together with all else on their disk: whatever took
/// less time of late.
///
/// One sync of everything costs about as much as one of a file, unless others write much to the same disk. Either
/// estimate fades while the other way is taken, so that each is tried again now and then.
struct SyncChoice {
  /// How long one file took.
  private(set) var single = Duration.microseconds(200)
  /// How long everything took.
  private(set) var whole = Duration.microseconds(400)

  /// True if so many files are to be made durable together.
  func isTogether(_ files: Int) -> Bool { files > 1 && whole < single * files }

  /// So many files have been made durable in this time.
  mutating func took(_ time: Duration, files: Int, together: Bool) {
    if together {
      whole = (whole * 3 + time) / 4
      single -= single / 256
    } else {
      single = (single * 3 + time / max(files, 1)) / 4
      whole -= whole / 256
    }
  }
}
