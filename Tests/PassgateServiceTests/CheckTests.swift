import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Real-name checks over the wire, and what is kept of them.
@Suite(.serialized) struct CheckTests {
  // MARK: Verdicts

  //= Measures art.4(1)
  //= type=test
  @Test func everySpecimenGetsItsVerdict() throws {
    let platform = try TestPlatform()
    try platform.load(try Specimens.records())
    let (_, session) = try platform.mobileTenant()
    let claims = try Specimens.claims()
    #expect(claims.count > 100)
    for claim in claims {
      let answer = try session.call(Guest.draft(claim.claim))
      if let field = claim.fault {
        #expect(
          answer.refusal?.field == "claim.\(FieldName.onWire(field))", "\(claim.id)")
      } else {
        let verdict = try #require(answer.verdict, "\(claim.id): \(answer.reason)")
        #expect("\(verdict.verdict)".uppercased() == claim.verdict, "\(claim.id)")
      }
    }
  }

  //= Measures art.3
  //= type=test
  @Test func hitMissAndUnknownReadAlike() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (_, session) = try platform.mobileTenant()
    let answers = try [
      Guest.claim(), Guest.claim(name: "陳美琳"), Guest.claim(number: "H7654321001"),
    ].map { try session.call(Guest.draft($0)) }
    #expect(answers.map { $0.verdict?.verdict } == [.consistent, .inconsistent, .inconsistent])
    #expect(Set(answers.map(\.body.count)).count == 1)
    #expect(Set(answers.map { $0.header.encoded().count }).count == 1)
  }

  @Test func aBatchIsAnsweredInItsOrder() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (_, session) = try platform.mobileTenant()
    let claims = (0..<256).map { $0 % 2 == 0 ? Guest.claim() : Guest.claim(number: "H7654321001") }
    let body = VerifyBatchRequest(salt: freshSalt(), claims: claims)
    let answer = try session.call(
      ClientDraft(method: "passgate.v1.Verification/VerifyBatch", scene: "lodging", body: body.encoded()))
    let reply = try VerifyBatchReply(decoding: answer.body.span)
    #expect(reply.results.map(\.verdict) == (0..<256).map { $0 % 2 == 0 ? .consistent : .inconsistent })
  }

  @Test func aBodyThatDoesNotDecodeNamesItsFieldAndNeverItsValue() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let cases: [(PassgateWire.IdentityClaim, String)] = [
      (Guest.claim(number: "X99"), "claim.number"),
      (Guest.claim(birthDate: "1985-02-30"), "claim.birth_date"),
      (Guest.claim(name: "  "), "claim.name"),
    ]
    for (claim, field) in cases {
      let answer = try session.call(Guest.draft(claim))
      #expect(answer.reason == .malformedBody)
      #expect(answer.refusal?.field == field)
    }
    let garbage = try session.call(
      ClientDraft(method: "passgate.v1.Verification/VerifyIdentity", scene: "lodging", body: [0xFF, 0x01]))
    #expect(garbage.reason == .malformedBody)
  }

  // MARK: Guessing

  @Test func wrongClaimsSpendABudgetOverAllTenantsAndARestart() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (hotel, hotelSession) = try platform.mobileTenant("hotel")
    let (_, innSession) = try platform.mobileTenant("inn")
    func guess(_ day: Int, _ session: ClientSession) throws -> PassgateWire.Verdict? {
      try session.call(Guest.draft(Guest.claim(birthDate: "1985-05-\(day + 10)"))).verdict?.verdict
    }
    for day in 0..<5 { #expect(try guess(day, hotelSession) == .inconsistent) }
    // The same wrong claim again is not another guess, but this tenant's share is spent.
    #expect(try guess(5, hotelSession) == .undetermined)
    for day in 5..<10 { #expect(try guess(day, innSession) == .inconsistent) }
    let right = try innSession.call(Guest.draft())
    #expect(right.verdict == IdentityVerdict(verdict: .undetermined, undeterminedReason: .attemptsExhausted))
    try platform.restart()
    let session = try platform.session(
      platform.profile(tenant: "hotel", identity: hotel, key: hotel.key))
    #expect(try session.call(Guest.draft()).verdict?.undeterminedReason == .attemptsExhausted)
    platform.clock.advance(milliseconds: 86_400_001)
    let later = try platform.session(platform.profile(tenant: "hotel", identity: hotel, key: hotel.key))
    #expect(try later.call(Guest.draft()).verdict?.verdict == .consistent)
  }

  @Test func anUnknownNumberSpendsItsBudgetLikeAKnownOne() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let verdicts = try (0..<6).map { day in
      try session.call(Guest.draft(Guest.claim(birthDate: "1985-05-\(day + 10)"))).verdict?.verdict
    }
    #expect(verdicts == [PassgateWire.Verdict](repeating: .inconsistent, count: 5) + [.undetermined])
  }

  // MARK: Evidence

  @Test func everyVerifiedRequestIsInTheEvidenceBeforeItsReply() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (_, session) = try platform.mobileTenant()
    var digests: Set<[UInt8]> = []
    for scene in ["lodging", "finance", "lodging"] {
      digests.insert(try session.call(Guest.draft(scene: scene)).header.requestDigest)
    }
    let recorded = try platform.evidence().flatMap(\.entries).map {
      try ResponseHeader(decoding: $0.responseHeader.span).requestDigest
    }
    #expect(digests.isSubset(of: recorded))
  }

  @Test func evidenceVerifiesByItselfAndHoldsNoPerson() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (hotel, session) = try platform.mobileTenant()
    _ = try session.call(Guest.draft())
    let entry = try #require(
      try platform.evidence().flatMap(\.entries).first { $0.verdicts == [.consistent] })
    let hasher = try Hasher(.sha256)
    func isValid(_ header: [UInt8], _ signature: Signature, _ label: SignedStatement.Label, _ key: PublicKey)
      throws -> Bool
    {
      let merkle = MerkleSignature(
        value: signature.value, treeSize: signature.treeSize, leafIndex: signature.leafIndex,
        path: signature.path)
      return try Verifier(key, .ecdsaP256SHA256).isValid(
        merkle, leaf: SignedStatement.leaf(label, header: header.span, hasher: hasher), hasher: hasher)
    }
    #expect(try isValid(entry.requestHeader, entry.requestSignature, .request, hotel.key.publicKey))
    #expect(
      try isValid(entry.responseHeader, entry.responseSignature, .response, platform.replyP256.key.publicKey))
    platform.stop()
    for file in ["evidence.sqlite", "ledger.sqlite", "registry.sqlite"] {
      let bytes = try Files.read(platform.folder.path(file))
      for secret in ["H1234567802", "H12345678", "陳美玲", "CHAN, MEI LING", "1985-03-14"] {
        #expect(!Self.contains(bytes, Array(secret.utf8)), "\(file)")
      }
    }
    for line in platform.logged.all { #expect(!line.contains("H12345678") && !line.contains("陳美玲")) }
  }

  @Test func unverifiedRequestsAreCountedByMinuteAndReason() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    for _ in 0..<3 {
      var request = try session.sign([Guest.draft()])[0]
      request.body[3] ^= 1
      _ = try session.send([request])
      _ = try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000)
    }
    let minute = platform.clock.wallMilliseconds() / 60_000
    platform.stop()
    let counts = try platform.evidence().flatMap(\.unverified)
    #expect(counts == [UnverifiedCount(minute: minute, reason: .notAuthentic, count: 3)])
  }

  @Test func strangersAreCountedAndNeverRecordedOneByOne() throws {
    let platform = try TestPlatform()
    let stranger = try platform.session(
      try platform.profile(tenant: "hotel", identity: nil, key: try PrivateKey.generate(.ed25519), .ed25519)
        .selfDeclared())
    for _ in 0..<3 {
      let body = HealthCheckRequest(salt: freshSalt()).encoded()
      #expect(try stranger.call(ClientDraft(method: "passgate.v1.Health/Check", body: body)).status == .ok)
    }
    platform.stop()
    let records = try platform.evidence()
    #expect(records.flatMap(\.entries).isEmpty)
    #expect(records.flatMap(\.unverified).map(\.count) == [3])
  }

  // MARK: Tools

  private static func contains(_ haystack: [UInt8], _ needle: [UInt8]) -> Bool {
    guard let first = needle.first else { return false }
    return haystack.indices.contains { index in
      haystack[index] == first && haystack[index...].starts(with: needle)
    }
  }
}

