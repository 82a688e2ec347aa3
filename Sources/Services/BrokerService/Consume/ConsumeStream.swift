internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Observability
internal import Runtime
internal import Transport

/// One call of `Consume`: its partitions take turns as long as the caller keeps up. Belongs to the call's loop.
final class ConsumeStream: StreamHandler, CursorOwner {
  private typealias API = NewswireV1
  /// So many partitions are read at a time.
  private static let readingMax = 4

  private let call: StreamCall<NewswireV1.ConsumeRequest, NewswireV1.ConsumeResponse>
  private let calls: BrokerCalls
  private let lane: BrokerLane
  private var cursors: [ConsumeCursor] = []
  /// Who may have something to send, in turn.
  private var ready: [ConsumeCursor] = []
  private var readingCount = 0
  private var openCount = 0
  private var isPumping = false
  private var hasBegun = false
  private var isOver = false
  private var ending: Int?

  init(_ call: StreamCall<NewswireV1.ConsumeRequest, NewswireV1.ConsumeResponse>, _ calls: BrokerCalls) {
    self.call = call
    self.calls = calls
    lane = calls.lanes.here(call.loop)
    calls.metrics.consumeCalls.add()
    ending = lane.whenStopping { [weak self] in
      self?.finish(Status(Refusal(.shuttingDown, "this broker is stopping"), node: calls.nodeName))
    }
  }

  func onMessage(_ request: NewswireV1.ConsumeRequest) {
    guard !isOver else { return }
    guard !hasBegun else {
      return finish(Status(.internal, "more than one request message for a method that takes one"))
    }
    hasBegun = true
    do throws(Refusal) {
      if lane.isStopping { throw Refusal(.shuttingDown, "this broker is stopping") }
      let plan = try ConsumePlan(request, lane.image)
      cursors = plan.partitions.enumerated().map { index, part in
        ConsumeCursor(part, plan.wishes, calls, call.context, index: index, owner: self)
      }
      openCount = cursors.count
      for cursor in cursors { cursor.open() }
    } catch {
      finish(Status(error, node: calls.nodeName))
    }
  }

  func onHalfClose() {
    if !hasBegun { finish(Status(.internal, "no request message for a method that takes one")) }
  }

  func onWritable() { pump() }

  func onClosed(_ end: CallEnd) { close() }

  // MARK: Turns

  /// The cursor may have something to send.
  func isReady(_ cursor: ConsumeCursor) {
    guard !isOver else { return }
    ready.append(cursor)
    pump()
  }

  private func pump() {
    guard !isPumping, !isOver else { return }
    isPumping = true
    while !ready.isEmpty, readingCount < Self.readingMax, call.isWritable, !isOver {
      let cursor = ready.removeFirst()
      readingCount += 1
      cursor.read()
    }
    isPumping = false
  }

  /// A cursor's step has come to an end.
  func took(_ step: ReadStep, _ cursor: ConsumeCursor) {
    guard !isOver else { return }
    readingCount -= 1
    switch step {
    case .answer(let answer):
      call.send(answer)
      if answer.end { end(cursor) } else { ready.append(cursor) }
    case .waiting: break
    case .failed(let refusal): fail(cursor, refusal)
    }
    pump()
  }

  /// The partition cannot be read any more; alone, it ends the call.
  func fail(_ cursor: ConsumeCursor, _ refusal: Refusal) {
    guard !isOver else { return }
    guard cursors.count > 1 else { return finish(Status(refusal, node: calls.nodeName)) }
    call.send(
      API.ConsumeResponse(
        topic: cursor.topic, topicID: cursor.place.topic.bytes, partition: cursor.place.partition.rawValue,
        error: API.ErrorDetail(refusal)))
    end(cursor)
  }

  private func end(_ cursor: ConsumeCursor) {
    cursor.close()
    openCount -= 1
    guard openCount == 0 else { return }
    var status = Status.ok
    status.trailers = calls.trailers
    finish(status)
  }

  private func finish(_ status: Status) {
    guard !isOver else { return }
    close()
    call.finish(status)
  }

  private func close() {
    isOver = true
    for cursor in cursors { cursor.close() }
    cursors = []
    ready = []
    if let ending = ending.take() { lane.stopWaitingForEnd(ending) }
  }
}
