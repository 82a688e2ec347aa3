// swift-format-ignore-file
// Generated from newswire/internal/v1/quorum.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension NewswireInternalV1 {
  /// A voter: a coordinator and the disk folder that its votes and its log lie in.
  public struct Voter: Message {
    /// The coordinator's id.
    public var coordinatorID: Int32 = 0
    /// The folder's id, 16 bytes: the same id on an empty disk is another voter.
    public var folderID: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      coordinatorID: Int32 = 0,
      folderID: [UInt8] = []
    ) {
      self.coordinatorID = coordinatorID
      self.folderID = folderID
    }
  }

  /// Asks for a vote.
  public struct VoteRequest: Message {
    /// The cluster's id, 16 bytes.
    public var clusterID: [UInt8] = []
    /// The term in which the candidate would lead.
    public var term: Int64 = 0
    /// The candidate.
    public var candidate: NewswireInternalV1.Voter? = nil
    /// The index of its last entry.
    public var lastLogIndex: Int64 = 0
    /// The term of its last entry.
    public var lastLogTerm: Int64 = 0
    /// True if it only asks whether it would get the vote.
    public var preVote: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      term: Int64 = 0,
      candidate: NewswireInternalV1.Voter? = nil,
      lastLogIndex: Int64 = 0,
      lastLogTerm: Int64 = 0,
      preVote: Bool = false
    ) {
      self.clusterID = clusterID
      self.term = term
      self.candidate = candidate
      self.lastLogIndex = lastLogIndex
      self.lastLogTerm = lastLogTerm
      self.preVote = preVote
    }
  }

  /// A vote, or not.
  public struct VoteResponse: Message {
    /// The term of the one that answers.
    public var term: Int64 = 0
    /// True if the candidate has the vote.
    public var granted: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      term: Int64 = 0,
      granted: Bool = false
    ) {
      self.term = term
      self.granted = granted
    }
  }

  /// An entry of the metadata log.
  public struct QuorumEntry: Message {
    /// The term it was written in.
    public var term: Int64 = 0
    /// What it holds; empty for a leader's first entry.
    public var data: [UInt8] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      term: Int64 = 0,
      data: [UInt8] = []
    ) {
      self.term = term
      self.data = data
    }
  }

  /// Entries for a follower.
  public struct AppendRequest: Message {
    /// The cluster's id, 16 bytes.
    public var clusterID: [UInt8] = []
    /// The leader's term.
    public var term: Int64 = 0
    /// The leader.
    public var leaderID: Int32 = 0
    /// The index of the entry before these.
    public var previousIndex: Int64 = 0
    /// The term of the entry before these.
    public var previousTerm: Int64 = 0
    /// The last index that is committed.
    public var commitIndex: Int64 = 0
    /// The entries; none for a sign of life.
    public var entries: [NewswireInternalV1.QuorumEntry] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      term: Int64 = 0,
      leaderID: Int32 = 0,
      previousIndex: Int64 = 0,
      previousTerm: Int64 = 0,
      commitIndex: Int64 = 0,
      entries: [NewswireInternalV1.QuorumEntry] = []
    ) {
      self.clusterID = clusterID
      self.term = term
      self.leaderID = leaderID
      self.previousIndex = previousIndex
      self.previousTerm = previousTerm
      self.commitIndex = commitIndex
      self.entries = entries
    }
  }

  /// What the follower did.
  public struct AppendResponse: Message {
    /// The follower's term.
    public var term: Int64 = 0
    /// True if it has the entries.
    public var success: Bool = false
    /// The last index in which its log agrees with the leader's; after a refusal, where to try next.
    public var matchIndex: Int64 = 0

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      term: Int64 = 0,
      success: Bool = false,
      matchIndex: Int64 = 0
    ) {
      self.term = term
      self.success = success
      self.matchIndex = matchIndex
    }
  }

  /// A part of a snapshot.
  public struct InstallSnapshotRequest: Message {
    /// The cluster's id, 16 bytes.
    public var clusterID: [UInt8] = []
    /// The leader's term.
    public var term: Int64 = 0
    /// The leader.
    public var leaderID: Int32 = 0
    /// The last index that the snapshot includes.
    public var lastIndex: Int64 = 0
    /// The term of that entry.
    public var lastTerm: Int64 = 0
    /// Those who vote, as of the snapshot.
    public var voters: [NewswireInternalV1.Voter] = []
    /// Where this part begins in the snapshot, in bytes.
    public var position: Int64 = 0
    /// True for the last part.
    public var done: Bool = false
    /// The part.
    public var data: Bytes.Payload = .none

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      clusterID: [UInt8] = [],
      term: Int64 = 0,
      leaderID: Int32 = 0,
      lastIndex: Int64 = 0,
      lastTerm: Int64 = 0,
      voters: [NewswireInternalV1.Voter] = [],
      position: Int64 = 0,
      done: Bool = false,
      data: Bytes.Payload = .none
    ) {
      self.clusterID = clusterID
      self.term = term
      self.leaderID = leaderID
      self.lastIndex = lastIndex
      self.lastTerm = lastTerm
      self.voters = voters
      self.position = position
      self.done = done
      self.data = data
    }
  }

  /// What the follower did.
  public struct InstallSnapshotResponse: Message {
    /// The follower's term.
    public var term: Int64 = 0
    /// True if the snapshot is installed.
    public var success: Bool = false

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      term: Int64 = 0,
      success: Bool = false
    ) {
      self.term = term
      self.success = success
    }
  }

  /// Answered by coordinators to coordinators.
  public enum Quorum {
    /// The service's full name.
    public static let serviceName = "newswire.internal.v1.Quorum"
    /// Asks for a vote, or, before that, whether there would be one.
    public static let vote = Method<NewswireInternalV1.VoteRequest, NewswireInternalV1.VoteResponse>(
      path: "/newswire.internal.v1.Quorum/Vote", kind: .unary)
    /// Replicates the metadata log, and says who leads.
    public static let append = Method<NewswireInternalV1.AppendRequest, NewswireInternalV1.AppendResponse>(
      path: "/newswire.internal.v1.Quorum/Append", kind: .unary)
    /// Sends a snapshot in parts to one whose log ends before the leader's begins.
    public static let installSnapshot = Method<NewswireInternalV1.InstallSnapshotRequest, NewswireInternalV1.InstallSnapshotResponse>(
      path: "/newswire.internal.v1.Quorum/InstallSnapshot", kind: .clientStreaming)
    /// All of its methods.
    public static let methods: [(path: String, kind: CallKind)] = [
      ("/newswire.internal.v1.Quorum/Vote", .unary),
      ("/newswire.internal.v1.Quorum/Append", .unary),
      ("/newswire.internal.v1.Quorum/InstallSnapshot", .clientStreaming),
    ]
  }
}

