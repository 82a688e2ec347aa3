// swift-format-ignore-file
// Generated from google/rpc/error_details.proto by Protos/generate.sh. Change that, not this.

public import Bytes
package import CMessages

extension GoogleRpc {
  /// The message `google.rpc.ErrorInfo`.
  public struct ErrorInfo: Message {
    /// The field `reason` of `google.rpc.ErrorInfo`.
    public var reason: String = ""
    /// The field `domain` of `google.rpc.ErrorInfo`.
    public var domain: String = ""
    /// The field `metadata` of `google.rpc.ErrorInfo`.
    public var metadata: [String: String] = [:]

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      reason: String = "",
      domain: String = "",
      metadata: [String: String] = [:]
    ) {
      self.reason = reason
      self.domain = domain
      self.metadata = metadata
    }
  }

  /// The message `google.rpc.RetryInfo`.
  public struct RetryInfo: Message {
    /// The field `retry_delay` of `google.rpc.RetryInfo`.
    public var retryDelay: GoogleProtobuf.Duration? = nil

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      retryDelay: GoogleProtobuf.Duration? = nil
    ) {
      self.retryDelay = retryDelay
    }
  }

  /// The message `google.rpc.DebugInfo`.
  public struct DebugInfo: Message {
    /// The field `stack_entries` of `google.rpc.DebugInfo`.
    public var stackEntries: [String] = []
    /// The field `detail` of `google.rpc.DebugInfo`.
    public var detail: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      stackEntries: [String] = [],
      detail: String = ""
    ) {
      self.stackEntries = stackEntries
      self.detail = detail
    }
  }

  /// The message `google.rpc.QuotaFailure`.
  public struct QuotaFailure: Message {
    /// The field `violations` of `google.rpc.QuotaFailure`.
    public var violations: [GoogleRpc.QuotaFailure.Violation] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      violations: [GoogleRpc.QuotaFailure.Violation] = []
    ) {
      self.violations = violations
    }

    /// The message `google.rpc.QuotaFailure.Violation`.
    public struct Violation: Message {
      /// The field `subject` of `google.rpc.QuotaFailure.Violation`.
      public var subject: String = ""
      /// The field `description` of `google.rpc.QuotaFailure.Violation`.
      public var description: String = ""

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        subject: String = "",
        description: String = ""
      ) {
        self.subject = subject
        self.description = description
      }
    }
  }

  /// The message `google.rpc.PreconditionFailure`.
  public struct PreconditionFailure: Message {
    /// The field `violations` of `google.rpc.PreconditionFailure`.
    public var violations: [GoogleRpc.PreconditionFailure.Violation] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      violations: [GoogleRpc.PreconditionFailure.Violation] = []
    ) {
      self.violations = violations
    }

    /// The message `google.rpc.PreconditionFailure.Violation`.
    public struct Violation: Message {
      /// The field `type` of `google.rpc.PreconditionFailure.Violation`.
      public var type: String = ""
      /// The field `subject` of `google.rpc.PreconditionFailure.Violation`.
      public var subject: String = ""
      /// The field `description` of `google.rpc.PreconditionFailure.Violation`.
      public var description: String = ""

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        type: String = "",
        subject: String = "",
        description: String = ""
      ) {
        self.type = type
        self.subject = subject
        self.description = description
      }
    }
  }

  /// The message `google.rpc.BadRequest`.
  public struct BadRequest: Message {
    /// The field `field_violations` of `google.rpc.BadRequest`.
    public var fieldViolations: [GoogleRpc.BadRequest.FieldViolation] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      fieldViolations: [GoogleRpc.BadRequest.FieldViolation] = []
    ) {
      self.fieldViolations = fieldViolations
    }

    /// The message `google.rpc.BadRequest.FieldViolation`.
    public struct FieldViolation: Message {
      /// The field `field` of `google.rpc.BadRequest.FieldViolation`.
      public var field: String = ""
      /// The field `description` of `google.rpc.BadRequest.FieldViolation`.
      public var description: String = ""

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        field: String = "",
        description: String = ""
      ) {
        self.field = field
        self.description = description
      }
    }
  }

  /// The message `google.rpc.RequestInfo`.
  public struct RequestInfo: Message {
    /// The field `request_id` of `google.rpc.RequestInfo`.
    public var requestID: String = ""
    /// The field `serving_data` of `google.rpc.RequestInfo`.
    public var servingData: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      requestID: String = "",
      servingData: String = ""
    ) {
      self.requestID = requestID
      self.servingData = servingData
    }
  }

  /// The message `google.rpc.ResourceInfo`.
  public struct ResourceInfo: Message {
    /// The field `resource_type` of `google.rpc.ResourceInfo`.
    public var resourceType: String = ""
    /// The field `resource_name` of `google.rpc.ResourceInfo`.
    public var resourceName: String = ""
    /// The field `owner` of `google.rpc.ResourceInfo`.
    public var owner: String = ""
    /// The field `description` of `google.rpc.ResourceInfo`.
    public var description: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      resourceType: String = "",
      resourceName: String = "",
      owner: String = "",
      description: String = ""
    ) {
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.owner = owner
      self.description = description
    }
  }

  /// The message `google.rpc.Help`.
  public struct Help: Message {
    /// The field `links` of `google.rpc.Help`.
    public var links: [GoogleRpc.Help.Link] = []

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      links: [GoogleRpc.Help.Link] = []
    ) {
      self.links = links
    }

    /// The message `google.rpc.Help.Link`.
    public struct Link: Message {
      /// The field `description` of `google.rpc.Help.Link`.
      public var description: String = ""
      /// The field `url` of `google.rpc.Help.Link`.
      public var url: String = ""

      /// The message with every field at its default.
      public init() {}

      /// The message with these fields; what is left out has its default.
      public init(
        description: String = "",
        url: String = ""
      ) {
        self.description = description
        self.url = url
      }
    }
  }

  /// The message `google.rpc.LocalizedMessage`.
  public struct LocalizedMessage: Message {
    /// The field `locale` of `google.rpc.LocalizedMessage`.
    public var locale: String = ""
    /// The field `message` of `google.rpc.LocalizedMessage`.
    public var message: String = ""

    /// The message with every field at its default.
    public init() {}

    /// The message with these fields; what is left out has its default.
    public init(
      locale: String = "",
      message: String = ""
    ) {
      self.locale = locale
      self.message = message
    }
  }
}

