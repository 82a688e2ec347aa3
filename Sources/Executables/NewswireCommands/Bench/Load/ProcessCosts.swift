internal import Configuration
internal import Glibc

/// How much processor time the processes of a cluster on this machine have used.
struct ProcessCosts: Sendable {
  /// A process of the cluster's.
  struct Server: Hashable, Sendable {
    /// The node, such as `broker-1`, or the process's id.
    let name: String
    let process: Int32
    let isBroker: Bool
  }

  /// Those that are known; empty if the cluster is elsewhere.
  let servers: [Server]

  /// Processor time up to a moment, in seconds.
  struct Reading: Hashable, Sendable {
    /// This process's.
    let client: Double
    /// That of each server, in the order of `servers`.
    let servers: [Double]

    static func - (end: Reading, start: Reading) -> Reading {
      Reading(client: end.client - start.client, servers: zip(end.servers, start.servers).map { $0 - $1 })
    }
  }

  /// What a measurement has cost.
  struct Cost: Hashable, Sendable {
    /// Processor time of this process, in seconds.
    var client: Double?
    /// That of all brokers; nil if they are not known.
    var brokers: Double?
    /// That of each server.
    var servers: [ServerCost] = []
  }

  /// The processor time of one server, in seconds.
  struct ServerCost: Hashable, Sendable {
    let name: String
    let seconds: Double
  }

  /// What has been used up to now.
  func read() -> Reading {
    Reading(
      client: processorTime(CLOCK_PROCESS_CPUTIME_ID), servers: servers.map { Self.seconds(of: $0.process) ?? 0 })
  }

  /// What has been used since `start`.
  func since(_ start: Reading) -> Cost {
    let used = read() - start
    let named = zip(servers, used.servers)
    let brokers = named.filter(\.0.isBroker)
    return Cost(
      client: used.client, brokers: brokers.isEmpty ? nil : brokers.reduce(0) { $0 + $1.1 },
      servers: named.map { ServerCost(name: $0.name, seconds: $1) })
  }

  /// The servers that the files in the cluster's folder name.
  static func servers(in folder: String) -> [Server] {
    ["broker", "coordinator", "group-coordinator"].flatMap { role in
      (1...ClusterPlan.nodesMax).compactMap { number in
        let name = "\(role)-\(number)"
        return SystemText.read("\(folder)/run/\(name).pid").flatMap { Int32($0.prefix { $0 != "\n" }) }
          .map { Server(name: name, process: $0, isBroker: role == "broker") }
      }
    }
  }

  /// The processor time that a process has used, in seconds; nil if it is not there.
  static func seconds(of process: Int32) -> Double? {
    // The name of the program may contain blanks and parentheses; the numbers stand behind the last one.
    guard let text = SystemText.read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return nil }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

/// What a clock of processor time shows, in seconds.
func processorTime(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
