internal import Messages
internal import Model
internal import Runtime

/// Where one partition's answers come from: a replica of this broker, or another broker. Belongs to the call's loop.
protocol ConsumeSource: AnyObject {
  /// Asks for the next step; not before the last one has been answered.
  func next(bytesMax: Int, _ completion: @escaping (ReadStep) -> Void)
  /// Nobody asks any more.
  func cancel()
}

/// A replica of this broker, maybe on another loop.
final class LocalSource: ConsumeSource {
  private let reader: LoopBound<PartitionReader>
  private let loop: EventLoop
  /// Where the reading ends; nil: never.
  let end: Offset?

  private init(_ reader: LoopBound<PartitionReader>, end: Offset?, loop: EventLoop) {
    self.reader = reader
    self.end = end
    self.loop = loop
  }

  /// Opens the replica of `place` for a caller on `loop`, where `wake` and `completion` are called.
  static func open(
    _ place: TopicPartition, at start: ConsumeStart, leaderEpoch: LeaderEpoch?, previousEnd: Offset?,
    _ wishes: ReadWishes, lanes: BrokerLanes, loop: EventLoop, wake: @escaping () -> Void,
    completion: @escaping (Result<LocalSource, Refusal>) -> Void
  ) {
    let callbacks = LoopBound((wake, completion), on: loop)
    lanes.owner(of: place).execute { lane in
      let done: (Result<PartitionReader, Refusal>) -> Void = { result in
        let result = result.map { (LoopBound($0, on: lane.loop), $0.end) }
        callbacks.execute { $0.1(result.map { LocalSource($0, end: $1, loop: loop) }) }
      }
      do throws(Refusal) {
        PartitionReader.open(
          try lane.partition(place), at: start, leaderEpoch: leaderEpoch, previousEnd: previousEnd, wishes,
          wake: { callbacks.execute { $0.0() } }, completion: done)
      } catch {
        done(.failure(error))
      }
    }
  }

  func next(bytesMax: Int, _ completion: @escaping (ReadStep) -> Void) {
    if reader.loop === loop { return reader.value.next(bytesMax: bytesMax, completion) }
    let completion = LoopBound(completion, on: loop)
    reader.execute { reader in
      reader.next(bytesMax: bytesMax) { step in completion.execute { $0(step) } }
    }
  }

  func cancel() { reader.execute { $0.cancel() } }
}
