import Model
import RecordBatch
import Testing

@testable import BrokerService

@Suite("Writes of one stream on their way to other brokers")
struct ForwardWindowTests {
  private let here = TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(0))
  private let there = TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(1))
  private let one = ProducerStamp(id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: 0)
  private let other = ProducerStamp(id: ProducerID(8), epoch: ProducerEpoch(0), baseSequence: 0)

  private final class Count { var value = 0 }

  /// True if such a write may go at once.
  private func goes(_ window: ForwardWindow, _ place: TopicPartition, _ producer: ProducerStamp?) -> Bool {
    let count = Count()
    window.whenFree(for: [place: producer]) { count.value += 1 }
    return count.value == 1
  }

  @Test("of a numbered producer five go at once, and the next one when the oldest is answered")
  func window() {
    let window = ForwardWindow()
    var tickets: [ForwardWindow.Ticket] = []
    for _ in 0..<5 {
      #expect(goes(window, here, one))
      tickets.append(window.enter(here, one))
    }
    let gone = Count()
    window.whenFree(for: [here: one]) { gone.value += 1 }
    for ticket in tickets[1...] { window.leave(ticket) }
    #expect(gone.value == 0, "the oldest may have to be sent again")
    window.leave(tickets[0])
    #expect(gone.value == 1)
    #expect(goes(window, here, nil))
  }

  @Test("what is not numbered, or another producer's, waits for all before it in its partition alone")
  func others() {
    let window = ForwardWindow()
    let first = window.enter(here, one)
    let second = window.enter(here, one)
    #expect(goes(window, there, nil) && goes(window, there, other))
    #expect(!goes(window, here, other))
    #expect(!goes(window, here, ProducerStamp(id: one.id, epoch: ProducerEpoch(1), baseSequence: 0)))
    let gone = Count()
    window.whenFree(for: [here: nil, there: nil]) { gone.value += 1 }
    window.leave(second)
    #expect(gone.value == 0)
    window.leave(first)
    #expect(gone.value == 1)
  }
}
