import Messages
import Model
import Runtime
import Testing

@testable import Transport

@Suite("Health", .timeLimit(.minutes(1)))
struct HealthServiceTests {
  private typealias Request = GrpcHealthV1.HealthCheckRequest
  private typealias Response = GrpcHealthV1.HealthCheckResponse

  @Test("a check tells whether the server, or a service, can do its work, and knows no others")
  func check() async throws {
    let health = HealthService(services: ["a"])
    let server = try await ClearServer { health.register(on: &$0) }
    let client = try ClientLoop()
    let channel = client.channel([server.address.port])
    #expect(try await channel.unary(GrpcHealthV1.Health.check, Request(service: "a")).status == .notServing)
    health.set("a", serving: true)
    #expect(try await channel.unary(GrpcHealthV1.Health.check, Request(service: "a")).status == .serving)
    #expect(try await channel.unary(GrpcHealthV1.Health.check, Request()).status == .notServing)
    let unknown = await failure { _ = try await channel.unary(GrpcHealthV1.Health.check, Request(service: "b")) }
    #expect(unknown.code == .notFound)
    await server.stop()
    client.stop()
  }

  @Test("who watches hears each change, of a service that comes later too, and is let go at the end")
  func watch() async throws {
    let health = HealthService()
    let server = try await ClearServer { health.register(on: &$0) }
    let client = try ClientLoop()
    let stream = client.channel([server.address.port]).stream(GrpcHealthV1.Health.watch)
    try await stream.send(Request(service: "late"))
    stream.finishSending()
    #expect(try await stream.next()?.status == .serviceUnknown)
    health.set("late", serving: true)
    #expect(try await stream.next()?.status == .serving)
    health.set("other", serving: true)
    health.set("late", serving: false)
    #expect(try await stream.next()?.status == .notServing)
    health.shutDown()
    var rest: [Response] = []
    for try await response in stream { rest.append(response) }
    #expect(rest.allSatisfy { $0.status == .notServing })
    #expect(await stream.status == .ok)
    await server.stop()
    client.stop()
  }
}
