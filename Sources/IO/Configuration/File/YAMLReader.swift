import CFyaml

/// A part of a YAML document, with the line on which it starts, from 1 on.
struct YAMLNode {
  let line: Int
  let content: Content

  enum Content {
    case null
    case scalar(String)
    case list([YAMLNode])
    case map([YAMLEntry])
  }

  /// What it is, in words for the operator.
  var shapeName: String {
    switch content {
    case .null: "nothing"
    case .scalar: "a single value"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

/// A key of a map and what is below it.
struct YAMLEntry {
  let key: String
  let line: Int
  let value: YAMLNode
}

/// Reads the one document of a file by libfyaml's events; anchors, aliases and tags are refused, depth is bounded.
final class YAMLReader {
  private let diagnostics: OpaquePointer
  private let parser: OpaquePointer
  private let source: String

  /// Lists and maps within each other; a configuration needs three.
  private static let depthMax = 4

  /// The document in `bytes`; nil if there is nothing in it but comments.
  static func read(_ bytes: [UInt8], source: String) throws(ConfigurationError) -> YAMLNode? {
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
      throw ConfigurationError(source: source, "the file is not UTF-8 text")
    }
    guard !bytes.isEmpty else { return nil }
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(ConfigurationError) in try YAMLReader(buffer, source: source).document() }
    }
    return try result.get()
  }

  private init(_ bytes: UnsafeRawBufferPointer, source: String) {
    var silence = fy_diag_cfg()
    fy_diag_cfg_default(&silence)
    silence.fp = nil
    silence.output_fn = { _, _, _, _ in }
    var options = fy_parse_cfg()
    options.flags = FYPCF_DEFAULT_VERSION_1_2
    options.diag = fy_diag_create(&silence)
    guard let diagnostics = options.diag, let parser = fy_parser_create(&options) else {
      preconditionFailure("out of memory")
    }
    fy_diag_set_collect_errors(diagnostics, true)
    self.diagnostics = diagnostics
    self.parser = parser
    self.source = source
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard fy_parser_set_string(parser, start, bytes.count) == 0 else { preconditionFailure("out of memory") }
  }

  deinit {
    fy_parser_destroy(parser)
    fy_diag_destroy(diagnostics)
  }

  private func document() throws(ConfigurationError) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let isDone = try next { event throws(ConfigurationError) in
        switch event.pointee.type {
        case FYET_STREAM_START, FYET_DOCUMENT_END: return false
        case FYET_DOCUMENT_START:
          guard root == nil else { throw self.complaint(line: self.line(of: event), "a second document starts here") }
          return false
        case FYET_STREAM_END: return true
        default:
          root = try self.node(event, depth: 0)
          return false
        }
      }
      if isDone { return root }
    }
  }

  private func node(_ event: UnsafeMutablePointer<fy_event>, depth: Int) throws(ConfigurationError) -> YAMLNode {
    let line = line(of: event)
    guard depth <= Self.depthMax else { throw complaint(line: line, "this is nested too deeply") }
    switch event.pointee.type {
    case FYET_SCALAR:
      try refuse(event.pointee.scalar.anchor, event.pointee.scalar.tag, line: line)
      return YAMLNode(line: line, content: scalar(event.pointee.scalar.value))
    case FYET_SEQUENCE_START:
      try refuse(event.pointee.sequence_start.anchor, event.pointee.sequence_start.tag, line: line)
      return YAMLNode(line: line, content: .list(try list(depth: depth)))
    case FYET_MAPPING_START:
      try refuse(event.pointee.mapping_start.anchor, event.pointee.mapping_start.tag, line: line)
      return YAMLNode(line: line, content: .map(try map(depth: depth)))
    case FYET_ALIAS:
      throw complaint(line: line, "aliases (*name) are not allowed; write the value out")
    default:
      throw complaint(line: line, "unexpected YAML")
    }
  }

  private func list(depth: Int) throws(ConfigurationError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while let element = try next({ event throws(ConfigurationError) in
      event.pointee.type == FYET_SEQUENCE_END ? nil : try self.node(event, depth: depth + 1)
    }) {
      elements.append(element)
    }
    return elements
  }

  private func map(depth: Int) throws(ConfigurationError) -> [YAMLEntry] {
    var entries: [YAMLEntry] = []
    while let key = try next({ event throws(ConfigurationError) in
      event.pointee.type == FYET_MAPPING_END ? nil : try self.node(event, depth: depth + 1)
    }) {
      guard case .scalar(let name) = key.content else { throw complaint(line: key.line, "a key has to be a word") }
      let value = try next { event throws(ConfigurationError) in try self.node(event, depth: depth + 1) }
      entries.append(YAMLEntry(key: name, line: key.line, value: value))
    }
    return entries
  }

  /// Hands the next event to `body`, for the time of the call.
  private func next<R>(
    _ body: (UnsafeMutablePointer<fy_event>) throws(ConfigurationError) -> R
  ) throws(ConfigurationError) -> R {
    guard let event = fy_parser_parse(parser) else { throw syntaxError() }
    defer { fy_parser_event_free(parser, event) }
    return try body(event)
  }

  private func scalar(_ token: OpaquePointer?) -> YAMLNode.Content {
    var length = 0
    guard let token, let text = fy_token_get_text(token, &length) else { return .null }
    let bytes = UnsafeRawBufferPointer(start: text, count: length)
    let string = String(decoding: bytes, as: UTF8.self)
    let isPlain = fy_token_scalar_style(token) == FYSS_PLAIN
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(string) ? .null : .scalar(string)
  }

  private func refuse(_ anchor: OpaquePointer?, _ tag: OpaquePointer?, line: Int) throws(ConfigurationError) {
    if anchor != nil { throw complaint(line: line, "anchors (&name) are not allowed; write the value out") }
    if tag != nil { throw complaint(line: line, "tags (!name) are not allowed") }
  }

  private func line(of event: UnsafeMutablePointer<fy_event>) -> Int {
    guard let token = fy_event_get_token(event), let mark = fy_token_start_mark(token) else { return 1 }
    return Int(mark.pointee.line) + 1
  }

  private func syntaxError() -> ConfigurationError {
    var previous: UnsafeMutableRawPointer?
    guard let error = fy_diag_errors_iterate(diagnostics, &previous) else {
      return ConfigurationError(source: source, "the file is not YAML")
    }
    let text = error.pointee.msg.map { String(cString: $0) } ?? "not YAML"
    return complaint(line: max(1, Int(error.pointee.line)), text)
  }

  private func complaint(line: Int, _ message: String) -> ConfigurationError {
    ConfigurationError(source: source, line: line, message)
  }
}
