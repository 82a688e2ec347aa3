import Configuration

private let table = ConfigurationTable(
  summary: "Keys of every shape.",
  settings: [
    ConfigurationKey("node.id", .integer(1...1000), default: "1", meaning: "A number."),
    ConfigurationKey("name", .text, meaning: "A text."),
    ConfigurationKey("log.level", .choice(["info", "debug"]), default: "info", meaning: "A choice."),
    ConfigurationKey("limits.bytes", .size(0...(1 << 40)), default: "1MiB", meaning: "A size."),
    ConfigurationKey("shutdown.grace", .duration(.zero ... .seconds(600)), default: "10s", meaning: "A duration."),
    ConfigurationList("coordinators", .endpoint(defaultPort: 9190), meaning: "A list."),
    ConfigurationMap("labels", .text, meaning: "A map."),
    ConfigurationRecords(
      "listeners",
      fields: [
        ConfigurationKey("name", .text, required: true, example: "main", meaning: "A name."),
        ConfigurationKey("bind", .endpoint(), meaning: "An address."),
      ], meaning: "Records."),
  ])

/// Bytes as a configuration file: accepted or refused, with problems that say where.
func fuzzConfiguration(_ bytes: UnsafeRawBufferPointer) {
  do throws(ConfigurationError) {
    _ = try table.load(Array(bytes), source: "fuzz.yaml", environment: [:])
  } catch {
    guard !error.problems.isEmpty, !error.description.isEmpty else { fatalError("a refusal without a reason") }
  }
}

func configurationSeeds() -> [[UInt8]] {
  let everyShape = """
    node:
      id: 3
    name: "a name"
    log: {level: debug}
    limits:
      bytes: 128MiB
    shutdown:
      grace: 10s
    coordinators:
      - one:9190
      - "[::1]:9190"
    labels:
      rack: 'r 1'
      text: |
        some lines
        of text
    listeners:
      - name: main
        bind: 0.0.0.0:9191

    """
  return [everyShape, table.defaultFile, "name: &a x\nlabels: *a\n", "? a\n: - b\n--- !!str\n"].map { Array($0.utf8) }
}
