import CNghttp2
import Glibc

/// Where one nghttp2 session takes its memory: small pieces that are given back are kept for the next of their size.
///
/// A call takes seven and gives all of them back. With hundreds of calls under way that is too much for what the C
/// library keeps ready for a thread. Belongs to the session's loop.
final class SessionMemory {
  /// Stands before each piece. Its size keeps the piece aligned.
  private struct Head {
    /// Which list the piece goes back to; 0 for none.
    var list: Int
    var next: UnsafeMutablePointer<Head>?
  }

  private struct Lists {
    /// Pieces of up to 32 bytes, 64 bytes, and so on.
    var first = InlineArray<9, UnsafeMutablePointer<Head>?>(repeating: nil)
    var bytes = 0
  }

  private static let step = 32
  private static let listsCount = 9
  /// How much unused memory is kept.
  private static let bytesMax = 256 << 10

  private let lists: UnsafeMutablePointer<Lists>
  /// The same for nghttp2, which makes a copy of it.
  let functions: nghttp2_mem

  init() {
    lists = .allocate(capacity: 1)
    lists.initialize(to: Lists())
    functions = nghttp2_mem(
      mem_user_data: lists,
      malloc: { count, lists in SessionMemory.take(count, lists) },
      free: { piece, lists in SessionMemory.giveBack(piece, lists) },
      calloc: { count, size, lists in
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: size)
        guard !isTooLarge, let piece = SessionMemory.take(bytes, lists) else { return nil }
        memset(piece, 0, bytes)
        return piece
      },
      realloc: { piece, count, lists in SessionMemory.resize(piece, count, lists) })
  }

  deinit {
    for list in lists.pointee.first.indices {
      var next = lists.pointee.first[list]
      while let piece = next {
        next = piece.pointee.next
        free(piece)
      }
    }
    lists.deinitialize(count: 1)
    lists.deallocate()
  }

  private static func take(_ count: Int, _ opaque: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let list = max(1, (min(count, bytesMax) + step - 1) / step)
    guard list < listsCount else { return allocate(count, 0) }
    let lists = opaque.unsafelyUnwrapped.assumingMemoryBound(to: Lists.self)
    guard let kept = lists.pointee.first[list] else { return allocate(list * step, list) }
    lists.pointee.first[list] = kept.pointee.next
    lists.pointee.bytes -= list * step
    return UnsafeMutableRawPointer(kept + 1)
  }

  private static func allocate(_ count: Int, _ list: Int) -> UnsafeMutableRawPointer? {
    guard count <= .max - MemoryLayout<Head>.size, let memory = malloc(MemoryLayout<Head>.size + count) else {
      return nil
    }
    let head = memory.bindMemory(to: Head.self, capacity: 1)
    head.initialize(to: Head(list: list))
    return UnsafeMutableRawPointer(head + 1)
  }

  private static func giveBack(_ piece: UnsafeMutableRawPointer?, _ opaque: UnsafeMutableRawPointer?) {
    guard let piece else { return }
    let head = head(of: piece)
    let lists = opaque.unsafelyUnwrapped.assumingMemoryBound(to: Lists.self)
    let list = head.pointee.list
    guard list > 0, lists.pointee.bytes < bytesMax else { return free(head) }
    head.pointee.next = lists.pointee.first[list]
    lists.pointee.first[list] = head
    lists.pointee.bytes += list * step
  }

  private static func resize(
    _ piece: UnsafeMutableRawPointer?, _ count: Int, _ opaque: UnsafeMutableRawPointer?
  ) -> UnsafeMutableRawPointer? {
    guard let piece else { return take(count, opaque) }
    let old = head(of: piece)
    let list = old.pointee.list
    if list == 0, count > (listsCount - 1) * step, count <= .max - MemoryLayout<Head>.size {
      return realloc(old, MemoryLayout<Head>.size + count).map { $0 + MemoryLayout<Head>.size }
    }
    guard list == 0 || count > list * step else { return piece }
    guard let larger = take(count, opaque) else { return nil }
    larger.copyMemory(from: piece, byteCount: list == 0 ? count : list * step)
    giveBack(piece, opaque)
    return larger
  }

  private static func head(of piece: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Head> {
    (piece - MemoryLayout<Head>.size).assumingMemoryBound(to: Head.self)
  }
}