extension GoogleRpc.ErrorInfo: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.ErrorInfo"
  package typealias Wire = Google__Rpc__ErrorInfo
  package static let schema = MessageSchema(of: Google__Rpc__ErrorInfo.self, google__rpc__error_info__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__ErrorInfo>) {
    self.reason = CValue.string(wire.pointee.reason)
    self.domain = CValue.string(wire.pointee.domain)
    self.metadata = CValue.dictionary(wire.pointee.metadata, wire.pointee.n_metadata) {
      (CValue.string($0.pointee.key), CValue.string($0.pointee.value))
    }
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__ErrorInfo>, in arena: Arena) {
    google__rpc__error_info__init(wire)
    wire.pointee.reason = arena.string(self.reason)
    wire.pointee.domain = arena.string(self.domain)
    (wire.pointee.n_metadata, wire.pointee.metadata) = arena.dictionary(self.metadata, google__rpc__error_info__metadata_entry__init) {
      entry, key, value in
      entry.pointee.key = arena.string(key)
      entry.pointee.value = arena.string(value)
    }
  }
}

extension GoogleRpc.RetryInfo: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.RetryInfo"
  package typealias Wire = Google__Rpc__RetryInfo
  package static let schema = MessageSchema(of: Google__Rpc__RetryInfo.self, google__rpc__retry_info__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__RetryInfo>) {
    if let message = wire.pointee.retry_delay { self.retryDelay = .init(wire: message) }
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__RetryInfo>, in arena: Arena) {
    google__rpc__retry_info__init(wire)
    if let message = self.retryDelay { wire.pointee.retry_delay = arena.message(message) }
  }
}

