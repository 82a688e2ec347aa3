import Glibc

/// Hands bytes to one of the decoders at the border: those that the fuzzer makes up, or those of files.
///
///     newswire-fuzz TARGET [FILE…]                        without a fuzzer: runs the files once
///     newswire-fuzz TARGET [-max_total_time=N] [CORPUS]   built by `make fuzz`: libFuzzer's own options
@main
enum Main {
  private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  private typealias Driver =
    @convention(c) (
      UnsafeMutablePointer<CInt>, UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, Callback
    ) -> CInt

  /// The target of this run; the fuzzer's callback can carry nothing.
  nonisolated(unsafe) private static var target = FuzzTarget.recordBatch

  static func main() {
    guard CommandLine.arguments.count > 1, let chosen = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
      print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
      exit(CommandLine.arguments.count > 1 ? 2 : 0)
    }
    target = chosen
    guard let symbol = dlsym(nil, "LLVMFuzzerRunDriver") else {
      for path in CommandLine.arguments.dropFirst(2) { runOnce(path) }
      return
    }
    // The target's name is ours; the rest is libFuzzer's.
    var count = CommandLine.argc - 1
    var arguments = CommandLine.unsafeArgv + 1
    arguments[0] = CommandLine.unsafeArgv[0]
    exit(
      unsafeBitCast(symbol, to: Driver.self)(&count, &arguments) { bytes, count in
        Main.target.run(UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
      })
  }

  private static func runOnce(_ path: String) {
    guard let file = fopen(path, "r") else {
      perror(path)
      exit(1)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    bytes.withUnsafeBytes { target.run(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
