/// Things under numbers, which are used again: what a dictionary would do, without hashing and without memory for each.
struct Slots<Value> {
  private var values: [Value?] = []
  private var free: [Int] = []

  var isEmpty: Bool { free.count == values.count }
  /// By number.
  var all: [Value] { values.compactMap { $0 } }

  /// Takes `value` in; the answer is its number.
  mutating func insert(_ value: Value) -> Int {
    guard let number = free.popLast() else {
      values.append(value)
      return values.count - 1
    }
    values[number] = value
    return number
  }

  /// Takes out what has this number, once.
  mutating func remove(_ number: Int) {
    precondition(values[number] != nil, "removed twice")
    values[number] = nil
    free.append(number)
  }
}
