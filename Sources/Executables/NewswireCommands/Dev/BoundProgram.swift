internal import Glibc
internal import Runtime

/// A program that ends with the cluster command that started it, whatever happens to that: `newswire` starts itself first,
/// binds its life to its parent's, and then becomes the program.
enum BoundProgram {
  private static let word = "become-bound-program"

  /// The words for a process of this executable that becomes `program`.
  static func arguments(program: String, arguments: [String]) -> [String] {
    [word, "\(getpid())", program] + arguments
  }

  /// Becomes the program that the words of this process name; returns if they name none.
  static func becomeIfAsked() {
    let words = CommandLine.arguments
    guard words.count >= 4, words[1] == word, let parent = Int32(words[2]) else { return }
    guard endWithParent(parent, by: SIGTERM) else { exit(1) }
    var pointers = words.dropFirst(3).map { strdup($0) }
    pointers.append(nil)
    execv(words[3], pointers)
    StandardStreams.warn("newswire: cannot run \(words[3]): \(String(cString: strerror(errno)))")
    exit(1)
  }
}
