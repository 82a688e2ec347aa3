import Testing

@testable import Configuration

private enum Keys {
  static let nodeID = ConfigurationKey(
    "node_id", .integer(1...1_000_000), required: true, example: "1", meaning: "The number of this broker.")
  static let rack = ConfigurationKey("rack", .text, meaning: "Where the machine stands.")
  static let segment = ConfigurationKey(
    "segment_bytes", .size(1024...(2 << 30)), default: "1GiB", meaning: "How long a file of the log gets.")
  static let interval = ConfigurationKey(
    "flush_interval", .duration(), default: "5ms", meaning: "How long a group of writes waits.")
  static let certificate = ConfigurationKey(
    "tls.certificate", .path, required: true, example: "/etc/newswire/broker.pem", meaning: "The certificate.")
  static let reload = ConfigurationKey(
    "tls.reload_interval", .duration(), default: "60s", meaning: "How often the files are looked at.")
  static let folders = ConfigurationList(
    "data_folders", .path, default: ["/var/lib/newswire"], meaning: "Where the logs are kept.")
  static let coordinators = ConfigurationMap(
    "coordinators", .endpoint(defaultPort: 9190), required: true,
    example: [NamedValue(name: "1", value: "localhost:9190")], meaning: "The coordinators by number.")
  static let name = ConfigurationKey("name", .text, required: true, example: "main", meaning: "What it is called.")
  static let bind = ConfigurationKey("bind", .endpoint(), default: "[::]:9191", meaning: "Where it listens.")
  static let listeners = ConfigurationRecords(
    "listeners", fields: [name, bind], default: [["name": "main", "bind": "0.0.0.0:9191"]],
    meaning: "Where clients connect.")

  static let table = ConfigurationTable(
    summary: "The broker's configuration.",
    settings: [nodeID, rack, segment, interval, certificate, reload, folders, coordinators, listeners])
}

private let least = """
  node_id: 3
  coordinators: {1: a:1}
  tls: {certificate: /c}

  """

private func load(_ text: String, _ environment: [String: String] = [:]) throws(ConfigurationError) -> Configuration {
  try Keys.table.load(Array(text.utf8), source: "b.yaml", environment: environment)
}

