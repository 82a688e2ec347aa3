import Bytes
import Messages
import Model
import Partition

@testable import BrokerService
@testable import RecordBatch

private let member = InSyncSet.Member(broker: BrokerID(1), epoch: BrokerEpoch(5))

/// Bytes as what brokers say to each other: the first byte chooses who speaks and whether batches get the checksums that
/// fit them. A delivery that is taken is whole batches, one behind the other.
func fuzzReplication(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  if number % 2 == 0 {
    guard let request = try? NewswireInternalV1.ReplicateRequest(decoding: Array(rest)) else { return }
    for position in request.positions { check(position) }
  } else {
    guard var response = try? NewswireInternalV1.ReplicateResponse(decoding: Array(rest)) else { return }
    if number & 2 == 0, var batches = response.batches.slice?.array, !batches.isEmpty {
      mendBatches(&batches)
      response.batches = .bytes(ByteSlice(batches))
    }
    check(response)
  }
}

private func check(_ position: NewswireInternalV1.ReplicaPosition) {
  guard let word = try? FollowerWord(position, of: member) else { return }
  guard word.creditBytes >= 0 else { fatalError("a credit of \(word.creditBytes)") }
  guard case .asks(let asked) = word.matter else { return }
  let again = try? FollowerWord(asked.wire(word.place, creditBytes: word.creditBytes), of: member)
  guard let again, again.place == word.place, again.creditBytes == word.creditBytes, case .asks(asked) = again.matter
  else { fatalError("a question changes when it is written: \(asked)") }
}

private func check(_ response: NewswireInternalV1.ReplicateResponse) {
  guard TopicPartition(response.topicID, response.partition) != nil else { return }
  _ = try? response.answer(to: member)
  guard let delivery = try? Delivery(response) else { return }
  check(delivery, from: delivery.baseOffset)
  let end = delivery.baseOffset + min((delivery.nextOffset - delivery.baseOffset) / 2, 3)
  let following = delivery.following(on: end)
  check(following, from: following.baseOffset)
}

private func check(_ delivery: Delivery, from base: Offset) {
  guard delivery.batches.count == delivery.headers.count else { fatalError("batches without heads") }
  var end = base
  for (batch, header) in zip(delivery.batches, delivery.headers) {
    guard header.baseOffset == end, header.nextOffset > end, header.sizeInBytes == batch.count,
      header.leaderEpoch != nil
    else { fatalError("\(header) does not follow on \(end)") }
    guard batch.withUnsafeBytes({ (try? RecordBatchView($0).validateChecksum()) != nil }) else {
      fatalError("a batch was taken that is not what its checksum says")
    }
    end = header.nextOffset
  }
  guard end == delivery.nextOffset else { fatalError("a delivery ends at \(end), not at \(delivery.nextOffset)") }
}

func replicationSeeds() throws -> [[UInt8]] {
  let id = UUID128(high: 1, low: 2)
  let place = TopicPartition(topic: id, partition: PartitionIndex(0))
  let position = ReplicaPosition(
    replica: member, leaderEpoch: LeaderEpoch(3), logEndOffset: Offset(10), lastEpoch: LeaderEpoch(2),
    heldOffset: Offset(8))
  let told = NewswireInternalV1.ReplicaPosition(
    topicID: id.bytes, partition: 0, leaderEpoch: 3, logEndOffset: 10, heldOffset: 9, creditBytes: 100)
  let request = NewswireInternalV1.ReplicateRequest(
    brokerID: 1, brokerEpoch: 5, positions: [position.wire(place, creditBytes: 7), told])
  let answers: [FollowerAnswer] = [
    .agreed(highWatermark: Offset(5), logStartOffset: .zero), .beginAt(Offset(4)),
    .diverged(epoch: LeaderEpoch(1), endOffset: Offset(2)), .refused(Refusal(.notLeader, "no")),
  ]
  var delivery = NewswireInternalV1.ReplicateResponse(topicID: id.bytes, partition: 0, leaderEpoch: 3, baseOffset: 4)
  var batches: [UInt8] = []
  for offset in [Int64(4), 9] {
    var batch = try sampleBatch(5)
    batch.withUnsafeMutableBytes {
      RecordBatchStamp.stamp($0, baseOffset: Offset(offset), leaderEpoch: LeaderEpoch(3))
    }
    batches += batch
  }
  delivery.batches = .bytes(ByteSlice(batches))
  var gap = delivery
  gap.batches = .bytes(ByteSlice(RecordBatchHeader.gap(Offset(4)..<Offset(20), leaderEpoch: LeaderEpoch(3))))
  let responses =
    answers.map { NewswireInternalV1.ReplicateResponse(place, position, $0) } + [delivery, gap]
  return [[0] + request.serialized] + responses.map { [1] + $0.serialized }
}
