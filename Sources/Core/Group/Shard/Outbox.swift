import Model

/// The writes under way, and the answers that wait for them.
struct Outbox: Sendable {
  private struct ParkedAnswer {
    let token: RequestToken
    var answer: Result<GroupReply, Refusal>
    let after: WriteID
  }

  private var parked: [ParkedAnswer] = []
  private var lastWrite = WriteID(0)
  private var written = WriteID(0)

  /// The id of the next write.
  mutating func nextWrite() -> WriteID {
    lastWrite = WriteID(lastWrite.rawValue + 1)
    return lastWrite
  }

  /// The answer leaves when everything that it saw is written.
  mutating func park(_ token: RequestToken, _ answer: Result<GroupReply, Refusal>) {
    parked.append(ParkedAnswer(token: token, answer: answer, after: lastWrite))
  }

  /// The answer to `token`, if it has not left yet, is this one instead.
  mutating func replace(_ token: RequestToken, with answer: Result<GroupReply, Refusal>) {
    guard let index = parked.lastIndex(where: { $0.token == token }) else { return }
    parked[index].answer = answer
  }

  /// Everything up to `id` is written.
  mutating func written(upTo id: WriteID) { written = max(written, id) }

  /// Takes out the answers that may leave.
  mutating func takeReady() -> [GroupShard.Effect] {
    let count = parked.firstIndex { $0.after > written } ?? parked.count
    defer { parked.removeFirst(count) }
    return parked[..<count].map { .reply($0.token, $0.answer) }
  }

  /// Takes out all answers that wait: what they rest on may not be written.
  mutating func takeAll(refusing refusal: Refusal) -> [GroupShard.Effect] {
    defer { parked = [] }
    return parked.map { .reply($0.token, .failure(refusal)) }
  }
}
