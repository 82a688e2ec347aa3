/// Reading and writing of numbers in network order. The caller has checked that the bytes are there.
extension UnsafeRawBufferPointer {
  @inlinable
  package func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The bytes of `range`, as a buffer that starts at 0.
  @inlinable
  package func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }
}

extension UnsafeMutableRawBufferPointer {
  @inlinable
  package func storeBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
  }
}

extension [UInt8] {
  @inlinable
  package mutating func appendBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
