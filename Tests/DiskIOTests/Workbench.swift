import Bytes
import DiskIO
import Foundation
import Model
import RecordBatch
import Runtime
import SegmentedLog

/// A folder of its own, a loop and its disk thread, for one test.
final class Workbench: Sendable {
  let path: String
  let loop: EventLoop
  let thread: DiskThread
  static let topic = UUID128(high: 0x1234, low: 0x5678)

  init(path: String? = nil) throws {
    self.path =
      path ?? FileManager.default.temporaryDirectory.appendingPathComponent("newswire-\(UUID().uuidString)").path
    loop = try EventLoop(name: "test")
    loop.start()
    thread = DiskThread(loop: loop)
  }

  func folder() throws -> LogFolder {
    var random = SystemRandom()
    return try LogFolder(path: path, random: &random)
  }

  static func partition(_ index: Int32) -> TopicPartition {
    TopicPartition(topic: topic, partition: PartitionIndex(index))
  }

  func open(
    _ folder: LogFolder, _ index: Int32 = 0, _ configuration: LogConfiguration = LogConfiguration(),
    on thread: DiskThread? = nil
  ) async throws -> TestLog {
    let opened = try folder.open(Self.partition(index), configuration: configuration, now: wallClock())
    return try await on { TestLog(LoopBound(PartitionLog(opened, on: thread ?? self.thread), on: self.loop)) }
  }

  func on<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await LoopBound((), on: loop).run { try body() }
  }

  func file(_ name: String, of index: Int32 = 0) -> String { "\(path)/\(Self.partition(index))/\(name)" }

  /// The same folder for another process: this one does nothing any more, and closes nothing in order.
  func restarted() throws -> Workbench {
    thread.stop()
    loop.stop()
    return try Workbench(path: path)
  }

  func stop() {
    thread.stop()
    loop.stop()
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// A log as a test uses it: every call waits for its answer.
struct TestLog: Sendable {
  let bound: LoopBound<PartitionLog>
  init(_ bound: LoopBound<PartitionLog>) { self.bound = bound }

  func get<R: Sendable>(_ body: @escaping @Sendable (PartitionLog) throws -> R) async throws -> R {
    try await bound.run(body)
  }

  /// Appends all batches in one tick and waits until each is as durable as asked for.
  func append(_ batches: [[UInt8]], epoch: Int32 = 0, sync: SyncDemand = .immediately) async throws -> [PartitionLog
    .Appended]
  {
    try await answers { log, completion in
      var places: [PartitionLog.Appended] = []
      var left = batches.count
      for batch in batches {
        places.append(
          try log.append(ByteSlice(batch), leaderEpoch: LeaderEpoch(epoch), sync: sync, now: wallClock()) { result in
            left -= 1
            switch result {
            case .failure(let failure): if left >= 0 { left = -1; completion(.failure(failure)) }
            case .success: if left == 0 { completion(.success(places)) }
            }
          })
      }
    }
  }

  func read(_ offset: Int64, bytesMax: Int = 1 << 20, below limit: Int64? = nil) async throws -> [UInt8] {
    let answer = try await answers { log, completion in
      log.read(
        from: Offset(offset), bytesMax: bytesMax, below: limit.map { Offset($0) } ?? log.writtenEndOffset,
        completion: completion)
    }
    guard case .read(let read) = answer else { return [] }
    return try read.batches.contents().array
  }

  func close() async throws {
    try await answers { (log, completion: @escaping (Result<Void, LogFailure>) -> Void) in
      log.close(completion: completion)
    }
  }

  func answers<R: Sendable>(
    _ body: @escaping @Sendable (PartitionLog, @escaping (Result<R, LogFailure>) -> Void) throws -> Void
  ) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      bound.execute { log in
        do {
          try body(log) { continuation.resume(with: $0) }
        } catch { continuation.resume(throwing: error) }
      }
    }
  }
}

func batch(_ count: Int = 1, bytes: Int = 10, timestamp: Int64 = 1_700_000_000_000) throws -> [UInt8] {
  var builder = RecordBatchBuilder()
  for index in 0..<count {
    builder.append(
      key: nil, value: Array(repeating: 0x42, count: bytes), timestamp: Timestamp(timestamp + Int64(index)))
  }
  return try builder.build()
}

func stamped(_ batch: [UInt8], _ offset: Int64, epoch: Int32 = 0) -> [UInt8] {
  var batch = batch
  batch.withUnsafeMutableBytes {
    RecordBatchStamp.stamp($0, baseOffset: Offset(offset), leaderEpoch: LeaderEpoch(epoch))
  }
  return batch
}
