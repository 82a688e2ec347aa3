import Testing

@testable import BrokerService

@Suite("Slots")
struct SlotsTests {
  @Test("each thing has a number of its own, which is used again once it has been taken out")
  func numbers() {
    var slots = Slots<String>()
    let (a, b) = (slots.insert("a"), slots.insert("b"))
    #expect(a != b)
    slots.remove(a)
    #expect(slots.all == ["b"])
    #expect(slots.insert("c") == a)
    #expect(slots.all == ["c", "b"])
    slots.remove(a)
    slots.remove(b)
    #expect(slots.isEmpty)
    #expect(slots.all.isEmpty)
  }
}
