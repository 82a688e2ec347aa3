internal import Compression
internal import DiskIO
internal import Glibc
internal import Model
internal import Observability
internal import Runtime
internal import SegmentedLog

/// A replica that lay in a folder when the broker started, opened or not.
struct FoundReplica: Sendable {
  let place: TopicPartition
  let folder: UUID128
  let outcome: Result<OpenedLog, LogFailure>
}

/// The broker's disk folders. Everything here blocks; call it beside the loops.
struct BrokerFolders: Sendable {
  let all: [LogFolder]

  /// Opens the folders at `paths`, or makes them. Throws if one is in use, damaged, or of another cluster; one whose
  /// disk does not work is left out, as long as there is another.
  init(paths: [String], logger: Logger) throws {
    var random = SystemRandom()
    var folders: [LogFolder] = []
    var failures: [LogFailure] = []
    for path in paths {
      do throws(LogFailure) {
        folders.append(
          try LogFolder(
            path: path, random: &random, folderCount: paths.count, decompressor: decompressRecords))
      } catch {
        guard case .disk(_, _, let code, _) = error, [EIO, EROFS].contains(code) else { throw error }
        logger.error("disk folder left out", ["folder": "\(path)", "cause": "\(error)"])
        failures.append(error)
      }
    }
    if folders.isEmpty, let failure = failures.first { throw failure }
    for folder in folders {
      guard folders.filter({ $0.id == folder.id }).count == 1 else {
        throw Refusal(.dataCorrupt, "\(folder.path) has the same id as another folder: it is a copy")
      }
    }
    all = folders
    _ = try knownCluster()
  }

  /// The cluster whose data lies here; nil if all folders are new.
  func knownCluster() throws -> UUID128? {
    let known = all.compactMap { folder in folder.clusterID.map { (folder, $0) } }
    for (folder, id) in known where id != known.first?.1 {
      throw Refusal(.clusterMismatch, "\(folder.path) belongs to cluster \(id), unlike the other folders")
    }
    return known.first?.1
  }

  /// Marks the folders as the cluster's.
  func bind(to cluster: UUID128) throws {
    do {
      for folder in all { try folder.bind(to: cluster) }
    } catch .wrongFolder(let finding) {
      throw Refusal(.clusterMismatch, finding)
    }
  }

  subscript(id: UUID128) -> LogFolder? { all.first { $0.id == id } }

  /// Opens every replica that lies in the folders, several at a time.
  func openAll(now: Timestamp, logger: Logger) throws -> [FoundReplica] {
    var found: [FoundReplica] = []
    for folder in all {
      let places = try folder.partitions()
      let outcomes = folder.open(places.map { ($0, LogConfiguration()) }, now: now)
      for (place, outcome) in zip(places, outcomes) {
        report(place, folder, outcome, logger)
        found.append(FoundReplica(place: place, folder: folder.id, outcome: outcome))
      }
    }
    return found
  }

  private func report(
    _ place: TopicPartition, _ folder: LogFolder, _ outcome: Result<OpenedLog, LogFailure>, _ logger: Logger
  ) {
    switch outcome {
    case .success(let opened) where opened.report.wasClean: break
    case .success(let opened):
      logger.info(
        "log recovered",
        [
          "partition": "\(place)", "scanned": .init(opened.report.scannedBytes), "cut": .init(opened.report.cutBytes),
          "finding": "\(opened.report.finding ?? "")",
        ])
    case .failure(let failure):
      logger.error(
        "log cannot be opened", ["partition": "\(place)", "folder": "\(folder.path)", "cause": "\(failure)"])
    }
  }
}
