/// How to reach a cluster, and as whom.
///
/// ```swift
/// let configuration = ClientConfiguration(
///   bootstrap: "broker-1.example:9191,broker-2.example:9191",
///   security: .tls(authority: "ca.pem", certificate: "orders.pem", key: "orders.key"),
///   clientID: "orders")
/// ```
public struct ClientConfiguration: Hashable, Sendable {
  /// How connections are secured.
  public enum Security: Hashable, Sendable {
    /// TLS 1.3. `authority` is a PEM file with the certificates of the authority for nodes; `certificate` and `key` are
    /// the client's own, and say who it is.
    case tls(authority: String, certificate: String?, key: String?)
    /// In the clear: only for nodes that were asked to listen so.
    case plaintext
  }

  /// Nodes to begin with, `host:port` with commas between them. One that answers is enough: the others are learned.
  public var bootstrap: String
  /// How connections are secured.
  public var security: Security
  /// A name for people that describes the program: it stands in descriptions of groups.
  public var clientID: String
  /// The rack or zone that the program runs in; empty: no matter.
  public var rack: String
  /// How long a call may take, repetitions included, unless it says otherwise.
  public var requestTimeout: Duration
  /// How long a cluster is looked for of which no node has answered yet; bounds the first calls beside `requestTimeout`.
  public var connectTimeout: Duration
  /// How long a topic that nobody knows is looked for: one that was created just now may be news to a node.
  public var unknownTopicPatience: Duration

  /// A configuration with the usual bounds.
  public init(
    bootstrap: String, security: Security, clientID: String = "newswire-swift", rack: String = "",
    requestTimeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(15),
    unknownTopicPatience: Duration = .seconds(2)
  ) {
    self.bootstrap = bootstrap
    self.security = security
    self.clientID = clientID
    self.rack = rack
    self.requestTimeout = requestTimeout
    self.connectTimeout = connectTimeout
    self.unknownTopicPatience = unknownTopicPatience
  }
}

extension ClientConfiguration {
  /// What the variables `NEWSWIRE_BOOTSTRAP`, `NEWSWIRE_CA`, `NEWSWIRE_CERT` and `NEWSWIRE_KEY` say, which the command line
  /// reads too and `newswire dev` writes into `client.env`; throws `INVALID_CLIENT_CONFIGURATION` if one is missing.
  public init(environment: [String: String], clientID: String = "newswire-swift") throws(NewswireError) {
    func value(_ name: String) throws(NewswireError) -> String {
      guard let value = environment[name], !value.isEmpty else {
        throw NewswireError(
          .invalidClientConfiguration,
          "the environment variable \(name) is not set; the file client.env in the folder of 'newswire dev' sets it")
      }
      return value
    }
    self.init(
      bootstrap: try value("NEWSWIRE_BOOTSTRAP"),
      security: .tls(
        authority: try value("NEWSWIRE_CA"), certificate: try value("NEWSWIRE_CERT"), key: try value("NEWSWIRE_KEY")),
      clientID: clientID)
  }
}
