import Foundation
import NewswireClient
import Testing

/// A cluster of real processes on this machine, as `newswire dev` runs it. It ends with the process of the tests, whatever
/// becomes of that: the shell that holds it waits for the end of its input.
final class RealCluster: Sendable {
  private static let hold = """
    "$1" dev --data "$2" --port-base "$3" --brokers "$4" >"$2.log" 2>&1 &
    cat >/dev/null
    kill $!
    wait $!
    rm -rf "$2"
    """

  let folder: URL
  private let portBase: Int
  private let holder: Process
  private let input = Pipe()

  /// The one that most tests share.
  static let shared = Task { try await RealCluster(brokers: 2) }
  /// One with three brokers.
  static let replicated = Task { try await RealCluster(brokers: 3) }

  private init(brokers: Int) async throws {
    let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let chosen = ProcessInfo.processInfo.environment["NEWSWIRE_BIN"].map { URL(fileURLWithPath: $0) } ?? programs
    folder = programs.appendingPathComponent("cluster-tests/\(getpid())-\(brokers)")
    try FileManager.default.createDirectory(
      at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
    portBase = try #require(Self.freePortBase())
    holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/bin/sh")
    holder.arguments = [
      "-c", Self.hold, "sh", chosen.appendingPathComponent("newswire").path, folder.path, "\(portBase)", "\(brokers)",
    ]
    holder.standardInput = input
    try holder.run()
    try await eventually("the cluster answers", within: .seconds(30)) {
      guard FileManager.default.fileExists(atPath: self.folder.appendingPathComponent("client.env").path) else {
        return false
      }
      let client = try self.client { $0.connectTimeout = .seconds(1) }
      let nodes = try? await client.admin.describeCluster().nodes
      await client.close()
      return nodes?.count == brokers + 2
    }
  }

  /// The first of ten ports that nobody listens on, nor on those for metrics.
  private static func freePortBase() -> Int? {
    let start = Int(getpid()) % 40 * 250
    return stride(from: 0, to: 10_000, by: 250).map { 20_000 + (start + $0) % 10_000 }.first { base in
      (0..<10).allSatisfy { isFree(base + $0) && isFree(base + 100 + $0) }
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
      }
    }
  }

  /// A client as a program would have it.
  func client(_ change: (inout ClientConfiguration) -> Void = { _ in }) throws -> NewswireClient {
    let tls = folder.appendingPathComponent("tls").path
    var configuration = ClientConfiguration(
      bootstrap: (0..<3).map { "localhost:\(portBase + $0)" }.joined(separator: ","),
      security: .tls(authority: "\(tls)/node-ca.pem", certificate: "\(tls)/admin.pem", key: "\(tls)/admin-key.pem"),
      clientID: "tests")
    change(&configuration)
    return try NewswireClient(configuration)
  }

  /// Sends a signal to a node, such as `broker-1`. One that dies of it is started again.
  func signal(_ number: Int32, _ node: String) async throws {
    let file = folder.appendingPathComponent("run/\(node).pid")
    try await eventually("\(node) has the signal") {
      let text = try? String(contentsOf: file, encoding: .utf8)
      guard let process = text.flatMap({ pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) else {
        return false
      }
      return kill(process, number) == 0
    }
  }
}

/// Waits until something holds.
func eventually(
  _ what: Comment, within patience: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + patience
  while try await !condition() {
    try #require(ContinuousClock.now < deadline, "\(what) not within \(patience)")
    try await Task.sleep(for: .milliseconds(20))
  }
}
