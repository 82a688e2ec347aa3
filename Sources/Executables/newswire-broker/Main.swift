import BrokerService
import Glibc
import Node

@main
struct Main {
  static func main() async {
    exit(await NodeProcess(BrokerNode.kind).run())
  }
}
