import ClusterMetadata
import Model
import Testing

@testable import Node

@Suite("What may be seen of what a feed tells")
struct ToldMetadataTests {
  private func topics(_ numbers: Range<UInt64>) throws -> [MetadataRecord] {
    try numbers.map {
      .topicCreated(UUID128(high: 1, low: $0), try TopicName("topic-\($0)"), overrides: [:])
    }
  }

  @Test("what was written together is seen together, however many answers it takes")
  func together() throws {
    var told = ToldMetadata(MetadataImage())
    #expect(told.take(try topics(0..<2), committed: MetadataOffset(5)) == nil)
    #expect(told.take(try topics(2..<4), committed: MetadataOffset(5)) == nil)
    #expect(told.take(try topics(4..<5), committed: MetadataOffset(5))?.endOffset == MetadataOffset(5))
  }

  @Test("the end of what was written together is seen although more has been written meanwhile")
  func moving() throws {
    var told = ToldMetadata(MetadataImage())
    #expect(told.take(try topics(0..<2), committed: MetadataOffset(3)) == nil)
    #expect(told.take(try topics(2..<5), committed: MetadataOffset(9))?.endOffset == MetadataOffset(3))
    #expect(told.take(try topics(5..<8), committed: MetadataOffset(12)) == nil)
    #expect(told.take(try topics(8..<10), committed: MetadataOffset(12))?.endOffset == MetadataOffset(9))
    #expect(told.take(try topics(10..<12), committed: MetadataOffset(12))?.endOffset == MetadataOffset(12))
  }

  @Test("single changes are seen at once")
  func single() throws {
    var told = ToldMetadata(MetadataImage())
    for number in 0..<3 {
      let end = MetadataOffset(Int64(number) + 1)
      let seen = told.take(try topics(UInt64(number)..<UInt64(number) + 1), committed: end)
      #expect(seen?.endOffset == end)
    }
    #expect(told.take([], committed: MetadataOffset(3)) == nil)
  }

  @Test("a snapshot is seen when it is complete, and what follows it as ever")
  func snapshot() throws {
    var told = ToldMetadata(MetadataImage())
    let end = MetadataOffset(100)
    #expect(told.take(snapshot: try topics(0..<2), .init(isFirst: true, isLast: false), endOffset: end) == nil)
    let seen = told.take(snapshot: try topics(2..<3), .init(isFirst: false, isLast: true), endOffset: end)
    #expect(seen?.endOffset == end)
    #expect(seen?.topics(limit: 10).count == 3)
    #expect(told.take(try topics(3..<4), committed: MetadataOffset(101))?.topics(limit: 10).count == 4)
  }
}
