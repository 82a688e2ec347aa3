internal import ClusterMetadata
internal import Configuration
internal import Glibc
internal import Messages
internal import Model
internal import Observability
internal import Runtime
internal import Transport

/// A node from the first open file to the last closed one.
struct RunningNode: Sendable {
  enum Wish: Sendable {
    case stop(String)
    case reloadCertificates
    case giveUp(String)
  }

  /// What the servers may take beyond the grace to break off what is left.
  private static let lastWords = Duration.seconds(1)
  /// How long the service may take to close what it has on disk.
  private static let closeMax = Duration.seconds(10)

  private let kind: NodeKind
  /// What the service was given.
  let environment: NodeEnvironment
  private let service: any NodeService
  private let servers: [Server]
  private let serverTLS: TLSContext
  private let metricsServer: MetricsServer
  private let wishes: AsyncStream<Wish>
  private let wish: AsyncStream<Wish>.Continuation

  init(
    _ kind: NodeKind, _ configuration: Configuration, _ listenersKey: ConfigurationRecords,
    _ metricsKey: ConfigurationKey<Endpoint>, _ logger: Logger
  ) async throws {
    self.kind = kind
    let (wishes, wish) = AsyncStream<Wish>.makeStream(bufferingPolicy: .bufferingNewest(16))
    self.wishes = wishes
    self.wish = wish
    let name = try NodeName(
      cluster: configuration.value(NodeKeys.clusterName), role: kind.role,
      number: Int32(configuration.value(NodeKeys.id)))
    let tls = TLSConfiguration(
      certificatePath: configuration.value(NodeKeys.certificate), keyPath: configuration.value(NodeKeys.privateKey),
      nodeAuthorityPath: configuration.value(NodeKeys.nodeAuthority),
      clientAuthorityPath: configuration.value(NodeKeys.clientAuthority), ownAuthority: .node)
    serverTLS = try TLSContext(.server, tls)
    let loopCount = configuration.value(NodeKeys.loops)
    let loops = try EventLoopGroup(
      count: loopCount == 0 ? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) : loopCount, name: "loop")
    environment = NodeEnvironment(
      name: name, configuration: configuration, loops: loops, clientTLS: try TLSContext(.client, tls), logger: logger,
      metrics: Metrics(), health: HealthService(services: kind.services), view: MetadataView(),
      fail: { wish.yield(.giveUp("\($0)")) })

