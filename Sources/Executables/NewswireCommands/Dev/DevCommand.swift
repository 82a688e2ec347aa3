internal import Configuration
internal import Glibc
internal import Model
internal import Runtime

/// `newswire dev`: a whole cluster on this machine.
enum DevCommand {
  private static let counts = ValueKind<Int>.integer(1...ClusterPlan.nodesMax)
  private static let brokers = CommandOption("brokers", counts, default: "1", help: "how many brokers")
  private static let coordinators = CommandOption("coordinators", counts, default: "1", help: "how many coordinators")
  private static let groupCoordinators = CommandOption(
    "group-coordinators", counts, default: "1", help: "how many group coordinators")
  private static let data = CommandOption(
    "data", short: "d", .path.named("DIR"), default: "./newswire-data", environment: "NEWSWIRE_DATA",
    help: "the cluster's folder; what is in it is used again")
  private static let portBase = CommandOption(
    "port-base", short: "p", .integer(1024...65_300), default: "9190", help: "the first of the cluster's ports")
  private static let noRestart = CommandFlag("no-restart", help: "do not start again a node that has ended")

  static let command = Command(
    "dev", summary: "run a whole cluster on this machine",
    details: """
      Runs a cluster with TLS and its own certificates, one process a node, until Ctrl-C. A node that dies is started
      again. A second start on the same folder goes on with its data.

      In DIR: client.env sets for a shell how to reach the cluster; tls/ has the certificates and both authorities;
      run/broker-1.pid names a node's process and run/broker-1.log is what it says; broker-1/ is a node's own folder with
      its configuration file and its data.

      Ports: with --port-base N the coordinator listens on N, the broker on N+1, the group coordinator on N+2; each further
      node of a role 3 above the one before it. Metrics and health are shown 100 above, in plain HTTP on loopback.

      Keys that the configuration files do not set can be set for all nodes by the environment, such as
      NEWSWIRE_LOG_LEVEL=debug.
      """,
    options: [brokers, coordinators, groupCoordinators, data, portBase, noRestart],
    examples: [
      .init("a small cluster", "newswire dev"),
      .init("in another shell", ". newswire-data/client.env && newswire topics create news --partitions 6"),
      .init("three brokers on other ports, elsewhere", "newswire dev --brokers 3 --port-base 19190 --data /tmp/three"),
    ]
  ) { arguments in
    guard arguments.value(coordinators) == 1 else {
      throw UsageError("this version runs one coordinator; several need the metadata quorum, which is not there yet")
    }
    let plan = ClusterPlan(
      coordinators: arguments.value(coordinators), brokers: arguments.value(brokers),
      groupCoordinators: arguments.value(groupCoordinators), portBase: arguments.value(portBase))
    let folder = try ClusterFolder(arguments.value(data))
    defer { folder.unlock() }
    let programs = try findPrograms(plan)
    let loop = try EventLoop(name: "supervisor")
    loop.start()
    defer { loop.stop() }
    try await clearLeftOvers(plan, folder)
    try checkPorts(plan)
    try folder.prepare(plan)
    let run = try DevRun(
      plan: plan, folder: folder, programs: programs, restarts: !arguments.contains(noRestart), loop: loop)
    return await run.untilStopped()
  }

  /// The folder of this executable, where the services are too.
  private static func findPrograms(_ plan: ClusterPlan) throws -> String {
    guard let own = linkTarget("/proc/self/exe"), let slash = own.lastIndex(of: "/") else {
      throw CommandError("cannot find out where this program is: is /proc mounted?")
    }
    let programs = String(own[..<slash])
    for program in Set(plan.nodes.map(\.program)).sorted() where access("\(programs)/\(program)", X_OK) != 0 {
      throw CommandError("\(programs)/\(program) is not there: build or install it beside this program")
    }
    return programs
  }

  /// Nodes whose cluster command was killed are on their way out: waits for their end, and sees to it.
  private static func clearLeftOvers(_ plan: ClusterPlan, _ folder: ClusterFolder) async throws {
    for node in plan.nodes {
      var checks = 0
      while let id = folder.leftOver(node) {
        if checks == 0 { kill(id, SIGTERM) }
        if checks == 150 { kill(id, SIGKILL) }
        checks += 1
        try await Task.sleep(for: .milliseconds(50))
      }
      folder.removeProcessID(of: node)
    }
  }

  private static func checkPorts(_ plan: ClusterPlan) throws {
    for port in plan.nodes.flatMap({ [$0.port, $0.metricsPort] }) where !isFree(port) {
      throw CommandError(
        "port \(port) is in use: end the program that uses it, or choose other ports by --port-base N")
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result == 0 || errno != EADDRINUSE
  }
}
