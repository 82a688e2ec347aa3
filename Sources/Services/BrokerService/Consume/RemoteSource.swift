internal import Bytes
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// Another broker's replica: its own `Consume` of one partition, passed on as far as the caller keeps up.
final class RemoteSource: ConsumeSource, ClientStreamHandler {
  /// With so many bytes waiting for the caller the other broker is held.
  private static let bytesMax = 2 << 20

  private var stream: ClientStreamCall<NewswireV1.ConsumeRequest, NewswireV1.ConsumeResponse>?
  private let wake: () -> Void
  private var answers: [NewswireV1.ConsumeResponse] = []
  private var bytes = 0
  private var isPaused = false
  private var isWaiting = false
  private var failure: Refusal?

  init(
    _ request: NewswireV1.ConsumeRequest, _ channel: Channel, _ options: CallOptions, wake: @escaping () -> Void
  ) {
    self.wake = wake
    let stream: ClientStreamCall<NewswireV1.ConsumeRequest, NewswireV1.ConsumeResponse> = channel.open(
      NewswireV1.Broker.consume, options: options, handler: self)
    self.stream = stream
    stream.send(request)
    stream.finishSending()
  }

  func next(bytesMax: Int, _ completion: @escaping (ReadStep) -> Void) {
    if !answers.isEmpty {
      let answer = answers.removeFirst()
      bytes -= answer.roughSize
      if isPaused, bytes < Self.bytesMax / 2 {
        isPaused = false
        stream?.resumeReceiving()
      }
      return completion(.answer(answer))
    }
    if let failure { return completion(.failed(failure)) }
    isWaiting = true
    completion(.waiting)
  }

  func cancel() {
    answers = []
    let stream = stream.take()
    stream?.cancel()
  }

  /// What has come is still given out; then it is over.
  func leaderChanged() {
    guard let stream = stream.take() else { return }
    stream.cancel()
    failure = Refusal(.leaderNotAvailable, "another broker leads now")
    wakeUp()
  }

  func onHeaders(_ metadata: Metadata) {}
  func onWritable() {}

  func onMessage(_ message: NewswireV1.ConsumeResponse) {
    guard stream != nil else { return }
    answers.append(message)
    bytes += message.roughSize
    if !isPaused, bytes >= Self.bytesMax {
      isPaused = true
      stream?.pauseReceiving()
    }
    wakeUp()
  }

  func onClosed(_ status: Status) {
    guard stream != nil else { return }
    stream = nil
    failure =
      status.code == .ok
      ? Refusal(.leaderNotAvailable, "the leader has ended the call") : Refusal(status)
    wakeUp()
  }

  private func wakeUp() {
    guard isWaiting else { return }
    isWaiting = false
    wake()
  }
}

extension NewswireV1.ConsumeResponse {
  /// About as many bytes as it takes in memory.
  fileprivate var roughSize: Int { batches.count + records.reduce(100) { $0 + $1.roughSize } }
}

extension NewswireV1.Record {
  /// About as many bytes as it takes.
  var roughSize: Int {
    40 + (key?.count ?? 0) + (value?.count ?? 0)
      + headers.reduce(0) { $0 + 12 + $1.key.utf8.count + ($1.value?.count ?? 0) }
  }
}