extension GoogleRpc.DebugInfo: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.DebugInfo"
  package typealias Wire = Google__Rpc__DebugInfo
  package static let schema = MessageSchema(of: Google__Rpc__DebugInfo.self, google__rpc__debug_info__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__DebugInfo>) {
    self.stackEntries = CValue.array(wire.pointee.stack_entries, wire.pointee.n_stack_entries) { CValue.string($0) }
    self.detail = CValue.string(wire.pointee.detail)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__DebugInfo>, in arena: Arena) {
    google__rpc__debug_info__init(wire)
    (wire.pointee.n_stack_entries, wire.pointee.stack_entries) = arena.array(self.stackEntries) { arena.string($0) }
    wire.pointee.detail = arena.string(self.detail)
  }
}

extension GoogleRpc.QuotaFailure: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.QuotaFailure"
  package typealias Wire = Google__Rpc__QuotaFailure
  package static let schema = MessageSchema(of: Google__Rpc__QuotaFailure.self, google__rpc__quota_failure__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__QuotaFailure>) {
    self.violations = CValue.messages(wire.pointee.violations, wire.pointee.n_violations)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__QuotaFailure>, in arena: Arena) {
    google__rpc__quota_failure__init(wire)
    (wire.pointee.n_violations, wire.pointee.violations) = arena.messages(self.violations)
  }
}

extension GoogleRpc.QuotaFailure.Violation: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.QuotaFailure.Violation"
  package typealias Wire = Google__Rpc__QuotaFailure__Violation
  package static let schema = MessageSchema(of: Google__Rpc__QuotaFailure__Violation.self, google__rpc__quota_failure__violation__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__QuotaFailure__Violation>) {
    self.subject = CValue.string(wire.pointee.subject)
    self.description = CValue.string(wire.pointee.description)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__QuotaFailure__Violation>, in arena: Arena) {
    google__rpc__quota_failure__violation__init(wire)
    wire.pointee.subject = arena.string(self.subject)
    wire.pointee.description = arena.string(self.description)
  }
}

extension GoogleRpc.PreconditionFailure: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.PreconditionFailure"
  package typealias Wire = Google__Rpc__PreconditionFailure
  package static let schema = MessageSchema(of: Google__Rpc__PreconditionFailure.self, google__rpc__precondition_failure__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__PreconditionFailure>) {
    self.violations = CValue.messages(wire.pointee.violations, wire.pointee.n_violations)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__PreconditionFailure>, in arena: Arena) {
    google__rpc__precondition_failure__init(wire)
    (wire.pointee.n_violations, wire.pointee.violations) = arena.messages(self.violations)
  }
}

extension GoogleRpc.PreconditionFailure.Violation: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.PreconditionFailure.Violation"
  package typealias Wire = Google__Rpc__PreconditionFailure__Violation
  package static let schema = MessageSchema(of: Google__Rpc__PreconditionFailure__Violation.self, google__rpc__precondition_failure__violation__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__PreconditionFailure__Violation>) {
    self.type = CValue.string(wire.pointee.type)
    self.subject = CValue.string(wire.pointee.subject)
    self.description = CValue.string(wire.pointee.description)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__PreconditionFailure__Violation>, in arena: Arena) {
    google__rpc__precondition_failure__violation__init(wire)
    wire.pointee.type = arena.string(self.type)
    wire.pointee.subject = arena.string(self.subject)
    wire.pointee.description = arena.string(self.description)
  }
}

extension GoogleRpc.BadRequest: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.BadRequest"
  package typealias Wire = Google__Rpc__BadRequest
  package static let schema = MessageSchema(of: Google__Rpc__BadRequest.self, google__rpc__bad_request__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__BadRequest>) {
    self.fieldViolations = CValue.messages(wire.pointee.field_violations, wire.pointee.n_field_violations)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__BadRequest>, in arena: Arena) {
    google__rpc__bad_request__init(wire)
    (wire.pointee.n_field_violations, wire.pointee.field_violations) = arena.messages(self.fieldViolations)
  }
}

