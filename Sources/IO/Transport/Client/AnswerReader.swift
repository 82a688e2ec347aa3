import Bytes
import Model

/// Reads what a server answers on one stream: headers, messages, trailers; and tells how the call ended.
struct AnswerReader {
  /// The metadata before the first message.
  private(set) var initialMetadata = Metadata()
  /// True once headers have come.
  private(set) var hasBegun = false
  private var isGzip = false
  private var status: Status?

  /// Takes the answer's headers; throws if the call cannot go on.
  mutating func headers(_ block: HeaderBlock) throws(Status) {
    hasBegun = true
    status = try Self.status(in: block)
    if status == nil { try checkHead(block) }
    // In an answer of headers alone they are its trailers.
    if status == nil { initialMetadata = try block.metadata() }
  }

  /// The message as it was before compression.
  func message(_ bytes: ByteSlice, isCompressed: Bool, bytesMax: Int) throws(Status) -> ByteSlice {
    guard hasBegun else { throw Status(.internal, "a message came before the answer's headers") }
    guard isCompressed else { return bytes }
    guard isGzip else { throw Status(.internal, "a message is marked compressed, but no compression was named") }
    return try GzipCodec.decompress(bytes, bytesMax: bytesMax)
  }

  /// Takes the fields behind the last message.
  mutating func trailers(_ block: HeaderBlock) {
    do {
      status = try Self.status(in: block) ?? status
    } catch {
      status = error
    }
  }

  /// How the call ended, once the server has said all it had to say.
  var end: Status {
    status ?? Status(.unknown, "the server ended the call without a status")
  }

  private mutating func checkHead(_ block: HeaderBlock) throws(Status) {
    let httpStatus = block.text(":status").flatMap { Int($0) } ?? 0
    guard httpStatus == 200 else { throw Status(httpStatus: httpStatus) }
    let type = block.text("content-type") ?? ""
    guard type.utf8.starts(with: "application/grpc".utf8) else {
      throw Status(.unknown, "the server's answer is not gRPC: its content type is \"\(type)\"")
    }
    switch block.text("grpc-encoding") {
    case nil, "identity": isGzip = false
    case GzipCodec.name: isGzip = true
    case .some(let name):
      throw Status(.internal, "the server compresses with \"\(name)\", which was not offered")
    }
  }

  private static func status(in block: HeaderBlock) throws(Status) -> Status? {
    guard let text = block.text("grpc-status") else { return nil }
    let message = block.value("grpc-message").map { PercentEncoding.decode($0) } ?? ""
    var status = Status(wireCode: Int(text) ?? StatusCode.unknown.rawValue, message: message)
    if let details = block.value("grpc-status-details-bin") { status.details = Base64.decode(details) ?? [] }
    status.trailers = try block.metadata()
    return status
  }
}
