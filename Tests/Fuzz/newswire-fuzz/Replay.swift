import Glibc
import Model
import Runtime

/// What tests do without libFuzzer: a target takes every input of some folders, and then changed ones as long as
/// there is time, the same ones in every run.
struct Replay {
  let target: FuzzTarget
  /// Where each input is written before it is tried, so that one that ends the program is kept.
  let keptInput: String

  private var random = Seeded(1)

  init(_ target: FuzzTarget, keptInput: String) {
    self.target = target
    self.keptInput = keptInput
  }

  /// Tries the target's own seeds, the files of `folders`, and for so many seconds inputs made of them.
  mutating func run(seconds: Int, folders: [String]) throws {
    let kept = open(keptInput, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard kept >= 0 else { throw Unreadable(path: keptInput) }
    defer { close(kept) }
    let inputs = try target.seeds() + folders.flatMap { try files(in: $0) }
    for input in inputs { tryOut(input, kept) }
    let end = monotonicNow() + .seconds(seconds)
    while monotonicNow() < end {
      var input = inputs[Int.random(in: 0..<inputs.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) { change(&input, inputs) }
      tryOut(Array(input.prefix(16 << 10)), kept)
    }
  }

  private func tryOut(_ input: [UInt8], _ kept: Int32) {
    guard ftruncate(kept, 0) == 0, pwrite(kept, input, input.count, 0) == input.count else {
      fatalError("cannot write \(keptInput)")
    }
    input.withUnsafeBytes { target.run($0) }
  }

  private mutating func change(_ input: inout [UInt8], _ others: [[UInt8]]) {
    let place = Int.random(in: 0...input.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0 where place < input.count: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where place < input.count: input[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random)!
    case 2: input.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 3: input.removeSubrange(place..<min(input.count, place + Int.random(in: 1...16, using: &random)))
    case 4:
      let other = others[Int.random(in: 0..<others.count, using: &random)]
      input.replaceSubrange(place..., with: other.suffix(Int.random(in: 0...other.count, using: &random)))
    default:
      let number = [Int64.min, .max, -1, 0, 1 << 31, 1 << 32].randomElement(using: &random)!
      let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }.suffix([2, 4, 8].randomElement(using: &random)!)
      input.replaceSubrange(place..<min(input.count, place + bytes.count), with: bytes)
    }
  }

  private func files(in folder: String) throws -> [[UInt8]] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return try names.sorted().map { try contents(of: "\(folder)/\($0)") }
  }

  private func contents(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    return Array(bytes.prefix(fread(&bytes, 1, bytes.count, file)))
  }

  private struct Unreadable: Error { let path: String }
}
