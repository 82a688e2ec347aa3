import Configuration
import Glibc
import InteropMessages
import Runtime
import Transport

/// `newswire-interop server`: answers testers until it is told to stop.
enum ServerCommand {
  private static let port = SpelledOption(
    "port", .integer(0...65535), default: "0", help: "the port to listen on; 0 lets the system choose")
  private static let host = SpelledOption(
    "host", .text, default: "0.0.0.0", help: "the numeric address to listen on")
  private static let certificate = SpelledOption("cert", .path, help: "PEM: the server's certificate")
  private static let key = SpelledOption("key", .path, help: "PEM: its private key")
  private static let authority = SpelledOption(
    "ca", .path, help: "PEM: the authority that must have issued the callers' certificates")
  private static let useTLS = SpelledOption(
    "use-tls", .flexibleBoolean, default: "true", help: "false: speak HTTP/2 in the clear")
  private static let noClientCertificate = CommandFlag(
    "insecure-no-client-cert", help: "let callers in that show no certificate")

  static let command = Command(
    "server", summary: "answer interoperability testers",
    details: "Prints \"listening on PORT\" once it does. Ends on SIGTERM and SIGINT.",
    options: port.options + host.options + certificate.options + key.options + authority.options + useTLS.options
      + [noClientCertificate],
    examples: [
      .init(
        "a server for testers without a certificate",
        "newswire-interop server --port 10000 --cert server.pem --key server.key --ca ca.pem --insecure-no-client-cert")
    ],
    action: run)

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let tls = try context(arguments)
    let group = try EventLoopGroup(count: 2, name: "interop")
    defer { group.stop() }
    var router = Router()
    TestService.register(on: &router)
    let health = HealthService(services: [GrpcTesting.TestService.serviceName])
    health.register(on: &router)
    ReflectionService().register(on: &router)
    var options = ServerOptions()
    options.node = "interop"
    let server = Server(group: group, tls: tls, options: options, router: router) { report in
      complain("\(report.remoteAddress): \(report.reason)")
    }
    let host = host.value(in: arguments) ?? "0.0.0.0"
    let address = try await server.listen(
      try SocketAddress(host: host, port: port.value(in: arguments) ?? 0))
    health.setAll(serving: true)
    await stopAsked(group.loops[0]) {
      print("listening on \(address.port)")
      fflush(nil)
    }
    health.shutDown()
    await server.shutdown(grace: .seconds(5))
    return 0
  }

  private static func context(_ arguments: Arguments) throws -> TLSContext? {
    guard useTLS.value(in: arguments) != false else { return nil }
    guard let certificate = certificate.value(in: arguments), let key = key.value(in: arguments) else {
      throw UsageError("give --cert and --key, or --use-tls=false")
    }
    let isOpen = arguments.contains(noClientCertificate)
    guard let authority = authority.value(in: arguments) ?? (isOpen ? certificate : nil) else {
      throw UsageError("give --ca, or --insecure-no-client-cert")
    }
    return try TLSContext(
      .server,
      TLSConfiguration(
        certificatePath: certificate, keyPath: key, nodeAuthorityPath: authority, requireClientCertificate: !isOpen))
  }

  /// Waits for SIGTERM or SIGINT; says `ready` once either would be heard.
  private static func stopAsked(_ loop: EventLoop, ready: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
      loop.execute {
        var isAsked = false
        for signal in [SIGTERM, SIGINT] {
          loop.onSignal(signal) {
            if !isAsked { continuation.resume() }
            isAsked = true
          }
        }
        ready()
      }
    }
  }
}

/// A line on stderr.
func complain(_ line: String) {
  var text = line + "\n"
  _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
