import CPopt
import Glibc

/// What popt made of the words of one command.
struct OptionTableResult {
  /// Each option that was found, by its place in the table, with its value; in the order of the line.
  var found: [(index: Int, value: String?)] = []
  /// The words that are neither options nor their values.
  var words: [String] = []
}

/// A table of options in popt's form. Owns every C string that popt looks at, until popt is done.
final class OptionTable {
  private let declarations: [OptionDeclaration]
  private let table: UnsafeMutableBufferPointer<PoptRow>
  private var strings: [UnsafeMutablePointer<CChar>] = []

  init(_ declarations: [OptionDeclaration]) {
    self.declarations = declarations
    table = .allocate(capacity: declarations.count + 1)
    table.initialize(repeating: PoptRow())
    for (index, declaration) in declarations.enumerated() {
      table[index].longName = UnsafePointer(keep(declaration.name))
      table[index].shortName = declaration.short?.asciiValue.map(CChar.init) ?? 0
      table[index].argInfo = declaration.placeholder == nil ? POPT_ARG_NONE : POPT_ARG_STRING
      table[index].val = Int32(index + 1)
    }
  }

  deinit {
    strings.forEach { free($0) }
    table.deallocate()
  }

  private func keep(_ text: String) -> UnsafeMutablePointer<CChar> {
    guard let copy = strdup(text) else { preconditionFailure("out of memory") }
    strings.append(copy)
    return copy
  }

  /// Lets popt read `words`; with `untilFirstWord` everything from the first word on that is no option is left alone.
  func parse(_ words: [String], untilFirstWord: Bool) throws(UsageError) -> OptionTableResult {
    var argv: [UnsafePointer<CChar>?] = (["newswire"] + words).map { UnsafePointer(keep($0)) } + [nil]
    let flags: Int32 = untilFirstWord ? 1 << 2 : 0  // POPT_CONTEXT_POSIXMEHARDER, a macro with a shift
    let parsed = argv.withUnsafeMutableBufferPointer { argv in
      Result { () throws(UsageError) in
        let context = poptGetContext(nil, Int32(words.count + 1), argv.baseAddress, table.baseAddress, UInt32(flags))
        guard let context else { preconditionFailure("out of memory") }
        defer { poptFreeContext(context) }
        return try read(context)
      }
    }
    return try parsed.get()
  }

  private func read(_ context: poptContext) throws(UsageError) -> OptionTableResult {
    var result = OptionTableResult()
    while true {
      let code = poptGetNextOpt(context)
      if code > 0 {
        let value = poptGetOptArg(context)
        defer { free(value) }
        result.found.append((Int(code) - 1, value.map { String(cString: $0) }))
      } else if code == -1 {
        break
      } else {
        throw complaint(code, about: poptBadOption(context, 0).map { String(cString: $0) } ?? "")
      }
    }
    var next = poptGetArgs(context)
    while let word = next?.pointee {
      result.words.append(String(cString: word))
      next = next?.successor()
    }
    return result
  }

  private func complaint(_ code: Int32, about option: String) -> UsageError {
    let name = String(option.prefix { $0 != "=" })
    switch code {
    case POPT_ERROR_BADOPT:
      let near = nearestWord(to: String(name.drop { $0 == "-" }), among: declarations.map(\.name))
      return UsageError("unknown option \(name)" + (near.map { "; did you mean --\($0)?" } ?? ""))
    case POPT_ERROR_NOARG:
      let declaration = declarations.first { "--\($0.name)" == name || $0.short.map { "-\($0)" } == name }
      return UsageError("\(name) needs a value" + (declaration?.placeholder.map { ": \(name) \($0)" } ?? ""))
    case POPT_ERROR_UNWANTEDARG:
      return UsageError("\(name) does not take a value")
    default:
      return UsageError("\(name): \(String(cString: poptStrerror(code)))")
    }
  }
}
