import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Access modes, states and roles: what the platform's records make of an authentic request.
@Suite(.serialized) struct TenancyTests {
  // MARK: Access modes (Measures art.8)

  //= Measures art.8
  //= type=test
  @Test func aMobileKeyNeedsItsOwnCertificateInTheConnection() throws {
    let platform = try TestPlatform()
    let (hotel, session) = try platform.mobileTenant()
    let other = try platform.authority.issue(.tenantMobile, name: "other")
    #expect(try session.call(Guest.draft()).status == .ok)
    for identity in [nil, other, platform.officer] {
      let profile = platform.profile(tenant: "hotel", identity: identity, key: hotel.key)
      #expect(try platform.session(profile).call(Guest.draft()).reason == .notAuthentic)
    }
  }

  @Test func aSigningServerTenantShowsNoCertificateOrItsOwn() throws {
    let platform = try TestPlatform()
    let free = try platform.authority.issue(.tenantSigning, name: "free")
    let pinned = try platform.authority.issue(.tenantSigning, name: "pinned")
    let connection = try platform.authority.issue(.tenantTLS, name: "pinned")
    let (hotel, _) = try platform.mobileTenant()
    try platform.provision([
      platform.tenant("free", .signingServer, free),
      platform.tenant("pinned", .signingServer, pinned, tls: connection),
    ])
    let cases: [(String, TestIdentity, TestIdentity?, Reason)] = [
      ("free", free, nil, .noReason), ("free", free, connection, .notAuthentic),
      ("free", free, hotel, .notAuthentic), ("pinned", pinned, connection, .noReason),
      ("pinned", pinned, nil, .notAuthentic), ("pinned", pinned, hotel, .notAuthentic),
      ("pinned", free, connection, .notAuthentic), ("hotel", free, hotel, .notAuthentic),
    ]
    for (tenant, key, identity, reason) in cases {
      let profile = platform.profile(tenant: tenant, identity: identity, key: key.key)
      #expect(try platform.session(profile).call(Guest.draft()).reason == reason, "\(tenant)")
    }
  }

  @Test func aKeyOfOneModeIsNotRegisteredForTheOther() throws {
    let platform = try TestPlatform()
    let mobile = try platform.authority.issue(.tenantMobile, name: "one")
    let signing = try platform.authority.issue(.tenantSigning, name: "two")
    for tenant in [
      platform.tenant("one", .signingServer, mobile), platform.tenant("two", .mobileCertificate, signing),
    ] {
      let answer = try platform.provision([tenant])
      #expect(answer.reason == .provisionRefused)
      #expect(answer.refusal?.field.contains("tenants[0].keys[0].certificate") == true)
    }
  }

