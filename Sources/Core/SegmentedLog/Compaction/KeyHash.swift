/// A secret that makes the hashes of keys unpredictable: drawn anew for every cleaning, never stored.
public struct KeySecret: Hashable, Sendable {
  let low: UInt64
  let high: UInt64

  /// This secret.
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }
}

/// 128 bits that stand for a key: SipHash-2-4 with a long result.
///
/// Two keys with the same hash would be taken for one. Without the secret nobody can look for such a pair, and among
/// 100 million keys there is one by chance with a probability of about 10^-23.
struct KeyHash: Hashable {
  var low: UInt64
  var high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  init(_ key: UnsafeRawBufferPointer, _ secret: KeySecret) {
    var state = SipState(secret)
    var position = 0
    while position + 8 <= key.count {
      state.take(UInt64(littleEndian: key.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
      position += 8
    }
    var last = UInt64(truncatingIfNeeded: key.count) << 56
    var shift: UInt64 = 0
    while position < key.count {
      last |= UInt64(key[position]) << shift
      shift += 8
      position += 1
    }
    state.take(last)
    (low, high) = state.finish()
  }
}

private struct SipState {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  init(_ secret: KeySecret) {
    v0 = secret.low ^ 0x736f_6d65_7073_6575
    v1 = secret.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
    v2 = secret.low ^ 0x6c79_6765_6e65_7261
    v3 = secret.high ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  mutating func take(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always)
  mutating func finish() -> (UInt64, UInt64) {
    v2 ^= 0xee
    for _ in 0..<4 { round() }
    let first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xdd
    for _ in 0..<4 { round() }
    return (first, v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = (v1 << 13 | v1 >> 51) ^ v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = (v3 << 16 | v3 >> 48) ^ v2
    v0 &+= v3
    v3 = (v3 << 21 | v3 >> 43) ^ v0
    v2 &+= v1
    v1 = (v1 << 17 | v1 >> 47) ^ v2
    v2 = v2 << 32 | v2 >> 32
  }
}
