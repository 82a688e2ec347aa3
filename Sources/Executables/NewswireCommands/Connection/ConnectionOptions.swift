internal import Configuration
internal import NewswireClient

/// How a command reaches a cluster, and as whom.
enum ConnectionOptions {
  private static let bootstrap = CommandOption(
    "bootstrap", short: "b", .text.named("HOST:PORT[,…]"), environment: "NEWSWIRE_BOOTSTRAP",
    help: "nodes to begin with, of any kind; one that answers is enough")
  private static let authority = CommandOption(
    "ca", .path.named("FILE"), environment: "NEWSWIRE_CA", help: "the certificate of the authority for nodes, PEM")
  private static let certificate = CommandOption(
    "cert", .path.named("FILE"), environment: "NEWSWIRE_CERT", help: "your certificate, PEM")
  private static let key = CommandOption(
    "key", .path.named("FILE"), environment: "NEWSWIRE_KEY", help: "the key of your certificate, PEM")
  private static let timeout = CommandOption(
    "timeout", .duration(.milliseconds(1) ... .seconds(86_400)), default: "30s", environment: "NEWSWIRE_TIMEOUT",
    help: "how long a call to the cluster may take, repetitions included")

  static let all: [any CommandLineOption] = [bootstrap, authority, certificate, key, timeout]

  /// What the options and the environment say; complains about what is missing.
  static func configuration(_ arguments: Arguments) throws -> ClientConfiguration {
    let security = ClientConfiguration.Security.tls(
      authority: try required(authority, arguments), certificate: try required(certificate, arguments),
      key: try required(key, arguments))
    return ClientConfiguration(
      bootstrap: try required(bootstrap, arguments), security: security,
      clientID: arguments.commandPath.joined(separator: " "), requestTimeout: arguments.value(timeout),
      connectTimeout: .seconds(6))
  }

  /// The files of the user's certificate and its key.
  static func ownCertificate(_ arguments: Arguments) throws -> (certificate: String, key: String) {
    (try required(certificate, arguments), try required(key, arguments))
  }

  private static func required(_ option: CommandOption<String>, _ arguments: Arguments) throws -> String {
    if let value = arguments[option] { return value }
    let name = option.declaration.name
    throw UsageError(
      "--\(name) is missing: give it, or set NEWSWIRE_\(name.uppercased()). "
        + "The file client.env in the folder of 'newswire dev' sets all that is needed: . newswire-data/client.env")
  }
}

/// The action of a command that works with a cluster. A reader of its output who goes away ends it without complaint.
func inCluster(
  _ body: @escaping @Sendable (NewswireClient, Arguments) async throws -> Void
) -> Command.Action {
  { arguments in
    let client = try NewswireClient(try ConnectionOptions.configuration(arguments))
    do {
      try await body(client, arguments)
      await client.close()
    } catch is StandardStreams.ReaderGone {
      await client.close()
    } catch let error as NewswireError where error.reason == .unknownTopic {
      let suggestion = await nearestTopic(client, arguments)
      await client.close()
      throw suggestion.map { CommandError("\(error)\nDid you mean \($0)?") } ?? error
    } catch {
      await client.close()
      throw error
    }
    return 0
  }
}

/// The topic that somebody most likely meant who named one that there is not.
private func nearestTopic(_ client: NewswireClient, _ arguments: Arguments) async -> String? {
  let named = (arguments[CommonOptions.topic].map { [$0] } ?? []) + arguments.all(CommonOptions.topics)
  guard let topics = try? await client.admin.listTopics().map(\.name) else { return nil }
  return named.first { !topics.contains($0) }.flatMap { nearestWord(to: $0, among: topics) }
}

/// Throws what became of the items of a call that did not succeed with each of them.
func throwFailures<Value>(_ items: [ItemResult<Value>]) throws {
  if items.count == 1 { _ = try items[0].get() }
  let failures = items.compactMap { item -> String? in
    guard case .failure(let error) = item.result else { return nil }
    return "\(item.name): \(error)"
  }
  if !failures.isEmpty { throw CommandError(failures.joined(separator: "\n")) }
}
