import PassgateCrypto
import PassgateSystem

/// `passgate-pki lint`: a certificate held against a profile, before anybody else does it.
enum LintCommand {
  static let command = AuthorityCommand(row: row) { invocation, _ throws(PKIError) in try run(invocation) }

  private static let row = PassgateSystem.CommandLine.Command(
    path: ["lint"],
    arguments: ["FILE"],
    options: [
      .init(
        name: "--profile", value: "NAME", required: true, choices: CertificateProfiles.all.map(\.name),
        help: "What it is to be good for: a purpose, root, issuing, or external-ca."),
      .init(
        name: "--tenant", value: "ID", help: "The tenant that the certificate shall name, where it names one."
      ),
    ],
    summary: "say everything that is wrong with a certificate",
    details: """
      Checks what stands in the certificate: form, key, signature algorithm, usages, length of validity and \
      names. Each fault has the name of its rule behind it. Who signed it and whether it is revoked or has \
      expired is not looked at. FILE is PEM; of several certificates the first is looked at.

      The platform holds every certificate that is registered against the same rules, and 'passgate-pki issue' \
      everything that it issues.
      """,
    examples: [
      .init(
        "passgate-pki lint hotel-17.crt.pem --profile tenant-mobile --tenant hotel-17",
        "Look at a certificate before it is registered.")
    ])

  /// Every fault; the status is 1 when there is one.
  private static func run(_ invocation: AuthorityCommand.Invocation) throws(PKIError) -> Program.Answer {
    let path = invocation.arguments.first ?? ""
    guard let profile = invocation.value("--profile").flatMap(CertificateProfiles.profile(named:)) else {
      throw .policy("--profile is not one of \(CertificateProfiles.all.map(\.name).joined(separator: ", "))")
    }
    let pem = try onFiles { () throws(SystemError) in try Files.read(path, limit: 1 << 20) }
    let certificate = try content(of: path) { () throws(CryptoError) in try Certificate.parsePEM(pem)[0] }
    let faults = CertificateLint.faults(
      of: certificate, under: profile, tenantID: invocation.value("--tenant"))
    return answer(invocation, status: faults.isEmpty ? 0 : 1) {
      text(path, profile, faults)
    } json: { json in
      json.string("certificate", path)
      json.string("profile", profile.name)
      json.array("faults") { json in faults.forEach { $0.write(to: &json) } }
    }
  }

  private static func text(
    _ path: String, _ profile: CertificateProfile, _ faults: [CertificateFinding]
  ) -> String {
    guard !faults.isEmpty else { return "\(path): nothing is wrong with it as \(profile.name)" }
    return "\(path): faults as \(profile.name):" + faults.map { "\n  \($0.description)" }.joined()
  }
}

extension CertificateFinding {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("rule", rule)
      json.string("sentence", sentence)
    }
  }
}
