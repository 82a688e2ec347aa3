internal import Model
internal import RecordBatch

/// Producers as they stand in a log's manifest: count u32, then for each its id i64, a flag u8 whether it is whole,
/// the time i64 when it was last seen, and a count u8 of batches of 34 bytes; then a count u32 and the ids i64 of those
/// that have to be looked for; then the highest number i64 of a writer, -1 if there is none.
extension ProducerStates {
  private static let producerBytes = 18
  private static let batchBytes = 34

  func append(to body: inout [UInt8]) {
    body.appendBigEndian(UInt32(producers.count))
    for (id, producer) in producers.sorted(by: { $0.key < $1.key }) {
      body.appendBigEndian(id.rawValue)
      body.append(producer.isWhole ? 1 : 0)
      body.appendBigEndian(producer.lastSeen.rawValue)
      body.append(UInt8(producer.batches.count))
      for batch in producer.batches {
        body.appendBigEndian(batch.epoch.rawValue)
        body.appendBigEndian(batch.firstSequence)
        body.appendBigEndian(batch.lastSequence)
        body.appendBigEndian(batch.baseOffset.rawValue)
        body.appendBigEndian(batch.lastOffset.rawValue)
        body.appendBigEndian(batch.maxTimestamp.rawValue)
      }
    }
    body.appendBigEndian(UInt32(unresolved.count))
    for id in unresolved.sorted() { body.appendBigEndian(id.rawValue) }
    body.appendBigEndian(writerEpoch ?? -1)
  }

  init(from reader: inout BodyReader, endOffset: Offset) throws(LogFailure) {
    self.init()
    let count = try reader.count(bytesEach: Self.producerBytes + Self.batchBytes)
    for _ in 0..<count {
      let id = ProducerID(try reader.number(Int64.self))
      let isWhole = try reader.number(UInt8.self) == 1
      let lastSeen = Timestamp(try reader.number(Int64.self))
      var batches: [Batch] = []
      for _ in 0..<(try reader.number(UInt8.self)) { batches.append(try Batch(from: &reader)) }
      let isOrdered = zip(batches, batches.dropFirst()).allSatisfy { $0.lastOffset < $1.baseOffset }
      guard let last = batches.last, batches.count <= Self.batchesMax, isOrdered, last.lastOffset < endOffset,
        producers[id] == nil
      else { throw reader.fault("the batches of producer \(id) do not fit together") }
      producers[id] = Producer(batches: batches, isWhole: isWhole, lastSeen: lastSeen)
    }
    for _ in 0..<(try reader.count(bytesEach: 8)) { unresolved.insert(ProducerID(try reader.number(Int64.self))) }
    let number = try reader.number(Int64.self)
    writerEpoch = number < 0 ? nil : number
  }
}

extension ProducerStates.Batch {
  fileprivate init(from reader: inout BodyReader) throws(LogFailure) {
    epoch = ProducerEpoch(try reader.number(Int16.self))
    firstSequence = try reader.number(Int32.self)
    lastSequence = try reader.number(Int32.self)
    baseOffset = Offset(try reader.number(Int64.self))
    lastOffset = Offset(try reader.number(Int64.self))
    maxTimestamp = Timestamp(try reader.number(Int64.self))
    guard epoch.rawValue >= 0, firstSequence >= 0, lastSequence >= 0, baseOffset >= .zero, lastOffset >= baseOffset
    else { throw reader.fault("a producer's batch has numbers that cannot be") }
  }
}
