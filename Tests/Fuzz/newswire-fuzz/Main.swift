import Glibc

/// Hands bytes to one of the decoders at the border: those that libFuzzer makes up, or those of files.
///
///     newswire-fuzz                                 the names of all targets
///     newswire-fuzz seeds TARGET FOLDER             writes inputs to begin with
///     newswire-fuzz replay TARGET SECONDS FILE [FOLDER…]
///                                                   without libFuzzer: the inputs of folders, and changed ones for so
///                                                   long; what was tried last is in FILE
///     newswire-fuzz TARGET [OPTIONS] [FOLDERS]      libFuzzer, with its own options; with a FILE: runs that once
@main
enum Main {
  private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  private typealias Driver =
    @convention(c) (
      UnsafeMutablePointer<CInt>, UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, Callback
    ) -> CInt

  /// The environment's variable that names the target for processes that libFuzzer starts.
  private static let memory = "NEWSWIRE_FUZZ_TARGET"

  /// The target of this run; the fuzzer's callback can carry nothing.
  nonisolated(unsafe) private static var target = FuzzTarget.all[0]

  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard let first = words.first else {
      print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
      return
    }
    if first == "seeds", words.count == 3 {
      try writeSeeds(of: try found(words[2]), to: words[3])
    } else if first == "replay", words.count >= 4, let seconds = Int(words[3]) {
      var replay = Replay(try found(words[2]), keptInput: words[4])
      try replay.run(seconds: seconds, folders: Array(words.dropFirst(4)))
    } else if first.hasPrefix("-"), let name = getenv(memory) {
      // libFuzzer has started this program again, with its own options alone.
      target = try found(String(cString: name))
      fuzz(CommandLine.argc, CommandLine.unsafeArgv)
    } else {
      target = try found(first)
      setenv(memory, first, 1)
      // The target's name is ours; the rest is libFuzzer's.
      let arguments = CommandLine.unsafeArgv + 1
      arguments[0] = CommandLine.unsafeArgv[0]
      fuzz(CommandLine.argc - 1, arguments)
    }
  }

  private static func found(_ name: String) throws(UnknownTarget) -> FuzzTarget {
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else { throw UnknownTarget(name: name) }
    return target
  }

  private struct UnknownTarget: Error { let name: String }

  private static func writeSeeds(of target: FuzzTarget, to folder: String) throws {
    for (index, seed) in try target.seeds().enumerated() {
      guard let file = fopen("\(folder)/\(index)", "w") else { fatalError("cannot write to \(folder)") }
      defer { fclose(file) }
      guard fwrite(seed, 1, seed.count, file) == seed.count else { fatalError("cannot write to \(folder)") }
    }
  }

  /// Becomes libFuzzer, which is there only in programs that were linked with it.
  private static func fuzz(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) {
    guard let symbol = dlsym(nil, "LLVMFuzzerRunDriver") else { fatalError("built without libFuzzer: use make fuzz") }
    var (count, arguments) = (count, arguments)
    exit(
      unsafeBitCast(symbol, to: Driver.self)(&count, &arguments) { bytes, count in
        Main.target.run(UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
      })
  }
}
