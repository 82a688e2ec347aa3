import Model
import Runtime

/// A channel's life on its loop: carries out what `ChannelStateMachine` decides, and gives calls to connections.
final class ChannelCore {
  let loop: EventLoop
  let options: ChannelOptions
  /// `:authority` of every call.
  let authority: String
  /// `:scheme` of every call.
  let scheme: String

  private let addresses: [(host: String, port: Int)]
  private let tls: TLSContext?
  private var machine: ChannelStateMachine
  private var random = SystemRandom()

  private var attempt: ConnectAttempt?
  private var attemptTimer: LoopTimer?
  /// The connection whose handshake is under way.
  private var opening: HTTP2Connection?
  private var openingName = ""
  /// The connection that takes new calls.
  private var current: HTTP2Connection?
  private var currentName = ""
  /// Connections that only finish what they have.
  private var draining: [HTTP2Connection] = []
  private var pauseTimer: LoopTimer?

  private var waiting = WaitingCalls()
  private var isPumpScheduled = false

  /// Not yet on its loop: nothing happens before the first call.
  init(addresses: [(host: String, port: Int)], tls: TLSContext?, loop: EventLoop, options: ChannelOptions) {
    self.addresses = addresses
    self.tls = tls
    self.loop = loop
    self.options = options
    machine = ChannelStateMachine(addressCount: addresses.count, backoff: options.backoff)
    authority = options.serverNameOverride ?? Self.text(addresses[0])
    scheme = tls == nil ? "http" : "https"
  }

  /// Where the channel stands.
  var state: ChannelState {
    switch machine.state {
    case .idle: .idle
    case .connecting: .connecting
    case .ready: .ready
    case .backingOff(let history): .failing(history.reason)
    case .closed: .closed
    }
  }

  /// Why a waiting call has no connection, in words.
  var connectionReport: String {
    switch machine.state {
    case .backingOff(let history), .connecting(let history):
      history.reason.isEmpty ? "still connecting" : "no connection, because: \(history.reason)"
    case .ready: "the server allows no more calls at once"
    case .idle, .closed: "no connection"
    }
  }

  // MARK: Calls

  /// Takes a new call.
  func start(_ call: ClientCall) {
    let (decision, action) = machine.callMade(waitForReady: call.options.waitForReady)
    switch decision {
    case .start:
      let opening = waiting.count > 0 ? .full : open(call)
      if opening != .done { enqueue(call) }
      if opening == .exhausted { retire("\(currentName): the connection takes no more calls") }
    case .wait: enqueue(call)
    case .fail(let reason): endSoon(call, Status(.unavailable, reason))
    case .refuse: endSoon(call, Status(.unavailable, "the channel is closed"))
    }
    perform(action)
  }

  /// Takes a call back whose stream the server did not work on.
  func startAgain(_ call: ClientCall) {
    waiting.append(call)
    let (decision, action) = machine.callMade(waitForReady: call.options.waitForReady)
    switch decision {
    case .start: schedulePump()
    case .wait: break
    case .fail(let reason): endSoon(call, Status(.unavailable, reason))
    case .refuse: endSoon(call, Status(.unavailable, "the channel is closed"))
    }
    perform(action)
  }

  /// A call has ended, wherever it was.
  func ended(_ call: ClientCall) {
    if call.isWaiting { waiting.remove(call) }
  }

  private func enqueue(_ call: ClientCall) {
    guard waiting.count < options.waitingCallsMax else {
      return endSoon(call, Status(.resourceExhausted, "\(waiting.count) calls wait already: \(connectionReport)"))
    }
    waiting.append(call)
  }

  /// Ends a call once its maker has returned.
  private func endSoon(_ call: ClientCall, _ status: Status) {
    let call = LoopBound(call, on: loop)
    loop.execute { call.value.end(status) }
  }

  /// What came of putting a call on the wire.
  private enum Opening {
    case done
    /// The server allows no more at once.
    case full
    /// The connection is out of stream numbers, or about to end: the next one takes the call.
    case exhausted
  }

  private func open(_ call: ClientCall) -> Opening {
    guard let session = current?.session, session.openStreams < session.remoteStreamsMax else { return .full }
    return call.open(on: session) ? .done : .exhausted
  }

  /// Gives waiting calls to the connection, as long as there is room.
  private func pump() {
    isPumpScheduled = false
    while current != nil, let call = waiting.first {
      switch open(call) {
      case .done: waiting.remove(call)
      case .full: return
      case .exhausted: retire("\(currentName): the connection takes no more calls")
      }
    }
  }

  /// Pumps once what is happening now is over: streams must not be opened from within the session's callbacks.
  private func schedulePump() {
    guard waiting.count > 0, !isPumpScheduled else { return }
    isPumpScheduled = true
    let core = LoopBound(self, on: loop)
    loop.execute { core.value.pump() }
  }

  private func failWaiting(_ status: Status, where isDoomed: (ClientCall) -> Bool) {
    for call in waiting.all where isDoomed(call) { endSoon(call, status) }
  }

  // MARK: The connection

