internal import Configuration
internal import NewswireClient

/// A failure in words for the user: what happened, and in a line of its own what to do next.
@Sendable func explanation(of error: any Error) -> String {
  guard let error = error as? NewswireError, let advice = Advice.text(for: error) else { return "\(error)" }
  return "\(error)\n\(advice)"
}

/// What a user can do about a failure, as far as one can tell.
enum Advice {
  static func text(for error: NewswireError) -> String? {
    switch error.reason {
    case .unavailable, .deadlineExceeded:
      return error.message.contains("TLS")
        ? "Check --ca, --cert and --key (NEWSWIRE_CA, …), and that --bootstrap is a node's port for clients."
        : "Check --bootstrap (NEWSWIRE_BOOTSTRAP), and whether the cluster runs; 'newswire dev' starts one here."
    case .unauthenticated, .permissionDenied:
      return "Use a certificate that may do this: --cert and --key; 'newswire certs show' tells whose yours is."
    case .unknownTopic:
      return "See 'newswire topics list', or make the topic: newswire topics create NAME."
    case .topicAlreadyExists: return "With --if-not-exists that is no error."
    case .unknownGroup: return "See 'newswire groups list'."
    case .groupNotEmpty: return "End the group's members first; 'newswire groups describe GROUP' shows them."
    case .offsetOutOfRange:
      return "Begin with --from beginning or --from end, or choose partitions: --partition N."
    case .partitionOutOfRange: return "See 'newswire topics describe TOPIC'."
    case .invalidConfiguration: return "See 'newswire topics describe TOPIC --all-config'."
    default: return nil
    }
  }
}
