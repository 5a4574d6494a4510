import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// What `--algorithm` takes.
let signatureAlgorithmNames = SignatureAlgorithm.allCases.map(\.name)

/// `passgate certificate`: the organisation asks for certificates of its keys and fetches them.
enum CertificateCommands {
  /// `passgate certificate request`
  static func request(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let path = invocation.value("--csr") ?? ""
    let request = try read(path)
    let named = invocation.value("--algorithm").flatMap { SignatureAlgorithm(name: $0) }
    let algorithm = named ?? request.algorithm
    do throws(CryptoError) { try request.publicKey.check(for: algorithm) } catch {
      throw Failure("\(path): \(error)")
    }
    let order = CertificateOrder(
      isProduction: invocation.value("--deployment") == "production", algorithm: algorithm.rawValue,
      request: request.der, keyID: request.publicKey.keyID)
    return try CaseCalls(organisation: invocation).perform(.requestCertificate(order), invocation)
  }

  private static func read(_ path: String) throws -> CertificateRequest {
    let bytes = try Files.read(path, limit: 64 << 10)
    do throws(CryptoError) {
      return try CertificateRequest(pem: bytes)
    } catch {
      throw Failure("\(path): \(error)")
    }
  }

  /// `passgate certificate fetch`
  static func fetch(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(organisation: invocation)
    guard let history = try calls.history() else { return .refused }
    let deployment = invocation.value("--deployment")
    let fitting = history.current.certificates.filter {
      deployment == nil || $0.isProduction == (deployment == "production")
    }
    guard let latest = fitting.last else {
      throw Failure("no certificate was registered yet: see 'passgate status'", .refused)
    }
    let certificate = try Certificate(der: latest.certificate.span)
    try Files.writeDurably(try certificate.pem(), to: invocation.value("--out") ?? "")
    try writeConnection(latest, invocation.value("--tls-out"))
    return report(latest, certificate, asJSON: calls.platform.asJSON)
  }

  private static func writeConnection(_ registered: RegisteredCertificate, _ path: String?) throws {
    guard let path else { return }
    guard !registered.tlsCertificate.isEmpty else {
      throw Failure("--tls-out: this certificate has none of its own for the connection; leave it away")
    }
    let certificate = try Certificate(der: registered.tlsCertificate.span)
    try Files.writeDurably(try certificate.pem(), to: path)
  }

  private static func report(
    _ registered: RegisteredCertificate, _ certificate: Certificate, asJSON: Bool
  ) -> ExitStatus {
    let deployment = registered.isProduction ? "production" : "sandbox"
    if asJSON {
      var json = JSONWriter()
      json.object { json in
        json.string("deployment", deployment)
        json.string("keyId", Hex.encode(registered.keyID))
        json.string("algorithm", SignatureAlgorithm(rawValue: registered.algorithm)?.name ?? "")
      }
      print(json.result)
    } else {
      print("\(deployment): key \(Hex.encode(registered.keyID)), \(certificate.subject)")
    }
    return .done
  }
}
