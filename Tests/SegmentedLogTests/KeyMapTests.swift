import Model
import Testing

@testable import SegmentedLog

@Suite("The table of keys")
struct KeyMapTests {
  private func hash(_ count: Int) -> [UInt8] {
    let secret = KeySecret(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
    let hash = (0..<count).map { UInt8($0) }.withUnsafeBytes { KeyHash($0, secret) }
    return withUnsafeBytes(of: (hash.low.littleEndian, hash.high.littleEndian)) { Array($0) }
  }

  @Test("hashes are those of SipHash-2-4 with 128 bits")
  func vectors() {
    #expect(
      hash(0) == [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93])
    #expect(
      hash(1) == [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45])
  }

  @Test("it knows the last offset of each key, and says when it is full", arguments: [320, 20_000, 1_000_000])
  func map(bytes: Int) {
    let map = KeyMap(start: Offset(1000), keysMax: .max, bytesMax: bytes, secret: KeySecret(low: 3, high: 4))
    #expect(map.sizeInBytes <= max(bytes, 320))
    var stored = 0
    for number in 0..<100_000 {
      let key = Array("key \(number)".utf8)
      guard key.withUnsafeBytes({ map.put($0, at: Offset(1000 + Int64(number))) }) else { break }
      stored += 1
    }
    #expect(stored == map.countMax && stored * 20 > bytes * 3 / 5)
    for number in 0..<stored where number % 3 == 0 {
      let isThere = Array("key \(number)".utf8).withUnsafeBytes { map.put($0, at: Offset(500_000 + Int64(number))) }
      #expect(isThere)
    }
    for number in 0..<stored {
      let offset = Array("key \(number)".utf8).withUnsafeBytes { map.offset(of: $0) }
      #expect(offset == Offset(Int64(number % 3 == 0 ? 500_000 + number : 1000 + number)))
    }
    #expect(Array("another".utf8).withUnsafeBytes { map.offset(of: $0) } == nil)
  }
}
