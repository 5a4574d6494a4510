import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// The officers of a platform who decide whom it trusts for chips. `key-officer` proposes and `officer-1` activates,
/// unless told.
struct TrustOfficers {
  static let proposer = "key-officer"
  static let activator = "officer-1"

  let platform: TestPlatform
  var deployment = Deployment.production

  init(_ deployments: [Deployment] = [.production]) throws {
    platform = try TestPlatform(deployments: deployments)
  }

  /// What chips are judged by now.
  func trust() throws -> DocumentTrust {
    try platform.service(of: deployment).documentTrust.trust.read()
  }

  func call(_ method: String, by officer: String, _ body: some WireMessage) throws -> ClientAnswer {
    try platform.officerSession(officer, in: deployment).call(
      ClientDraft(method: "passgate.v1.Trust/" + method, body: body.encoded(), timeout: 30_000))
  }

  // MARK: Files

  /// Sends a chunk of a file.
  func put(
    _ bytes: ArraySlice<UInt8>, of file: [UInt8], digest: [UInt8]? = nil, byteCount: Int? = nil
  ) throws -> ClientAnswer {
    try call(
      "PutFile", by: Self.proposer,
      PutTrustFileRequest(
        salt: freshSalt(), digest: digest ?? sha256(file.span), byteCount: UInt64(byteCount ?? file.count),
        offset: UInt64(bytes.startIndex), bytes: Array(bytes)))
  }

  /// Sends a whole file and gives its digest.
  func upload(_ file: [UInt8]) throws -> [UInt8] {
    var offset = 0
    while offset < file.count {
      let end = min(offset + PutTrustFileRequest.chunkLimit, file.count)
      let answer = try put(file[offset..<end], of: file)
      offset = Int(try PutTrustFileReply(decoding: answer.body.span).nextOffset)
    }
    return sha256(file.span)
  }

  // MARK: Acts

  func propose(
    _ files: [[UInt8]], as source: String, _ use: TrustUse? = .issuers, by officer: String = proposer,
    operation: [UInt8]? = nil
  ) throws -> ClientAnswer {
    let digests = try files.map(upload)
    return try call(
      "Propose", by: officer,
      ProposeTrustRequest(
        salt: freshSalt(), operationID: try operation ?? randomBytes(16), source: source, files: digests,
        use: files.isEmpty ? nil : use))
  }

  func activate(_ digest: [UInt8], by officer: String = activator, operation: [UInt8]? = nil) throws
    -> ClientAnswer
  {
    try call(
      "Activate", by: officer,
      ActivateTrustRequest(
        salt: freshSalt(), operationID: try operation ?? randomBytes(16), digest: digest))
  }

  /// A proposal that was taken.
  @discardableResult func proposed(
    _ files: [[UInt8]], as source: String, _ use: TrustUse? = .issuers, by officer: String = proposer
  ) throws -> TrustProposal {
    let answer = try propose(files, as: source, use, by: officer)
    try #require(answer.reason == .noReason, "\(answer.refusal?.field ?? "")")
    return try ProposeTrustReply(decoding: answer.body.span).proposal
  }

  /// Both acts, by two officers.
  @discardableResult func establish(_ files: [[UInt8]], as source: String, _ use: TrustUse? = .issuers) throws
    -> ActivateTrustReply
  {
    let answer = try activate(try proposed(files, as: source, use).digest)
    try #require(answer.reason == .noReason, "\(answer.refusal?.field ?? "")")
    return try ActivateTrustReply(decoding: answer.body.span)
  }

  // MARK: Lists

  func list() throws -> ListTrustReply {
    try ListTrustReply(
      decoding: call("List", by: "supervisor", ListTrustRequest(salt: freshSalt())).body.span)
  }

  /// All entries in force, or of a proposal, in pages of this length.
  func entries(of digest: [UInt8] = [], page: UInt32 = 500) throws -> [TrustEntry] {
    var (entries, after): ([TrustEntry], UInt32) = ([], 0)
    repeat {
      let body = ListTrustEntriesRequest(salt: freshSalt(), digest: digest, after: after, limit: page)
      let answer = try call("ListEntries", by: "supervisor", body)
      let reply = try ListTrustEntriesReply(decoding: answer.body.span)
      entries += reply.entries
      after = reply.next
    } while after > 0
    return entries
  }
}

/// Issuers of a made-up country, and what they sign.
struct TrustCountry {
  /// The time of the test platform's clock at its start, seconds since 1970.
  static let start: Int64 = 1_782_864_000
  static let year: Int64 = 365 * 86_400
  static let algorithm = DocumentSignatureAlgorithm.ecdsa(.sha256, .der)

  let csca: DocumentAuthority
  let listSigner: DocumentSigner

  init(_ country: String = "UT", name: String = "CSCA 1") throws {
    let life = Self.start - Self.year...Self.start + 10 * Self.year
    csca = try DocumentAuthority(
      country: country, name: name, key: try .generate(.ec(.secp256r1)), Self.algorithm, validity: life)
    listSigner = try csca.signer(
      try .generate(.ec(.secp256r1)), Self.algorithm, name: "List Signer", role: .masterListSigner,
      validity: life)
  }

  var certificate: [UInt8] { csca.certificate.der }

  /// A master list of these and its own CSCA, signed so many days before the start.
  func masterList(_ others: [[UInt8]] = [], daysAgo: Int64 = 10) throws -> [UInt8] {
    try listSigner.masterList(
      of: [certificate] + others, signedAt: Self.start - daysAgo * 86_400, authority: csca.certificate)
  }

  func documentSigner() throws -> DocumentCertificate {
    try csca.certify(
      DocumentPrivateKey.generate(.ec(.secp256r1)).publicKey, name: "Signer", role: .documentSigner,
      validity: Self.start - Self.year...Self.start + Self.year)
  }

  /// A revocation list, made so many days before the start and good for thirty days.
  func revocationList(of serials: [[UInt8]] = [], number: Int = 1, daysAgo: Int64 = 1) throws -> [UInt8] {
    let made = Self.start - daysAgo * 86_400
    return try csca.revocationList(
      of: serials, number: number, thisUpdate: made, nextUpdate: made + 30 * 86_400)
  }
}

extension ClientAnswer {
  /// What a refusal says of its cause.
  var fault: String { refusal?.field ?? "" }
}

/// Certificates as a PEM text.
func pem(_ certificates: [[UInt8]]) -> [UInt8] {
  Array(
    certificates.map {
      "-----BEGIN CERTIFICATE-----\n\(Base64.encode($0))\n-----END CERTIFICATE-----\n"
    }.joined().utf8)
}