extension NewswireInternalV1.Voter: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.Voter"
  package typealias Wire = Newswire__Internal__V1__Voter
  package static let schema = MessageSchema(of: Newswire__Internal__V1__Voter.self, newswire__internal__v1__voter__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__Voter>) {
    self.coordinatorID = wire.pointee.coordinator_id
    self.folderID = CValue.bytes(wire.pointee.folder_id)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__Voter>, in arena: Arena) {
    newswire__internal__v1__voter__init(wire)
    wire.pointee.coordinator_id = self.coordinatorID
    wire.pointee.folder_id = arena.bytes(self.folderID)
  }
}

extension NewswireInternalV1.VoteRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.VoteRequest"
  package typealias Wire = Newswire__Internal__V1__VoteRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__VoteRequest.self, newswire__internal__v1__vote_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__VoteRequest>) {
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.term = wire.pointee.term
    if let message = wire.pointee.candidate { self.candidate = .init(wire: message) }
    self.lastLogIndex = wire.pointee.last_log_index
    self.lastLogTerm = wire.pointee.last_log_term
    self.preVote = wire.pointee.pre_vote != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__VoteRequest>, in arena: Arena) {
    newswire__internal__v1__vote_request__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.term = self.term
    if let message = self.candidate { wire.pointee.candidate = arena.message(message) }
    wire.pointee.last_log_index = self.lastLogIndex
    wire.pointee.last_log_term = self.lastLogTerm
    wire.pointee.pre_vote = self.preVote ? 1 : 0
  }
}

extension NewswireInternalV1.VoteResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.VoteResponse"
  package typealias Wire = Newswire__Internal__V1__VoteResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__VoteResponse.self, newswire__internal__v1__vote_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__VoteResponse>) {
    self.term = wire.pointee.term
    self.granted = wire.pointee.granted != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__VoteResponse>, in arena: Arena) {
    newswire__internal__v1__vote_response__init(wire)
    wire.pointee.term = self.term
    wire.pointee.granted = self.granted ? 1 : 0
  }
}

