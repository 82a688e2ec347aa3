/// Kafka's murmur2 over a record's key, seed included: clients of both systems agree on the partition.
@inlinable
public func murmur2(_ bytes: some Collection<UInt8>) -> Int32 {
  let multiplier: UInt32 = 0x5bd1_e995
  var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
  var word: UInt32 = 0
  var filled: UInt32 = 0
  for byte in bytes {
    word |= UInt32(byte) << (8 * filled)
    filled += 1
    if filled == 4 {
      word = word &* multiplier
      word ^= word >> 24
      word = word &* multiplier
      hash = (hash &* multiplier) ^ word
      word = 0
      filled = 0
    }
  }
  if filled > 0 {
    hash ^= word
    hash = hash &* multiplier
  }
  hash ^= hash >> 13
  hash = hash &* multiplier
  hash ^= hash >> 15
  return Int32(bitPattern: hash)
}

/// The partition that Kafka's Java client picks for a record with this key.
@inlinable
public func partition(forKey key: some Collection<UInt8>, partitionCount: Int32) -> PartitionIndex {
  PartitionIndex((murmur2(key) & 0x7fff_ffff) % partitionCount)
}

/// Java's `String.hashCode`: over the UTF-16 units, wrapping.
public func javaHashCode(_ text: String) -> Int32 {
  text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) }
}

/// The partition of `__consumer_offsets` that keeps a group, as in Kafka.
public func groupShard(of group: String, shardCount: Int32) -> PartitionIndex {
  PartitionIndex((javaHashCode(group) & 0x7fff_ffff) % shardCount)
}