/// The committed specimen files.
enum Specimens {
  struct Case {
    let id: String
    let claim: PassgateWire.IdentityClaim
    let verdict: String?
    /// The field at fault, of a claim that cannot be used.
    let fault: String?
  }

  private static func folder() -> String {
    Files.resolve("../Specimens", relativeTo: Files.folder(of: #filePath))
  }

  static func records() throws -> [RegistryRecord] {
    var reader = try LineReader(path: folder() + "/registry.csv")
    let header = try reader.next() ?? []
    let parser = try CSVParser(
      header: header, known: DocumentRecord.columns, required: DocumentRecord.requiredColumns)
    var records: [RegistryRecord] = []
    while let line = try reader.next() {
      records.append(RegistryRecord(try DocumentRecord(fields: try parser.record(line))))
    }
    return records
  }

  static func claims() throws -> [Case] {
    var reader = try LineReader(path: folder() + "/claims.ndjson")
    var cases: [Case] = []
    while let line = try reader.next() {
      let outer = SettingsReader(try parseJSON(line), file: "claims.ndjson")
      let claim = try #require(outer.object("claim"))
      let sex = claim.optionalString("sex")
      cases.append(
        Case(
          id: outer.string("id"),
          claim: PassgateWire.IdentityClaim(
            documentType: claim.string("documentType") == "permit" ? .permit : .passport,
            number: claim.string("number"), name: claim.string("name"), birthDate: claim.string("birthDate"),
            sex: sex.map { $0 == "F" ? .female : .male }, expiry: claim.optionalString("expiry") ?? "",
            mrz: claim.list("mrz", default: [])),
          verdict: outer.optionalString("verdict"), fault: outer.optionalString("fault")))
    }
    return cases
  }
}
