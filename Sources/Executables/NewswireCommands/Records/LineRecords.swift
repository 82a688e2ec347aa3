internal import NewswireClient

/// Makes records of lines, and hands them to a producer.
struct LineRecords {
  let topic: String
  let partition: Int32?
  let format: RecordFormat
  /// What ends the key at the beginning of a line; nil: lines have no key.
  let keySeparator: String?
  /// Notes that every record gets.
  let headers: [Header]

  /// Hands over the record of a line, which is lent. `number` counts lines, for complaints.
  func send(_ line: UnsafeRawBufferPointer, number: Int, to producer: Producer) async throws {
    switch format {
    case .value:
      var (key, value): (UnsafeRawBufferPointer?, UnsafeRawBufferPointer) = (nil, line)
      if let keySeparator {
        guard let parts = split(line, at: Array(keySeparator.utf8)) else {
          throw CommandError("line \(number) has no \(jsonQuoted(keySeparator)) to end its key")
        }
        (key, value) = parts
      }
      // Most lines are copied into the batch, and nowhere else.
      if headers.isEmpty, try producer.tryEnqueue(topic: topic, partition: partition, key: key, value: value) { return }
      try await producer.enqueue(
        ProducerRecord(
          topic: topic, partition: partition, key: key.map { Array($0) }, value: Array(value), headers: headers))
    case .json:
      do {
        try await producer.enqueue(record(json: try JSON(line)))
      } catch let error as JSONError {
        throw CommandError("line \(number) is not JSON: \(error)")
      } catch let error as Problem {
        throw CommandError("line \(number): \(error.text)")
      }
    }
  }

  // MARK: JSON

  /// Why an object is no record.
  struct Problem: Error, Hashable {
    let text: String
  }

  /// A record of what `newswire consume --format json` prints. Where it lay is not taken over: topic, partition, offset.
  func record(json: JSON) throws -> ProducerRecord {
    guard case .object(let members) = json else {
      throw Problem(text: "a record is a JSON object, such as {\"value\":\"…\"}")
    }
    for member in members where !Self.names.contains(member.name) {
      throw Problem(
        text: "a record has no member \(jsonQuoted(member.name)); it has \(Self.names.joined(separator: ", "))")
    }
    return ProducerRecord(
      topic: topic, partition: partition, key: try bytes("key", of: json), value: try bytes("value", of: json),
      headers: try notes(json["headers"]) + headers, timestamp: try timestamp(json["timestamp_ms"]))
  }

  private static let names = [
    "key", "key_base64", "value", "value_base64", "headers", "timestamp_ms", "topic", "partition", "offset",
  ]

  /// The bytes of a member: its text, or what stands in base64 under the other name.
  private func bytes(_ name: String, of object: JSON) throws -> [UInt8]? {
    switch (object[name], object["\(name)_base64"]) {
    case (nil, nil), (.null, nil), (nil, .null): return nil
    case (.string(let text), nil): return Array(text.utf8)
    case (nil, .string(let text)):
      guard let bytes = NewswireCommands.bytes(base64: text) else {
        throw Problem(text: "\(name)_base64 is not base64")
      }
      return bytes
    case (.some, .some): throw Problem(text: "\(name) and \(name)_base64 exclude each other")
    default: throw Problem(text: "\(name) is a text or null; for other bytes there is \(name)_base64")
    }
  }

  private func notes(_ value: JSON?) throws -> [Header] {
    guard let value, value != .null else { return [] }
    guard case .array(let elements) = value else { throw Problem(text: "headers is a list of objects") }
    return try elements.map { element in
      guard case .string(let key) = element["key"] else {
        throw Problem(text: "a header is an object such as {\"key\":\"…\",\"value\":\"…\"}")
      }
      return Header(key, try bytes("value", of: element))
    }
  }

  private func timestamp(_ value: JSON?) throws -> Int64? {
    switch value {
    case nil, .null: return nil
    case .integer(let time) where time >= 0: return time
    default: throw Problem(text: "timestamp_ms is milliseconds since 1970")
    }
  }
}
