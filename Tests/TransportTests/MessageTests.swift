import Bytes
import Model
import Testing

@testable import Transport

@Suite("Message framing")
struct MessageFramingTests {
  private func wire(_ messages: [[UInt8]], flag: UInt8 = 0) -> [UInt8] {
    messages.flatMap { [flag] + MessagePrefix(isCompressed: false, length: UInt32($0.count)).bytes.dropFirst() + $0 }
  }

  private func read(_ chunks: [[UInt8]], max: Int = 1000) throws -> (messages: [ReceivedMessage], atBoundary: Bool) {
    var reader = MessageReader(messageBytesMax: max)
    var messages: [ReceivedMessage] = []
    for chunk in chunks {
      try chunk.withUnsafeBytes { buffer in
        var rest = buffer
        while let message = try reader.next(from: &rest) { messages.append(message) }
        #expect(rest.isEmpty)
      }
    }
    return (messages, reader.isAtBoundary)
  }

  @Test("messages come out whole, wherever the bytes are cut", arguments: 1...14)
  func cuts(size: Int) throws {
    let messages: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 7, count: 20), [9]]
    let bytes = wire(messages)
    let chunks = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    let result = try read(chunks)
    #expect(result.messages.map(\.bytes.array) == messages)
    #expect(result.messages.map(\.wireCount) == [8, 5, 25, 6])
    #expect(result.atBoundary)
  }

  @Test("a stream that ends inside a message is not at a boundary")
  func boundary() throws {
    #expect(try read([[0]]).atBoundary == false)
    #expect(try read([[0, 0, 0, 0, 2, 1]]).atBoundary == false)
    #expect(try read([]).atBoundary)
  }

  @Test("a message over the limit is refused at its prefix")
  func limit() throws {
    #expect(try read([wire([[1, 2, 3]])], max: 3).messages.count == 1)
    let error = #expect(throws: Status.self) { try read([[0, 0xff, 0xff, 0xff, 0xff]], max: 3) }
    #expect(error?.code == .resourceExhausted)
  }

  @Test("a flag other than 0 and 1 is refused, and 1 means compressed")
  func flags() throws {
    #expect(throws: Status.self) { try read([wire([[1]], flag: 2)]) }
    #expect(try read([wire([[1]], flag: 1)]).messages.map(\.isCompressed) == [true])
  }

  @Test("the prefix written in place is the prefix as bytes")
  func prefix() {
    let prefix = MessagePrefix(isCompressed: true, length: 0x0102_0304)
    var bytes = [UInt8](repeating: 0xee, count: 5)
    bytes.withUnsafeMutableBytes { prefix.write(to: $0.baseAddress!) }
    #expect(bytes == [1, 1, 2, 3, 4])
    #expect(prefix.bytes == bytes)
  }
}

@Suite("Gzip")
struct GzipCodecTests {
  @Test("what was compressed comes back", arguments: [0, 1, 100, 5000, 300_000])
  func roundTrip(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let half = count / 2
    let compressed = try GzipCodec.compress([ByteSlice(Array(bytes[..<half])), ByteSlice(Array(bytes[half...]))])
    #expect(try GzipCodec.decompress(compressed, bytesMax: count).array == bytes)
  }

  @Test("several gzip members are one message")
  func members() throws {
    let one = try GzipCodec.compress([ByteSlice([1, 2])])
    let two = try GzipCodec.compress([ByteSlice([3])])
    #expect(try GzipCodec.decompress(ByteSlice(one.array + two.array), bytesMax: 10).array == [1, 2, 3])
  }

  @Test("a bomb is refused at the limit")
  func bomb() throws {
    let compressed = try GzipCodec.compress([ByteSlice([UInt8](repeating: 0, count: 10_000_000))])
    let error = #expect(throws: Status.self) { try GzipCodec.decompress(compressed, bytesMax: 9_999_999) }
    #expect(error?.code == .resourceExhausted)
    #expect(try GzipCodec.decompress(compressed, bytesMax: 10_000_000).count == 10_000_000)
  }

  @Test("damaged, cut and foreign bytes are refused")
  func damage() throws {
    let good = try GzipCodec.compress([ByteSlice(Array(0..<200))]).array
    for count in 0..<good.count {
      #expect(throws: Status.self) { try GzipCodec.decompress(ByteSlice(Array(good[..<count])), bytesMax: 1000) }
    }
    #expect(throws: Status.self) { try GzipCodec.decompress(ByteSlice(good + [1]), bytesMax: 1000) }
    #expect(throws: Status.self) { try GzipCodec.decompress(ByteSlice([1, 2, 3]), bytesMax: 1000) }
  }
}
