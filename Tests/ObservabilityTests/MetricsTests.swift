import Glibc
import Testing

@testable import Observability

private let records = CounterDescription("test_records_total", "Records.", labels: ["topic"])
private let connections = GaugeDescription("test_connections", "Connections\nopen.")
private let latency = HistogramDescription(
  "test_latency_seconds", "Time.", bounds: [.milliseconds(1), .milliseconds(5), .seconds(1)])

@Suite struct MetricsTests {
  @Test("figures are shown in Prometheus's format, families and series in order")
  func exposition() {
    let metrics = Metrics()
    metrics.counter(records, "b").add(2)
    metrics.counter(records, "a\"\\\n").add()
    metrics.counter(records, "b").add(3)
    metrics.gauge(connections).set(7)
    metrics.gauge(connections).add(-2)
    #expect(
      metrics.exposition()
        == #"""
        # HELP test_connections Connections\nopen.
        # TYPE test_connections gauge
        test_connections 5
        # HELP test_records_total Records.
        # TYPE test_records_total counter
        test_records_total{topic="a\"\\\n"} 1
        test_records_total{topic="b"} 5

        """#)
  }

  @Test("a histogram counts each value below the bounds that it does not exceed")
  func histogram() {
    let metrics = Metrics()
    let histogram = metrics.histogram(latency)
    for duration in [Duration.microseconds(10), .milliseconds(1), .microseconds(1001), .seconds(1), .seconds(3)] {
      histogram.observe(duration)
    }
    #expect(
      metrics.exposition()
        == """
        # HELP test_latency_seconds Time.
        # TYPE test_latency_seconds histogram
        test_latency_seconds_bucket{le="0.001"} 2
        test_latency_seconds_bucket{le="0.005"} 3
        test_latency_seconds_bucket{le="1"} 4
        test_latency_seconds_bucket{le="+Inf"} 5
        test_latency_seconds_sum 4.002011
        test_latency_seconds_count 5

        """)
  }

  @Test("a series can be read at the moment it is shown, and be forgotten")
  func readers() {
    let metrics = Metrics()
    let size = GaugeDescription("test_size_bytes", "Size.", labels: ["topic", "partition"])
    metrics.observe(size, "a", "0") { 1.5 }
    metrics.observe(size, "a", "1") { .nan }
    metrics.observe(size, "b", "0") { 3 }
    #expect(metrics.exposition().contains("test_size_bytes{topic=\"a\",partition=\"0\"} 1.5\n"))
    metrics.removeSeries(firstLabel: "a")
    #expect(metrics.exposition().hasSuffix("gauge\ntest_size_bytes{topic=\"b\",partition=\"0\"} 3\n"))
  }

  @Test("the number of series is bounded")
  func bounded() {
    let metrics = Metrics()
    for number in 0..<Metrics.seriesMax + 10 { metrics.counter(records, "\(number)").add() }
    #expect(metrics.counter(records, "new").value == 10)
    #expect(metrics.counter(records, "5").value == 1)
  }

  @Test("counting from many threads loses nothing")
  func threads() async {
    let metrics = Metrics()
    let counter = metrics.counter(records, "x")
    let histogram = metrics.histogram(latency)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<10_000 {
            counter.add()
            histogram.observe(.milliseconds(2))
          }
        }
      }
    }
    #expect(counter.value == 40_000)
    #expect(histogram.snapshot.cumulative == [0, 40_000, 40_000, 40_000])
    #expect(histogram.snapshot.sum == 80_000_000_000)
  }

  @Test("a process knows its memory, processor time and files")
  func process() {
    #expect(ProcessFigures.residentBytes > 1 << 20)
    #expect(ProcessFigures.processorSeconds > 0)
    let before = ProcessFigures.openDescriptors
    #expect(before >= 3 && before <= ProcessFigures.descriptorsMax)
    let metrics = Metrics()
    metrics.addProcessFigures()
    for name in ["resident_memory_bytes", "cpu_seconds_total", "open_fds", "max_fds", "start_time_seconds"] {
      #expect(metrics.exposition().contains("\nprocess_\(name) "))
    }
  }

  @Test("outside of systemd nobody is told anything")
  func serviceManager() {
    #expect(ServiceManager.keepAliveInterval == nil)
    ServiceManager.status("two\nlines")
  }
}

@Suite struct MetricsServerTests {
  /// Sends `request` to the port on loopback and returns the whole answer.
  private func exchange(_ port: Int, _ request: String) -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return "" }
    _ = Array(request.utf8).withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += buffer.prefix(count)
    }
    return String(decoding: answer, as: UTF8.self)
  }

  @Test("metrics and health are answered to GET, and nothing else is")
  func pages() throws {
    let metrics = Metrics()
    metrics.counter(records, "x").add()
    let ailing = metrics.gauge(connections)
    let server = try MetricsServer(port: 0, metrics: metrics) { ailing.value > 0 ? ["disk full", "no leader"] : [] }
    #expect(server.port > 0)
    let end = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    let page = exchange(server.port, "GET /metrics \(end)")
    #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(page.contains("Content-Type: text/plain; version=0.0.4"))
    #expect(page.hasSuffix("test_records_total{topic=\"x\"} 1\n"))
    #expect(exchange(server.port, "GET /healthz \(end)").hasSuffix("\r\n\r\nok\n"))
    ailing.set(1)
    let ill = exchange(server.port, "GET /healthz \(end)")
    #expect(ill.hasPrefix("HTTP/1.1 503 ") && ill.hasSuffix("\r\n\r\ndisk full\nno leader\n"))
    #expect(exchange(server.port, "GET /other \(end)").hasPrefix("HTTP/1.1 404 "))
    let post = exchange(server.port, "POST /metrics \(end)")
    #expect(post.hasPrefix("HTTP/1.1 405 ") && post.contains("Allow: GET"))
    #expect(exchange(server.port, "nonsense\r\n\r\n").isEmpty || !exchange(server.port, "x\r\n\r\n").contains(" 200 "))
  }

  @Test("a port that is taken is refused in words")
  func taken() throws {
    let server = try MetricsServer(port: 0, metrics: Metrics()) { [] }
    do {
      _ = try MetricsServer(port: server.port, metrics: Metrics()) { [] }
      Issue.record("listens twice")
    } catch {
      #expect(
        "\(error)" == "cannot listen on 127.0.0.1:\(server.port) for metrics: Address already in use")
    }
    #expect(throws: MetricsServerError.self) { try MetricsServer(host: "x.y", port: 0, metrics: Metrics()) { [] } }
  }
}
