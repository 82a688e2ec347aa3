internal import ClusterMetadata
internal import Messages
internal import Model
internal import Node
internal import Runtime
internal import Transport

/// Who reads partitions by cursors: takes their turns, and sends what comes. Belongs to the call's loop.
protocol CursorOwner: AnyObject {
  /// The cursor may have something to give.
  func isReady(_ cursor: ConsumeCursor)
  /// The step that `read` began has come to its end.
  func took(_ step: ReadStep, _ cursor: ConsumeCursor)
  /// The partition could not be opened.
  func fail(_ cursor: ConsumeCursor, _ refusal: Refusal)
}

/// One partition that is being read: knows how far, and follows the leader. Belongs to the call's loop.
final class ConsumeCursor {
  private typealias API = NewswireV1
  private static let retryAfter = Duration.milliseconds(50)
  /// How long a partition without a leader is waited for.
  private static let holdMax = Duration.seconds(30)

  let place: TopicPartition
  let topic: String
  private(set) var wishes: ReadWishes
  /// Its place among the owner's partitions.
  let index: Int
  private let calls: BrokerCalls
  private let context: CallContext
  private weak var owner: (any CursorOwner)?
  private var start: ConsumeStart
  private var leaderEpoch: LeaderEpoch?
  private var end: Offset?
  private var source: (any ConsumeSource)?
  /// Since when there has been nobody to read from.
  private var lostSince: Instant?
  private var isClosed = false
  /// The watch over who is to be read.
  private var watch: Int?
  /// True if somebody else is to be read from the next step on.
  private var isStale = false
  /// True from a step that found nothing until the source wakes.
  private var isWaiting = false

  init(
    _ part: ConsumePlan.Part, _ wishes: ReadWishes, _ calls: BrokerCalls, _ context: CallContext,
    index: Int, owner: any CursorOwner
  ) {
    self.index = index
    place = part.place
    topic = part.topic.description
    start = part.start
    leaderEpoch = part.leaderEpoch
    self.wishes = wishes
    self.calls = calls
    self.context = context
    self.owner = owner
  }

  /// Finds whoever can be read, and says that the cursor is ready.
  func open() {
    guard !isClosed else { return }
    do throws(Refusal) {
      switch try calls.responsible(for: place, rack: wishes.rack) {
      case .here: openHere()
      case .elsewhere(_, let address, let refusal):
        guard calls.routing.mayForward(context) else { throw refusal }
        try checkEpoch()
        openElsewhere(calls.channels.channel(to: address, on: context.loop))
      case .nobody(let refusal): throw refusal
      }
    } catch {
      failed(error)
    }
  }

  /// Reads another broker as long as it is the one to read: if it is stopped or cut off, it would not say that it is no
  /// more.
  private func openElsewhere(_ channel: Channel) {
    let remote = RemoteSource(request, channel, options, wake: { [weak self] in self?.wake() })
    source = remote
    watchReplicas { [weak self, weak remote] in
      self?.isStale = true
      remote?.leaderChanged()
    }
    owner?.isReady(self)
  }

  /// Another broker is not told which leader epoch the caller knows: what the metadata say of it counts.
  private func checkEpoch() throws(Refusal) {
    guard let known = wishes.leaderKnownAs,
      let present = calls.lanes.here(context.loop).image.partition(place)?.leaderEpoch, present != known
    else { return }
    throw Refusal(
      known < present ? .fencedLeaderEpoch : .unknownLeaderEpoch,
      "\(topic)-\(place.partition) is led in epoch \(present), not in \(known)",
      metadata: ["leader_epoch": "\(present)"])
  }

  /// Calls `body` when another replica is to be read, or in another epoch.
  private func watchReplicas(_ body: @escaping () -> Void) {
    let lane = calls.lanes.here(context.loop)
    let state = lane.image.partition(place)
    let near = state.flatMap { lane.image.replica(of: $0, in: wishes.rack, preferably: calls.id) }
    watch = lane.leaders.watch(
      while: { [place, wishes, calls] image in
        let now = image.partition(place)
        return now?.leaderEpoch == state?.leaderEpoch
          && now.flatMap { image.replica(of: $0, in: wishes.rack, preferably: calls.id) } == near
      }, body)
  }

  private func leaveSource() {
    if let watch = watch.take() { calls.lanes.here(context.loop).leaders.stop(watch) }
    let source = source.take()
    source?.cancel()
  }

