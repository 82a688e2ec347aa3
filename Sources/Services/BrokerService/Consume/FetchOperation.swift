internal import Bytes
internal import ClusterMetadata
internal import DiskIO
internal import Messages
internal import Model
internal import Node
internal import Observability
internal import Runtime
internal import SegmentedLog
internal import Transport

/// One call of `Fetch`: one look at each partition, and a wait as long as that gives too little. Belongs to the call's
/// loop; whoever works for it keeps it alive.
final class FetchOperation: CursorOwner {
  private typealias API = NewswireV1
  private static let waitMax = Duration.seconds(60)
  /// How much longer those who have said nothing yet are waited for, if others have: another broker may have to be asked.
  private static let silenceMax = Duration.seconds(2)

  private let request: NewswireV1.FetchRequest
  private let call: UnaryCall<NewswireV1.FetchResponse>
  private let calls: BrokerCalls
  private let lane: BrokerLane
  private var cursors: [ConsumeCursor] = []
  private var settled: Set<Int> = []
  private var answers: [NewswireV1.FetchedPartition] = []
  private var payloads: [Payload] = []
  /// Cursors whose turn comes; one reads at a time, so that the first partitions have the first say in the bytes.
  private var ready: [ConsumeCursor] = []
  private var reading: ConsumeCursor?
  private var isPumping = false
  /// Partitions that have not said anything yet: they are being opened, or other brokers asked.
  private var silentCount = 0
  private var bytes = 0
  private var bytesMax = 0
  private var bytesMin = 0
  private var isWaitOver = false
  private var hasFailures = false
  private var timer: LoopTimer?
  private var silenceTimer: LoopTimer?
  private var ending: Int?
  private var keptAlive: FetchOperation?

  init(
    _ request: NewswireV1.FetchRequest, _ call: UnaryCall<NewswireV1.FetchResponse>, _ calls: BrokerCalls
  ) {
    self.request = request
    self.call = call
    self.calls = calls
    lane = calls.lanes.here(call.loop)
  }

  func start() {
    calls.metrics.fetchRequests.add()
    do throws(Refusal) {
      if lane.isStopping { throw Refusal(.shuttingDown, "this broker is stopping") }
      try begin()
    } catch {
      call.fail(Status(error, node: calls.nodeName))
    }
  }

  private func begin() throws(Refusal) {
    guard (1...10_000).contains(request.partitions.count) else {
      throw Refusal(
        .invalidRequest, "\(request.partitions.count) partitions are given; 1 to 10000 may be", field: "partitions")
    }
    guard request.minBytes >= 0 else {
      throw Refusal(.invalidRequest, "min_bytes is \(request.minBytes)", field: "min_bytes")
    }
    let isStructured = try ConsumePlan.isStructured(request.form)
    bytesMax = try ConsumePlan.bytesMax(request.maxBytes)
    bytesMin = min(max(1, Int(request.minBytes)), bytesMax)
    let wait = min(request.maxWait?.duration ?? .zero, Self.waitMax)
    guard wait >= .zero else { throw Refusal(.invalidRequest, "max_wait is negative", field: "max_wait") }

    keptAlive = self
    call.onCancel = { [weak self] _ in self?.close() }
    payloads = request.partitions.map { _ in .none }
    answers = request.partitions.map {
      API.FetchedPartition(topic: $0.topic, topicID: $0.topicID, partition: $0.partition, nextOffset: $0.offset)
    }
    for index in request.partitions.indices { prepare(index, isStructured) }
    isWaitOver = wait == .zero
    if !isWaitOver {
      timer = call.loop.schedule(after: wait) { [weak self] in self?.endWait() }
    }
    silenceTimer = call.loop.schedule(after: wait + Self.silenceMax) { [weak self] in self?.endSilence() }
    ending = lane.whenStopping { [weak self] in
      self?.endWait()
      self?.giveUpSilent(Refusal(.shuttingDown, "this broker is stopping"))
    }
    silentCount = cursors.count
    for cursor in cursors { cursor.open() }
    answerIfEnough()
  }

  private func prepare(_ index: Int, _ isStructured: Bool) {
    let wanted = request.partitions[index]
    do throws(Refusal) {
      let topic = try lane.image.topic(called: wanted.topic, id: wanted.topicID)
      answers[index].topic = topic.name.description
      answers[index].topicID = topic.id.bytes
      _ = try topic.state(of: wanted.partition)
      guard wanted.offset >= 0, wanted.maxBytes >= 0, wanted.leaderEpoch ?? 0 >= 0 else {
        throw Refusal(.invalidRequest, "offset, max_bytes or leader_epoch is negative", field: "partitions")
      }
      let own = wanted.maxBytes == 0 ? bytesMax : min(Int(wanted.maxBytes), bytesMax)
      let wishes = ReadWishes(
        isStructured: isStructured, bytesMax: own, untilEnd: false,
        leaderKnownAs: wanted.leaderEpoch.map { LeaderEpoch($0) }, rack: request.rack, isChecked: request.checked)
      let part = ConsumePlan.Part(
        topic: topic.name, place: topic.place(wanted.partition), start: .offset(Offset(wanted.offset)),
        leaderEpoch: nil)
      cursors.append(ConsumeCursor(part, wishes, calls, call.context, index: index, owner: self))
    } catch {
      refuse(index, error)
    }
  }

  // MARK: Turns

  func isReady(_ cursor: ConsumeCursor) {
    ready.append(cursor)
    pump()
  }

