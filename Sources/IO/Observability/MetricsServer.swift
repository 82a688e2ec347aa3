import CMicrohttpd
import Glibc

/// Why a service's metrics cannot be served.
public struct MetricsServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What failed and why, in words for the operator.
  public let description: String
}

/// Serves `/metrics` and `/healthz` by plain HTTP, for collectors on the same machine.
///
/// Has one thread of its own, answers GET alone, and bounds connections and their memory. Ends when it is released.
public final class MetricsServer: @unchecked Sendable {
  /// The port it listens on; the real one where 0 was asked for.
  public let port: Int
  private let daemon: OpaquePointer
  private let pages: Unmanaged<Pages>

  /// The most connections at once.
  public static let connectionsMax = 32

  /// Listens on a numeric address. `ailments` says what is wrong with the service now: nothing if it is healthy.
  public init(
    host: String = "127.0.0.1", port: Int, metrics: Metrics, ailments: @escaping @Sendable () -> [String]
  ) throws(MetricsServerError) {
    let socket = try ListeningSocket(host: host, port: port)
    let pages = Unmanaged.passRetained(Pages(metrics: metrics, ailments: ailments))
    var options = [
      MHD_OptionItem(option: .LISTEN_SOCKET, value: Int(socket.descriptor), ptr_value: nil),
      MHD_OptionItem(option: .CONNECTION_LIMIT, value: Self.connectionsMax, ptr_value: nil),
      MHD_OptionItem(option: .CONNECTION_TIMEOUT, value: 10, ptr_value: nil),
      MHD_OptionItem(option: .CONNECTION_MEMORY_LIMIT, value: 16 << 10, ptr_value: nil),
      MHD_OptionItem(option: .END, value: 0, ptr_value: nil),
    ]
    let started = options.withUnsafeMutableBufferPointer { options in
      withVaList([Int32(MHD_OPTION.ARRAY.rawValue), options.baseAddress!, Int32(MHD_OPTION.END.rawValue)]) {
        MHD_start_daemon_va(
          MHD_USE_INTERNAL_POLLING_THREAD.rawValue | MHD_USE_POLL.rawValue, 0, nil, nil, answer, pages.toOpaque(), $0)
      }
    }
    guard let started else {
      pages.release()
      close(socket.descriptor)
      throw MetricsServerError(description: "the metrics server on \(host):\(port) cannot start")
    }
    daemon = started
    self.pages = pages
    self.port = socket.port
  }

  deinit {
    MHD_stop_daemon(daemon)
    pages.release()
  }
}

/// What the server answers with.
private final class Pages: Sendable {
  let metrics: Metrics
  let ailments: @Sendable () -> [String]

  init(metrics: Metrics, ailments: @escaping @Sendable () -> [String]) {
    self.metrics = metrics
    self.ailments = ailments
  }

  func page(_ method: String, _ path: String) -> (status: Int32, type: String, body: String) {
    let plain = "text/plain; charset=utf-8"
    guard method == "GET" else { return (405, plain, "only GET is answered here\n") }
    switch path {
    case "/metrics": return (200, "text/plain; version=0.0.4; charset=utf-8", metrics.exposition())
    case "/healthz":
      let ailments = ailments()
      return ailments.isEmpty ? (200, plain, "ok\n") : (503, plain, ailments.joined(separator: "\n") + "\n")
    default: return (404, plain, "there are /metrics and /healthz\n")
    }
  }
}

private func answer(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?,
  _ bodyCount: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let context, let url, let method else { return .NO }
  let pages = Unmanaged<Pages>.fromOpaque(context).takeUnretainedValue()
  let page = pages.page(String(cString: method), String(cString: url))
  var bytes = Array(page.body.utf8)
  guard let response = MHD_create_response_from_buffer(bytes.count, &bytes, .RESPMEM_MUST_COPY) else {
    return .NO
  }
  defer { MHD_destroy_response(response) }
  MHD_add_response_header(response, "Content-Type", page.type)
  if page.status == 405 { MHD_add_response_header(response, "Allow", "GET") }
  return MHD_queue_response(connection, UInt32(page.status), response)
}

/// A socket that listens on a numeric address.
private struct ListeningSocket {
  let descriptor: Int32
  let port: Int

  init(host: String, port: Int) throws(MetricsServerError) {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let found else {
      throw MetricsServerError(description: "\(host):\(port) is no numeric address and port")
    }
    defer { freeaddrinfo(found) }
    let descriptor = socket(
      found.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard descriptor >= 0, bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0,
      listen(descriptor, 16) == 0
    else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw MetricsServerError(description: "cannot listen on \(host):\(port) for metrics: \(reason)")
    }
    self.descriptor = descriptor
    self.port = port == 0 ? Self.boundPort(of: descriptor) : port
  }

  private static func boundPort(of descriptor: Int32) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &address) { bytes in
      getsockname(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
      return Int(bytes[2]) << 8 | Int(bytes[3])
    }
  }
}