  private func perform(_ action: ChannelStateMachine.Action) {
    switch action {
    case .none: break
    case .connect(let address): connect(addresses[address])
    case .startCalls: schedulePump()
    case .backOff(let pause, let reason):
      failWaiting(Status(.unavailable, reason)) { !$0.options.waitForReady }
      pauseTimer = loop.schedule(after: pause) { [weak self] in
        guard let self else { return }
        perform(machine.pauseElapsed(callsWait: waiting.count > 0))
      }
    case .shutDown: shutDown()
    }
  }

  private func connect(_ address: (host: String, port: Int)) {
    attemptTimer = loop.schedule(after: options.connectTimeout) { [weak self] in
      guard let self else { return }
      attemptFailed("\(Self.text(address)): no connection within \(options.connectTimeout.inWords)")
    }
    var isDone = false
    let attempt = loop.connect(to: address.host, port: address.port, timeout: options.connectTimeout) {
      [weak self] result in
      isDone = true
      guard let self else {
        if case .success(let socket) = result { socket.close() }
        return
      }
      self.attempt = nil
      switch result {
      case .success(let socket): handshake(socket, address)
      case .failure(let error): attemptFailed("\(error)")
      }
    }
    if !isDone { self.attempt = attempt }
  }

  private func handshake(_ socket: TCPSocket, _ address: (host: String, port: Int)) {
    do {
      let session = try tls?.makeSession(serverName: options.serverNameOverride ?? address.host)
      let connection = try HTTP2Connection(
        socket: socket, tls: session, role: .client, options: options.connection, owner: self)
      opening = connection
      openingName = Self.text(address)
      connection.start()
    } catch {
      socket.close()
      attemptFailed("\(Self.text(address)): \(error)")
    }
  }

  /// The connection finishes what it has, and takes no new calls.
  private func retire(_ reason: String) {
    guard let connection = current else { return }
    current = nil
    draining.append(connection)
    connection.drain()
    connectionEnded(reason)
  }

  private func connectionEnded(_ reason: String) {
    perform(
      machine.connectionEnded(reason, callsWait: waiting.count > 0, at: loop.now, using: &random))
  }

  private func attemptFailed(_ reason: String) {
    stopAttempt()
    perform(machine.attemptFailed(reason, using: &random))
  }

  private func stopAttempt() {
    attempt?.cancel()
    attempt = nil
    attemptTimer?.cancel()
    attemptTimer = nil
    let connection = opening
    opening = nil
    connection?.close("the attempt was given up")
  }

  // MARK: The end

  /// Takes no new calls; those that run may end within the grace.
  func close() { perform(machine.closeRequested()) }

  private func shutDown() {
    pauseTimer?.cancel()
    stopAttempt()
    failWaiting(Status(.unavailable, "the channel was closed")) { _ in true }
    if let connection = current { draining.append(connection) }
    current = nil
    for connection in draining { connection.drain() }
    guard !draining.isEmpty else { return }
    loop.schedule(after: options.closeGrace) { [self] in
      for connection in draining { connection.close("the channel was closed") }
    }
  }

  private static func text(_ address: (host: String, port: Int)) -> String {
    address.host.contains(":") ? "[\(address.host)]:\(address.port)" : "\(address.host):\(address.port)"
  }
}

// MARK: - What connections tell

extension ChannelCore: HTTP2ConnectionOwner {
  func connectionReady(_ connection: HTTP2Connection) {
    guard opening === connection else { return }
    opening = nil
    stopAttempt()
    current = connection
    currentName = openingName
    perform(machine.connected(at: loop.now))
  }

  func connectionClosed(_ connection: HTTP2Connection, reason: String, wasReady: Bool) {
    draining.removeAll { $0 === connection }
    if opening === connection {
      opening = nil
      attemptFailed("\(openingName): \(reason)")
    } else if current === connection {
      current = nil
      connectionEnded("\(currentName): \(reason)")
    }
  }

  func goAwayReceived(_ connection: HTTP2Connection, lastStreamID: Int32, code: UInt32, debugText: String) {
    guard current === connection else { return }
    let words = debugText.isEmpty ? "" : " (\(debugText))"
    retire("\(currentName): the server is going away\(words)")
  }

  func streamEnded(_ connection: HTTP2Connection) { schedulePump() }

  func settingsChanged(_ connection: HTTP2Connection) { schedulePump() }

  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock, on connection: HTTP2Connection) {
    stream.reset(.refusedStream)
  }
}

extension ChannelOptions {
  /// The same for one connection.
  fileprivate var connection: HTTP2ConnectionOptions {
    var connection = HTTP2ConnectionOptions()
    connection.limits.streamWindowBytes = streamWindowBytes
    connection.limits.connectionWindowBytes = connectionWindowBytes
    connection.limits.messageBytesMax = messageBytesMax
    connection.limits.writableMarkBytes = writableMarkBytes
    connection.handshakeTimeout = connectTimeout
    connection.keepalive.idle = keepaliveInterval ?? .seconds(365 * 86_400)
    connection.keepalive.timeout = keepaliveTimeout
    return connection
  }
}
