import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What is refused of agreements and certificates, with the right reason and without a trace.
@Suite(.serialized) struct ContractRefusalTests {
  private static let digest = [UInt8](repeating: 7, count: 32)

  // MARK: Agreements

  //= Measures art.9
  //= type=test
  @Test func anAgreementIsTheTemplatesForWhatWasAssessed() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.comeToAgreement()
    func refuse(_ field: String, _ change: (inout Pact) -> Void) throws {
      var agreement = hotel.agreement()
      change(&agreement)
      agreement.text = AgreementTemplate.text(of: agreement, for: hotel.dossier.organisation)
      agreement.digest = Pact.digest(ofText: agreement.text)
      try hotel.expect(.agreementRefused, .draftAgreement(agreement), by: "legal", at: field)
    }
    try refuse("version") { $0.version = 2 }
    try refuse("mode") { $0.mode = .signingServer }
    try refuse("quota") { $0.quota.checksPerDay -= 1 }
    try refuse("scopes[0].document_types") { $0.scopes[0].documentTypes = [.permit, .passport] }
    try refuse("deemed_receipt_days") { $0.deemedReceiptDays = 31 }
    var shortened = hotel.agreement()
    shortened.text = String(shortened.text.dropLast(40))
    shortened.digest = Pact.digest(ofText: shortened.text)
    try hotel.expect(.agreementRefused, .draftAgreement(shortened), by: "legal", at: "text")
    var otherDigest = hotel.agreement()
    otherDigest.digest = Self.digest
    try hotel.expect(.malformedBody, .draftAgreement(otherDigest), by: "legal", at: "draft_agreement.digest")
  }

  //= Measures art.7(4)
  //= type=test
  @Test func bothSignTheLatestTextWithTheirOwnKeys() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.comeToAgreement()
    let (old, new) = (hotel.agreement(), hotel.agreement(version: 2, deemedReceiptDays: 7))
    try hotel.expect(.stepMissing, .signAgreement(digest: old.digest), at: "draft_agreement")
    try hotel.act(.draftAgreement(old), by: "legal")
    let other = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.expect(.noSuchCase) { try hotel.ask(.signAgreement(digest: old.digest), key: other) }
    let sandboxKey = try #require(hotel.checking[.sandbox]?.key)
    try hotel.expect(.noSuchCase) { try hotel.ask(.signAgreement(digest: old.digest), key: sandboxKey) }
    try hotel.act(.signAgreement(digest: old.digest))
    try hotel.expect(.wrongState, .signAgreement(digest: old.digest), at: "signed already")
    // A new draft needs both anew; what was signed before is signed no more.
    try hotel.act(.draftAgreement(new), by: "legal")
    try hotel.expect(.agreementRefused, .signAgreement(digest: old.digest))
    try hotel.expect(.agreementRefused, .countersignAgreement(digest: old.digest), by: "legal")
    try hotel.expect(
      .stepMissing, .countersignAgreement(digest: new.digest), by: "legal", at: "sign_agreement")
    try hotel.act(.signAgreement(digest: new.digest))
    try hotel.act(.countersignAgreement(digest: new.digest), by: "legal")
    #expect(try hotel.law.agreementInForce == new)
  }

  // MARK: Certificates

  @Test func aRequestProvesItsKey() throws {
    let hotel = try Applicant(try TestPlatform.lawful())
    try hotel.comeToDebugging()
    func refuse(_ field: String, _ change: (inout PassgateDomain.CertificateOrder) -> Void) throws {
      var order = try hotel.order(.generate(.ecdsaP256SHA256), in: .sandbox)
      change(&order)
      try hotel.expect(.certificateRefused, .requestCertificate(order), at: field)
    }
    try refuse("key_id") { $0.keyID = Self.digest }
    try refuse("request") { $0.algorithm = SignatureAlgorithm.ed25519.rawValue }
    try refuse("request") { $0.request[$0.request.count - 1] ^= 1 }
    try refuse("request") { $0.request = [1, 2, 3] }
    // A key serves once and in one deployment.
    let known = try #require(hotel.checking[.sandbox]).key
    try hotel.passConformance()
    try hotel.expect(.certificateRefused, .requestCertificate(hotel.order(known, in: .sandbox)), at: "key_id")
    try hotel.expect(
      .certificateRefused, .requestCertificate(hotel.order(known, in: .production)), at: "key_id")
  }

  @Test func aCertificateIsTheOneThatWasAskedFor() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.comeToDebugging()
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.act(.requestCertificate(hotel.order(key, in: .sandbox)))
    let good = hotel.registration(try hotel.certify(key), in: .sandbox)
    func refuse(_ registration: PassgateDomain.RegisteredCertificate, at field: String) throws {
      try hotel.expect(.certificateRefused, .registerCertificate(registration), by: "key-officer", at: field)
    }
    var wrong = good
    wrong.keyID = Self.digest
    try refuse(wrong, at: "key_id")
    wrong = good
    wrong.certificate = [1]
    try refuse(wrong, at: "certificate")
    wrong = good
    wrong.isProduction = true
    try hotel.expect(.wrongState, .registerCertificate(wrong), by: "key-officer")
    let other = try platform.authority.issue(.tenantMobile, name: "hotel")
    try refuse(hotel.registration(other, in: .sandbox), at: "key_id")
    wrong = good
    wrong.certificate = other.certificate.der
    try refuse(wrong, at: "not the id of the certificate's key")
    // Another purpose, another authority, another time.
    for purpose in [KeyPurpose.tenantSigning, .operatorSigning, .replySigning] {
      try refuse(hotel.registration(try hotel.certify(key, purpose), in: .sandbox), at: "certificate")
    }
    let stranger = try TestAuthority().issue(.tenantMobile, name: "hotel", key: key)
    try refuse(hotel.registration(stranger, in: .sandbox), at: "certificate")
    let old = try platform.authority.issue(
      .tenantMobile, name: "hotel", validity: 1_577_836_800...1_600_000_000, key: key)
    try refuse(hotel.registration(old, in: .sandbox), at: "certificate")
    let inns = try platform.authority.issue(.tenantMobile, name: "hotel", tenant: "inn", key: key)
    try refuse(hotel.registration(inns, in: .sandbox), at: "passgate-names")
    try hotel.act(.registerCertificate(good), by: "key-officer")
  }

  @Test func aKeyOfAnotherTenantIsNotRegistered() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.comeToDebugging()
    let inn = try Applicant(platform, id: "inn")
    try inn.comeToDebugging()
    let key = try #require(hotel.checking[.sandbox]).key
    try inn.act(.requestCertificate(inn.order(key, in: .sandbox)))
    try inn.expect(
      .certificateRefused, .registerCertificate(inn.registration(try inn.certify(key), in: .sandbox)),
      by: "key-officer", at: "another tenant")
  }

  /// A certificate that has ended stands in the way of its own key alone.
  @Test func anExpiredCertificateStopsNoStep() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.act(.requestCertificate(hotel.order(key, in: .production)))
    let now = Int64(platform.clock.wallMilliseconds() / 1_000)
    let short = try platform.authority.issue(
      .tenantMobile, name: "hotel", validity: now...now + 3_600, key: key)
    try hotel.act(.registerCertificate(hotel.registration(short, in: .production)), by: "key-officer")
    try platform.pass(until: "2026-07-02 08:00")
    try hotel.act(.suspend(text: "out of scope"), by: "legal", Ground(13, 3))
    #expect(try hotel.check(in: .production).reason == .tenantSuspended)
  }

  /// The tenant goes on in its old way until the new agreement is in force, and needs a certificate of the new one.
  //= Measures art.8
  //= type=test
  @Test func theWayOfAccessChangesWithTheAgreement() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform, mode: .signingServer)
    try hotel.open()
    try hotel.act(.assess(hotel.assessment(.mobileCertificate)), by: "reviewer")
    for deployment in [Deployment.sandbox, .production] {
      #expect(try hotel.check(in: deployment).verdict?.verdict == .consistent)
    }
    let agreement = hotel.agreement(version: 2, .mobileCertificate)
    try hotel.act(.draftAgreement(agreement), by: "legal")
    try hotel.act(.signAgreement(digest: agreement.digest))
    let countersigning = Act.countersignAgreement(digest: agreement.digest)
    try hotel.expect(.certificateRefused, countersigning, by: "legal", at: "keys")
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.act(.requestCertificate(hotel.order(key, in: .production)))
    let mobile = try hotel.certify(key, .tenantMobile)
    try hotel.act(.registerCertificate(hotel.registration(mobile, in: .production)), by: "key-officer")
    #expect(try hotel.check(in: .production).verdict?.verdict == .consistent)
    try hotel.act(countersigning, by: "legal")
    #expect(try hotel.check(in: .production).reason == .notAuthentic)
    let profile = platform.profile(tenant: "hotel", identity: mobile, key: key, in: .production)
    #expect(try platform.session(profile).call(Guest.draft()).verdict?.verdict == .consistent)
  }
}
