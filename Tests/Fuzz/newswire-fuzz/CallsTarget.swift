import Bytes
import Glibc
import Messages
import Model
import Runtime

@testable import Transport

/// Bytes as one call of a server: lines of headers, an empty line, then what is sent on the stream.
///
/// A client of our own carries it, so that the fuzzer gets behind HTTP/2; the server's calls run as they do in a
/// service, on their loop.
func fuzzCalls(_ bytes: UnsafeRawBufferPointer) {
  let input = Array(bytes)
  var done = sem_t()
  sem_init(&done, 0, 0)
  withUnsafeMutablePointer(to: &done) { done in
    nonisolated(unsafe) let done = done
    loop.execute {
      call(input)
      sem_post(done)
    }
    while sem_wait(done) != 0 {}
  }
  sem_destroy(&done)
}

private let loop: EventLoop = {
  guard let loop = try? EventLoop(name: "fuzz") else { fatalError("no event loop") }
  loop.start()
  return loop
}()

private let router: Router = {
  var router = Router()
  router.authorize = { context in
    context.metadata.first("fuzz-refused").map { Status(.permissionDenied, $0) }
  }
  router.unary(NewswireV1.Broker.produce) { _, call in call.reply(NewswireV1.ProduceResponse()) }
  router.unary(NewswireV1.Metadata.describeTopics) { request, call in
    call.isAnswerCompressed = true
    call.initialMetadata.add("topics", "\(request)")
    call.fail(Status(Refusal(.unknownTopic, "\(request)", field: "topics"), node: "n"))
  }
  let reflection = ReflectionService()
  router.stream(GrpcReflectionV1.ServerReflection.serverReflectionInfo) { Reflection($0, reflection) }
  return router
}()

private final class Reflection: StreamHandler {
  private let call: StreamCall<GrpcReflectionV1.ServerReflectionRequest, GrpcReflectionV1.ServerReflectionResponse>
  private let service: ReflectionService

  init(
    _ call: StreamCall<GrpcReflectionV1.ServerReflectionRequest, GrpcReflectionV1.ServerReflectionResponse>,
    _ service: ReflectionService
  ) {
    self.call = call
    self.service = service
  }

  func onMessage(_ request: GrpcReflectionV1.ServerReflectionRequest) {
    call.send(service.answer(to: request, services: ["newswire.v1.Broker"]), compress: true)
  }
  func onHalfClose() { call.finish() }
  func onWritable() {}
  func onClosed(_ end: CallEnd) {}
}

/// Runs on the loop.
private func call(_ input: [UInt8]) {
  let shared = ServerShared(options: ServerOptions(), tls: nil, router: router, report: { _ in })
  let facts = ConnectionFacts(loop: loop, remoteAddress: "127.0.0.1:1", peer: nil, node: "n")
  let connection = ServerConnection(server: ServerLoop(loop: loop, shared: shared), router: router, facts: facts)
  let (client, server) = (ConnectionEnd(.client), ConnectionEnd(.server))
  server.onRequest = { stream, headers in
    let call = ServerCall(stream: stream, connection: connection)
    stream.handler = call
    call.begin(headers)
  }
  let (headers, body) = request(input)
  let answered = AnsweredCall()
  if let stream = client.session.openStream(headers, handler: answered) {
    stream.send(raw: ByteSlice(body))
    stream.finish()
  }
  var said = client.take([])
  while !said.isEmpty { said = client.take(server.take(said)) }
  client.session.close("the input is over")
  server.session.close("the input is over")
}

/// The lines of headers up to the first empty one, and what follows it. Lines with a colon in front replace those of a
/// proper request, other lines add to them.
private func request(_ input: [UInt8]) -> (HeaderBlock, body: [UInt8]) {
  var fields: [(name: [UInt8], value: [UInt8])] = [
    (":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", "/newswire.v1.Broker/Produce"),
    ("content-type", "application/grpc"), ("te", "trailers"),
  ].map { (Array($0.utf8), Array($1.utf8)) }
  var rest = input[...]
  while !rest.isEmpty {
    let line = rest.prefix { $0 != UInt8(ascii: "\n") }
    rest = rest.dropFirst(line.count + 1)
    if line.isEmpty { break }
    let name = line.prefix(1) + line.dropFirst().prefix { $0 != UInt8(ascii: ":") }
    let value = Array(line.dropFirst(name.count + 1))
    if let place = fields.firstIndex(where: { $0.name == Array(name) }) {
      fields[place].value = value
    } else {
      fields.append((Array(name), value))
    }
  }
  let block = HeaderBlock()
  for field in fields {
    field.name.withUnsafeBytes { name in field.value.withUnsafeBytes { block.append(name, $0) } }
  }
  return (block, Array(rest))
}

func callSeeds() throws -> [[UInt8]] {
  func framed(_ message: [UInt8], isCompressed: Bool = false) -> [UInt8] {
    [isCompressed ? 1 : 0, 0, 0, UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message
  }
  func seed(_ headers: String, _ body: [UInt8]) -> [UInt8] { Array(headers.utf8) + body }
  let describe = NewswireV1.DescribeTopicsRequest().serialized
  let reflect = GrpcReflectionV1.ServerReflectionRequest(
    host: "h", messageRequest: .fileContainingSymbol("newswire.v1.Broker")
  ).serialized
  let packed = try GzipCodec.compress([ByteSlice(reflect)]).array
  let reflection = ":path:\(GrpcReflectionV1.ServerReflection.serverReflectionInfo.path)\n"
  return [
    seed("grpc-timeout:10S\nx-bin:AQI=\nkey:value\n\n", framed(NewswireV1.ProduceRequest().serialized)),
    seed(":path:\(NewswireV1.Metadata.describeTopics.path)\ngrpc-accept-encoding:gzip\n\n", framed(describe)),
    seed(reflection + "\n", framed(reflect) + framed(reflect)),
    seed(
      reflection + "grpc-encoding:gzip\ngrpc-accept-encoding:identity, gzip\n\n", framed(packed, isCompressed: true)),
    seed("grpc-encoding:br\n\n", []), seed("grpc-timeout:1x\n\n", []), seed(":method:GET\n\n", []),
    seed("fuzz-refused:no\n\n", []), seed("content-type:text/html\n\n", []),
  ]
}