  private func pump() {
    guard !isPumping else { return }
    isPumping = true
    while reading == nil, !ready.isEmpty, keptAlive != nil {
      let cursor = ready.removeFirst()
      guard bytes < bytesMax else {
        settle(cursor)
        continue
      }
      reading = cursor
      cursor.read(bytesMax: bytes == 0 ? nil : min(cursor.wishes.bytesMax, bytesMax - bytes))
    }
    isPumping = false
    answerIfEnough()
  }

  func took(_ step: ReadStep, _ cursor: ConsumeCursor) {
    guard keptAlive != nil, cursor === reading else { return }
    reading = nil
    switch step {
    case .answer(let answer): take(answer, cursor)
    // Whoever has said nothing yet will do so as soon as it can.
    case .waiting: break
    case .failed(let refusal):
      refuse(cursor.index, refusal)
      settle(cursor)
    }
    pump()
  }

  func fail(_ cursor: ConsumeCursor, _ refusal: Refusal) {
    guard keptAlive != nil else { return }
    refuse(cursor.index, refusal)
    settle(cursor)
    answerIfEnough()
  }

  private func take(_ answer: NewswireV1.ConsumeResponse, _ cursor: ConsumeCursor) {
    let index = cursor.index
    settle(cursor)
    answers[index].highWatermark = answer.highWatermark
    answers[index].logStartOffset = answer.logStartOffset
    answers[index].lastStableOffset = answer.lastStableOffset
    answers[index].leaderEpoch = answer.leaderEpoch
    let isEmpty = answer.batches.count == 0 && answer.records.isEmpty
    let size = answer.batches.count + answer.records.reduce(0) { $0 + $1.roughSize }
    // What does not fit beside the others is left for the next look.
    let fits = bytes == 0 || bytes + size <= bytesMax
    answers[index].nextOffset = fits ? answer.nextOffset : request.partitions[index].offset
    guard !isEmpty else {
      // Asked once more, it waits until there is something.
      if !isWaitOver { ready.append(cursor) }
      return
    }
    guard fits else { return }
    bytes += size
    payloads[index] = answer.batches
    answers[index].batchesBytes = Int32(answer.batches.count)
    answers[index].records = answer.records
  }

  /// The cursor has said what there is, for now.
  private func settle(_ cursor: ConsumeCursor) {
    if settled.insert(cursor.index).inserted { silentCount -= 1 }
  }

  private func refuse(_ index: Int, _ refusal: Refusal) {
    hasFailures = true
    answers[index].error = API.ErrorDetail(refusal)
    answers[index].nextOffset = request.partitions[index].offset
    if let start = refusal.metadata["log_start_offset"].flatMap(Int64.init) { answers[index].logStartOffset = start }
    if let end = refusal.metadata["log_end_offset"].flatMap(Int64.init) {
      answers[index].highWatermark = end
      answers[index].lastStableOffset = end
    }
  }

  // MARK: The answer

  /// More is not waited for; but each partition has to say what there is.
  private func endWait() {
    isWaitOver = true
    ready.removeAll { settled.contains($0.index) }
    if let cursor = reading, settled.contains(cursor.index) { reading = nil }
    pump()
  }

  private func endSilence() {
    silenceTimer = nil
    guard silentCount < cursors.count || hasFailures else {
      // There is nothing to answer with yet: the call is held as long as its deadline allows.
      silenceTimer = call.loop.schedule(after: Self.silenceMax) { [weak self] in self?.endSilence() }
      return
    }
    giveUpSilent(Refusal(.leaderNotAvailable, "the partition's leader has not answered in time"))
  }

  /// Answers without those partitions that have said nothing.
  private func giveUpSilent(_ refusal: Refusal) {
    guard keptAlive != nil, silentCount > 0 else { return }
    reading = nil
    for cursor in cursors where !settled.contains(cursor.index) {
      refuse(cursor.index, refusal)
      settle(cursor)
    }
    answerIfEnough()
  }

  private func answerIfEnough() {
    guard keptAlive != nil, reading == nil, silentCount <= 0 || bytes >= bytesMax,
      bytes >= bytesMin || isWaitOver || hasFailures
    else { return }
    let call = call
    call.trailers = calls.trailers
    let filled = payloads.filter { $0.count > 0 }
    var response = API.FetchResponse(partitions: answers)
    close()
    guard filled.count > 1 else {
      if let only = filled.first { response.batches = only }
      return call.reply(response)
    }
    let node = calls.nodeName
    besideLoop(call.loop) { [response] in
      Result { () throws(Refusal) in
        var response = response
        response.batches = .bytes(try joined(filled))
        return response
      }
    } completion: { (result: Result<API.FetchResponse, Refusal>) in
      switch result {
      case .success(let response): call.reply(response)
      case .failure(let refusal): call.fail(Status(refusal, node: node))
      }
    }
  }

  private func close() {
    for cursor in cursors { cursor.close() }
    cursors = []
    ready = []
    reading = nil
    timer?.cancel()
    timer = nil
    silenceTimer?.cancel()
    silenceTimer = nil
    if let ending = ending.take() { lane.stopWaitingForEnd(ending) }
    keptAlive = nil
  }
}

/// The bytes of several payloads, one behind the other. Blocks.
private func joined(_ payloads: [Payload]) throws(Refusal) -> ByteSlice {
  let storage = ByteStorage(capacity: payloads.reduce(0) { $0 + $1.count })
  var position = 0
  for payload in payloads {
    let bytes: ByteSlice
    do throws(LogFailure) { bytes = try payload.contents() } catch { throw error.refusal("fetch") }
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: storage.base + position, count: source.count).copyMemory(from: source)
    }
    position += bytes.count
  }
  return ByteSlice(storage, count: position)
}
