internal import Bytes
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// One call of `ProduceStream`: requests are begun in their order, and answered in it.
///
/// A request is begun once the one before it has its place in the logs, or is on its way to another broker with numbers
/// that tell its place. Belongs to the call's loop.
final class ProduceStream: StreamHandler {
  private typealias API = NewswireV1
  private enum Slot {
    case underWay
    case answered(NewswireV1.ProduceResponse)
  }

  /// With so many requests or bytes under way the caller is held.
  private static let requestsMax = 512
  private static let bytesMax = 8 << 20

  private let call: StreamCall<NewswireV1.ProduceRequest, NewswireV1.ProduceResponse>
  private let calls: BrokerCalls
  private let lane: BrokerLane
  private var waiting: [NewswireV1.ProduceRequest] = []
  /// The answers that are due, in the order of the requests; the first has the number `firstNumber`.
  private var slots: [Slot] = []
  private var firstNumber = 0
  /// Those that wait included.
  private var bytesUnderWay = 0
  private var isBeginning = false
  private var isPaused = false
  private var callerIsDone = false
  private var isOver = false
  private var ending: Int?
  private let window = ForwardWindow()

  init(_ call: StreamCall<NewswireV1.ProduceRequest, NewswireV1.ProduceResponse>, _ calls: BrokerCalls) {
    self.call = call
    self.calls = calls
    lane = calls.lanes.here(call.loop)
    ending = lane.whenStopping { [weak self] in self?.stop() }
  }

  func onMessage(_ request: NewswireV1.ProduceRequest) {
    guard !isOver else { return }
    waiting.append(request)
    bytesUnderWay += request.recordBytes
    beginNext()
    holdCaller()
  }

  func onHalfClose() {
    callerIsDone = true
    finishIfDone()
  }

  func onWritable() { holdCaller() }

  func onClosed(_ end: CallEnd) { close() }

  // MARK: In

  private func beginNext() {
    guard !isBeginning else { return }
    isBeginning = true
    var isSynchronous = true
    while isSynchronous, !waiting.isEmpty {
      isSynchronous = begin(waiting.removeFirst())
    }
    isBeginning = !isSynchronous
  }

  /// True if the request has its place in the logs already.
  private func begin(_ request: NewswireV1.ProduceRequest) -> Bool {
    let number = firstNumber + slots.count
    let bytes = request.recordBytes
    slots.append(.underWay)
    let correlation = request.correlationID
    let progress = Progress()
    ProduceOperation(request, call.context, calls, window: window) { [weak self] in
      progress.isHandedOver = true
      guard progress.hasReturned, let self else { return }
      isBeginning = false
      beginNext()
    } completion: { [weak self] result, _ in
      self?.answer(number, bytes, result, correlation)
    }.start()
    progress.hasReturned = true
    return progress.isHandedOver
  }

  /// Whether a request was handed over within its start or later.
  private final class Progress {
    var isHandedOver = false
    var hasReturned = false
  }

  private func holdCaller() {
    let isFull = slots.count + waiting.count >= Self.requestsMax || bytesUnderWay >= Self.bytesMax || !call.isWritable
    guard isFull != isPaused, !isOver else { return }
    isPaused = isFull
    if isFull { call.pauseReceiving() } else { call.resumeReceiving() }
  }

  // MARK: Out

  private func answer(
    _ number: Int, _ bytes: Int, _ result: Result<NewswireV1.ProduceResponse, Refusal>, _ correlation: Int64
  ) {
    guard !isOver else { return }
    bytesUnderWay -= bytes
    switch result {
    case .success(let response): slots[number - firstNumber] = .answered(response)
    case .failure(let refusal):
      slots[number - firstNumber] = .answered(
        API.ProduceResponse(correlationID: correlation, error: API.ErrorDetail(refusal)))
    }
    var sent = 0
    while sent < slots.count, case .answered(let response) = slots[sent] {
      call.send(response)
      sent += 1
    }
    slots.removeFirst(sent)
    firstNumber += sent
    holdCaller()
    finishIfDone()
  }

  private func finishIfDone() {
    guard callerIsDone, slots.isEmpty, waiting.isEmpty, !isOver else { return }
    close()
    call.finish()
  }

  private func stop() {
    guard !isOver else { return }
    close()
    call.finish(Status(Refusal(.shuttingDown, "this broker is stopping"), node: calls.nodeName))
  }

  private func close() {
    isOver = true
    waiting = []
    slots = []
    if let ending = ending.take() { lane.stopWaitingForEnd(ending) }
  }
}

extension NewswireV1.ProduceRequest {
  /// About as many bytes as its records take in memory.
  fileprivate var recordBytes: Int { batches.count + records.reduce(0) { $0 + $1.roughSize } }
}
