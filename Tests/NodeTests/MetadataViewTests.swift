import ClusterMetadata
import Model
import Node
import Runtime
import Testing

@Suite("Metadata view")
struct MetadataViewTests {
  private func image(end: Int64) -> MetadataImage { MetadataImage(snapshot: [], endOffset: MetadataOffset(end)) }

  @Test("who waits for something newer gets the first image that is")
  func waiting() async throws {
    let view = MetadataView()
    async let newer = view.image(after: MetadataOffset(1))
    view.publish(image(end: 1))
    view.publish(image(end: 2))
    #expect(try await newer.endOffset == MetadataOffset(2))
  }

  @Test("a cancelled wait ends at once")
  func cancelled() async {
    let view = MetadataView()
    let task = Task { try await view.image(after: .zero) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("an observer hears of the present image first, then of every newer one, in order")
  func observing() async throws {
    let loop = try EventLoop(name: "view")
    loop.start()
    defer { loop.stop() }
    let view = MetadataView()
    view.publish(image(end: 1))
    let (heard, continuation) = AsyncStream<Int64>.makeStream()
    view.observe(on: loop) { continuation.yield($0.endOffset.rawValue) }
    for end in 2...4 { view.publish(image(end: Int64(end))) }
    var iterator = heard.makeAsyncIterator()
    for expected in 1...4 { #expect(await iterator.next() == Int64(expected)) }
  }
}
