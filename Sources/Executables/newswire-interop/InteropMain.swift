import Configuration
import Glibc

/// gRPC's interoperability tests over this project's transport, as the server and as the client.
@main
struct InteropMain {
  static func main() async {
    let command = Command(
      "newswire-interop", summary: "gRPC's interoperability tests, server and client",
      details: """
        Implements grpc.testing.TestService and the test cases of gRPC's interoperability test descriptions. \
        Options may be written with dashes or with underscores.
        """,
      subcommands: [ServerCommand.command, ClientCommand.command])
    exit(await Program(command, version: "1.0").runMain())
  }
}
