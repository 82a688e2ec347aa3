internal import Configuration
internal import Glibc
internal import Model
internal import Runtime

/// A cluster on this machine from its start to its end.
struct DevRun: Sendable {
  private enum Wish: Sendable {
    case stop
    case supervisor(Supervisor.Event)
    /// Time has passed, and these do not serve yet.
    case stillWaiting([PlannedNode])
  }

  /// How long the user waits for a sign of life.
  private static let patience = Duration.seconds(10)

  private let plan: ClusterPlan
  private let folder: ClusterFolder
  private let programs: String
  private let supervisor: Supervisor
  private let readiness: Readiness
  private let wishes: AsyncStream<Wish>
  private let wish: AsyncStream<Wish>.Continuation
  private let forwarding: Task<Void, Never>

  init(plan: ClusterPlan, folder: ClusterFolder, programs: String, restarts: Bool, loop: EventLoop) throws {
    self.plan = plan
    self.folder = folder
    self.programs = programs
    let (wishes, wish) = AsyncStream<Wish>.makeStream()
    let (events, event) = AsyncStream<Supervisor.Event>.makeStream()
    self.wishes = wishes
    self.wish = wish
    forwarding = Task { for await event in events { wish.yield(.supervisor(event)) } }
    let supervisor = Supervisor(
      plan: plan, folder: folder, programs: programs, restarts: restarts, loop: loop, events: event)
    self.supervisor = supervisor
    readiness = try Readiness(folder, loop: loop)
    loop.execute {
      var signals = 0
      for number in [SIGINT, SIGTERM, SIGHUP] {
        loop.onSignal(number) {
          signals += 1
          if signals == 1 { wish.yield(.stop) } else { Task { await supervisor.kill() } }
        }
      }
    }
  }

  /// Runs the cluster until a signal comes or nothing is left, and returns the exit status.
  func untilStopped() async -> Int32 {
    let began = monotonicNow()
    StandardStreams.say("Starting \(plan.nodes.map(\.name).joined(separator: ", ")) in \(folder.path)")
    await supervisor.start()
    let watching = Task { await watch() }
    defer {
      watching.cancel()
      forwarding.cancel()
    }
    var living = Set(plan.nodes)
    for await wish in wishes {
      switch wish {
      case .stop:
        StandardStreams.say("Stopping")
        await supervisor.stop()
        StandardStreams.say("Stopped; the data stays in \(folder.path)")
        return 0
      case .stillWaiting(let nodes):
        for node in nodes { StandardStreams.say("\(node.name) does not serve yet; its log is \(folder.log(of: node))") }
      case .supervisor(.ready):
        do {
          try await welcome(after: monotonicNow() - began)
        } catch {
          return await fail("\(error)")
        }
      case .supervisor(.failed(let cause)): return await fail(cause)
      case .supervisor(.ended(let node, let end, let pause)):
        if pause == nil { living.remove(node) }
        let next = pause.map { _ in "it is started again" } ?? "it stays so (--no-restart)"
        StandardStreams.say("\(node.name) \(end); \(next)")
        if living.isEmpty { return await fail("no node is left") }
      }
    }
    return 0
  }

  private func fail(_ cause: String) async -> Int32 {
    await supervisor.stop()
    StandardStreams.warn("newswire dev: \(cause)")
    return 1
  }

  /// Waits until every node serves, and says now and then which do not.
  private func watch() async {
    await withTaskGroup(of: PlannedNode?.self) { group in
      var waitingFor = Set(plan.nodes)
      for node in plan.nodes {
        group.addTask { (try? await readiness.wait(for: node)).map { node } }
      }
      group.addTask { await nap() }
      while !waitingFor.isEmpty, let done = await group.next(), !Task.isCancelled {
        if let done {
          waitingFor.remove(done)
        } else {
          wish.yield(.stillWaiting(plan.nodes.filter(waitingFor.contains)))
          group.addTask { await nap() }
        }
      }
      group.cancelAll()
      if waitingFor.isEmpty { wish.yield(.supervisor(.ready)) }
    }
  }

  private func nap() async -> PlannedNode? {
    try? await Task.sleep(for: Self.patience)
    return nil
  }

  /// A line that lets a shell find these programs, unless it does already.
  private var pathSetting: String {
    let folders = (processEnvironment()["PATH"] ?? "").split(separator: ":")
    let found = folders.first { access("\($0)/newswire", X_OK) == 0 }
    guard found.flatMap({ resolvedPath("\($0)/newswire") }) != linkTarget("/proc/self/exe") else { return "" }
    return "  export PATH=\(shellQuoted(programs)):$PATH\n"
  }

  private func welcome(after duration: Duration) async throws {
    await supervisor.hasBecomeReady()
    var table = Table("NODE", "ADDRESS", "METRICS AND HEALTH", "PROCESS", "LOG")
    for node in plan.nodes {
      let id = await supervisor.processID(of: node)
      table.add(
        node.name, node.address, "http://127.0.0.1:\(node.metricsPort)/metrics", id.map { "\($0)" } ?? "-",
        folder.log(of: node))
    }
    try folder.writeClientEnvironment(plan)
    StandardStreams.say(
      """
      The cluster is ready after \(inSeconds(duration)) s

      \(table.text)
      In another shell:
      \(pathSetting)  . \(shellQuoted(folder.clientEnvironment))
        newswire topics create news --partitions 6 --if-not-exists
        echo hello | newswire produce news
        newswire consume news --from beginning --until-end

      Ctrl-C ends it; the data stays in \(folder.path)
      """)
  }
}
