import Bytes
import Model

/// Holds the answers of a stream until its reader takes them, and pauses the server while there are enough.
final class AnswerBuffer: ClientCallHandler {
  /// Above this the server is paused.
  private static let bytesMax = 256 << 10
  private static let countMax = 64

  typealias Waiter<Value: Sendable> = CheckedContinuation<Result<Value, Status>, Never>

  /// The call: from before it starts until it has ended.
  var call: ClientCall?
  private var messages: [ReceivedMessage] = []
  private var taken = 0
  private var bytes = 0
  private var isPaused = false
  private var metadata: Metadata?
  private var end: Status?
  private var reader: Waiter<ReceivedMessage?>?
  private var senders: [Waiter<Void>] = []
  private var metadataWaiters: [Waiter<Metadata>] = []
  private var endWaiters: [CheckedContinuation<Status, Never>] = []

  // MARK: From the stream's user

  /// Answers with the next message; nil after the last one of a call that ended well.
  func next(_ waiter: Waiter<ReceivedMessage?>) {
    precondition(reader == nil, "two tasks read the same stream at once")
    if taken < messages.count {
      let message = messages[taken]
      taken += 1
      bytes -= message.bytes.count
      if taken == messages.count || taken > Self.countMax {
        messages.removeFirst(taken)
        taken = 0
      }
      waiter.resume(returning: .success(message))
      if isPaused, bytes <= Self.bytesMax / 2, messages.count - taken <= Self.countMax / 2 {
        isPaused = false
        call?.resumeReceiving()
      }
    } else if let end {
      waiter.resume(returning: end.code == .ok ? .success(nil) : .failure(end))
    } else {
      reader = waiter
    }
  }

  /// Answers once more may be sent.
  func whenWritable(_ waiter: Waiter<Void>) {
    if let end {
      waiter.resume(returning: .failure(Self.failure(of: end)))
    } else if call?.isWritable == true {
      waiter.resume(returning: .success(()))
    } else {
      senders.append(waiter)
    }
  }

  /// Answers with the metadata before the first message.
  func whenBegun(_ waiter: Waiter<Metadata>) {
    if let metadata {
      waiter.resume(returning: .success(metadata))
    } else if let end {
      waiter.resume(returning: end.code == .ok ? .success(Metadata()) : .failure(end))
    } else {
      metadataWaiters.append(waiter)
    }
  }

  /// Answers when the call has ended.
  func whenEnded(_ waiter: CheckedContinuation<Status, Never>) {
    if let end { waiter.resume(returning: end) } else { endWaiters.append(waiter) }
  }

  // MARK: From the call

  func answerBegan(_ metadata: Metadata) {
    self.metadata = metadata
    for waiter in metadataWaiters { waiter.resume(returning: .success(metadata)) }
    metadataWaiters = []
  }

  func messageReceived(_ message: ReceivedMessage) {
    if let reader {
      self.reader = nil
      return reader.resume(returning: .success(message))
    }
    messages.append(message)
    bytes += message.bytes.count
    if !isPaused, bytes > Self.bytesMax || messages.count - taken > Self.countMax {
      isPaused = true
      call?.pauseReceiving()
    }
  }

  func writable() {
    let waiters = senders
    senders = []
    for waiter in waiters { waiter.resume(returning: .success(())) }
  }

  func ended(_ status: Status) {
    end = status
    reader?.resume(returning: status.code == .ok ? .success(nil) : .failure(status))
    reader = nil
    for waiter in senders { waiter.resume(returning: .failure(Self.failure(of: status))) }
    senders = []
    let began: Result<Metadata, Status> = status.code == .ok ? .success(Metadata()) : .failure(status)
    for waiter in metadataWaiters { waiter.resume(returning: began) }
    metadataWaiters = []
    for waiter in endWaiters { waiter.resume(returning: status) }
    endWaiters = []
    call = nil
  }

  /// What a sender hears: also a call that ended well takes no more.
  private static func failure(of end: Status) -> Status {
    end.code == .ok ? Status(.cancelled, "the server has ended the call and takes no more messages") : end
  }
}
