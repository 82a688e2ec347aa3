internal import Bytes
internal import Glibc
internal import SegmentedLog

/// The files of a partition as a cleaning uses them: reads those of the log, makes new ones beside them. Belongs to one
/// thread.
final class CleaningFiles: CompactionStorage {
  private let files: PartitionFiles
  /// Those that are being made.
  private var made: [LogFile: Int32] = [:]
  /// Those that are not finished yet.
  private var unfinished: Set<LogFile> = []

  init(_ files: PartitionFiles) { self.files = files }

  deinit { close() }

  func fileNames() throws(LogFailure) -> [String] { try files.fileNames() }

  func size(of file: LogFile) throws(LogFailure) -> Int? { try files.size(of: file) }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    try files.read(file, at: position, into: buffer)
  }

  func readAnew(_ file: LogFile, from position: Int) throws(LogFailure) {
    try files.readAnew(file, from: position)
  }

  func create(_ file: LogFile) throws(LogFailure) {
    files.forget(file)
    if let old = made.removeValue(forKey: file) { Glibc.close(old) }
    unfinished.insert(file)
    made[file] = try SystemCalls.open(files.path(file), flags: O_CREAT | O_TRUNC)
  }

  func write(_ bytes: UnsafeRawBufferPointer, to file: LogFile, at position: Int) throws(LogFailure) {
    guard let descriptor = made[file] else { return }
    try SystemCalls.write(descriptor, bytes, at: position, file: files.path(file))
  }

  func sync(_ files: [LogFile]) throws(LogFailure) {
    for file in files {
      guard let descriptor = made[file] else { continue }
      try SystemCalls.syncData(descriptor, file: self.files.path(file))
      made[file] = nil
      Glibc.close(descriptor)
    }
    try SystemCalls.syncFolder(self.files.path)
    unfinished.subtract(files)
  }

  /// Removes what nobody will name.
  func remove(_ unwanted: [LogFile]) {
    for file in unwanted { unlink(files.path(file)) }
  }

  /// Removes what has not been finished.
  func removeUnfinished() {
    remove(Array(unfinished))
    unfinished = []
    close()
  }

  func close() {
    for descriptor in made.values { Glibc.close(descriptor) }
    made = [:]
  }
}
