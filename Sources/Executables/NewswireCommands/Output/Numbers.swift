internal import Model

/// A number with so many digits behind the point.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "-" }
  var factor = 1.0
  for _ in 0..<digits { factor *= 10 }
  let scaled = (abs(value) * factor).rounded()
  let whole = Int64(scaled / factor)
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(whole)" }
  let rest = "\(Int64(scaled) - whole * Int64(factor))"
  return "\(sign)\(whole)." + String(repeating: "0", count: digits - rest.count) + rest
}

/// A duration as seconds with two digits behind the point.
func inSeconds(_ duration: Duration) -> String { fixed(duration.seconds, 2) }

extension Duration {
  /// As a number of seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
