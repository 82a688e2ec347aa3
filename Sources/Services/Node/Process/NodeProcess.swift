internal import ClusterMetadata
public import Configuration
internal import Glibc
internal import Messages
internal import Model
internal import Observability
internal import Runtime
internal import Transport

/// A service's process from its command line to its exit status.
public struct NodeProcess: Sendable {
  /// The version of all of Newswire's programs.
  public static let version = "0.1.0"

  private let kind: NodeKind
  /// Every key of the service's configuration.
  public let table: ConfigurationTable
  private let listenersKey: ConfigurationRecords
  private let metricsKey: ConfigurationKey<Endpoint>

  /// The process of one kind of service.
  public init(_ kind: NodeKind) {
    self.kind = kind
    listenersKey = NodeKeys.listeners(port: kind.port)
    metricsKey = NodeKeys.metricsAddress(port: kind.metricsPort)
    let identity: [any ConfigurationSetting] = [NodeKeys.id, NodeKeys.clusterName, NodeKeys.rack]
    let place: [any ConfigurationSetting] =
      kind.needsCoordinators ? [NodeKeys.coordinators, listenersKey] : [listenersKey]
    let tls: [any ConfigurationSetting] = [
      NodeKeys.certificate, NodeKeys.privateKey, NodeKeys.nodeAuthority, NodeKeys.clientAuthority,
    ]
    let process: [any ConfigurationSetting] = [
      NodeKeys.loops, metricsKey, NodeKeys.logLevel, NodeKeys.connectionsMax, NodeKeys.receivedBytesMax,
      NodeKeys.shutdownGrace,
    ]
    table = ConfigurationTable(
      summary:
        "Configuration of newswire-\(kind.role.rawValue).\nEvery key can also be set by the environment variable "
        + "that stands beside it. Unknown keys are errors.",
      settings: identity + place + kind.settings + tls + process)
  }

  /// Understands the command line, runs until told to stop, and returns the exit status.
  public func run() async -> Int32 {
    let file = CommandOption("config", .path, environment: "NEWSWIRE_CONFIG", help: "read the configuration from PATH")
    let show = CommandFlag(
      "print-default-config", help: "print the default configuration, each key explained, and exit")
    let check = CommandFlag("check-config", help: "check the configuration and exit")
    let name = "newswire-\(kind.role.rawValue)"
    let command = Command(
      name, summary: kind.summary, options: [file, show, check],
      examples: [
        .init("run with a configuration file", "\(name) --config /etc/newswire/\(kind.role.rawValue).yaml"),
        .init("write a file to begin with", "\(name) --print-default-config > \(kind.role.rawValue).yaml"),
      ]
    ) { arguments in
      if arguments.contains(show) {
        print(table.defaultFile, terminator: "")
        return 0
      }
      let configuration = try table.load(path: arguments[file], environment: processEnvironment())
      return arguments.contains(check) ? 0 : await serve(configuration)
    }
    return await Program(command, version: Self.version).runMain()
  }

  // MARK: Life

  /// Starts the node; it answers when this returns.
  func start(_ configuration: Configuration, _ logger: Logger) async throws -> RunningNode {
    try await RunningNode(kind, configuration, listenersKey, metricsKey, logger)
  }

  private func serve(_ configuration: Configuration) async -> Int32 {
    let logger = makeLogger(configuration)
    defer { _ = logger.sink.flush() }
    // A peer that closes while we write is an ordinary event.
    signal(SIGPIPE, SIG_IGN)
    raiseFileLimit(logger)
    do {
      let node = try await start(configuration, logger)
      return await node.untilStopped()
    } catch {
      logger.critical("cannot start", ["cause": "\(error)"])
      return 1
    }
  }

  /// Connections, segments and indexes all need descriptors: the process takes as many as it may have.
  private func raiseFileLimit(_ logger: Logger) {
    do {
      let limit = try FileLimit.raise()
      logger.info(
        "limit of open files",
        ["before": .init(Int64(clamping: limit.before)), "now": .init(Int64(clamping: limit.after))])
    } catch {
      logger.warning("the limit of open files stays as it is", ["cause": "\(error)"])
    }
  }

  private func makeLogger(_ configuration: Configuration) -> Logger {
    let level = LogLevel(name: configuration.value(NodeKeys.logLevel)) ?? .info
    let format = LogFormat.suitable(for: STDERR_FILENO, environment: processEnvironment())
    let sink = LogSink(level: level, format: format)
    return Logger(sink).with([
      "node": "\(kind.role.rawValue)/\(configuration.value(NodeKeys.id))"
    ])
  }
}
