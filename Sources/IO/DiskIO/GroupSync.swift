internal import Glibc
internal import Model
internal import Runtime
internal import SegmentedLog

/// Makes durable what many logs have written. Belongs to one disk thread.
///
/// The kernel tells of a failed write-back once for each descriptor: so each thread has its own of every folder, from
/// before its first write there.
final class GroupSync {
  private struct Folder {
    let descriptor: Int32
    let path: String
    var choice = SyncChoice()
  }

  private var folders: [ObjectIdentifier: Folder] = [:]

  deinit { for folder in folders.values { close(folder.descriptor) } }

  /// To be called before anything is written to the log.
  func watch(_ files: PartitionFiles) {
    guard folders[files.folder] == nil else { return }
    let path = SystemCalls.parent(of: files.path)
    // Without a descriptor each file is synced by itself.
    guard let descriptor = try? SystemCalls.openFolder(path) else { return }
    folders[files.folder] = Folder(descriptor: descriptor, path: path)
  }

  /// Makes durable what the writers have put off.
  func finish(_ writers: [LogWriter]) {
    for (folder, writers) in Dictionary(grouping: writers.filter(\.wantsSync), by: \.files.folder) {
      let began = monotonicNow()
      let isTogether = folders[folder]?.choice.isTogether(writers.count) ?? false
      let whole: Result<Void, LogFailure>? = isTogether ? syncWhole(folder) : nil
      for writer in writers { writer.finishSync(whole) }
      folders[folder]?.choice.took(monotonicNow() - began, files: writers.count, together: isTogether)
    }
  }

  /// Takes writers past what they have stopped at, to the end of what they were given or to the next stop.
  func passStops(_ writers: [LogWriter]) {
    for (folder, writers) in Dictionary(grouping: writers, by: \.files.folder) {
      let syncsCount = writers.reduce(0) { $0 + ($1.stop?.syncsCount ?? 0) }
      if writers.count > 1, folders[folder]?.choice.isTogether(syncsCount) == true {
        passTogether(writers, folder)
      } else {
        for writer in writers { writer.passStop() }
      }
    }
  }

  /// All new manifests are written before any takes its place, so that two syncs are enough for all of them.
  private func passTogether(_ writers: [LogWriter], _ folder: ObjectIdentifier) {
    let others = writers.filter { $0.stop?.replaces == false }
    var replacing = writers.filter { $0.stop?.replaces == true }
    replacing = replacing.filter { $0.writeManifest() }
    let written = syncWhole(folder)
    for writer in others { writer.passStop(written) }
    replacing = replacing.filter { $0.replaceManifest(written) }
    guard !replacing.isEmpty else { return }
    let replaced = syncWhole(folder)
    for writer in replacing { writer.passStop(replaced) }
  }

  private func syncWhole(_ id: ObjectIdentifier) -> Result<Void, LogFailure> {
    guard let folder = folders[id] else { return .failure(.closed) }
    return Result { () throws(LogFailure) in try SystemCalls.syncDisk(folder.descriptor, folder: folder.path) }
  }
}
