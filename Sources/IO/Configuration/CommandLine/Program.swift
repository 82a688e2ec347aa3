import Glibc

/// An executable's whole command line: its commands, its version, and how a line of words is understood.
public struct Program: Sendable {
  /// The outermost command, called as the executable is.
  public let command: Command
  /// What `--version` prints behind the name.
  public let version: String

  /// What a line of words comes to.
  public enum Invocation: Sendable {
    /// A command is to be run.
    case run(Command, Arguments)
    /// A text was asked for, by `--help` or `--version`.
    case show(String)
    /// The line cannot be understood; the text says why and what to try.
    case refuse(String)
  }

  /// The program called as `command` is.
  public init(_ command: Command, version: String) {
    self.command = command
    self.version = version
  }

  /// Understands the words behind the program's name.
  public func parse(_ words: [String], environment: [String: String]) -> Invocation {
    var parser = CommandParser(program: self, environment: environment)
    do {
      return try parser.parse(words)
    } catch {
      return .refuse(refusal(error, path: parser.path))
    }
  }

  /// Runs what the words ask for and returns the exit status: 0, 1 if the command failed, 2 if it was not understood.
  ///
  /// Help goes to stdout, complaints to stderr. `explain` puts a failure into words for the user.
  public func run(
    _ words: [String], environment: [String: String], explain: @Sendable (any Error) -> String = { "\($0)" }
  ) async -> Int32 {
    switch parse(words, environment: environment) {
    case .show(let text):
      write(text, to: STDOUT_FILENO)
      return 0
    case .refuse(let text):
      write(text, to: STDERR_FILENO)
      return 2
    case .run(let command, let arguments):
      do {
        return try await command.action?(arguments) ?? 0
      } catch let error as UsageError {
        write(refusal(error, path: arguments.commandPath), to: STDERR_FILENO)
        return 2
      } catch {
        write("\(arguments.commandPath.joined(separator: " ")): \(explain(error))\n", to: STDERR_FILENO)
        return 1
      }
    }
  }

  /// The words and the environment of this process.
  public func runMain(explain: @Sendable (any Error) -> String = { "\($0)" }) async -> Int32 {
    await run(Array(CommandLine.arguments.dropFirst()), environment: processEnvironment(), explain: explain)
  }

  private func refusal(_ error: UsageError, path: [String]) -> String {
    let name = path.joined(separator: " ")
    return "\(name): \(error.message)\nTry '\(name) --help'.\n"
  }
}

/// The environment of this process, by name. Call it before other threads change the environment.
public func processEnvironment() -> [String: String] {
  var result: [String: String] = [:]
  var next = environ
  while let entry = next.pointee {
    let text = String(cString: entry)
    if let equals = text.firstIndex(of: "=") {
      result[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    next = next.successor()
  }
  return result
}

private func write(_ text: String, to descriptor: Int32) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written < 0, errno == EINTR { continue }
    guard written > 0 else { return }
    bytes = bytes.dropFirst(written)
  }
}
