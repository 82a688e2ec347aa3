import Bytes
import Messages
public import Model

/// A refusal on the wire: a `google.rpc.Status` with `ErrorInfo`, and `RetryInfo` or `BadRequest` where they help.
extension Status {
  /// `ErrorInfo.domain` of every refusal.
  private static let domain = "newswire"
  /// The key under which `ErrorInfo.metadata` names the node that refused.
  private static let nodeKey = "node"
  /// When a call that can succeed later may be made again, at the earliest.
  private static let retryDelay = Duration.milliseconds(100)

  /// What a caller is told of a refusal by `node`. A node that is already in the refusal's metadata stays.
  public init(_ refusal: Refusal, node: String? = nil) {
    let entry = refusal.reason.entry
    var metadata = refusal.metadata
    if let node, metadata[Self.nodeKey] == nil { metadata[Self.nodeKey] = node }
    let message = "\(refusal.message): \(entry.advice)"
    let info = GoogleRpc.ErrorInfo(reason: refusal.reason.rawValue, domain: Self.domain, metadata: metadata)
    var details = [GoogleProtobuf.AnyMessage(packing: info)]
    if entry.isRetriable {
      let retry = GoogleRpc.RetryInfo(retryDelay: GoogleProtobuf.Duration(Self.retryDelay))
      details.append(GoogleProtobuf.AnyMessage(packing: retry))
    }
    if let field = refusal.field {
      let violation = GoogleRpc.BadRequest.FieldViolation(field: field, description: refusal.message)
      details.append(GoogleProtobuf.AnyMessage(packing: GoogleRpc.BadRequest(fieldViolations: [violation])))
    }
    let status = GoogleRpc.Status(code: Int32(entry.code.rawValue), message: message, details: details)
    self.init(entry.code, message, details: status.serialized)
  }

  /// The refusal that the details hold; nil if the status is none of ours.
  public var refusal: Refusal? {
    guard !details.isEmpty, let status = try? GoogleRpc.Status(decoding: details) else { return nil }
    var info: GoogleRpc.ErrorInfo?
    var field: String?
    for detail in status.details {
      if let found = try? detail.unpacked(as: GoogleRpc.ErrorInfo.self) { info = found }
      if let found = try? detail.unpacked(as: GoogleRpc.BadRequest.self) { field = found.fieldViolations.first?.field }
    }
    guard let info, info.domain == Self.domain, let reason = ErrorReason(rawValue: info.reason) else { return nil }
    let advice = ": \(reason.entry.advice)"
    let message = self.message.hasSuffix(advice) ? String(self.message.dropLast(advice.count)) : self.message
    return Refusal(reason, message, metadata: info.metadata, field: field)
  }
}
