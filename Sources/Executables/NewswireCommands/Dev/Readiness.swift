internal import Certificates
internal import Messages
internal import Runtime
internal import Transport

/// Asks nodes for their health until they serve.
struct Readiness: Sendable {
  private static let pause = Duration.milliseconds(20)

  let tls: TLSContext
  let loop: EventLoop

  /// Loads the certificates of the cluster's own client.
  init(_ folder: ClusterFolder, loop: EventLoop) throws {
    let name = folder.clientCertificate
    tls = try TLSContext(
      .client,
      TLSConfiguration(
        certificatePath: name.certificate, keyPath: name.key, nodeAuthorityPath: "\(folder.tls)/node-ca.pem"))
    self.loop = loop
  }

  /// Waits until a node serves; throws only if the task is cancelled.
  func wait(for node: PlannedNode) async throws {
    var options = ChannelOptions()
    options.backoff = Backoff(initial: Self.pause, max: .milliseconds(200), multiplier: 1.5, jitter: 0)
    let channel = Channel(host: "localhost", port: node.port, tls: tls, loop: loop, options: options)
    defer { channel.close() }
    while true {
      let answer = try? await channel.unary(
        GrpcHealthV1.Health.check, GrpcHealthV1.HealthCheckRequest(),
        options: CallOptions(timeout: .seconds(2), waitForReady: true))
      if answer?.status == .serving { return }
      try await Task.sleep(for: Self.pause)
    }
  }
}
