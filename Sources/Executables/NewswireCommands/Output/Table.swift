/// Rows in columns as wide as their widest value.
struct Table {
  /// On which side of its column a value stands.
  enum Alignment {
    case left
    case right
  }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  /// A table with all columns on the left.
  init(_ titles: String...) { columns = titles.map { ($0, .left) } }

  mutating func add(_ row: String...) { add(row) }

  mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "a row of \(row.count) values under \(columns.count) titles")
    rows.append(row)
  }

  /// The titles and the rows, each as a line.
  var text: String {
    let widths = columns.indices.map { column in
      ([columns[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
    }
    let lines = ([columns.map(\.title)] + rows).map { row in
      var line = ""
      for (column, value) in row.enumerated() {
        let filling = String(repeating: " ", count: widths[column] - value.count)
        if column > 0 { line += "  " }
        line += columns[column].alignment == .left ? value + filling : filling + value
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return lines.joined()
  }
}
