/// The word that somebody who wrote `text` most likely meant; nil if none is near.
public func nearestWord(to text: String, among words: some Sequence<String>) -> String? {
  let target = Array(text.lowercased().utf8.prefix(64))
  let limit = max(1, min(3, target.count / 3))
  var best: (word: String, distance: Int)?
  for word in words {
    let candidate = Array(word.lowercased().utf8)
    var distance = editDistance(target, candidate)
    if target.count >= 3, candidate.starts(with: target) { distance = min(distance, 1) }
    if distance <= limit, distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

/// How many single letters have to be added, dropped, changed or swapped with their neighbour.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  guard abs(a.count - b.count) <= 3, !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
