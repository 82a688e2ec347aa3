import Bytes
import Messages
import Model
import Partition
import RecordBatch
import Testing

@testable import BrokerService

/// What a follower makes of what a leader sends: the bytes as they are, or a complaint.
@Suite("Deliveries to a follower")
struct DeliveryTests {
  private typealias Wire = NewswireInternalV1

  /// A batch as it stands in a leader's log.
  private func batch(at offset: Int64, count: Int = 2, epoch: Int32 = 3) throws -> [UInt8] {
    var builder = RecordBatchBuilder()
    for record in 0..<count {
      builder.append(key: nil, value: Array(repeating: UInt8(record), count: 20), timestamp: Timestamp(1000))
    }
    var bytes = Array(try builder.build())
    bytes.withUnsafeMutableBytes {
      RecordBatchStamp.stamp($0, baseOffset: Offset(offset), leaderEpoch: LeaderEpoch(epoch))
    }
    return bytes
  }

  private func response(_ bytes: [UInt8], at offset: Int64 = 10) -> Wire.ReplicateResponse {
    Wire.ReplicateResponse(
      topicID: Array(repeating: 1, count: 16), partition: 0, leaderEpoch: 3, highWatermark: 10, baseOffset: offset,
      batches: .bytes(ByteSlice(bytes)))
  }

  private func complaint(_ response: Wire.ReplicateResponse) -> String? {
    do { _ = try Delivery(response) } catch { return "\(error)" }
    return nil
  }

  @Test("keep batches, offsets and epochs as they are")
  func whole() throws {
    let (first, second) = (try batch(at: 10), try batch(at: 12, count: 3, epoch: 2))
    let delivery = try Delivery(response(first + second))
    #expect(delivery.batches.map(\.array) == [first, second])
    #expect(delivery.headers.map(\.leaderEpoch) == [LeaderEpoch(3), LeaderEpoch(2)])
    #expect(delivery.baseOffset == Offset(10) && delivery.nextOffset == Offset(15))
    let news = try Delivery(response([]))
    #expect(news.batches.isEmpty && news.nextOffset == Offset(10))
  }

  @Test("are refused with any byte changed that a checksum covers, and with any that was cut off")
  func damaged() throws {
    let whole = try batch(at: 10)
    for position in 17..<whole.count {
      var bytes = whole
      bytes[position] ^= 0x10
      #expect(complaint(response(bytes)) != nil, "byte \(position)")
    }
    for count in 1..<whole.count { #expect(complaint(response(Array(whole[..<count]))) != nil, "\(count) bytes") }
    #expect(complaint(response(whole + [0])) != nil)
  }

  @Test("are refused with a gap, another beginning, no epoch, or numbers that cannot be")
  func impossible() throws {
    let wrong = [try batch(at: 11), try batch(at: 10) + batch(at: 13), try batch(at: 10, epoch: -1)]
    for bytes in wrong { #expect(complaint(response(bytes)) != nil) }
    #expect(complaint(response([], at: -1)) != nil)
    var negative = response([])
    negative.highWatermark = -1
    #expect(complaint(negative) != nil)
  }

  @Test("of an answer name the question, in every form")
  func answers() throws {
    let place = TopicPartition(topic: UUID128(high: 1, low: 2), partition: PartitionIndex(4))
    let member = InSyncSet.Member(broker: BrokerID(2), epoch: BrokerEpoch(9))
    for lastEpoch in [nil, LeaderEpoch(0), LeaderEpoch(7)] {
      let position = ReplicaPosition(
        replica: member, leaderEpoch: LeaderEpoch(8), logEndOffset: Offset(5), lastEpoch: lastEpoch,
        heldOffset: Offset(3))
      for answer in [
        FollowerAnswer.agreed(highWatermark: Offset(4), logStartOffset: Offset(1)),
        .diverged(epoch: LeaderEpoch(0), endOffset: Offset(0)), .beginAt(Offset(0)),
        .refused(Refusal(.notLeader, "another leads")),
      ] {
        let sent = Wire.ReplicateResponse(place, position, answer)
        let got = try Wire.ReplicateResponse(decoding: sent.encoded().head).answer(to: member)
        #expect(got?.0 == position && got?.1 == answer)
      }
      let word = try FollowerWord(position.wire(place, creditBytes: 77), of: member)
      guard case .asks(position) = word.matter, word.place == place, word.creditBytes == 77 else {
        Issue.record("\(word)")
        continue
      }
    }
  }
}
