import Testing

@testable import NewswireCommands

@Suite("What commands print")
struct OutputTests {
  @Test("a table's columns are as wide as their widest value, without blanks at the end")
  func table() {
    var table = Table([("NAME", .left), ("LAG", .right), ("STATE", .left)])
    table.add("a", "1", "ok")
    table.add("a-long-one", "12345", "")
    #expect(table.text == "NAME          LAG  STATE\na               1  ok\na-long-one  12345\n")
  }

  @Test("JSON keeps the order of members and escapes what it must")
  func json() {
    let value: JSON = ["b": .integer(1), "a": ["x\n\"\\\u{1}é", .null, .bool(true), .number(0.5)], "e": []]
    #expect(value.text == #"{"b":1,"a":["x\n\"\\\u0001é",null,true,0.5],"e":[]}"#)
    #expect(value.pretty.hasPrefix("{\n  \"b\": 1,\n  \"a\": [\n    \"x"))
    #expect(value.pretty.hasSuffix("  \"e\": []\n}\n"))
  }

  @Test(
    "numbers have as many digits behind the point as asked for, rounded",
    arguments: [
      (1.005, 1, "1.0"), (0.06, 1, "0.1"), (12.3456, 2, "12.35"), (-0.001, 2, "0.00"), (-1.5, 0, "-2"), (7, 3, "7.000"),
    ])
  func numbers(value: Double, digits: Int, text: String) {
    #expect(fixed(value, digits) == text)
  }
}
