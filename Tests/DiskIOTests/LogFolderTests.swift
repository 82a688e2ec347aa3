import DiskIO
import Foundation
import Model
import Runtime
import SegmentedLog
import Testing

@Suite("Disk folders")
struct LogFolderTests {
  @Test("a folder keeps its id and its cluster, and refuses another cluster")
  func identity() throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let cluster = UUID128(high: 5, low: 6)
    var first: LogFolder? = try bench.folder()
    let id = first?.id
    #expect(first?.clusterID == nil)
    try first?.bind(to: cluster)
    try first?.bind(to: cluster)
    #expect(throws: LogFailure.self) { try first?.bind(to: UUID128(high: 7, low: 8)) }
    first = nil
    let second = try bench.folder()
    #expect(second.id == id)
    #expect(second.clusterID == cluster)
  }

  @Test("two processes never share a folder")
  func lock() throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let first = try bench.folder()
    #expect(throws: LogFailure.wrongFolder("\(bench.path) is in use by another process")) { try bench.folder() }
    #expect(first.path == bench.path)
  }

  @Test("a changed identity file is refused")
  func damagedIdentity() throws {
    let bench = try Workbench()
    defer { bench.stop() }
    _ = try bench.folder()
    let name = URL(fileURLWithPath: bench.path + "/folder")
    var bytes = try Data(contentsOf: name)
    bytes[20] ^= 1
    try bytes.write(to: name)
    #expect(throws: LogFailure.self) { try bench.folder() }
  }

  @Test("replicas without the folder's identity are refused: a new identity would disown them")
  func missingIdentity() throws {
    let bench = try Workbench()
    defer { bench.stop() }
    _ = try bench.folder().open(Workbench.partition(0), configuration: LogConfiguration(), now: wallClock())
    try FileManager.default.removeItem(atPath: bench.path + "/folder")
    #expect(throws: LogFailure.self) { try bench.folder() }
  }

  @Test("replicas are listed, opened in parallel and deleted for good")
  func partitions() async throws {
    let bench = try Workbench()
    defer { bench.stop() }
    var folder: LogFolder? = try bench.folder()
    let wanted = (0..<40).map { (Workbench.partition($0), LogConfiguration()) }
    let opened = try #require(folder).open(wanted, now: wallClock())
    #expect(opened.map { try? $0.get().partition } == wanted.map(\.0))
    #expect(try folder?.partitions() == wanted.map(\.0).sorted { $0.description < $1.description })
    try folder?.delete(Workbench.partition(3))
    try folder?.delete(Workbench.partition(3))
    #expect(try folder?.partitions().contains(Workbench.partition(3)) == false)

    // A deletion that the power cut short is finished at the next start.
    let doomed = "\(bench.path)/\(Workbench.partition(4))"
    try FileManager.default.moveItem(atPath: doomed, toPath: doomed + ".deleted")
    folder = nil
    folder = try bench.folder()
    #expect(try folder?.partitions().count == 38)
    #expect(!FileManager.default.fileExists(atPath: doomed + ".deleted"))
  }

  @Test("a damaged replica does not keep the others from opening")
  func damagedReplica() throws {
    let bench = try Workbench()
    defer { bench.stop() }
    let folder = try bench.folder()
    let wanted = (0..<5).map { (Workbench.partition($0), LogConfiguration()) }
    _ = folder.open(wanted, now: wallClock())
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: bench.file("manifest", of: 2)))
    let results = folder.open(wanted, now: wallClock())
    #expect(results.indices.filter { if case .failure = results[$0] { true } else { false } } == [2])
  }
}
