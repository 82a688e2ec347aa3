import CoordinatorService
import Glibc
import Node

@main
struct Main {
  static func main() async {
    exit(await NodeProcess(CoordinatorNode.kind).run())
  }
}
