import Bytes
import CNghttp2
import Testing

@testable import Transport

@Suite("Memory that is used again")
struct UsedAgainTests {
  /// The bytes of one gRPC message of `text`.
  private func framed(_ text: String) -> [UInt8] { [0, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }

  private func take(_ bytes: [UInt8], by assembler: inout MessageAssembler) -> ByteSlice? {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      guard case .message(let message, _) = assembler.take(&rest, messageBytesMax: 1 << 20) else { return nil }
      return message
    }
  }

  @Test("a small message lies where the one before it lay that nobody has any more")
  func small() throws {
    var assembler = MessageAssembler()
    let first = ObjectIdentifier(try #require(take(framed("one"), by: &assembler)?.storage))
    let second = try #require(take(framed("second"), by: &assembler))
    #expect(second.storage.map { ObjectIdentifier($0) } == first)
    #expect(second.array == Array("second".utf8))
  }

  @Test("a message that somebody keeps stays as it was")
  func kept() throws {
    var assembler = MessageAssembler()
    let kept = try #require(take(framed("kept"), by: &assembler))
    let next = try #require(take(framed("next"), by: &assembler))
    assembler.reset()
    let last = try #require(take(framed("last"), by: &assembler))
    #expect([kept, next, last].map(\.array) == ["kept", "next", "last"].map { Array($0.utf8) })
    #expect(try #require(take(framed(""), by: &assembler)).isEmpty)
  }

  @Test("pieces lie apart until their memory is given up")
  func pieces() {
    let cutter = ByteCutter(chunkBytes: 64)
    var pieces = (0..<40).map { _ in cutter.room(for: 8) }
    #expect(Set(pieces.map { $0.storage.base + $0.offset }).count == 40)
    let large = cutter.room(for: 65)
    #expect(large.storage.capacity == 65)
    pieces = []
    let (storage, _) = cutter.room(for: 8)
    let chunk = ObjectIdentifier(storage)
    _ = consume storage
    for _ in 0..<100 { #expect(ObjectIdentifier(cutter.room(for: 8).storage) == chunk) }
  }

  @Test("a session's memory keeps what is in it when it grows, and gives pieces out again")
  func session() throws {
    let memory = SessionMemory()
    let functions = memory.functions
    func bytes(_ piece: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8] {
      Array(UnsafeRawBufferPointer(start: piece, count: count))
    }
    for size in [0, 1, 32, 33, 256, 257, 5000] {
      let piece = try #require(functions.malloc(size, functions.mem_user_data))
      #expect(UInt(bitPattern: piece) % 16 == 0)
      for index in 0..<size { piece.storeBytes(of: UInt8(index & 0xff), toByteOffset: index, as: UInt8.self) }
      let before = bytes(piece, size)
      let larger = try #require(functions.realloc(piece, size * 3 + 1, functions.mem_user_data))
      #expect(bytes(larger, size) == before)
      let smaller = try #require(functions.realloc(larger, size / 2, functions.mem_user_data))
      #expect(bytes(smaller, size / 2) == Array(before.prefix(size / 2)))
      functions.free(smaller, functions.mem_user_data)
    }
    let dirty = try #require(functions.malloc(64, functions.mem_user_data))
    dirty.storeBytes(of: .max, as: UInt64.self)
    functions.free(dirty, functions.mem_user_data)
    let clean = try #require(functions.calloc(2, 32, functions.mem_user_data))
    #expect(clean == dirty)
    #expect(bytes(clean, 64) == Array(repeating: 0, count: 64))
    #expect(functions.calloc(.max, 2, functions.mem_user_data) == nil)
    #expect(functions.malloc(.max, functions.mem_user_data) == nil)
    functions.free(nil, functions.mem_user_data)
    functions.free(clean, functions.mem_user_data)
  }
}
