internal import Glibc
internal import Runtime

/// The machine that a measurement was made on, as far as it says something about the figures.
struct Machine: Hashable, Sendable {
  let cores: Int
  let processor: String
  let memoryMegabytes: Int64
  let system: String
  /// How many threads wanted to run, on the average of the last minute before the measurement.
  let load: Double

  /// This machine, now.
  static func current() -> Machine {
    var name = utsname()
    uname(&name)
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return Machine(
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)), processor: processorName() ?? text(name.machine),
      memoryMegabytes: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))) / 1_000_000,
      system: "\(text(name.sysname)) \(text(name.release)) \(text(name.machine))",
      load: SystemText.read("/proc/loadavg").flatMap { Double($0.prefix { $0 != " " }) } ?? 0)
  }

  private static func processorName() -> String? {
    SystemText.read("/proc/cpuinfo")?.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").dropFirst().first }
      .map { String($0.drop { $0 == " " }) }
  }

  /// For programs.
  var json: JSON {
    .object([
      .init(name: "cores", value: JSON(cores)), .init(name: "processor", value: .string(processor)),
      .init(name: "memory_megabytes", value: JSON(memoryMegabytes)), .init(name: "system", value: .string(system)),
      .init(name: "load_before", value: JSON(load)),
    ])
  }
}
