import Model
import Testing

@testable import Transport

@Suite("Channel state machine")
struct ChannelStateMachineTests {
  private var generator = FixedRandom()
  private let backoff = Backoff(initial: .milliseconds(100), max: .seconds(1), multiplier: 2, jitter: 0)

  private func machine(addresses: Int = 1) -> ChannelStateMachine {
    ChannelStateMachine(addressCount: addresses, backoff: backoff)
  }

  private func ready(addresses: Int = 1, at now: Instant = Instant(0)) -> ChannelStateMachine {
    var machine = machine(addresses: addresses)
    _ = machine.callMade(waitForReady: false)
    _ = machine.connected(at: now)
    return machine
  }

  @Test("the first call connects, the next ones wait for the same attempt")
  func firstCall() {
    var machine = machine()
    #expect(machine.callMade(waitForReady: false) == (.wait, .connect(address: 0)))
    #expect(machine.callMade(waitForReady: false) == (.wait, .none))
    #expect(machine.connected(at: Instant(1)) == .startCalls)
    #expect(machine.callMade(waitForReady: false) == (.start, .none))
  }

  @Test("every address is tried before the channel backs off, and the pauses grow up to the longest")
  mutating func rounds() {
    var machine = machine(addresses: 2)
    #expect(machine.callMade(waitForReady: true) == (.wait, .connect(address: 0)))
    for milliseconds in [100, 200, 400, 800, 1000, 1000] {
      #expect(machine.attemptFailed("refused", using: &generator) == .connect(address: 1))
      #expect(
        machine.attemptFailed("refused again", using: &generator)
          == .backOff(.milliseconds(milliseconds), reason: "refused again"))
      #expect(machine.pauseElapsed(callsWait: true) == .connect(address: 0))
    }
  }

  @Test("while the channel backs off, a call fails at once unless it waits for a connection")
  mutating func failFast() {
    var machine = machine()
    _ = machine.callMade(waitForReady: false)
    _ = machine.attemptFailed("refused", using: &generator)
    #expect(machine.callMade(waitForReady: false) == (.fail(reason: "refused"), .none))
    #expect(machine.callMade(waitForReady: true) == (.wait, .none))
  }

  @Test("a pause that nobody waits for ends in rest, and the next call connects; the failures stay counted")
  mutating func rest() {
    var machine = machine()
    _ = machine.callMade(waitForReady: false)
    _ = machine.attemptFailed("refused", using: &generator)
    #expect(machine.pauseElapsed(callsWait: false) == .none)
    #expect(machine.callMade(waitForReady: false) == (.wait, .connect(address: 0)))
    #expect(
      machine.attemptFailed("refused", using: &generator) == .backOff(.milliseconds(200), reason: "refused"))
  }

  @Test("a connection that lasted is replaced at once if calls wait, else with the next call")
  mutating func lost() {
    var machine = ready()
    let later = Instant(0) + .seconds(1)
    #expect(
      machine.connectionEnded("reset", callsWait: true, at: later, using: &generator) == .connect(address: 0))
    machine = ready()
    #expect(machine.connectionEnded("reset", callsWait: false, at: later, using: &generator) == .none)
    #expect(machine.callMade(waitForReady: false) == (.wait, .connect(address: 0)))
  }

  @Test("a connection that ended at once counts as a failed attempt, and the next address gets its turn")
  mutating func shortLived() {
    var machine = ready()
    let soon = Instant(0) + .milliseconds(99)
    #expect(
      machine.connectionEnded("hung up", callsWait: true, at: soon, using: &generator)
        == .backOff(.milliseconds(100), reason: "hung up"))
    machine = ready(addresses: 2)
    #expect(machine.connectionEnded("hung up", callsWait: true, at: soon, using: &generator) == .connect(address: 1))
  }

  @Test("a connection that lasted makes the failures before it forgotten")
  mutating func forgiven() {
    var machine = machine()
    _ = machine.callMade(waitForReady: true)
    _ = machine.attemptFailed("refused", using: &generator)
    _ = machine.pauseElapsed(callsWait: true)
    _ = machine.connected(at: Instant(0))
    _ = machine.connectionEnded("reset", callsWait: true, at: Instant(0) + .seconds(5), using: &generator)
    #expect(
      machine.attemptFailed("refused", using: &generator) == .backOff(.milliseconds(100), reason: "refused"))
  }

  @Test("a closed channel refuses calls and hears nothing any more", arguments: 0..<4)
  mutating func closed(prepare: Int) {
    var machine = prepare == 2 ? ready() : machine()
    if prepare > 0 { _ = machine.callMade(waitForReady: true) }
    if prepare == 3 { _ = machine.attemptFailed("refused", using: &generator) }
    #expect(machine.closeRequested() == .shutDown)
    #expect(machine.closeRequested() == .none)
    #expect(machine.callMade(waitForReady: true) == (.refuse, .none))
    #expect(machine.connected(at: Instant(9)) == .none)
    #expect(machine.attemptFailed("x", using: &generator) == .none)
    #expect(machine.pauseElapsed(callsWait: true) == .none)
    #expect(machine.connectionEnded("x", callsWait: true, at: Instant(9), using: &generator) == .none)
    #expect(machine.state == .closed)
  }

  @Test("what comes in the wrong state changes nothing")
  mutating func strays() {
    var machine = machine()
    let before = machine.state
    #expect(machine.connected(at: Instant(1)) == .none)
    #expect(machine.attemptFailed("x", using: &generator) == .none)
    #expect(machine.pauseElapsed(callsWait: true) == .none)
    #expect(machine.connectionEnded("x", callsWait: true, at: Instant(1), using: &generator) == .none)
    #expect(machine.state == before)
  }
}

@Suite("Backoff")
struct BackoffTests {
  @Test("gRPC's defaults: 1 s, 1.6 times as long each round, 120 s at most, a fifth of jitter")
  func defaults() {
    var generator = SystemRandomNumberGenerator()
    let backoff = Backoff()
    for (failures, seconds) in [(1, 1.0), (2, 1.6), (3, 2.56), (12, 120), (1000, 120)] {
      let pause = Double(backoff.pause(afterFailures: failures, using: &generator).nanoseconds) / 1e9
      #expect(pause >= seconds * 0.8 - 0.001 && pause <= seconds * 1.2 + 0.001, "\(failures): \(pause)")
    }
  }
}

/// Always the same bits.
struct FixedRandom: RandomNumberGenerator {
  mutating func next() -> UInt64 { 1 << 63 }
}
