public import Model
internal import RecordBatch

/// Reads again what producers wrote last, after the batches that were remembered of them have been cut off.
///
/// The newest segment is read first, and older ones only for those who have not been found yet.
public struct ProducerLookUp: Hashable, Sendable {
  /// Whom to look for.
  let wanted: Set<ProducerID>
  /// Where to look, newest first.
  let segments: [SegmentExtent]
  /// The time of day.
  let now: Timestamp
  /// The log's, when the search began: after another cut it counts for nothing.
  let version: LogVersion

  /// What was found.
  public struct Answer: Hashable, Sendable {
    let wanted: Set<ProducerID>
    let found: [ProducerID: ProducerStates.Producer]
    let version: LogVersion
  }

  /// Looks. Throws `damaged` if a segment is not what was once written.
  public func perform(on storage: some LogStorage) throws(LogFailure) -> Answer {
    var found: [ProducerID: ProducerStates.Producer] = [:]
    for segment in segments where found.count < wanted.count {
      var here = ProducerStates()
      var scanner = SegmentScanner(storage: storage, segment: segment.id, end: segment.end.position)
      var place = segment.start
      scanning: while true {
        switch try scanner.batch(at: place.position, expected: place.offset) {
        case .end: break scanning
        case .invalid(let finding):
          throw .damaged(file: LogFile.records(segment.id).name, position: place.position, finding: finding)
        case .batch(let header):
          if let id = header.producer?.id, wanted.contains(id), found[id] == nil {
            guard try scanner.isChecksumRight(header, at: place.position) else {
              throw .damaged(
                file: LogFile.records(segment.id).name, position: place.position,
                finding: "the checksum of the record batch with offset \(place.offset) is wrong")
            }
            here.note(header, at: header.baseOffset, now: now)
          }
          place.pass(header)
        }
      }
      found.merge(here.producers) { newer, _ in newer }
    }
    return Answer(wanted: wanted, found: found, version: version)
  }
}

extension SegmentedLog {
  /// The work that finds the unresolved producers; nil if there are none. The log must have been written to its end.
  public func producerLookUp(now: Timestamp) -> ProducerLookUp? {
    guard !producers.unresolved.isEmpty else { return nil }
    let extents = segments.indices.reversed().map { index in
      SegmentExtent(
        id: segments[index].id, end: readableEnd(ofSegmentAt: index),
        offsetIndexBytes: segments[index].offsetIndexBytes, timeIndexBytes: segments[index].timeIndexBytes)
    }
    return ProducerLookUp(wanted: producers.unresolved, segments: extents, now: now, version: version)
  }

  /// Forgets producers that have written nothing here since `time`.
  public mutating func forgetProducers(before time: Timestamp) { producers.forget(before: time) }

  /// Takes over what was found, unless the log has been cut meanwhile: then the search has to be made again.
  public mutating func resolveProducers(_ answer: ProducerLookUp.Answer) {
    guard answer.version == version else { return }
    producers.resolve(answer.wanted, answer.found)
  }
}
