import Model

/// What opens a call on the wire.
struct CallHeaders {
  let path: String
  let authority: String
  let scheme: String
  let userAgent: String

  /// The fields, with the time that is left until the deadline.
  func block(_ options: CallOptions, timeLeft: Duration?) -> HeaderBlock {
    let block = HeaderBlock()
    block.append(":method", "POST")
    block.append(":scheme", scheme)
    block.append(":path", path)
    block.append(":authority", authority)
    block.append("te", "trailers")
    block.append("content-type", "application/grpc")
    block.append("user-agent", userAgent)
    block.append("grpc-accept-encoding", GzipCodec.accepted)
    if options.compress { block.append("grpc-encoding", GzipCodec.name) }
    if let timeLeft { block.append("grpc-timeout", TimeoutHeader.format(timeLeft)) }
    for entry in options.metadata.all { block.append(entry.key, entry.wireValue) }
    return block
  }
}
