internal import Certificates
internal import Glibc
internal import Model

/// The folder of a cluster on this machine: certificates, configuration, process ids, logs, and each node's own folder.
struct ClusterFolder: Sendable {
  /// The name of the client whose certificate is made for the user.
  private static let client = "admin"
  /// A certificate that ends sooner is made anew.
  private static let renewBefore = Duration.seconds(30 * 86_400)

  /// The folder, from the root on.
  let path: String
  private let lock: Int32

  var tls: String { "\(path)/tls" }
  var clientEnvironment: String { "\(path)/client.env" }
  /// The certificate that is made for the user.
  var clientCertificate: CertificateFolder.Files {
    CertificateFolder.Files(certificate: "\(tls)/\(Self.client).pem", key: "\(tls)/\(Self.client)-key.pem")
  }
  func folder(of node: PlannedNode) -> String { "\(path)/\(node.name)" }
  func configuration(of node: PlannedNode) -> String { "\(folder(of: node))/\(node.role).yaml" }
  func log(of node: PlannedNode) -> String { "\(path)/run/\(node.name).log" }
  func pidFile(of node: PlannedNode) -> String { "\(path)/run/\(node.name).pid" }

  /// Makes the folder, if it is not there, and takes it for this process alone.
  init(_ path: String) throws {
    try Self.makeFolders(path)
    guard let resolved = resolvedPath(path) else { throw CommandError.system("cannot use the folder \(path)") }
    self.path = resolved
    try Self.makeFolders("\(self.path)/run")
    let file = "\(self.path)/run/dev.lock"
    lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else { throw CommandError.system("cannot write \(file)") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw CommandError(
        "another 'newswire dev' works with \(self.path): use its cluster, end it, or give this one a folder by --data DIR"
      )
    }
  }

  /// Gives the folder back.
  func unlock() { close(lock) }

  private static func makeFolders(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      guard mkdir(made, 0o755) == 0 || errno == EEXIST || access(made, X_OK) == 0 else {
        throw CommandError.system("cannot make the folder \(made)")
      }
    }
  }

  // MARK: Files

  /// Makes what the nodes need: folders, certificates and configuration files.
  func prepare(_ plan: ClusterPlan) throws {
    try prepareCertificates(plan)
    for node in plan.nodes {
      try Self.makeFolders(folder(of: node))
      let settings = plan.settings(of: node, folder: folder(of: node), tls: tls)
      try write(
        "# Written by 'newswire dev' at each start.\n" + NodeSetting.file(settings), to: configuration(of: node))
    }
  }

  private func prepareCertificates(_ plan: ClusterPlan) throws {
    let authorities = CertificateFolder(tls)
    let parts = AuthorityKind.allCases.map { authorities.files(of: $0) }.flatMap { [$0.certificate, $0.key] }
    let isNew = parts.contains { access($0, F_OK) != 0 }
    // A part that is missing makes the others useless.
    if isNew { try authorities.makeAuthorities(cluster: ClusterPlan.cluster, overwriting: true) }
    var requests = try plan.nodes.map { node in
      try CertificateRequest(
        name: NodeName(cluster: ClusterPlan.cluster, role: node.role, number: node.number),
        hosts: ["localhost", "127.0.0.1", "::1"])
    }
    requests.append(
      try CertificateRequest(name: NodeName(cluster: ClusterPlan.cluster, role: .client, id: Self.client)))
    for request in requests where isNew || !isFresh(authorities.files(of: request)) {
      _ = try authorities.issue(request, overwriting: true)
    }
  }

  private func isFresh(_ files: CertificateFolder.Files) -> Bool {
    guard access(files.key, R_OK) == 0, let contents = try? CertificateFile.read(files.certificate),
      let found = try? CertificateDescription.all(inPEM: contents, source: files.certificate).first
    else { return false }
    return found.notAfter.rawValue / 1000 - Int64(time(nil)) > Self.renewBefore.components.seconds
  }

  /// Writes what a shell needs to reach the cluster.
  func writeClientEnvironment(_ plan: ClusterPlan) throws {
    let variables = [
      ("NEWSWIRE_BOOTSTRAP", plan.bootstrap), ("NEWSWIRE_CA", "\(tls)/node-ca.pem"),
      ("NEWSWIRE_CERT", clientCertificate.certificate), ("NEWSWIRE_KEY", clientCertificate.key),
    ]
    let lines = variables.map { "export \($0.0)=\(shellQuoted($0.1))\n" }
    try write(
      "# How to reach the cluster; for a shell: . \(clientEnvironment)\n" + lines.joined(), to: clientEnvironment)
  }

  func writeProcessID(_ id: Int32, of node: PlannedNode) throws { try write("\(id)\n", to: pidFile(of: node)) }
  func removeProcessID(of node: PlannedNode) { unlink(pidFile(of: node)) }

  /// The process of a node that an earlier cluster command has left behind, if it lives.
  func leftOver(_ node: PlannedNode) -> Int32? {
    guard let contents = try? CertificateFile.read(pidFile(of: node)),
      let id = Int32(String(decoding: contents, as: UTF8.self).split(separator: "\n").first ?? ""), id > 1,
      let program = linkTarget("/proc/\(id)/exe")
    else { return nil }
    return program.split(separator: "/").last?.hasPrefix("newswire") == true ? id : nil
  }

  /// Opens a node's log for appending.
  func openLog(of node: PlannedNode) throws -> Int32 {
    let descriptor = open(log(of: node), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandError.system("cannot write \(log(of: node))") }
    return descriptor
  }

  /// The last lines that a node has written.
  func lastWords(of node: PlannedNode, lines: Int = 5) -> String {
    let descriptor = open(log(of: node), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let size = lseek(descriptor, 0, SEEK_END)
    let count = pread(descriptor, &buffer, buffer.count, max(0, size - buffer.count))
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    return text.split(separator: "\n").suffix(lines).map { "  | \($0)" }.joined(separator: "\n")
  }

  private func write(_ text: String, to path: String) throws {
    try CertificateFile.write(Array(text.utf8), to: path, mode: 0o644, overwriting: true)
  }
}

/// A path without symbolic links; nil if nothing is there.
func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// What a symbolic link points to.
func linkTarget(_ path: String) -> String? {
  var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
  let count = buffer.withUnsafeMutableBytes { bytes in
    readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
  }
  return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
}

/// A word as a shell reads it.
func shellQuoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-./:,@%+=".utf8.contains(byte)
    }
  }
  if plain, !text.isEmpty { return text }
  return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
