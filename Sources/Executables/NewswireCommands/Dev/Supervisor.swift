internal import Configuration
internal import Glibc
internal import Model
internal import Runtime

/// Starts the processes of a cluster, starts again those that die, and ends them in order.
actor Supervisor {
  /// What the cluster command has to react to.
  enum Event: Sendable {
    /// Every node answers that it serves.
    case ready
    /// A node has ended; `restartsIn` is nil if it is not started again.
    case ended(PlannedNode, ProcessEnd, restartsIn: Duration?)
    /// The cluster cannot work.
    case failed(String)
  }

  /// The variables that a node must not inherit.
  private static let ownVariables: Set<String> = [
    "NEWSWIRE_CONFIG", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
  ]
  /// How often a node may die young before the cluster has been ready for the first time.
  private static let earlyDeathsMax = 3
  /// How long the nodes of a role may take to end before they are killed.
  private static let patience = Duration.seconds(7)

  let plan: ClusterPlan
  let folder: ClusterFolder
  let loop: EventLoop
  private let programs: String
  private let restarts: Bool
  private let events: AsyncStream<Event>.Continuation
  private var children: [String: ChildProcess] = [:]
  private var keepers: [String: Task<Void, Never>] = [:]
  private var wasReady = false
  private var isStopping = false
  private var isHasty = false

  /// `programs` is the folder of the services' executables.
  init(
    plan: ClusterPlan, folder: ClusterFolder, programs: String, restarts: Bool, loop: EventLoop,
    events: AsyncStream<Event>.Continuation
  ) {
    self.plan = plan
    self.folder = folder
    self.programs = programs
    self.restarts = restarts
    self.loop = loop
    self.events = events
  }

  /// The process of a node, if it lives.
  func processID(of node: PlannedNode) -> Int32? { children[node.name]?.id }

  /// Starts all nodes; what becomes of them is told by events.
  func start() {
    for node in plan.nodes {
      keepers[node.name] = Task { await keep(node) }
    }
  }

  func hasBecomeReady() { wasReady = true }

  /// Ends all nodes, the coordinators last, and waits for that.
  func stop() async {
    isStopping = true
    for role in [NodeRole.groupCoordinator, .broker, .coordinator] {
      let nodes = plan.nodes.filter { $0.role == role }
      for node in nodes { children[node.name]?.send(isHasty ? SIGKILL : SIGTERM) }
      let killing = Task {
        try await Task.sleep(for: Self.patience)
        for node in nodes { children[node.name]?.send(SIGKILL) }
      }
      for node in nodes {
        keepers[node.name]?.cancel()
        await keepers[node.name]?.value
      }
      killing.cancel()
    }
  }

  /// Ends what is still there at once.
  func kill() {
    isHasty = true
    for child in children.values { child.send(SIGKILL) }
  }

  /// Runs a node over and over until the cluster is being stopped.
  private func keep(_ node: PlannedNode) async {
    var pace = RestartPace()
    while !isStopping {
      let began = monotonicNow()
      let end: ProcessEnd
      do {
        end = try await run(node)
      } catch {
        events.yield(.failed("\(node.name) cannot be started: \(error)"))
        return
      }
      guard !isStopping else { return }
      let pause = pace.pause(afterLiving: monotonicNow() - began)
      if !wasReady, end == .exited(2) || pace.youngDeaths >= Self.earlyDeathsMax || !restarts {
        events.yield(.failed("\(node.name) \(end); its log is \(folder.log(of: node))\n\(folder.lastWords(of: node))"))
        return
      }
      events.yield(.ended(node, end, restartsIn: restarts ? pause : nil))
      guard restarts else { return }
      try? await Task.sleep(for: pause)
    }
  }

  /// Runs a node once.
  private func run(_ node: PlannedNode) async throws -> ProcessEnd {
    let log = try folder.openLog(of: node)
    defer { close(log) }
    let arguments = BoundProgram.arguments(
      program: "\(programs)/\(node.program)", arguments: ["--config", folder.configuration(of: node)])
    let child = try await ChildProcess.start(
      ChildProgram(
        path: "/proc/self/exe", arguments: arguments, environment: environment(of: node), output: log,
        isDetached: true), on: loop)
    children[node.name] = child
    // The order to stop may have come while it was being started.
    if isStopping { child.send(isHasty ? SIGKILL : SIGTERM) }
    do {
      try folder.writeProcessID(child.id, of: node)
    } catch {
      events.yield(.failed("\(error)"))
    }
    let end = await child.end
    children[node.name] = nil
    folder.removeProcessID(of: node)
    return end
  }

  private func environment(of node: PlannedNode) -> [String: String] {
    let settings = plan.settings(of: node, folder: folder.folder(of: node), tls: folder.tls)
    let own = Self.ownVariables.union(settings.map(\.environmentVariable))
    return processEnvironment().filter { !own.contains($0.key) }
  }
}
