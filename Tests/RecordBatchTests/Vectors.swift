/// Batches as kafka-python 3.0 builds them, for comparison to the byte.
enum Vectors {
  /// `key` = `value` at 1700000000000.
  static let one = hex(
    "0000000000000000000000400000000002db5e9cdd0000000000000000018bcfe568000000018bcfe56800ffffffffffffffffff"
      + "ffffffffff000000011c000000066b65790a76616c756500")

  /// Three records of producer 4711, epoch 3, from sequence 12 on: no key, no value, empty ones, headers.
  static let three = hex(
    "0000000000000000000000aa0000000002da95493f0000000000020000018bcfe5687b0000018bcfe58f0f000000000000126700"
      + "030000000c00000003be01000000018c016161616161616161616161616161616161616161616161616161616161616161616161"
      + "61616161616161616161616161616161616161616161616161616161616161616161610604683102780a656d70747900086e756c"
      + "6c0110000502046b3201001c00a89a010400000204c3a90400ff")

  /// One record in a transaction of producer 1.
  static let transactional = hex(
    "00000000000000000000003a00000000020aca790100100000000000000000000000050000000000000005000000000000000100"
      + "00000000000000000110000000026b027600")

  /// Five records, compressed with gzip.
  static let gzip = hex(
    "00000000000000000000007a00000000027500411e0001000000040000018bcfe568000000018bcfe56804ffffffffffffffffff"
      + "ffffffffff000000051f8b0800abf8036b02ff6b6262606060c936f8c0589698539aaa407f92a1898981898925db70609dc0c2c2"
      + "926d34b04e606363c9361e58277070b0649b0ca01300c318f1f78f020000")

  /// kafka-python writes leader epoch 0 where other producers say that there is none yet.
  static func withoutEpoch(_ batch: [UInt8]) -> [UInt8] {
    batch.replacing(at: 12, with: [0xff, 0xff, 0xff, 0xff])
  }

  static func hex(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8).map { UInt8($0 < 0x3a ? $0 - 0x30 : $0 - 0x57) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
