import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate key renew`: asks for a key that is to replace the one that signs; the same command fetches its
/// certificate later.
enum KeyRenewCommand {
  /// A key that is asked for.
  private struct Wish {
    let request: CertificateRequest
    let algorithm: SignatureAlgorithm
    /// The new connection's, for SM2 keys of mobile certificates.
    let connection: CertificateRequest?
    /// Where the private key is; nil when it is elsewhere.
    let keyFile: String?
    let connectionFile: String?

    var keyID: [UInt8] { request.publicKey.keyID }
  }

  /// What the platform has said.
  private struct Standing {
    let issuers: [Certificate]
    let answer: Answer
  }

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    let wish = try wish(invocation, platform.profile)
    guard let (keys, issuers, answer) = try KeyCommands.keys(platform) else { return .refused }
    guard let key = keys.first(where: { $0.keyID == wish.keyID }) else {
      return try send(wish, invocation, platform)
    }
    switch key.state {
    case .pending:
      show(key, answer, platform, "it waits for its certificate; run the same command again later")
      return .done
    case .retired, .revoked:
      throw Failure("this key is \(key.state): ask for another with a new file", .refused)
    case .published, .active, .retiring, .tainted:
      return try fetch(key, wish, Standing(issuers: issuers, answer: answer), invocation, platform)
    }
  }

  private static func show(
    _ key: KeyRecord, _ answer: Answer, _ platform: PlatformCalls, _ sentence: String,
    _ members: (inout JSONWriter) -> Void = { _ in }
  ) {
    guard platform.asJSON else {
      print("key \(Hex.encode(key.keyID)): \(sentence)")
      platform.printSignatureLine(answer)
      return
    }
    print(
      envelopeJSON(answer) { json in
        json.object("key") { json in KeyText.write(key, to: &json) }
        members(&json)
      })
  }

  // MARK: The request

  private static func wish(_ invocation: CommandLine.Invocation, _ profile: Profile) throws -> Wish {
    let named = invocation.value("--algorithm").flatMap { SignatureAlgorithm(name: $0) }
    switch (invocation.value("--new-key"), invocation.value("--csr")) {
    case (let file?, nil):
      let algorithm = named ?? profile.algorithm
      let tlsFile = invocation.value("--new-tls-key")
      return Wish(
        request: try request(file, algorithm, profile), algorithm: algorithm,
        connection: try tlsFile.map { try request($0, .ecdsaP256SHA256, profile) }, keyFile: file,
        connectionFile: tlsFile)
    case (nil, let file?):
      let request = try CertificateRequest(pem: try Files.read(file, limit: 64 << 10))
      let fitting =
        profile.algorithm.keyKind == request.publicKey.kind ? profile.algorithm : request.algorithm
      return Wish(
        request: request, algorithm: named ?? fitting, connection: nil, keyFile: nil, connectionFile: nil)
    default: throw Failure("name either --new-key, a file to make, or --csr, a request made elsewhere")
    }
  }

  /// A request for the key of a file, which is made when there is none.
  private static func request(
    _ file: String, _ algorithm: SignatureAlgorithm, _ profile: Profile
  ) throws -> CertificateRequest {
    if !Files.exists(file) {
      try Files.writeDurably(
        try PrivateKey.generate(algorithm).pem(), to: file, mode: 0o600, replace: false)
      note("\(file): a new \(algorithm.name) key")
    }
    let signer = try FileSigner(PrivateKey(pem: try Files.readSecret(file)), algorithm)
    // The issuer decides what the certificate says; the name only tells people what the request is for.
    return try CertificateRequest(subject: DistinguishedName(commonName: profile.tenantID), signer: signer)
  }

  private static func send(
    _ wish: Wish, _ invocation: CommandLine.Invocation, _ platform: PlatformCalls
  ) throws -> ExitStatus {
    let cause: RenewKeyRequest.Cause =
      invocation.flag("--suspected")
      ? .suspected : wish.algorithm == platform.profile.algorithm ? .regular : .algorithmChange
    if invocation.flag("--dry-run") {
      print("nothing was sent; it would ask for key \(Hex.encode(wish.keyID)), \(wish.algorithm.name)")
      return .done
    }
    let operationID = try randomBytes(16)
    let answer = try platform.call("passgate.v1.Keys/Renew") { salt in
      RenewKeyRequest(
        salt: salt, operationID: operationID, request: wish.request.der,
        algorithm: wish.algorithm.rawValue, tlsRequest: wish.connection?.der ?? [], cause: cause)
    }
    guard let reply = try platform.success(answer, as: RenewKeyReply.self) else { return .refused }
    show(
      reply.key, answer, platform,
      "requested. Tell the platform's key officer this id over another channel; run the same command again for the "
        + "certificate")
    return .done
  }

  // MARK: The certificate

  private static func fetch(
    _ key: KeyRecord, _ wish: Wish, _ standing: Standing, _ invocation: CommandLine.Invocation,
    _ platform: PlatformCalls
  ) throws -> ExitStatus {
    guard !key.certificate.isEmpty else {
      throw Failure("this key was not asked for by a renewal: its certificate is where it was registered")
    }
    let path =
      try invocation.value("--out") ?? wish.keyFile.map(certificateFile)
      ?? { throw Failure("--out is missing: where to write the certificate") }()
    try write(key.certificate, of: wish.request.publicKey, to: path, standing, platform)
    var tlsPath: String?
    if let connection = wish.connection, let file = wish.connectionFile, !key.tlsCertificate.isEmpty {
      tlsPath = certificateFile(file)
      try write(key.tlsCertificate, of: connection.publicKey, to: certificateFile(file), standing, platform)
    }
    let ready = KeyText.time(key.activeMilliseconds)
    show(key, standing.answer, platform, "\(path) is its certificate; ready from \(ready)") { json in
      json.string("certificate", path)
      if let tlsPath { json.string("tlsCertificate", tlsPath) }
    }
    if !platform.asJSON, let file = wish.keyFile {
      let more = tlsPath.map { " --tls-key \(wish.connectionFile ?? "") --tls-certificate \($0)" } ?? ""
      print("switch to it with")
      print("  passgate key switch --key \(file) --certificate \(path)\(more)")
    }
    return .done
  }

  /// Beside the key: `new.key.pem` has `new.crt.pem`.
  private static func certificateFile(_ key: String) -> String {
    (key.hasSuffix(".key.pem") ? String(key.dropLast(8)) : key) + ".crt.pem"
  }

  /// Writes a certificate that is of this key, its issuing authority's after it. What the platform has issued leads to
  /// its root; a signing server's may be of another authority.
  private static func write(
    _ der: [UInt8], of key: PublicKey, to path: String, _ standing: Standing, _ platform: PlatformCalls
  ) throws {
    let certificate = try Certificate(der: der.span)
    guard certificate.publicKey.keyID == key.keyID else {
      throw Failure("the certificate that the platform has registered is of another key; tell the platform")
    }
    let issuers = standing.issuers.filter { certificate.isIssued(by: $0) }
    try checkPath(certificate, issuers, standing.answer, platform)
    let text = try ([certificate] + issuers).flatMap { try $0.pem() }
    try Files.writeDurably(text, to: path)
  }

  private static let purposes: [KeyPurpose] = [.tenantMobile, .tenantSigning, .tenantTLS]

  private static func checkPath(
    _ certificate: Certificate, _ issuers: [Certificate], _ answer: Answer, _ platform: PlatformCalls
  ) throws {
    let purpose = purposes.first { certificate.has(purpose: $0) } ?? .tenantSigning
    do throws(CryptoError) {
      try ChainVerifier.verify(
        certificate, intermediates: issuers, anchors: platform.profile.anchors,
        at: Int64(clamping: answer.header.createdMilliseconds / 1_000), purpose: purpose)
    } catch {
      guard purpose == .tenantSigning else {
        throw Failure("the certificate is not the platform's: \(error)")
      }
      note("the certificate is not under the platform's root: \(error)")
    }
  }
}
