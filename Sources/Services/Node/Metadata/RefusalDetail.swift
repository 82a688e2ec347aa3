public import Messages
public import Model

extension Refusal {
  /// The refusal that another node's answer carries for one of several items.
  public init(detail: NewswireV1.ErrorDetail) {
    self.init(ErrorReason(rawValue: detail.reason) ?? .internal, detail.message, metadata: detail.metadata)
  }
}
