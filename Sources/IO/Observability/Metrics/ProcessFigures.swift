import Glibc

extension Metrics {
  /// Adds what every process says of itself: memory, processor time, open files, and when it started.
  public func addProcessFigures() {
    let startedAt = Double(clock(CLOCK_REALTIME)) / 1e9
    observe(
      GaugeDescription("process_start_time_seconds", "When the process started, in seconds since 1970."),
      read: { startedAt })
    observe(
      GaugeDescription("process_resident_memory_bytes", "Memory of the process that is in use, in bytes."),
      read: { Double(ProcessFigures.residentBytes) })
    observe(
      CounterDescription("process_cpu_seconds_total", "Processor time that the process has used, in seconds."),
      read: { ProcessFigures.processorSeconds })
    observe(
      GaugeDescription("process_open_fds", "Files and sockets that the process has open."),
      read: { Double(ProcessFigures.openDescriptors) })
    observe(
      GaugeDescription("process_max_fds", "Files and sockets that the process may have open."),
      read: { Double(ProcessFigures.descriptorsMax) })
  }
}

/// What the operating system knows of this process.
public enum ProcessFigures {
  /// Memory in use, in bytes; 0 if the system does not say.
  public static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "re") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
      separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  /// Processor time used, of the program's own and of the system for it.
  public static var processorSeconds: Double { Double(clock(CLOCK_PROCESS_CPUTIME_ID)) / 1e9 }

  /// Descriptors that are open; 0 if the system does not say.
  public static var openDescriptors: Int {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
    }
    return max(0, count - 1)
  }

  /// Descriptors that may be open.
  public static var descriptorsMax: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    return Int(clamping: limit.rlim_cur)
  }
}
