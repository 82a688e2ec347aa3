import Bytes
import Model
import Testing

@testable import Transport

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
