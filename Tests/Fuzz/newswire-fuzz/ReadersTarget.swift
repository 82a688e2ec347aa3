import Compression
import Messages
import Model

@testable import BrokerService
@testable import RecordBatch

/// Bytes as batches on their way to a consumer: the client takes them apart, and the broker does so for callers who want
/// records. The first byte says where the reading begins, and whether batches get the checksums that fit them.
func fuzzReaders(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  var content = Array(rest)
  if number % 2 == 0 { mendBatches(&content) }
  let start = Int64(number >> 1)
  readAsClient(content, from: start)
  readAsBroker(content, from: Offset(start))
}

private func readAsBroker(_ content: [UInt8], from start: Offset) {
  content.withUnsafeBytes { bytes in
    var parts = PartsOfRecords(from: start, bytesMax: 500)
    let allowance = UnpackAllowance.readAhead
    var batches = RecordBatchSequence(bytes)
    while let batch = try? batches.next(), (try? parts.add(batch, allowance.open)) != nil {}
    for part in parts.finish(at: Offset(1 << 60)) {
      guard !part.records.isEmpty, part.records.allSatisfy({ $0.offset >= start.rawValue }) else {
        fatalError("a part of \(part.records.count) records")
      }
      let message = NewswireV1.ConsumeResponse(topic: "t", records: part.records)
      _ = message.serialized
    }
  }
}

func readerSeeds() throws -> [[UInt8]] {
  let batches = try CompressionCodec.allCases.map { try sampleBatch(9, codec: $0) }
  return (batches + [batches.flatMap { $0 }]).flatMap { [[0] + $0, [9] + $0] }
}
