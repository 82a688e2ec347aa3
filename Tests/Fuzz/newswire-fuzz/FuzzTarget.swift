/// Something that takes bytes from outside and must survive all of them.
struct FuzzTarget: Sendable {
  /// What it is called on the command line.
  let name: String
  /// Takes bytes; traps if they do harm, or if what was promised of them does not hold.
  let run: @Sendable (UnsafeRawBufferPointer) -> Void
  /// Inputs that reach far, made by this program's own encoders: what a fuzzer begins with.
  let seeds: @Sendable () throws -> [[UInt8]]

  /// Every target there is.
  static let all = [
    FuzzTarget(name: "record-batch", run: fuzzRecordBatch, seeds: recordBatchSeeds),
    FuzzTarget(name: "compression", run: fuzzCompression, seeds: compressionSeeds),
    FuzzTarget(name: "log-folder", run: fuzzLogFolder, seeds: logFolderSeeds),
    FuzzTarget(name: "http2", run: fuzzHTTP2, seeds: http2Seeds),
    FuzzTarget(name: "calls", run: fuzzCalls, seeds: callSeeds),
    FuzzTarget(name: "headers", run: fuzzHeaders, seeds: headerSeeds),
    FuzzTarget(name: "messages", run: fuzzMessages, seeds: messageSeeds),
    FuzzTarget(name: "metadata-records", run: fuzzMetadataRecords, seeds: metadataRecordSeeds),
    FuzzTarget(name: "group-records", run: fuzzGroupRecords, seeds: groupRecordSeeds),
    FuzzTarget(name: "configuration", run: fuzzConfiguration, seeds: configurationSeeds),
    FuzzTarget(name: "values", run: fuzzValues, seeds: valueSeeds),
    FuzzTarget(name: "produce", run: fuzzProduce, seeds: produceSeeds),
    FuzzTarget(name: "replication", run: fuzzReplication, seeds: replicationSeeds),
    FuzzTarget(name: "readers", run: fuzzReaders, seeds: readerSeeds),
    FuzzTarget(name: "compaction", run: fuzzCompaction, seeds: compactionSeeds),
    FuzzTarget(name: "lines", run: fuzzLines, seeds: lineSeeds),
    FuzzTarget(name: "certificates", run: fuzzCertificates, seeds: certificateSeeds),
  ]
}

/// The first byte as a choice, and the rest.
func choice(_ bytes: UnsafeRawBufferPointer) -> (Int, UnsafeRawBufferPointer)? {
  guard let first = bytes.first else { return nil }
  return (Int(first), UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
}

/// Bytes as parts one behind the other, each with its length in front of it in two bytes.
struct Parts {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: UnsafeRawBufferPointer) { rest = Array(bytes)[...] }

  /// True if nothing follows.
  var isEmpty: Bool { rest.isEmpty }

  /// The next part; what is left if its length says more.
  mutating func next() -> [UInt8] {
    let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
    defer { rest = rest.dropFirst(2 + length) }
    return Array(rest.dropFirst(2).prefix(length))
  }

  /// The bytes that are read as `parts`.
  static func joined(_ parts: [[UInt8]]) -> [UInt8] {
    parts.flatMap { [UInt8(truncatingIfNeeded: $0.count >> 8), UInt8(truncatingIfNeeded: $0.count)] + $0 }
  }
}
