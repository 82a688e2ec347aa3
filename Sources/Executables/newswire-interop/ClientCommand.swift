import Configuration
import Glibc
import InteropMessages
import Runtime
import Transport

/// `newswire-interop client`: runs one test case against a server.
enum ClientCommand {
  private static let host = SpelledOption(
    "server-host", .text, default: "localhost", help: "the server's name or address")
  private static let port = SpelledOption(
    "server-port", .integer(1...65535), default: "10000", help: "the server's port")
  private static let nameOverride = SpelledOption(
    "server-host-override", .text, help: "the name that the server's certificate must have")
  private static let testCase = SpelledOption(
    "test-case", .text, default: "large_unary", help: "the case, or \"all\": \(TestCases.names.joined(separator: ", "))"
  )
  private static let useTLS = SpelledOption(
    "use-tls", .flexibleBoolean, default: "true", help: "false: speak HTTP/2 in the clear")
  private static let useTestCA = SpelledOption(
    "use-test-ca", .flexibleBoolean, help: "taken for the sake of testers; --ca says which authority to trust")
  private static let authority = SpelledOption("ca", .path, help: "PEM: the authority of the server's certificate")
  private static let certificate = SpelledOption("cert", .path, help: "PEM: the client's certificate")
  private static let key = SpelledOption("key", .path, help: "PEM: its private key")
  private static let iterations = SpelledOption(
    "soak-iterations", .integer(1...1_000_000_000), default: "10", help: "soak: how many calls")
  private static let failuresMax = SpelledOption(
    "soak-max-failures", .integer(0...1_000_000_000), default: "0", help: "soak: how many of them may fail")
  private static let latencyMax = SpelledOption(
    "soak-per-iteration-max-acceptable-latency-ms", .integer(1...1_000_000_000), default: "1000",
    help: "soak: a call that takes longer has failed")
  private static let timeMin = SpelledOption(
    "soak-min-time-ms-between-rpcs", .integer(0...1_000_000_000), default: "0", help: "soak: the pace of the calls")
  private static let overallTimeout = SpelledOption(
    "soak-overall-timeout-seconds", .integer(1...1_000_000_000),
    help: "soak: the end of it all; default: calls times their longest latency")
  private static let requestSize = SpelledOption(
    "soak-request-size", .integer(0...(64 << 20)), default: "271828", help: "soak: bytes of each request's payload")
  private static let responseSize = SpelledOption(
    "soak-response-size", .integer(0...(64 << 20)), default: "314159", help: "soak: bytes of each answer's payload")
  private static let threads = SpelledOption(
    "soak-num-threads", .integer(1...1000), default: "1", help: "soak: how many at the same time")

  static let command = Command(
    "client", summary: "run a test case against a server", details: "Exits with 0 if the case passed, with 1 if not.",
    options: host.options + port.options + nameOverride.options + testCase.options + useTLS.options
      + useTestCA.options + authority.options + certificate.options + key.options + iterations.options
      + failuresMax.options + latencyMax.options + timeMin.options + overallTimeout.options + requestSize.options
      + responseSize.options + threads.options,
    examples: [
      .init(
        "one case",
        "newswire-interop client --server-host localhost --server-port 10000 --ca ca.pem --test-case ping_pong")
    ],
    action: run)

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let wanted = testCase.value(in: arguments) ?? "large_unary"
    let names = wanted == "all" ? TestCases.names : [wanted]
    let loop = try EventLoop(name: "interop")
    loop.start()
    defer { loop.stop() }
    var options = ChannelOptions()
    options.serverNameOverride = nameOverride.value(in: arguments).flatMap { $0.isEmpty ? nil : $0 }
    let tls = try context(arguments)
    let host = host.value(in: arguments) ?? "localhost"
    let port = port.value(in: arguments) ?? 10000
    let cases = TestCases(soak: soak(arguments)) { [options] in
      Channel(host: host, port: port, tls: tls, loop: loop, options: options)
    }
    var failures = 0
    for name in names {
      guard let body = TestCases.all[name] else {
        throw UsageError("there is no test case \"\(name)\"; there are \(TestCases.names.joined(separator: ", "))")
      }
      do {
        try await body(cases)
        print("\(name): passed")
      } catch {
        failures += 1
        complain("\(name): FAILED: \(error)")
      }
    }
    return failures == 0 ? 0 : 1
  }

  private static func context(_ arguments: Arguments) throws -> TLSContext? {
    guard useTLS.value(in: arguments) != false else { return nil }
    guard let authority = authority.value(in: arguments) else { throw UsageError("give --ca, or --use-tls=false") }
    return try TLSContext(
      .client,
      TLSConfiguration(
        certificatePath: certificate.value(in: arguments), keyPath: key.value(in: arguments),
        nodeAuthorityPath: authority))
  }

  private static func soak(_ arguments: Arguments) -> SoakOptions {
    func number(_ option: SpelledOption<Int>) -> Int { option.value(in: arguments) ?? 0 }
    let latencyMax = Duration.milliseconds(number(latencyMax))
    return SoakOptions(
      iterations: number(iterations), failuresMax: number(failuresMax), latencyMax: latencyMax,
      timeMin: .milliseconds(number(timeMin)),
      overallTimeout: overallTimeout.value(in: arguments).map { .seconds($0) } ?? latencyMax * number(iterations),
      requestSize: number(requestSize), responseSize: Int32(number(responseSize)), threads: number(threads))
  }
}
