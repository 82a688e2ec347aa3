/// A drawing of lines and words as SVG, from the top left corner on; the same calls give the same bytes.
struct SVGDrawing {
  /// Where a text stands relative to its point.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  /// A place, in pixels.
  struct Point: Hashable {
    let x: Double
    let y: Double
  }

  private let width: Int
  private let height: Int
  private var elements: [String] = []

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  mutating func text(
    _ text: String, _ point: Point, size: Int = 12, anchor: Anchor = .start, color: String = "#333",
    isBold: Bool = false,
    isUpward: Bool = false
  ) {
    let turned = isUpward ? " transform=\"rotate(-90 \(number(point.x)) \(number(point.y)))\"" : ""
    elements.append(
      "<text x=\"\(number(point.x))\" y=\"\(number(point.y))\" font-size=\"\(size)\" text-anchor=\"\(anchor.rawValue)\" "
        + "fill=\"\(color)\"\(isBold ? " font-weight=\"bold\"" : "")\(turned)>\(escaped(text))</text>")
  }

  mutating func line(_ from: Point, _ to: Point, color: String, width: Double = 1) {
    elements.append(
      "<line x1=\"\(number(from.x))\" y1=\"\(number(from.y))\" x2=\"\(number(to.x))\" y2=\"\(number(to.y))\" "
        + "stroke=\"\(color)\" stroke-width=\"\(number(width))\"/>")
  }

  /// Lines from point to point; one point alone is a dot.
  mutating func polyline(_ points: [Point], color: String, width: Double = 1.5) {
    guard let first = points.first else { return }
    guard points.count > 1 else {
      elements.append("<circle cx=\"\(number(first.x))\" cy=\"\(number(first.y))\" r=\"2\" fill=\"\(color)\"/>")
      return
    }
    let places = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    elements.append(
      "<polyline points=\"\(places)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(number(width))\" "
        + "stroke-linejoin=\"round\"/>")
  }

  mutating func frame(_ from: Point, _ to: Point, color: String) {
    elements.append(
      "<rect x=\"\(number(from.x))\" y=\"\(number(from.y))\" width=\"\(number(to.x - from.x))\" "
        + "height=\"\(number(to.y - from.y))\" fill=\"none\" stroke=\"\(color)\"/>")
  }

  /// The whole file.
  var svg: String {
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\">"
    let paper = "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>"
    return ([head, paper] + elements + ["</svg>"]).map { "\($0)\n" }.joined()
  }

  /// With one digit behind the point, or none where it would be 0.
  private func number(_ value: Double) -> String {
    let text = fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
  }
}
