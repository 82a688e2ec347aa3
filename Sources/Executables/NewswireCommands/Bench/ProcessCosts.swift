internal import Glibc

/// How much processor time processes have used.
struct ProcessCosts: Sendable {
  /// The processes of the brokers on this machine; empty if they are not known.
  let brokers: [Int32]

  /// Processor time up to a moment, in seconds.
  struct Reading: Sendable {
    let client: Double
    let brokers: Double

    static func - (end: Reading, start: Reading) -> Reading {
      Reading(client: end.client - start.client, brokers: end.brokers - start.brokers)
    }
  }

  /// What has been used up to now.
  func read() -> Reading {
    Reading(
      client: processorTime(CLOCK_PROCESS_CPUTIME_ID), brokers: brokers.reduce(0) { $0 + (Self.seconds(of: $1) ?? 0) })
  }

  /// The processes of brokers that the files in the cluster's folder name.
  static func brokers(in folder: String) -> [Int32] {
    (1...ClusterPlan.nodesMax).compactMap { number in
      text(of: "\(folder)/run/broker-\(number).pid").flatMap { Int32($0.prefix { $0 != "\n" }) }
    }
  }

  /// The processor time that a process has used, in seconds; nil if it is not there.
  static func seconds(of process: Int32) -> Double? {
    // The name of the program may contain blanks and parentheses; the numbers stand behind the last one.
    guard let text = text(of: "/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return nil }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
  }
}

/// What a clock of processor time shows, in seconds.
func processorTime(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
