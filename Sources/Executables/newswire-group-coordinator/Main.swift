import Glibc
import GroupCoordinatorService
import Node

@main
struct Main {
  static func main() async {
    exit(await NodeProcess(GroupCoordinatorNode.kind).run())
  }
}
