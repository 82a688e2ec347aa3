import CFaultyDisk
import Foundation

/// System calls on files that go wrong as long as this is there.
final class Fault {
  /// What befalls a call.
  enum Kind: String, CaseIterable, Sendable {
    /// The disk has failed; what no sync has covered is lost when a sync fails.
    case broken
    /// A part of the bytes is written all the same.
    case torn
    case full
    /// A part of the bytes is read or written, and nothing is wrong.
    case short
    case interrupted
    /// The process has too many open files.
    case tooManyFiles
    /// The call waits until the fault is over.
    case held
    /// Nothing: calls are counted.
    case none

    /// The calls that it can befall.
    var calls: Int {
      switch self {
      case .broken, .none:
        faulty_open | faulty_read | faulty_write | faulty_sync | faulty_truncate | faulty_rename
          | faulty_remove
      case .torn: faulty_write
      case .full: faulty_open | faulty_write | faulty_sync | faulty_truncate | faulty_rename
      case .short, .interrupted: faulty_read | faulty_write
      case .tooManyFiles: faulty_open
      case .held: faulty_sync
      }
    }

    fileprivate var error: Int32 {
      switch self {
      case .broken, .torn: EIO
      case .full: ENOSPC
      case .short, .held, .none: 0
      case .interrupted: EINTR
      case .tooManyFiles: EMFILE
      }
    }
  }

  private let number: Int32
  /// What there was to say of it when it ended: its number may be another's since.
  private var last: (seen: Int, changed: Int, call: Int32, file: String)?

  /// `kind` befalls calls on files that match `pattern`, after `skipped` good ones, so many `times`; only those past the
  /// page cache, if so.
  init(
    _ kind: Kind, _ pattern: String, calls: Int? = nil, after skipped: Int = 0, times: Int = 1, isDirect: Bool = false
  ) {
    let isPart = kind == .short || kind == .torn
    let flags =
      (kind == .held ? faulty_holds : kind == .broken ? faulty_loses : 0) | (isDirect ? faulty_is_direct : 0)
    number = faulty_begin(
      pattern,
      faulty_rule(
        calls: UInt32(calls ?? kind.calls), flags: UInt32(flags), error: kind.error, bytes_max: isPart ? 7 : -1,
        skipped: skipped, times: kind == .none ? 0 : times))
    precondition(number >= 0, "too many faults at once")
  }

  deinit { end() }

  /// Everything works again.
  func end() {
    guard last == nil else { return }
    last = report
    faulty_end(number)
  }

  private var report: (seen: Int, changed: Int, call: Int32, file: String) {
    if let last { return last }
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    faulty_last_file(number, &path, path.count)
    let file = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    return (faulty_seen(number), faulty_changed(number), faulty_last_call(number), file)
  }

  /// How many calls there were that it could have befallen.
  var seenCount: Int { report.seen }

  /// How many it has befallen.
  var changedCount: Int { report.changed }

  /// The file of the last call that it has befallen.
  var file: String { report.file }

  /// That call, and the kind of file: `write .log`; nil for none.
  var place: String? {
    let names = [
      faulty_open: "open", faulty_read: "read", faulty_write: "write", faulty_sync: "sync",
      faulty_truncate: "truncate", faulty_rename: "rename", faulty_remove: "remove",
    ]
    guard let call = names[Int(report.call)] else { return nil }
    let name = URL(fileURLWithPath: file).lastPathComponent
    if let dot = name.lastIndex(of: ".") { return "\(call) \(name[dot...])" }
    return "\(call) \(["lock", "folder", "manifest"].contains(name) ? name : "names")"
  }
}
