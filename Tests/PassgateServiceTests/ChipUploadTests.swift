import PassgateClient
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Files of a chip that are sent: verdict, findings and what is refused.
@Suite(.serialized) struct ChipUploadTests {
  private func desk(
    _ traveller: Traveller, isIssuerKnown: Bool = true
  ) throws -> (platform: TestPlatform, desk: ReaderDesk) {
    let platform = try TestPlatform()
    try traveller.arrive(at: platform, isIssuerKnown: isIssuerKnown)
    let session = try platform.mobileTenant().session
    // Large frames come in once a request has verified.
    _ = try session.call(Guest.draft())
    return (platform, ReaderDesk(session: session, platform: platform))
  }

  //= Measures art.4(3)
  //= type=test
  @Test func authenticFilesThatAgreeAreConsistentAndMayBeACopy() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    let result = try #require(try desk.verify(traveller.claim, traveller.files).chipResult)
    #expect(result.verdict == IdentityVerdict(verdict: .consistent, undeterminedReason: .notApplicable))
    let findings = result.findings
    #expect(findings.sodSignature == .valid && findings.chain == .trusted && findings.validity == .ok)
    #expect(findings.access == .uploaded && findings.accessSecret == nil)
    #expect(findings.chipGenuine == .notPerformed)
    #expect(
      findings.claim == .agrees && findings.registry == .agrees && findings.documentExpiry == .notExpired)
    #expect(findings.groups.map(\.hash).allSatisfy { $0 == .match } && findings.groups.count == 5)
    #expect(findings.uncoveredFiles.isEmpty && result.missingAuthority == nil)
    let fields = try #require(result.fields)
    #expect(
      fields.number == traveller.record.number.text && fields.birthDate == traveller.record.birthDate.iso)
    #expect(fields.hanName == traveller.record.hanName && !fields.portrait.isEmpty)
  }

  @Test func anUnknownIssuerIsNamed() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller, isIssuerKnown: false)
    let result = try #require(try desk.verify(traveller.claim, traveller.files).chipResult)
    #expect(result.verdict == IdentityVerdict(verdict: .undetermined, undeterminedReason: .issuerUnknown))
    #expect(result.findings.chain == .unknownCSCA && result.findings.registry == .notCompared)
    #expect(result.missingAuthority?.country == "CN" && result.fields == nil)
    #expect(result.missingAuthority?.issuer.contains("Software Passport CA") == true)
    #expect(result.missingAuthority?.authorityKeyID.isEmpty == false)
  }

  @Test(arguments: [
    ("dg1-altered", SentFile.Kind.dg1), ("dg2-altered", .dg2),
  ]) func whatWasAlteredIsInconsistent(_ fault: String, _ kind: SentFile.Kind) throws {
    let traveller = try Traveller(fault: fault)
    let (_, desk) = try desk(traveller)
    let result = try #require(try desk.verify(traveller.claim, traveller.files).chipResult)
    #expect(result.verdict.verdict == .inconsistent && result.fields == nil)
    #expect(result.findings.groups.first { $0.kind == kind }?.hash == .mismatch)
  }

  @Test func anotherPersonsClaimDiffers() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    var claim = traveller.claim
    claim.birthDate = "1961-01-01"
    let result = try #require(try desk.verify(claim, traveller.files).chipResult)
    #expect(result.verdict.verdict == .inconsistent && result.findings.claim == .differs)
    #expect(result.fields == nil)
  }

  // MARK: What is not looked at

  @Test func fingerprintsAndIrisesAreRefusedUnread() throws {
    let traveller = try Traveller()
    let (platform, desk) = try desk(traveller)
    for kind in [SentFile.Kind.dg3, .dg4] {
      let files = traveller.files + [SentFile(kind: kind, content: [0xFF])]
      let answer = try desk.verify(traveller.claim, files)
      #expect(answer.reason == .fileForbidden && answer.refusal?.field == "files[\(files.count - 1)].kind")
      #expect(answer.refusal?.article == "Measures art.4(3)")
    }
    let verdicts = try platform.evidence().flatMap(\.entries).flatMap(\.verdicts)
    #expect(verdicts.count == 1, "the files are recorded, unchecked")
  }

  @Test func filesAreBoundedByOneAndTogether() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    func answer(_ sizes: [(SentFile.Kind, Int)]) throws -> (Reason, String?) {
      let files = sizes.map { SentFile(kind: $0.0, content: [UInt8](repeating: 1, count: $0.1)) }
      let answer = try desk.verify(traveller.claim, files)
      return (answer.reason, answer.refusal?.field)
    }
    let small = 64 << 10
    #expect(try answer([(.dg1, 5), (.dg11, small + 1)]) == (.bodyTooLarge, "files[1].content"))
    #expect(try answer([(.dg2, (1 << 20) + 1)]) == (.bodyTooLarge, "files[0].content"))
    #expect(try answer([(.dg1, 5), (.dg1, 5)]) == (.malformedBody, "files[1].kind"))
    #expect(try answer([(.dg1, 5), (.dg15, 0)]) == (.malformedBody, "files[1].content"))
    let all = SentFile.Kind.allCases.filter { ![.dg2, .dg3, .dg4].contains($0) }.map { ($0, small) }
    #expect(try answer([(.dg2, 1 << 20)] + all) == (.bodyTooLarge, "files"))
    // As much as is allowed is judged: it is no chip's.
    let most = [(.dg2, 1 << 20)] + all.prefix(16)
    #expect(try answer(most).0 == .noReason)
  }

  @Test func aFrameBeyondTheMethodsLimitIsRefused() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    let files = (0..<3).map { _ in SentFile(kind: .dg2, content: [UInt8](repeating: 1, count: 1_027_000)) }
    #expect(try desk.verify(traveller.claim, files).reason == .bodyTooLarge)
  }

  // MARK: Guessing

  /// Who shows the document itself cannot be locked out by others' guesses.
  @Test func authenticFilesHaveAVerdictWhateverWasGuessed() throws {
    let traveller = try Traveller()
    let (_, desk) = try desk(traveller)
    var wrong = traveller.claim
    wrong.expiry = ""
    for day in 0..<6 {
      wrong.birthDate = "1961-01-\(day + 10)"
      _ = try desk.session.call(Guest.draft(wrong))
    }
    let byName = try desk.session.call(Guest.draft(traveller.claim)).verdict
    #expect(byName?.undeterminedReason == .attemptsExhausted)
    #expect(try desk.verify(traveller.claim, traveller.files).chipResult?.verdict.verdict == .consistent)
  }

  /// With files that do not bear it out a wrong claim is a guess like any other, over a restart.
  @Test func otherWrongClaimsAreGuesses() throws {
    let traveller = try Traveller()
    let platform = try TestPlatform()
    try traveller.arrive(at: platform)
    let (identity, session) = try platform.mobileTenant()
    let desk = ReaderDesk(session: session)
    var wrong = traveller.claim
    for day in 0..<6 {
      wrong.birthDate = "1961-01-\(day + 10)"
      let verdict = try desk.verify(wrong, traveller.files).chipResult?.verdict
      #expect(verdict?.verdict == (day < 5 ? .inconsistent : .undetermined))
    }
    try platform.restart()
    let later = try platform.session(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key))
    #expect(try later.call(Guest.draft(traveller.claim)).verdict?.undeterminedReason == .attemptsExhausted)
  }
}
