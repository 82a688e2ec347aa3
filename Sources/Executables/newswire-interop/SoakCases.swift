import Transport

/// How a soak is run, and when it has failed.
struct SoakOptions: Sendable {
  var iterations: Int
  var failuresMax: Int
  var latencyMax: Duration
  var timeMin: Duration
  var overallTimeout: Duration
  var requestSize: Int
  var responseSize: Int32
  var threads: Int
}

/// Many calls, on one channel or on a new one for each.
extension TestCases {
  func rpcSoak() async throws {
    let channel = makeChannel()
    try await runSoak { channel }
  }

  func channelSoak() async throws {
    try await runSoak(makeChannel)
  }

  private func runSoak(_ channel: @escaping @Sendable () -> Channel) async throws {
    let clock = ContinuousClock()
    let end = clock.now + soak.overallTimeout
    let share = (soak.iterations + soak.threads - 1) / soak.threads
    let outcomes = await withTaskGroup(of: [Duration?].self) { group in
      for thread in 0..<soak.threads {
        let count = min(share, soak.iterations - thread * share)
        group.addTask { await soakOnce(count, until: end, channel) }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    let good = outcomes.compactMap { $0 }.sorted()
    let failures = soak.iterations - good.count
    if let median = good.isEmpty ? nil : good[good.count / 2], let longest = good.last {
      complain("soak: \(good.count) of \(soak.iterations) calls passed; median \(median), longest \(longest)")
    }
    guard outcomes.count >= soak.iterations else {
      throw CaseFailure("only \(outcomes.count) of \(soak.iterations) calls were made within \(soak.overallTimeout)")
    }
    guard failures <= soak.failuresMax else {
      throw CaseFailure("\(failures) of \(soak.iterations) calls failed or were slow; \(soak.failuresMax) may")
    }
  }

  /// The latencies of `count` calls, one after the other; nil for each that failed.
  private func soakOnce(
    _ count: Int, until end: ContinuousClock.Instant, _ channel: @Sendable () -> Channel
  ) async -> [Duration?] {
    let clock = ContinuousClock()
    var outcomes: [Duration?] = []
    while outcomes.count < count, clock.now < end {
      let start = clock.now
      do {
        let target = channel()
        try await largeCall(target, requestSize: soak.requestSize, responseSize: soak.responseSize)
        let latency = clock.now - start
        if latency > soak.latencyMax { complain("soak: call \(outcomes.count) took \(latency)") }
        outcomes.append(latency <= soak.latencyMax ? latency : nil)
      } catch {
        complain("soak: call \(outcomes.count) failed: \(error)")
        outcomes.append(nil)
      }
      try? await Task.sleep(until: start + soak.timeMin)
    }
    return outcomes
  }
}