private func problems(_ text: String, _ environment: [String: String] = [:]) -> [String] {
  do {
    _ = try load(text, environment)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

@Suite struct ConfigurationFileTests {
  @Test("values are read with their types, and what is absent has its default")
  func typed() throws {
    let configuration = try load(
      """
      # a comment
      node_id: 3
      segment_bytes: "64MiB"
      tls:
        certificate: /c.pem
      data_folders: [/a, /b]
      coordinators:
        1: one:9190
        2: two
      listeners:
        - name: inner
        - {name: outer, bind: "1.2.3.4:5"}
      """)
    #expect(configuration.value(Keys.nodeID) == 3)
    #expect(configuration[Keys.rack] == nil)
    #expect(configuration.value(Keys.segment) == 64 << 20)
    #expect(configuration.value(Keys.interval) == .milliseconds(5))
    #expect(configuration.value(Keys.certificate) == "/c.pem")
    #expect(configuration.value(Keys.reload) == .seconds(60))
    #expect(configuration[Keys.folders] == ["/a", "/b"])
    #expect(configuration[Keys.coordinators].map(\.name) == ["1", "2"])
    #expect(configuration[Keys.coordinators].map(\.value.port) == [9190, 9190])
    #expect(configuration[Keys.listeners].map { $0.value(Keys.name) } == ["inner", "outer"])
    #expect(configuration[Keys.listeners].map { $0.value(Keys.bind).port } == [9191, 5])
    #expect(configuration.isSet(Keys.segment) && !configuration.isSet(Keys.interval))
  }

  @Test("the environment goes before the file, in every shape")
  func environment() throws {
    let configuration = try load(
      least + "rack: a\n",
      [
        "NEWSWIRE_RACK": "b", "NEWSWIRE_TLS_RELOAD_INTERVAL": "2s", "NEWSWIRE_DATA_FOLDERS": "/x,/y",
        "NEWSWIRE_COORDINATORS": "7=h:1,8=h:2", "NEWSWIRE_LISTENERS": "name=p,bind=h:1;name=q", "NEWSWIRE_NODE_ID": "",
        "UNRELATED": "1",
      ])
    #expect(configuration[Keys.rack] == "b")
    #expect(configuration.value(Keys.nodeID) == 3)
    #expect(configuration.value(Keys.reload) == .seconds(2))
    #expect(configuration[Keys.folders] == ["/x", "/y"])
    #expect(configuration[Keys.coordinators].map(\.name) == ["7", "8"])
    #expect(configuration[Keys.listeners].map { $0.value(Keys.name) } == ["p", "q"])
  }

  @Test("the environment alone is enough")
  func withoutFile() throws {
    let configuration = try Keys.table.load(
      path: nil,
      environment: ["NEWSWIRE_NODE_ID": "1", "NEWSWIRE_COORDINATORS": "1=a:1", "NEWSWIRE_TLS_CERTIFICATE": "/c"])
    #expect(configuration.value(Keys.nodeID) == 1)
  }

  @Test("everything that is wrong is named at once, with its line")
  func everything() {
    let found = problems(
      """
      node_id: many
      segment_byte: 1GiB
      tls:
        certificate: /c
        certificat: /d
      data_folders: /a
      rack:
      rack: b
      flush_interval: [5ms]
      listeners:
        - name: x
        - bind: h:1
        - name: y
          bimd: h:1
      """)
    #expect(
      found == [
        #"b.yaml:1: node_id: "many" is not a whole number from 1 to 1000000"#,
        #"b.yaml:2: unknown key "segment_byte"; did you mean segment_bytes?"#,
        #"b.yaml:5: unknown key "tls.certificat"; did you mean tls.certificate?"#,
        #"b.yaml:6: data_folders: expected a list of values, not a single value"#,
        #"b.yaml:7: rack: has no value; remove the line for the default"#,
        #"b.yaml:8: "rack" is set twice, first on line 7"#,
        #"b.yaml:9: flush_interval: expected a single value, not a list"#,
        #"b.yaml:12: listeners: name is missing"#,
        #"b.yaml: coordinators is missing: set it in the file or by NEWSWIRE_COORDINATORS"#,
      ])
  }

  @Test("a wrong element is named with its own line")
  func elements() {
    #expect(
      problems(least + "data_folders:\n  - /a\n  - ''\n") == [#"b.yaml:6: data_folders: "" is not a path"#])
    #expect(
      problems(least + "data_folders:\n  - /a\n  - [b]\n")
        == ["b.yaml:6: data_folders: expected a single value here, not a list"])
    #expect(
      problems(least + "listeners:\n - {name: a}\n - {name: b, name: c}\n")
        == [#"b.yaml:6: listeners: "name" is set twice, first on line 6"#])
  }

  @Test("a wrong environment variable is named")
  func wrongEnvironment() {
    #expect(
      problems(least, ["NEWSWIRE_FLUSH_INTERVAL": "fast"])
        == [#"the environment variable NEWSWIRE_FLUSH_INTERVAL: "fast" is not a duration such as 5ms, 2s or 7d"#])
    #expect(
      problems(least, ["NEWSWIRE_LISTENERS": "inner"])
        == [#"the environment variable NEWSWIRE_LISTENERS: "inner" is not NAME=VALUE"#])
  }

  @Test("what is no YAML is refused with its line")
  func syntax() {
    #expect(problems("node_id: 1\nrack: [a\n").first?.hasPrefix("b.yaml:") == true)
    #expect(problems("node_id: 1\n  x: 1\n") == ["b.yaml:1: invalid multiline plain key"])
    #expect(problems("- a\n").first == "b.yaml:1: the file has to be keys and values, and is a list")
    #expect(problems(least + "---\nnode_id: 2\n").first == "b.yaml:4: a second document starts here")
    #expect(problems("node_id: 1\u{0}").first == "b.yaml: the file is not UTF-8 text")
    #expect(problems("? [a]\n: b\n").first == "b.yaml:1: a key has to be a word")
  }

  @Test("anchors, aliases, tags and deep nesting are refused before anything grows")
  func bombs() {
    #expect(
      problems("a: &a [x, x]\nb: &b [*a, *a]\n")
        == ["b.yaml:1: anchors (&name) are not allowed; write the value out"])
    #expect(problems("rack: *a\n") == ["b.yaml:1: aliases (*name) are not allowed; write the value out"])
    #expect(problems("rack: !!str a\n") == ["b.yaml:1: tags (!name) are not allowed"])
    #expect(
      problems("rack: " + String(repeating: "[", count: 100_000)).first == "b.yaml:1: this is nested too deeply")
    #expect(
      problems(String(repeating: "#", count: ConfigurationTable.fileBytesMax + 1)) == ["b.yaml: the file has over 1MiB"]
    )
  }

  @Test("a damaged file is refused or read, wherever the damage is")
  func damage() {
    let bytes = Array((least + "data_folders:\n  - '/a'\nlisteners: [{name: \"x\"}] # end\n").utf8)
    for index in bytes.indices {
      for replacement in Array("\n\t:-[]{}#&*!|>'\"%@`?,\u{0}x".utf8) + [0x80, 0xff] {
        var damaged = bytes
        damaged[index] = replacement
        do {
          let configuration = try Keys.table.load(damaged, source: "b.yaml", environment: [:])
          #expect(configuration.isSet(Keys.nodeID))
        } catch {
          #expect(!error.problems.isEmpty && error.problems.allSatisfy { $0.source == "b.yaml" })
        }
      }
      #expect(!problems(String(decoding: bytes[..<index], as: UTF8.self)).contains(""))
    }
  }

  @Test("a file that cannot be read says why")
  func unreadable() {
    #expect(throws: ConfigurationError.self) { try Keys.table.load(path: "/nonexistent/b.yaml", environment: [:]) }
    do {
      _ = try Keys.table.load(path: "/nonexistent/b.yaml", environment: [:])
    } catch {
      #expect("\(error)" == "/nonexistent/b.yaml: cannot be read: No such file or directory")
    }
  }

  @Test("a complaint of the service's own says where the value was set")
  func ownComplaint() throws {
    let configuration = try load(least, ["NEWSWIRE_RACK": "b"])
    #expect("\(configuration.complaint(about: Keys.nodeID, "is taken"))" == "b.yaml:1: node_id: is taken")
    #expect(
      "\(configuration.complaint(about: Keys.rack, "is on fire"))"
        == "the environment variable NEWSWIRE_RACK: is on fire")
  }

  @Test("the default file explains every key and is read back as the defaults, commented or not")
  func defaultFile() throws {
    let text = Keys.table.defaultFile
    #expect(
      text.hasPrefix(
        """
        # The broker's configuration.

        # The number of this broker.
        # Value: a whole number from 1 to 1000000; required; environment NEWSWIRE_NODE_ID.
        node_id: 1

        """))
    #expect(text.contains("\n#segment_bytes: 1GiB\n"))
    #expect(text.contains("\ntls:\n  # The certificate.\n"))
    #expect(text.contains("\n#  reload_interval: 60s\n"))
    let configuration = try load(text)
    #expect(configuration.value(Keys.nodeID) == 1)
    #expect(!configuration.isSet(Keys.segment))

    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasPrefix("#") && (!$0.hasPrefix("# ") || $0.hasPrefix("#  ")) ? $0.dropFirst() : $0
    }
    let uncommented = try load(lines.joined(separator: "\n").replacing(#"rack: """#, with: "rack: r"))
    for setting in Keys.table.settings { #expect(uncommented.isSet(setting), "\(setting.declaration.name)") }
    #expect(uncommented.value(Keys.segment) == configuration.value(Keys.segment))
    #expect(uncommented.value(Keys.reload) == configuration.value(Keys.reload))
    #expect(uncommented[Keys.folders] == configuration[Keys.folders])
    #expect(uncommented[Keys.listeners].count == 1)
  }
}
