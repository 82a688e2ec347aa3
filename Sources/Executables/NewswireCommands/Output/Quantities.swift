/// A number of bytes for people: `1.5 MB`.
func bytesText(_ bytes: Int64) -> String {
  let units: [(String, Double)] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
  guard let unit = units.first(where: { Double(abs(bytes)) >= $0.1 }) else { return "\(bytes) B" }
  return "\(fixed(Double(bytes) / unit.1, 1)) \(unit.0)"
}

/// A whole number with a blank between groups of three digits: `1 234 567`.
func grouped(_ number: Int64) -> String {
  let digits = String(number.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(" ") }
    text.append(digit)
  }
  return number < 0 ? "-\(text)" : text
}

/// What a table shows where there is nothing.
let absent = "-"

/// A value as a table shows it.
func shown(_ value: (some CustomStringConvertible)?) -> String {
  guard let text = value?.description, !text.isEmpty else { return absent }
  return text
}

/// Numbers as a table shows them: `1,2,3`.
func numbersText(_ numbers: [Int32]) -> String {
  numbers.isEmpty ? absent : numbers.map { "\($0)" }.joined(separator: ",")
}