    loops.loops[0].execute { [loop = loops.loops[0]] in
      for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
        loop.onSignal(number) { wish.yield(.stop(name)) }
      }
      loop.onSignal(SIGHUP) { wish.yield(.reloadCertificates) }
    }
    let figures = NodeMetrics(environment)
    service = try await kind.make(environment)
    let settings = try NodeKeys.listeners(configuration, listenersKey)
    let metadataCalls = MetadataCalls(view: environment.view)
    var servers: [Server] = []
    var advertised: [ListenerAddress] = []
    for listener in settings {
      let server = Server(
        group: loops, tls: serverTLS, options: Self.options(configuration, name),
        router: Self.router(environment, kind, service, metadataCalls, listener.name, figures),
        report: Self.report(logger, figures))
      let bound = try await server.listen(SocketAddress(host: listener.bind.host, port: listener.bind.port))
      servers.append(server)
      advertised.append(Self.advertised(listener, bound))
      logger.info("listening", ["listener": "\(listener.name)", "address": "\(bound)"])
    }
    self.servers = servers
    let metrics = configuration.value(metricsKey)
    metricsServer = try MetricsServer(
      host: metrics.host, port: metrics.port, metrics: environment.metrics,
      ailments: { [health = environment.health] in
        health.isServing("") == true ? [] : ["the node cannot do its work yet"]
      })
    try await service.start(listeners: advertised)
    ServiceManager.ready()
    logger.info("ready", ["name": "\(name)"])
  }

  /// Does what `SIGTERM` does.
  func askToStop() { wish.yield(.stop("asked to")) }

  /// Waits for a signal or a failure, stops in order, and returns the exit status.
  func untilStopped() async -> Int32 {
    let logger = environment.logger
    startWatchdog()
    for await wish in wishes {
      switch wish {
      case .reloadCertificates: reloadCertificates()
      case .stop(let signal):
        logger.info("stopping", ["signal": "\(signal)"])
        await stop()
        return 0
      case .giveUp(let cause):
        logger.critical("giving up", ["cause": "\(cause)"])
        await stop()
        return 1
      }
    }
    return 0
  }

  /// The first loop says that the process lives: if it stands still, nothing works.
  private func startWatchdog() {
    guard let interval = ServiceManager.keepAliveInterval else { return }
    let loop = environment.loops.loops[0]
    loop.execute { _ = loop.schedule(every: interval) { ServiceManager.keepAlive() } }
  }

  private func stop() async {
    ServiceManager.stopping()
    environment.health.shutDown()
    for server in servers { server.stopListening() }
    let end = monotonicNow() + environment.configuration.value(NodeKeys.shutdownGrace)
    await part("leave", until: end) { await service.leave() }
    environment.view.endWaiting()
    await part("drain", until: end + Self.lastWords) { [servers] in
      await withTaskGroup(of: Void.self) { group in
        for server in servers { group.addTask { await server.shutdown(grace: max(end - monotonicNow(), .zero)) } }
      }
    }
    await part("close", until: monotonicNow() + Self.closeMax) { await service.stop() }
    environment.loops.stop()
    environment.logger.info("stopped", [:])
  }

  /// One part of the stop; what is not done in time is left behind, and the log says so.
  private func part(_ name: String, until end: Instant, _ body: @escaping @Sendable () async -> Void) async {
    guard await !finishes(within: end - monotonicNow(), body) else { return }
    environment.logger.warning("stopping takes too long, going on", ["part": "\(name)"])
  }

  private func reloadCertificates() {
    do {
      try serverTLS.reload()
      try environment.clientTLS.reload()
      environment.logger.info("certificates reloaded", [:])
    } catch {
      environment.logger.error("certificates cannot be reloaded; the old ones stay in use", ["cause": "\(error)"])
    }
  }

  // MARK: Parts

  private static func options(_ configuration: Configuration, _ name: NodeName) -> ServerOptions {
    var options = ServerOptions()
    options.node = "\(name.role.rawValue)/\(name.id)"
    options.connectionsMax = configuration.value(NodeKeys.connectionsMax)
    options.receivedBytesMax = configuration.value(NodeKeys.receivedBytesMax)
    return options
  }

  private static func router(
    _ environment: NodeEnvironment, _ kind: NodeKind, _ service: any NodeService, _ metadata: MetadataCalls,
    _ listener: String, _ figures: NodeMetrics
  ) -> Router {
    var router = Router()
    let rules = Authorization(cluster: environment.name.cluster, internalServices: kind.internalServices)
    let logger = environment.logger
    let node = "\(kind.role.rawValue)/\(environment.name.id)"
    router.authorize = { context in
      guard let refusal = rules.refusal(for: context) else { return nil }
      figures.refusedCalls.add()
      logger.once(
        key: "refused \(context.path) \(context.peer.map { "\($0)" } ?? "")", .warning, "call refused",
        ["path": "\(context.path)", "from": "\(context.remoteAddress)", "cause": "\(refusal.message)"])
      return Status(refusal, node: node)
    }
    metadata.register(on: &router, listener: listener)
    service.register(on: &router, listener: listener)
    environment.health.register(on: &router)
    ReflectionService(files: FileDescriptors.all).register(on: &router)
    return router
  }

  /// What went wrong with a connection is said once per cause, not once per try.
  private static func report(
    _ logger: Logger, _ figures: NodeMetrics
  ) -> @Sendable (ConnectionReport) -> Void {
    { report in
      figures.refusedConnections.add()
      logger.once(
        key: "connection \(report.reason)", .warning, "connection refused",
        ["from": "\(report.remoteAddress)", "cause": "\(report.reason)"])
    }
  }

  private static func advertised(_ listener: ListenerSettings, _ bound: SocketAddress) -> ListenerAddress {
    if let advertised = listener.advertised {
      return ListenerAddress(name: listener.name, host: advertised.host, port: UInt16(clamping: advertised.port))
    }
    let isWildcard = ["0.0.0.0", "::"].contains(bound.host)
    return ListenerAddress(
      name: listener.name, host: isWildcard ? hostName() : bound.host, port: UInt16(clamping: bound.port))
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
