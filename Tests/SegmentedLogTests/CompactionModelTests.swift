import Model
import RecordBatch
import SegmentedLog
import Simulation
import Testing

/// What a compacted log must still know: everything that was ever appended, to compare with what is left.
private struct KeyedModel {
  var records: [ReadRecord] = []

  /// What a reader of everything ends up with.
  static func latest(_ records: some Sequence<ReadRecord>) -> [String: String] {
    var latest: [String: String] = [:]
    for record in records { latest[record.key] = record.value }
    return latest
  }

  mutating func truncate(to end: Offset) { records.removeAll { $0.offset >= end } }
}

@Suite("A log that is cleaned again and again, over a disk that loses what was not synced")
struct CompactionModelTests {
  @Test(
    "a reader of everything ends up with the last value of each key, whatever fails when", arguments: seeds([], 60))
  func model(seed: UInt64) throws {
    var random = Seeded(seed)
    let host = try SimulatedHost(
      CompactionTests.configuration(
        segmentBytes: Int.random(in: 300...3000, using: &random), deleteRetention: .seconds(100),
        ratio: Double.random(in: 0...0.5, using: &random)))
    var model = KeyedModel()
    var cleaner: LogCleaner<SimulatedDisk>?
    var epoch: Int32 = 0
    var sequences: [Int64: Int32] = [:]
    for _ in 0..<Int.random(in: 100...400, using: &random) {
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<8:
        let content = (0..<Int.random(in: 1...4, using: &random)).map { _ -> (key: String, value: String?) in
          let key = "k\(Int.random(in: 0..<12, using: &random))"
          return (
            key, Int.random(in: 0..<5, using: &random) == 0 ? nil : "\(UInt32.random(in: 0...999, using: &random))"
          )
        }
        let id = Int64.random(in: 0..<3, using: &random)
        let stamp = ProducerStamp(id: ProducerID(id), epoch: ProducerEpoch(0), baseSequence: sequences[id] ?? 0)
        sequences[id] = (sequences[id] ?? 0) + Int32(content.count)
        let batch = keyed(
          content, timestamp: host.now.rawValue, codec: [.none, .zstd][Int.random(in: 0...1, using: &random)],
          producer: stamp)
        let (place, _) = try host.append(batch, epoch: epoch, sync: Bool.random(using: &random))
        for (index, record) in content.enumerated() {
          model.records.append(
            ReadRecord(
              offset: place.offset + Int64(index), key: record.key, value: record.value,
              timestamp: Timestamp(host.now.rawValue + Int64(index))))
        }
      case 8..<12: try host.perform(Int.random(in: 1...10, using: &random))
      case 12:
        host.now = Timestamp(host.now.rawValue + Int64.random(in: 0...60_000, using: &random))
        if Bool.random(using: &random) { epoch += 1 }
      case 13:
        try host.perform()
        let all = KeyedModel.latest(model.records)
        #expect(KeyedModel.latest(try host.readRecords()) == all)
      case 14:
        host.disk.losePower(using: &random)
        cleaner = nil
        try host.reopen()
        epoch = max(epoch, host.log.epochs.latest?.rawValue ?? 0)
        model.truncate(to: host.log.logEndOffset)
        sequences = [0: 0, 1: 0, 2: 0]
        try check(host, model)
      default:
        cleaner = cleaner ?? host.cleaner(keyBytesMax: [320, 1 << 16][Int.random(in: 0...1, using: &random)])
        switch try cleaner?.step() {
        case nil, .working: break
        case .swap(let segment):
          var isIn = false
          host.ask { log, effects in isIn = log.swap(in: segment, into: &effects) }
          if !isIn { cleaner = nil }
        case .finished(let pass):
          host.ask { log, effects in _ = log.finish(pass, into: &effects) }
          cleaner = nil
        }
      }
    }
    try host.perform()
    try check(host, model)
    host.log.configuration.compaction?.dirtyRatioMin = 0
    try host.clean()
    try check(host, model)
    let cleaned = try host.readRecords().filter { $0.offset < host.log.cleaned.cleanedEnd }
    #expect(Set(cleaned.map(\.key)).count == cleaned.count)
  }

  private func check(_ host: SimulatedHost, _ model: KeyedModel) throws {
    let read = try host.readRecords()
    #expect(Set(read).isSubset(of: model.records))
    #expect(KeyedModel.latest(read) == KeyedModel.latest(model.records))
    let dirty = model.records.filter { $0.offset >= host.log.cleaned.comparedEnd }
    #expect(Set(dirty).isSubset(of: read))
  }
}
