import Model
import Testing

@testable import BrokerService
@testable import SegmentedLog

@Suite("Which replica is read through next")
struct ScrubScheduleTests {
  private let places = (0..<3).map { index in
    TopicPartition(topic: UUID128(high: 1, low: 1), partition: PartitionIndex(Int32(index)))
  }

  private let version = LogVersion(LogIdentity(), generation: 0)

  private func place(_ offset: Int64, _ position: Int) -> SegmentCheck.CheckedPlace {
    SegmentCheck.CheckedPlace(
      position: LogPosition(offset: Offset(offset), segment: SegmentID(Offset(0)), position: position), records: 0,
      version: version)
  }

  private func after(_ seconds: Int64) -> Instant { Instant(seconds * 1_000_000_000) }

  @Test("every replica in turn, each as a whole, and again only when it is due")
  func turns() {
    var schedule = ScrubSchedule(interval: .seconds(100))
    for (second, place) in places.enumerated() {
      #expect(schedule.next(among: places, at: after(Int64(second))) == place)
      let reached = self.place(7, 70)
      schedule.reached(reached)
      #expect(schedule.next(among: [], at: after(Int64(second))) == place)
      #expect(schedule.current?.behind == reached)
      schedule.passed(at: after(Int64(second)))
    }
    #expect(schedule.next(among: places, at: after(99)) == nil)
    #expect(schedule.next(among: places, at: after(102)) == places[0])
    #expect(schedule.current?.behind == nil)
    schedule.passed(at: after(102))
    #expect(schedule.next(among: places, at: after(103)) == places[1])
  }

  @Test("one that is new comes first, one that is gone is forgotten, and a lost pass begins anew")
  func changes() {
    var schedule = ScrubSchedule(interval: .seconds(1))
    #expect(schedule.next(among: [places[1]], at: after(0)) == places[1])
    schedule.passed(at: after(0))
    #expect(schedule.next(among: [places[0], places[1]], at: after(50)) == places[0])
    schedule.reached(place(1, 9))
    schedule.lost()
    #expect(schedule.next(among: [places[0], places[1]], at: after(51)) == places[0])
    #expect(schedule.current?.behind == nil)
    schedule.passed(at: after(51))
    #expect(schedule.next(among: [places[2]], at: after(51)) == places[2])
    schedule.passed(at: after(51))
    #expect(schedule.next(among: [places[1]], at: after(51)) == places[1])
  }
}
