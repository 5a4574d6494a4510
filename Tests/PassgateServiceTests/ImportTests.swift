import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Certificates of our own authority that are registered are held against their profile, whoever issued them how.
@Suite(.serialized) struct ImportTests {
  @Test(arguments: ProfileFault.allCases, [PassgateWire.AccessMode.mobileCertificate, .signingServer])
  func aStatementOfTenantsIsHeldAgainstTheProfile(_ fault: ProfileFault, _ mode: PassgateWire.AccessMode)
    throws
  {
    let platform = try TestPlatform()
    let purpose: KeyPurpose = mode == .mobileCertificate ? .tenantMobile : .tenantSigning
    let good = try platform.authority.issue(purpose, name: "one")
    let bad = try platform.authority.issue(purpose, with: fault, name: "one", key: good.key)
    let connection = try platform.authority.issue(
      .tenantTLS, with: fault, name: "one", key: .generate(.ecdsaP256SHA256))
    let key = try platform.provision([platform.tenant("one", mode, bad)])
    #expect(key.reason == .provisionRefused)
    expect(key, names: "tenants[0].keys[0].certificate: ", fault)
    let tls = try platform.provision([platform.tenant("one", mode, good, tls: connection)])
    #expect(tls.reason == .provisionRefused)
    expect(tls, names: "tls_certificate: ", fault)
    #expect(try platform.provision([platform.tenant("one", mode, good)]).reason == .noReason)
  }

  @Test(arguments: ProfileFault.allCases)
  func aRenewedKeyIsHeldAgainstTheProfile(_ fault: ProfileFault) throws {
    let platform = try TestPlatform()
    let tenant = try KeyHolder(provisionedOn: platform)
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    #expect(try tenant.ask(tenant.renewal(key)).reason == .noReason)
    let bad = try platform.authority.issue(.tenantMobile, with: fault, name: "hotel", key: key)
    let answer = try tenant.register(bad.certificate)
    #expect(answer.reason == .keyRefused)
    expect(answer, names: "certificate: ", fault)
    #expect(try tenant.register(tenant.certify(key).certificate).reason == .noReason)
  }

  @Test(arguments: ProfileFault.allCases)
  func aCertificateOfACaseIsHeldAgainstTheProfile(_ fault: ProfileFault) throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.comeToDebugging()
    let key = try PrivateKey.generate(.ecdsaP256SHA256)
    try hotel.act(.requestCertificate(hotel.order(key, in: .sandbox)))
    let bad = try platform.authority.issue(.tenantMobile, with: fault, name: "hotel", key: key)
    try hotel.expect(
      .certificateRefused, .registerCertificate(hotel.registration(bad, in: .sandbox)), by: "key-officer",
      at: "(\(fault.rawValue))")
    let good = try hotel.certify(key)
    try hotel.act(.registerCertificate(hotel.registration(good, in: .sandbox)), by: "key-officer")
  }

  private func expect(_ answer: ClientAnswer, names place: String, _ fault: ProfileFault) {
    let field = answer.refusal?.field ?? ""
    #expect(field.contains(place) && field.contains("(\(fault.rawValue))"), "\(field)")
  }
}
