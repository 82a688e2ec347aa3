import Bytes
import Model

/// Which end of a connection this process is.
enum HTTP2Role: Sendable {
  case server, client
}

/// The sizes and rates that one connection keeps to.
struct HTTP2Limits: Sendable {
  /// How many streams the peer may have open at once.
  var streamsMax = 1000
  /// How many bytes of a stream may be under way before what was received has been used.
  var streamWindowBytes = 4 << 20
  /// How many bytes of all streams together may be under way.
  var connectionWindowBytes = 64 << 20
  /// The largest frame that the peer may send.
  var frameBytesMax = 1 << 20
  /// The largest DATA frame that we send, if the peer allows it.
  var dataFrameBytesMax = 128 << 10
  /// The longest list of header fields, as HTTP/2 counts it.
  var headerListBytesMax = 16 << 10
  /// The longest message, compressed or not.
  var messageBytesMax = 4 << 20
  /// Above this many queued bytes a stream says that it is not writable.
  var writableMarkBytes = 512 << 10
  /// What a peer may do that costs us more than it.
  var abuse = AbuseLimits()
}

/// Why a stream is over.
enum StreamEnd: Hashable, Sendable {
  /// Both sides said all they had to say.
  case finished
  /// One side reset it, with this HTTP/2 error code.
  case reset(code: UInt32)
  /// The peer has certainly not worked on it, so the same call may be made again elsewhere; why, in words.
  case unprocessed(String)
  /// The connection broke, or was closed; in words.
  case connectionLost(String)
}

/// Why a message was not taken.
enum MessageRefusal: Hashable, Sendable {
  /// It announces more bytes than the limit allows.
  case tooLarge(announced: Int, limit: Int)
  /// The process holds as many received bytes as it may.
  case overBudget(announced: Int)
  /// It is not framed as gRPC frames messages; in words.
  case malformed(String)
}

/// Who hears what comes in on a stream. Called on the connection's loop, while bytes are being received or sent.
protocol HTTP2StreamHandler: AnyObject {
  /// Client: the answer's headers, interim ones (1xx) passed over.
  func headersReceived(_ headers: HeaderBlock)
  /// A whole message. The next one follows unless receiving was paused.
  func messageReceived(_ message: ByteSlice, isCompressed: Bool)
  /// A message was refused. Nothing but `streamClosed` follows.
  func messageRefused(_ refusal: MessageRefusal)
  /// Client: the fields behind the last message.
  func trailersReceived(_ trailers: HeaderBlock)
  /// The peer has said all it had to say.
  func endReceived()
  /// What was queued has gone down under the mark.
  func writable()
  /// The stream is over: the last call, exactly one for each stream.
  func streamClosed(_ end: StreamEnd)
}

/// Who owns a session: moves its bytes and hears what concerns the whole connection.
protocol HTTP2SessionDelegate: AnyObject {
  /// There is something to send that `fill` will give out.
  func sessionNeedsFlush()
  /// Server: a request's headers are complete. Sets the stream's handler.
  func requestReceived(_ stream: HTTP2Stream, headers: HeaderBlock)
  /// A stream has ended; `openStreams` is up to date.
  func streamEnded()
  /// The peer's SETTINGS have come.
  func settingsReceived()
  /// The peer answered our ping.
  func pingAnswered(_ opaque: UInt64)
  /// The peer will take no streams above `lastStreamID`.
  func goAwayReceived(lastStreamID: Int32, code: UInt32, debugText: String)
}
