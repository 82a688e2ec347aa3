import Testing

@testable import Configuration

@Suite struct ValueTests {
  @Test("sizes are exact, in powers of 1024 and of 1000")
  func sizes() {
    let kind = ValueKind<Int>.size()
    #expect(kind.parse("0") == 0)
    #expect(kind.parse("4096") == 4096)
    #expect(kind.parse("4096B") == 4096)
    #expect(kind.parse("128KiB") == 131_072)
    #expect(kind.parse("1GiB") == 1_073_741_824)
    #expect(kind.parse("2MB") == 2_000_000)
    for wrong in ["", "KiB", "1kib", "1K", "-1", "1.5MiB", " 1", "9999999999999TiB", "9223372036854775808", "٣"] {
      #expect(kind.parse(wrong) == nil, "\(wrong)")
    }
  }

  @Test("durations need a unit, unless they are nothing")
  func durations() {
    let kind = ValueKind<Duration>.duration()
    #expect(kind.parse("0") == .zero)
    #expect(kind.parse("250us") == .microseconds(250))
    #expect(kind.parse("5ms") == .milliseconds(5))
    #expect(kind.parse("2s") == .seconds(2))
    #expect(kind.parse("10m") == .seconds(600))
    #expect(kind.parse("7d") == .seconds(604_800))
    for wrong in ["", "5", "ms", "-5ms", "5 ms", "1.5s", "9223372036854775807w", "101w0"] {
      #expect(kind.parse(wrong) == nil, "\(wrong)")
    }
  }

  @Test("a value out of range is refused in words that say the range")
  func ranges() {
    #expect(
      ValueKind.size(1024...(1 << 30)).complaint(about: "1B")
        == #""1B" is not a size such as 128KiB or 1GiB, from 1KiB to 1GiB"#)
    #expect(
      ValueKind.duration(.milliseconds(1) ... .seconds(90)).complaint(about: "2m")
        == #""2m" is not a duration such as 5ms, 2s or 7d, from 1ms to 90s"#)
    #expect(ValueKind.integer(1...5).complaint(about: "6") == #""6" is not a whole number from 1 to 5"#)
    #expect(ValueKind.integer(1...Int.max).complaint(about: "0") == #""0" is not a whole number from 1 on"#)
    #expect(ValueKind.integer(1...5).complaint(about: "5") == nil)
  }

  @Test("addresses are read with names, IPv4 and IPv6, and written as they are read")
  func endpoints() {
    for text in ["localhost:9190", "10.0.0.1:0", "[::1]:9191", "broker_1.example:65535"] {
      #expect(Endpoint(text)?.description == text)
    }
    #expect(Endpoint("broker", defaultPort: 9191) == Endpoint(host: "broker", port: 9191))
    for wrong in ["", ":1", "a", "a:", "a:65536", "a:+1", "::1:9191", "[::1]", "[::1]9191", "a b:1", "[x]:1", "a/b:1"] {
      #expect(Endpoint(wrong) == nil, "\(wrong)")
    }
  }

  @Test("an error shows at most the start of a long value, without control characters")
  func quoting() {
    #expect(quoted("a\u{1b}[31m\nb") == "\"a\u{fffd}[31m\u{fffd}b\"")
    #expect(quoted(String(repeating: "x", count: 500)).count == 83)
  }

  @Test("the nearest word is found for a slip of the finger, and none for something else")
  func nearest() {
    let words = ["partitions", "replication-factor", "config", "key"]
    #expect(nearestWord(to: "partition", among: words) == "partitions")
    #expect(nearestWord(to: "patritions", among: words) == "partitions")
    #expect(nearestWord(to: "repl", among: words) == "replication-factor")
    #expect(nearestWord(to: "kye", among: words) == "key")
    #expect(nearestWord(to: "banana", among: words) == nil)
    #expect(nearestWord(to: "", among: words) == nil)
  }
}
