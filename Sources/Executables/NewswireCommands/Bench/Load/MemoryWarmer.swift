internal import Configuration
internal import Glibc

/// Touches memory and gives it back, so that what is written next finds page cache that is really there.
///
/// A virtual machine gets its memory from its host page by page: the first touch of one is five times as slow as any
/// later one, and is counted as processor time of whoever touches it.
enum MemoryWarmer {
  static let option = CommandOption(
    "warm-memory", .size(0...(1 << 40)), default: "0",
    help: "touch so much memory first and give it back: on virtual machines the first touch is slow")

  static func warm(_ bytes: Int) throws {
    guard bytes > 0 else { return }
    guard
      let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), memory != MAP_FAILED
    else { throw CommandError.system("cannot get \(bytes) bytes of memory to warm") }
    for offset in stride(from: 0, to: bytes, by: 4096) {
      memory.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
    }
    munmap(memory, bytes)
  }
}