extension GoogleRpc.BadRequest.FieldViolation: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.BadRequest.FieldViolation"
  package typealias Wire = Google__Rpc__BadRequest__FieldViolation
  package static let schema = MessageSchema(of: Google__Rpc__BadRequest__FieldViolation.self, google__rpc__bad_request__field_violation__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__BadRequest__FieldViolation>) {
    self.field = CValue.string(wire.pointee.field)
    self.description = CValue.string(wire.pointee.description)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__BadRequest__FieldViolation>, in arena: Arena) {
    google__rpc__bad_request__field_violation__init(wire)
    wire.pointee.field = arena.string(self.field)
    wire.pointee.description = arena.string(self.description)
  }
}

extension GoogleRpc.RequestInfo: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.RequestInfo"
  package typealias Wire = Google__Rpc__RequestInfo
  package static let schema = MessageSchema(of: Google__Rpc__RequestInfo.self, google__rpc__request_info__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__RequestInfo>) {
    self.requestID = CValue.string(wire.pointee.request_id)
    self.servingData = CValue.string(wire.pointee.serving_data)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__RequestInfo>, in arena: Arena) {
    google__rpc__request_info__init(wire)
    wire.pointee.request_id = arena.string(self.requestID)
    wire.pointee.serving_data = arena.string(self.servingData)
  }
}

extension GoogleRpc.ResourceInfo: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.ResourceInfo"
  package typealias Wire = Google__Rpc__ResourceInfo
  package static let schema = MessageSchema(of: Google__Rpc__ResourceInfo.self, google__rpc__resource_info__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__ResourceInfo>) {
    self.resourceType = CValue.string(wire.pointee.resource_type)
    self.resourceName = CValue.string(wire.pointee.resource_name)
    self.owner = CValue.string(wire.pointee.owner)
    self.description = CValue.string(wire.pointee.description)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__ResourceInfo>, in arena: Arena) {
    google__rpc__resource_info__init(wire)
    wire.pointee.resource_type = arena.string(self.resourceType)
    wire.pointee.resource_name = arena.string(self.resourceName)
    wire.pointee.owner = arena.string(self.owner)
    wire.pointee.description = arena.string(self.description)
  }
}

extension GoogleRpc.Help: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.Help"
  package typealias Wire = Google__Rpc__Help
  package static let schema = MessageSchema(of: Google__Rpc__Help.self, google__rpc__help__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__Help>) {
    self.links = CValue.messages(wire.pointee.links, wire.pointee.n_links)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__Help>, in arena: Arena) {
    google__rpc__help__init(wire)
    (wire.pointee.n_links, wire.pointee.links) = arena.messages(self.links)
  }
}

extension GoogleRpc.Help.Link: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.Help.Link"
  package typealias Wire = Google__Rpc__Help__Link
  package static let schema = MessageSchema(of: Google__Rpc__Help__Link.self, google__rpc__help__link__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__Help__Link>) {
    self.description = CValue.string(wire.pointee.description)
    self.url = CValue.string(wire.pointee.url)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__Help__Link>, in arena: Arena) {
    google__rpc__help__link__init(wire)
    wire.pointee.description = arena.string(self.description)
    wire.pointee.url = arena.string(self.url)
  }
}

extension GoogleRpc.LocalizedMessage: WireMessage {
  /// The message's full name.
  public static let messageName = "google.rpc.LocalizedMessage"
  package typealias Wire = Google__Rpc__LocalizedMessage
  package static let schema = MessageSchema(of: Google__Rpc__LocalizedMessage.self, google__rpc__localized_message__init)

  /// Reads the message from its bytes; throws if they are not exactly one.
  public init(decoding bytes: ByteSlice) throws(MessageError) { self = try WireCodec.decode(bytes) }
  /// The message as bytes.
  public func encoded() -> EncodedMessage { WireCodec.encode(self) }

  package init(wire: UnsafePointer<Google__Rpc__LocalizedMessage>) {
    self.locale = CValue.string(wire.pointee.locale)
    self.message = CValue.string(wire.pointee.message)
  }

  package func fill(_ wire: UnsafeMutablePointer<Google__Rpc__LocalizedMessage>, in arena: Arena) {
    google__rpc__localized_message__init(wire)
    wire.pointee.locale = arena.string(self.locale)
    wire.pointee.message = arena.string(self.message)
  }
}
