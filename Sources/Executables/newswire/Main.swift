import Glibc
import NewswireCommands

@main
struct Main {
  static func main() async {
    exit(await NewswireProgram.run())
  }
}