  @Test func aCertificateOfAnotherTenantIsNotRegistered() throws {
    let platform = try TestPlatform()
    let other = try platform.authority.issue(.tenantMobile, name: "hotel", tenant: "inn")
    let pinned = try platform.authority.issue(.tenantTLS, name: "hotel", tenant: "inn")
    let own = try platform.authority.issue(.tenantSigning, name: "anything", tenant: "hotel")
    let refused = try platform.provision([platform.tenant("hotel", .mobileCertificate, other)])
    #expect(refused.reason == .provisionRefused)
    #expect(
      refused.refusal?.field.contains(
        "keys[0].certificate: the certificate is refused for tenant-mobile: it does not name this tenant")
        == true)
    let pinning = try platform.provision([platform.tenant("hotel", .signingServer, own, tls: pinned)])
    #expect(
      pinning.refusal?.field.contains(
        "tls_certificate: the certificate is refused for tenant-tls: it does not name this tenant") == true)
    #expect(try platform.provision([platform.tenant("hotel", .signingServer, own)]).status == .ok)
  }

  @Test(arguments: [
    (SignatureAlgorithm.ecdsaP256SHA256, AccessMode.mobileCertificate), (.ed25519, .mobileCertificate),
    (.rsaPSSSHA256, .mobileCertificate), (.sm2SM3, .mobileCertificate), (.ecdsaP256SHA256, .signingServer),
    (.ed25519, .signingServer), (.rsaPSSSHA256, .signingServer), (.rsaPKCS1SHA256, .signingServer),
    (.sm2SM3, .signingServer),
  ]) func everyAlgorithmServesInItsModes(_ algorithm: SignatureAlgorithm, _ mode: AccessMode) throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let isMobile = mode == .mobileCertificate
    let identity = try platform.authority.issue(
      isMobile ? .tenantMobile : .tenantSigning, algorithm, name: "one")
    let connection =
      isMobile && algorithm == .sm2SM3 ? try platform.authority.issue(.tenantTLS, name: "one") : nil
    try platform.provision([platform.tenant("one", mode, identity, algorithm, tls: connection)])
    let profile = platform.profile(
      tenant: "one", identity: connection ?? (isMobile ? identity : nil), key: identity.key, algorithm)
    let answer = try platform.session(profile).call(Guest.draft())
    #expect(answer.verdict?.verdict == .consistent)
    #expect(answer.header.algorithm == (algorithm == .sm2SM3 ? 5 : 1))
  }

  // MARK: States

  //= Measures art.13
  //= type=test
  @Test func aSuspensionBitesOnAnOpenConnection() throws {
    let platform = try TestPlatform()
    let (hotel, session) = try platform.mobileTenant()
    #expect(try session.call(Guest.draft()).status == .ok)
    try platform.provision([platform.tenant("hotel", .mobileCertificate, hotel, state: .suspended)])
    let refused = try session.call(Guest.draft())
    #expect(refused.reason == .tenantSuspended && refused.refusal?.article == "Measures art.13")
    try platform.provision([platform.tenant("hotel", .mobileCertificate, hotel)])
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  //= Measures art.14
  //= type=test
  @Test func aTerminationIsFinal() throws {
    let platform = try TestPlatform()
    let (hotel, session) = try platform.mobileTenant()
    try platform.provision([platform.tenant("hotel", .mobileCertificate, hotel, state: .terminated)])
    #expect(try session.call(Guest.draft()).reason == .tenantTerminated)
    let reopening = try platform.provision([platform.tenant("hotel", .mobileCertificate, hotel)])
    #expect(reopening.reason == .provisionRefused)
    #expect(try session.call(Guest.draft()).reason == .tenantTerminated)
  }

  @Test func aRevokedKeyIsRefusedOnAnOpenConnectionEvenInsideAVerifiedBatch() throws {
    let platform = try TestPlatform()
    let (hotel, session) = try platform.mobileTenant()
    let batch = try session.sign((0..<3).map { _ in Guest.draft() })
    _ = try session.send([batch[0]])
    #expect(try next(session).status == .ok)
    try platform.provision([platform.tenant("hotel", .mobileCertificate, hotel, keyState: .revoked)])
    _ = try session.send([batch[1]])
    #expect(try next(session).reason == .notAuthentic)
  }

  @Test func aCertificateEndsOnAnOpenConnection() throws {
    let platform = try TestPlatform()
    let now = Int64(platform.clock.wallMilliseconds() / 1_000)
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel", validity: now - 10...now + 60)
    try platform.provision([platform.tenant("hotel", .mobileCertificate, identity)])
    let session = try platform.session(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key))
    platform.clock.advance(milliseconds: 60_000)
    #expect(try session.call(Guest.draft()).status == .ok)
    platform.clock.advance(milliseconds: 1_000)
    #expect(try session.call(Guest.draft()).reason == .notAuthentic)
  }

  //= Measures art.9(1)
  //= type=test
  @Test func aSceneOutsideTheAgreementIsRefused() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    for scene in ["finance", ""] {
      let answer = try session.call(Guest.draft(scene: scene))
      #expect(answer.reason == .sceneNotAgreed && answer.refusal?.article == "Measures art.9(1)")
    }
  }

  @Test func theAgreedRateIsKept() throws {
    let platform = try TestPlatform()
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel")
    try platform.provision([platform.tenant("hotel", .mobileCertificate, identity, checksPerMinute: 3)])
    let session = try platform.session(
      platform.profile(tenant: "hotel", identity: identity, key: identity.key))
    for _ in 0..<3 { #expect(try session.call(Guest.draft()).status == .ok) }
    let refused = try session.call(Guest.draft())
    #expect(refused.reason == .quotaExceeded && refused.refusal?.retryAfterMilliseconds ?? 0 > 0)
  }

  // MARK: Roles: the table of methods as a matrix

  @Test(arguments: Method.all) func aMethodHasARoute(_ method: Method) {
    #expect(Route.named(method.name) != nil)
  }

  /// Those that a sandbox answers.
  static let methods = Method.all.filter { $0.deployments.contains(.sandbox) }

  @Test(arguments: methods) func onlyTheNamedCallersMayCall(_ method: Method) throws {
    for roles in [[OfficerRole.registrar], [.keyOfficer], [.supervisor]] as [Set<OfficerRole>] {
      let platform = try TestPlatform(roles: roles)
      let answer = try call(method, platform.officerSession())
      #expect(
        (answer.reason == .notPermitted) == !isOpen(method, toOfficerWith: roles), "\(method.name) \(roles)")
    }
    let platform = try TestPlatform()
    let (_, hotel) = try platform.mobileTenant()
    let answer = try call(method, hotel)
    #expect((answer.reason == .notPermitted || answer.reason == .notAuthentic) == (method.caller != .tenant))
    let stranger = try platform.session(
      try platform.profile(tenant: "hotel", identity: nil, key: try PrivateKey.generate(.ed25519), .ed25519)
        .selfDeclared())
    #expect((try call(method, stranger).reason == .notAuthentic) == (method.caller != .selfDeclared))
  }

  private func isOpen(_ method: Method, toOfficerWith roles: Set<OfficerRole>) -> Bool {
    switch method.caller {
    case .officer(let named): !named.isDisjoint(with: roles)
    // An officer's key is refused for self-declared methods as not authentic, before any permission.
    case .selfDeclared: true
    case .tenant: false
    }
  }

  private func call(_ method: Method, _ session: ClientSession) throws -> ClientAnswer {
    // The salt alone: enough to get past permission and to be found wanting after it.
    let body = HealthCheckRequest(salt: freshSalt())
    return try session.call(ClientDraft(method: method.name, scene: "lodging", body: body.encoded()))
  }

  private func next(_ session: ClientSession) throws -> ClientAnswer {
    try #require(try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000))
  }
}
