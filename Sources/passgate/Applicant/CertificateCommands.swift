import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// What `--algorithm` takes.
let signatureAlgorithmNames = SignatureAlgorithm.allCases.map(\.name)

/// `passgate certificate`: the organisation asks for certificates of its keys and fetches them.
enum CertificateCommands {
  /// `passgate certificate request`
  static func request(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let named = invocation.value("--algorithm").flatMap { SignatureAlgorithm(name: $0) }
    let (path, request) = try request(invocation, named)
    let algorithm = named ?? request.algorithm
    do throws(CryptoError) { try request.publicKey.check(for: algorithm) } catch {
      throw Failure("\(path): \(error)")
    }
    let order = CertificateOrder(
      isProduction: invocation.value("--deployment") == "production", algorithm: algorithm.rawValue,
      request: request.der, keyID: request.publicKey.keyID)
    return try CaseCalls(organisation: invocation).perform(.requestCertificate(order), invocation)
  }

  /// The request that is to be sent, and the file that it comes from.
  private static func request(
    _ invocation: CommandLine.Invocation, _ algorithm: SignatureAlgorithm?
  ) throws -> (path: String, request: CertificateRequest) {
    switch (invocation.value("--key"), invocation.value("--csr")) {
    case (let key?, nil): return (key, try request(for: key, invocation, algorithm))
    case (nil, let path?): return (path, try read(path))
    default: throw Failure("name either --key, the private key, or --csr, a request made elsewhere")
    }
  }

  private static func request(
    for path: String, _ invocation: CommandLine.Invocation, _ algorithm: SignatureAlgorithm?
  ) throws -> CertificateRequest {
    _ = try ApplicantKey.make(algorithm ?? .ecdsaP256SHA256, at: path, invocation)
    let key = try PrivateKey(pem: try Files.readSecret(path))
    guard let fitting = SignatureAlgorithm.allCases.first(where: { $0.keyKind == key.publicKey.kind }) else {
      throw Failure("\(path): no signature algorithm of the platform fits this key")
    }
    let signer = try FileSigner(key, algorithm ?? fitting)
    // The issuer decides what the certificate says; the name only tells people what the request is for.
    let name = try DistinguishedName(commonName: try PlatformCalls.profile(invocation).tenantID)
    return try CertificateRequest(subject: name, signer: signer)
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
    let deployment = Words.deployment(isProduction: registered.isProduction)
    if asJSON {
      printJSON { json in
        json.string("deployment", deployment)
        json.string("keyId", Hex.encode(registered.keyID))
        json.string("algorithm", Words.algorithm(registered.algorithm))
      }
    } else {
      print("\(deployment): key \(Hex.encode(registered.keyID)), \(certificate.subject)")
    }
    return .done
  }
}
