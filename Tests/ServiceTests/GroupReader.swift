import NewswireClient
import Synchronization

/// A member of a group that reads until it is told to stop, and remembers what it saw.
final class GroupReader: Sendable {
  struct Seen: Hashable, Sendable {
    let partition: Int32
    let offset: Int64
    let text: String
  }

  private struct State {
    var seen: [(record: Seen, at: ContinuousClock.Instant)] = []
    var revoked: [Int32] = []
    var lost: [Int32] = []
    var failure: String?
    var hasVanished = false
  }

  private let state = Mutex(State())
  private let client: NewswireClient
  private let member: Mutex<GroupConsumer?>
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ client: NewswireClient, group: String, topic: String) {
    self.client = client
    member = Mutex(nil)
    var options = GroupConsumerOptions()
    options.autoCommitInterval = .milliseconds(200)
    options.listener = RebalanceListener(
      onRevoked: { [weak self] partitions in
        self?.state.withLock { $0.revoked += partitions.map(\.partition) }
      },
      onLost: { [weak self] partitions in
        self?.state.withLock { $0.lost += partitions.map(\.partition) }
      })
    let consumer = client.groupConsumer(group: group, topics: [topic], options)
    member.withLock { $0 = consumer }
    let reading = Task { [weak self] in
      do {
        for try await record in consumer.records {
          guard let self else { return }
          let seen = Seen(partition: record.partition, offset: record.offset, text: record.text ?? "")
          state.withLock { $0.seen.append((seen, .now)) }
        }
      } catch {
        self?.state.withLock { $0.failure = "\(error)" }
      }
    }
    task.withLock { $0 = reading }
  }

  var seen: [Seen] { state.withLock { $0.seen.map(\.record) } }
  var revoked: [Int32] { state.withLock { $0.revoked } }
  /// Why the reading ended, if it was not asked to.
  var failure: String? { state.withLock { $0.failure } }

  var hasVanished: Bool { state.withLock { $0.hasVanished } }

  var assignment: [Int32] {
    get async throws {
      guard let member = member.withLock({ $0 }) else { return [] }
      return try await member.assignment.map(\.partition).sorted()
    }
  }

  /// The longest time without a record of `partition`, from `begin` on.
  func longestSilence(of partition: Int32, since begin: ContinuousClock.Instant) -> Duration {
    let times = state.withLock { $0.seen.filter { $0.record.partition == partition && $0.at > begin }.map(\.at) }
    let marks = [begin] + times + [.now]
    return zip(marks, marks.dropFirst()).map { $1 - $0 }.max() ?? .zero
  }

  /// Says goodbye to the group.
  func leave() async throws {
    try await member.withLock { $0 }?.close()
    await task.withLock { $0 }?.value
  }

  /// Is gone without a word, as a process that was killed.
  func vanish() async {
    state.withLock { $0.hasVanished = true }
    task.withLock { $0 }?.cancel()
    await client.close()
  }
}

/// Writes numbered records to all partitions of a topic in turn, until it is told to stop.
final class SteadyWriter: Sendable {
  private let written = Mutex<Set<String>>([])
  private let failure = Mutex<String?>(nil)
  private let isStopping = Atomic<Bool>(false)
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ client: NewswireClient, topic: String, partitions: Int32, every pause: Duration = .milliseconds(10)) {
    let producer = client.producer()
    let writing = Task { [self] in
      var number = 0
      do {
        while !isStopping.load(ordering: .relaxed) {
          let text = "record-\(number)"
          _ = try await producer.send(
            ProducerRecord(topic: topic, partition: Int32(number) % partitions, key: nil, value: Array(text.utf8)))
          written.withLock { _ = $0.insert(text) }
          number += 1
          try? await Task.sleep(for: pause)
        }
        try await producer.close()
      } catch {
        failure.withLock { $0 = "\(error)" }
      }
    }
    task.withLock { $0 = writing }
  }

  var count: Int { written.withLock { $0.count } }
  var all: Set<String> { written.withLock { $0 } }
  var problem: String? { failure.withLock { $0 } }

  func stop() async {
    isStopping.store(true, ordering: .relaxed)
    await task.withLock { $0 }?.value
  }
}