  private func openHere() {
    LocalSource.open(
      place, at: start, leaderEpoch: leaderEpoch, previousEnd: end, wishes, lanes: calls.lanes,
      loop: context.loop, wake: { [weak self] in self?.wake() }
    ) { [weak self] result in
      guard let self, !isClosed else {
        if case .success(let source) = result { source.cancel() }
        return
      }
      switch result {
      case .success(let source):
        self.source = source
        end = source.end
        if wishes.mayFollow { watchReplicas { [weak self] in self?.becameStale() } }
        owner?.isReady(self)
      case .failure(let refusal): failed(refusal)
      }
    }
  }

  /// Takes one step of at most `bytesMax`, or as the wishes say; the owner hears of it.
  func read(bytesMax: Int? = nil) {
    if isStale, source is LocalSource {
      leaveSource()
      isStale = false
      done(.waiting)
      return open()
    }
    guard let source else { return done(.waiting) }
    source.next(bytesMax: bytesMax ?? wishes.bytesMax) { [weak self] step in self?.done(step) }
  }

  func close() {
    isClosed = true
    leaveSource()
  }

  private func wake() {
    guard !isClosed, isWaiting else { return }
    isWaiting = false
    owner?.isReady(self)
  }

  /// This broker's replica is not the one to read any more.
  private func becameStale() {
    isStale = true
    wake()
  }

  private func done(_ step: ReadStep) {
    guard !isClosed else { return }
    switch step {
    case .answer(let answer):
      if let error = answer.error { return failed(Refusal(detail: error), isReading: true) }
      lostSince = nil
      start = .offset(Offset(answer.nextOffset))
      leaderEpoch = nil
      owner?.took(step, self)
    case .waiting:
      isWaiting = source != nil
      owner?.took(step, self)
    case .failed(let refusal): failed(refusal, isReading: true)
    }
  }

  // MARK: Failures

  /// Waits for another leader if that can help; else the caller hears of it.
  private func failed(_ refusal: Refusal, isReading: Bool = false) {
    leaveSource()
    // If it was not the metadata that said so, the leader knows more than whoever is near.
    if !isStale { wishes.rack = "" }
    isStale = false
    let since = lostSince ?? context.loop.now
    lostSince = since
    let canPass =
      (refusal.reason.passesWithAnotherLeader || isMendedElsewhere(refusal)) && calls.routing.mayForward(context)
    guard canPass, context.loop.now - since < Self.holdMax else {
      if isReading { owner?.took(.failed(refusal), self) } else { owner?.fail(self, refusal) }
      return
    }
    isWaiting = false
    if isReading { owner?.took(.waiting, self) }
    _ = context.loop.schedule(after: Self.retryAfter) { [weak self] in self?.open() }
  }

  /// The replica is damaged, but not the only one: another one will lead.
  private func isMendedElsewhere(_ refusal: Refusal) -> Bool {
    let isr = calls.lanes.here(context.loop).image.partition(place)?.isr ?? []
    return refusal.reason == .dataCorrupt && isr.count > 1
  }

  // MARK: Another broker

  private var request: NewswireV1.ConsumeRequest {
    let from: NewswireV1.ConsumePartition.OneOfStart =
      switch start {
      case .offset(let offset): .offset(offset.rawValue)
      case .timestamp(let time): .timestampMs(time.rawValue)
      case .beginning: .beginning(true)
      case .end: .end(true)
      }
    return NewswireV1.ConsumeRequest(
      partitions: [
        API.ConsumePartition(
          topicID: place.topic.bytes, partition: place.partition.rawValue, start: from,
          leaderEpoch: leaderEpoch?.rawValue)
      ], form: wishes.isStructured ? .structured : .batches, untilEnd: wishes.untilEnd,
      maxBytes: Int32(wishes.bytesMax),
      rack: wishes.rack, checked: wishes.isChecked)
  }

  private var options: CallOptions {
    var metadata = context.metadata
    metadata.add(CallRouting.callerKey, context.peer.map { "\($0)" } ?? "")
    let timeout = context.deadline.map { max($0 - monotonicNow(), .milliseconds(1)) }
    return CallOptions(timeout: timeout, metadata: metadata)
  }
}

extension ErrorReason {
  /// True for what a change of the leader mends.
  fileprivate var passesWithAnotherLeader: Bool {
    switch self {
    case .notLeader, .leaderNotAvailable, .shuttingDown, .coordinatorNotAvailable, .unknownLeaderEpoch: true
    default: false
    }
  }
}
