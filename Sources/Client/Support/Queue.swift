/// First in, first out, each in constant time on average; what has left is not kept alive.
struct Queue<Element> {
  private var items: [Element?] = []
  private var head = 0

  init() {}

  var count: Int { items.count - head }
  var isEmpty: Bool { items.count == head }
  var first: Element? { isEmpty ? nil : items[head] }

  mutating func append(_ element: Element) { items.append(element) }

  mutating func prepend(_ element: Element) {
    if head == 0 {
      items.insert(element, at: 0)
    } else {
      head -= 1
      items[head] = element
    }
  }

  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = items[head].take()
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 64, head * 2 >= items.count {
      items.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Takes out what `shouldRemove` says, keeping the order of the rest.
  mutating func removeAll(where shouldRemove: (Element) -> Bool) {
    items = items[head...].filter { !shouldRemove($0!) }
    head = 0
  }

  /// Visits all, the first first.
  func forEach(_ body: (Element) -> Void) {
    for index in head..<items.count { body(items[index]!) }
  }
}

extension Queue: Sendable where Element: Sendable {}
