import Model

@testable import Certificates

/// Bytes as the text of a certificate's file, or as that of an authority and its key, one behind the other.
func fuzzCertificates(_ bytes: UnsafeRawBufferPointer) {
  guard let (number, rest) = choice(bytes) else { return }
  do throws(CertificateError) {
    if number % 2 == 0 {
      for found in try CertificateDescription.all(inPEM: Array(rest), source: "fuzz") {
        _ = (found.subject, found.organization, found.organizationalUnit, found.isAuthority, found.notAfterText)
      }
    } else {
      var parts = Parts(rest)
      let files = IssuedCertificate(certificate: parts.next(), key: parts.next())
      _ = try CertificateAuthority(files, kind: .node, source: "fuzz")
    }
  } catch {
    guard !"\(error)".isEmpty else { fatalError("a refusal without a reason") }
  }
}

func certificateSeeds() throws -> [[UInt8]] {
  let files = try CertificateAuthority.make(kind: .node, cluster: "c")
  let authority = try CertificateAuthority(files, kind: .node)
  let name = try NodeName(cluster: "c", role: .broker, number: 1)
  let issued = try authority.issue(CertificateRequest(name: name, hosts: ["a.example", "10.0.0.1", "::1"]))
  return [
    [0] + files.certificate, [0] + issued.certificate + files.certificate,
    [1] + Parts.joined([files.certificate, files.key]),
  ]
}