extension NewswireInternalV1.QuorumEntry: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.QuorumEntry"
  package typealias Wire = Newswire__Internal__V1__QuorumEntry
  package static let schema = MessageSchema(of: Newswire__Internal__V1__QuorumEntry.self, newswire__internal__v1__quorum_entry__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__QuorumEntry>) {
    self.term = wire.pointee.term
    self.data = CValue.bytes(wire.pointee.data)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__QuorumEntry>, in arena: Arena) {
    newswire__internal__v1__quorum_entry__init(wire)
    wire.pointee.term = self.term
    wire.pointee.data = arena.bytes(self.data)
  }
}

extension NewswireInternalV1.AppendRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AppendRequest"
  package typealias Wire = Newswire__Internal__V1__AppendRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AppendRequest.self, newswire__internal__v1__append_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AppendRequest>) {
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.term = wire.pointee.term
    self.leaderID = wire.pointee.leader_id
    self.previousIndex = wire.pointee.previous_index
    self.previousTerm = wire.pointee.previous_term
    self.commitIndex = wire.pointee.commit_index
    self.entries = CValue.messages(wire.pointee.entries, wire.pointee.n_entries)
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AppendRequest>, in arena: Arena) {
    newswire__internal__v1__append_request__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.term = self.term
    wire.pointee.leader_id = self.leaderID
    wire.pointee.previous_index = self.previousIndex
    wire.pointee.previous_term = self.previousTerm
    wire.pointee.commit_index = self.commitIndex
    (wire.pointee.n_entries, wire.pointee.entries) = arena.messages(self.entries)
  }
}

extension NewswireInternalV1.AppendResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.AppendResponse"
  package typealias Wire = Newswire__Internal__V1__AppendResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__AppendResponse.self, newswire__internal__v1__append_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__AppendResponse>) {
    self.term = wire.pointee.term
    self.success = wire.pointee.success != 0
    self.matchIndex = wire.pointee.match_index
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__AppendResponse>, in arena: Arena) {
    newswire__internal__v1__append_response__init(wire)
    wire.pointee.term = self.term
    wire.pointee.success = self.success ? 1 : 0
    wire.pointee.match_index = self.matchIndex
  }
}

extension NewswireInternalV1.InstallSnapshotRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.InstallSnapshotRequest"
  package typealias Wire = Newswire__Internal__V1__InstallSnapshotRequest
  package static let schema = MessageSchema(of: Newswire__Internal__V1__InstallSnapshotRequest.self, newswire__internal__v1__install_snapshot_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__InstallSnapshotRequest>) {
    self.clusterID = CValue.bytes(wire.pointee.cluster_id)
    self.term = wire.pointee.term
    self.leaderID = wire.pointee.leader_id
    self.lastIndex = wire.pointee.last_index
    self.lastTerm = wire.pointee.last_term
    self.voters = CValue.messages(wire.pointee.voters, wire.pointee.n_voters)
    self.position = wire.pointee.position
    self.done = wire.pointee.done != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__InstallSnapshotRequest>, in arena: Arena) {
    newswire__internal__v1__install_snapshot_request__init(wire)
    wire.pointee.cluster_id = arena.bytes(self.clusterID)
    wire.pointee.term = self.term
    wire.pointee.leader_id = self.leaderID
    wire.pointee.last_index = self.lastIndex
    wire.pointee.last_term = self.lastTerm
    (wire.pointee.n_voters, wire.pointee.voters) = arena.messages(self.voters)
    wire.pointee.position = self.position
    wire.pointee.done = self.done ? 1 : 0
  }

  package var wirePayload: Bytes.Payload {
    get { data }
    set { data = newValue }
  }
}

extension NewswireInternalV1.InstallSnapshotResponse: WireMessage {
  /// The message's full name.
  public static let messageName = "newswire.internal.v1.InstallSnapshotResponse"
  package typealias Wire = Newswire__Internal__V1__InstallSnapshotResponse
  package static let schema = MessageSchema(of: Newswire__Internal__V1__InstallSnapshotResponse.self, newswire__internal__v1__install_snapshot_response__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Newswire__Internal__V1__InstallSnapshotResponse>) {
    self.term = wire.pointee.term
    self.success = wire.pointee.success != 0
  }

  package func fill(_ wire: UnsafeMutablePointer<Newswire__Internal__V1__InstallSnapshotResponse>, in arena: Arena) {
    newswire__internal__v1__install_snapshot_response__init(wire)
    wire.pointee.term = self.term
    wire.pointee.success = self.success ? 1 : 0
  }
}
