import Testing

@testable import DiskIO

@Suite("One sync for each file, or one for all")
struct SyncChoiceTests {
  @Test("a file alone is synced alone, and many together")
  func start() {
    let choice = SyncChoice()
    #expect(!choice.isTogether(0) && !choice.isTogether(1))
    #expect(choice.isTogether(1000))
  }

  @Test("where a sync of everything takes long, files are synced one by one, and it is tried again later")
  func busyDisk() {
    var choice = SyncChoice()
    for _ in 0..<20 { choice.took(.milliseconds(50), files: 100, together: true) }
    #expect(!choice.isTogether(100))
    var passes = 0
    while !choice.isTogether(100), passes < 10_000 {
      choice.took(.milliseconds(20), files: 100, together: false)
      passes += 1
    }
    #expect((50..<2000).contains(passes))
  }

  @Test("where a file takes less than its part of everything, it goes alone")
  func fewFiles() {
    var choice = SyncChoice()
    for _ in 0..<50 {
      choice.took(.microseconds(300), files: 3, together: false)
      choice.took(.microseconds(900), files: 3, together: true)
    }
    #expect(!choice.isTogether(3))
    #expect(choice.isTogether(30))
  }
}
