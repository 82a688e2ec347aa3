import Testing

@testable import BrokerService

@Suite("Who is looked at when")
struct VisitWheelTests {
  @Test("is looked at in the turn that was asked for, once")
  func turns() {
    var wheel = VisitWheel<String>()
    #expect(wheel.takeTurn().isEmpty)
    #expect(wheel.add("soon", in: 1) == 2)
    #expect(wheel.add("later", in: 3) == 4)
    #expect(wheel.add("soon too", in: 0) == 2)
    #expect(wheel.takeTurn() == ["soon", "soon too"])
    #expect(wheel.takeTurn().isEmpty)
    #expect(wheel.takeTurn() == ["later"])
    for _ in 0..<200 { #expect(wheel.takeTurn().isEmpty) }
  }

  @Test("comes before long even if more turns ahead are asked for than there are")
  func far() {
    var wheel = VisitWheel<Int>()
    for _ in 0..<7 { _ = wheel.takeTurn() }
    let due = wheel.add(1, in: 10_000)
    #expect(due == 7 + VisitWheel<Int>.turnsMax)
    for _ in 8..<due { #expect(wheel.takeTurn().isEmpty) }
    #expect(wheel.takeTurn() == [1])
    #expect(wheel.turn == due)
  }
}
