internal import Bytes
internal import Glibc
internal import SegmentedLog

/// A partition's files as the disk has them: they are read past the page cache where the file system can, so that what is
/// found is what a later start would find, and nothing that others read has to make room.
struct DiskReading: LogStorage {
  let files: PartitionFiles
  let memory: AlignedMemory

  func fileNames() throws(LogFailure) -> [String] { try files.fileNames() }

  func size(of file: LogFile) throws(LogFailure) -> Int? { try files.size(of: file) }

  func readAnew(_ file: LogFile, from position: Int) throws(LogFailure) {
    try files.readAnew(file, from: position)
  }

  func read(_ file: LogFile, at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
    guard let direct = try files.openPastCache(file) else {
      return try files.read(file, at: position, into: buffer)
    }
    var done = 0
    while done < buffer.count {
      let place = position + done
      let blocks = AlignedMemory.blocks(around: place, count: buffer.count - done, bytesMax: memory.byteCount)
      let room = memory.room(blocks.count)
      let read: Int
      do {
        read = try direct.withDescriptor { (descriptor) throws(LogFailure) in
          try SystemCalls.readOnce(descriptor, at: blocks.lowerBound, into: room, file: files.path(file))
        }
      } catch {
        guard case .disk(_, _, EINVAL, _) = error else { throw error }
        files.staysInCache()
        return try files.read(file, at: position, into: buffer)
      }
      let skipped = place - blocks.lowerBound
      let count = min(read - skipped, buffer.count - done)
      guard count > 0 else { break }
      UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: room[skipped..<skipped + count]))
      done += count
    }
    return done
  }
}
