internal import Messages
internal import Model
internal import Node
internal import Transport

extension BrokerCalls {
  /// `Produce`: one request, one answer.
  func produce(_ request: API.ProduceRequest, _ call: UnaryCall<API.ProduceResponse>) {
    ProduceOperation(request, call.context, self) { [self] result, node in
      call.trailers = trailers(for: node)
      switch result {
      case .success(let response): call.reply(response)
      case .failure(let refusal): call.fail(Status(refusal, node: nodeName))
      }
    }.start()
  }

  func trailers(for node: String) -> Metadata {
    guard node != nodeName else { return trailers }
    var trailers = Metadata()
    trailers.add(CallRouting.nodeKey, node)
    return trailers
  }
}
