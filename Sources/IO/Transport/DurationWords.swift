import Model

extension Duration {
  /// The time as messages for people say it: `300 ms`, `2.5 s`.
  var inWords: String {
    let all = milliseconds
    if all < 1000 { return "\(all) ms" }
    return all % 1000 < 100 ? "\(all / 1000) s" : "\(all / 1000).\(all % 1000 / 100) s"
  }
}
