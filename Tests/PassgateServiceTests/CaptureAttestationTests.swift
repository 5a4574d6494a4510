import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// A tenant's capture device, the capture that it signs for, and the platform that judges it.
private struct Gate {
  static let noon: UInt64 = UInt64(TestAuthority.clockStart) * 1_000
  static let picture = Array("a picture, as far as anybody here is concerned".utf8)

  let authority: TestAuthority
  let trust: TrustKeeper
  let device: TestIdentity
  let algorithm: SignatureAlgorithm
  let capture: Capture

  init(
    _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256, authority: TestAuthority? = nil,
    device: TestIdentity? = nil
  ) throws {
    let authority = try authority ?? TestAuthority()
    (self.authority, self.algorithm) = (authority, algorithm)
    trust = TrustKeeper(
      TrustSettings(
        own: TrustDomain(roots: [authority.root], intermediates: [authority.issuing], lists: [])),
      memory: nil, clock: ManualClock(),
      log: Log(minimum: .error, clock: ManualClock(), sink: { _ in }))
    self.device = try device ?? authority.issue(.captureDevice, algorithm, tenant: "hotel")
    var captures = CaptureTable()
    capture = try captures.begin(
      ReadingOwner(tenantID: "hotel", keyID: [1], sceneID: "lodging"), now: 0,
      wallMilliseconds: Self.noon)
  }

  func attestation(
    nonce: [UInt8]? = nil, image: [UInt8] = picture, at milliseconds: UInt64 = noon + 5_000
  ) throws -> CaptureAttestation {
    try .signing(
      image: image, nonce: nonce ?? capture.nonce, capturedMilliseconds: milliseconds,
      certificates: device.chain, signer: FileSigner(device.key, algorithm))
  }

  /// What is at fault; nil when the attestation holds.
  func fault(
    _ attestation: CaptureAttestation, image: [UInt8] = picture, of tenant: String = "hotel",
    at now: UInt64 = noon + 10_000
  ) -> CaptureAttestationRule.Fault? {
    do {
      try CaptureAttestationRule(trust: trust).check(
        attestation, ofPicture: sha256(image.span), in: capture, of: tenant, at: now)
      return nil
    } catch {
      return error
    }
  }
}

/// What a capture device's word is worth, and what makes it worth nothing.
@Suite struct CaptureAttestationTests {
  private typealias Fault = CaptureAttestationRule.Fault

  @Test(arguments: CertificateProfiles.profile(for: .captureDevice).algorithms)
  func aDeviceIsBelieved(_ algorithm: SignatureAlgorithm) throws {
    let gate = try Gate(algorithm)
    #expect(gate.fault(try gate.attestation()) == nil)
    // The issuer is the platform's own: its certificate need not come along.
    var alone = try gate.attestation()
    alone.certificates.removeLast()
    #expect(gate.fault(alone) == nil)
    for index in [0, alone.signature.count / 2, alone.signature.count - 1] {
      var forged = alone
      forged.signature[index] ^= 1
      #expect(gate.fault(forged) == .signature)
    }
  }

  @Test func itSpeaksOfThisPictureAndThisCaptureAlone() throws {
    let gate = try Gate()
    let other = Array("another picture".utf8)
    #expect(gate.fault(try gate.attestation(), image: other) == .imageDigest)
    #expect(gate.fault(try gate.attestation(image: other)) == .imageDigest)
    #expect(gate.fault(try gate.attestation(nonce: [UInt8](repeating: 7, count: 32))) == .nonce)
    #expect(
      gate.fault(try Gate(authority: gate.authority, device: gate.device).attestation()) == .nonce)
  }

  /// Times against the start of the capture, milliseconds: when the picture was taken, and when it came.
  @Test(
    arguments: [
      (0, 1_000, nil), (-10_000, 1_000, nil), (11_000, 1_000, nil), (119_000, 119_500, nil),
      (-10_001, 1_000, .captured), (11_001, 1_000, .captured), (-86_400_000, 1_000, .captured),
      (131_000, 119_000, .captured), (0, -60_000, .captured),
    ] as [(Int, Int, CaptureAttestationRule.Fault?)])
  private func thePictureIsOfTheTimeOfTheCapture(
    _ captured: Int, _ now: Int, _ fault: CaptureAttestationRule.Fault?
  ) throws {
    let gate = try Gate()
    let attestation = try gate.attestation(at: UInt64(Int(Gate.noon) + captured))
    #expect(gate.fault(attestation, at: UInt64(Int(Gate.noon) + now)) == fault)
  }

  @Test func statementsAreReadStrictly() throws {
    let gate = try Gate()
    let whole = try gate.attestation()
    for statement in [[], [0], Array(whole.statement.dropLast()), whole.statement + [0x50, 1]]
      as [[UInt8]]
    {
      let signer = try FileSigner(gate.device.key, gate.algorithm)
      let hasher = try Hasher(.sha256)
      let leaf = SignedStatement.leaf(.capture, header: statement.span, hasher: hasher)
      var odd = whole
      odd.statement = statement
      odd.signature = try MerkleSignature.sign(leaves: [leaf], with: signer, hasher: hasher)[0]
        .value
      #expect(gate.fault(odd) == .statement)
    }
  }

  /// A signature of the same bytes for another use is none.
  @Test(arguments: SignedStatement.Label.allCases.filter { $0 != .capture })
  func theLabelIsItsOwn(_ label: SignedStatement.Label) throws {
    let gate = try Gate()
    var attestation = try gate.attestation()
    let hasher = try Hasher(.sha256)
    let leaf = SignedStatement.leaf(label, header: attestation.statement.span, hasher: hasher)
    let signer = try FileSigner(gate.device.key, gate.algorithm)
    attestation.signature = try MerkleSignature.sign(leaves: [leaf], with: signer, hasher: hasher)[
      0
    ].value
    #expect(gate.fault(attestation) == .signature)
  }

  @Test(arguments: KeyPurpose.allCases.filter { $0 != .captureDevice })
  func noOtherPurposePassesForADevice(_ purpose: KeyPurpose) throws {
    let authority = try TestAuthority()
    let gate = try Gate(
      authority: authority, device: authority.issue(purpose, name: "hotel", tenant: "hotel"))
    #expect(gate.fault(try gate.attestation()) == .certificate)
  }

  @Test func aDeviceIsItsTenantsAlone() throws {
    let authority = try TestAuthority()
    let inn = try authority.issue(.captureDevice, tenant: "inn")
    let gate = try Gate(authority: authority, device: inn)
    #expect(gate.fault(try gate.attestation()) == .certificate)
    #expect(gate.fault(try gate.attestation(), of: "inn") == nil)
  }

  @Test func strangersAndThoseWhoseTimeIsOverAreNot() throws {
    let authority = try TestAuthority()
    let stranger = try TestAuthority().issue(.captureDevice, tenant: "hotel")
    let start = TestAuthority.clockStart
    let late = try authority.issue(
      .captureDevice, tenant: "hotel", validity: start - 86_400 * 30...start - 1)
    let early = try authority.issue(
      .captureDevice, tenant: "hotel", validity: start + 60...start + 86_400 * 30)
    let tooLong = try authority.issue(
      .captureDevice, tenant: "hotel", validity: start - 60...start + 86_400 * 1_095)
    for device in [stranger, late, early, tooLong] {
      let gate = try Gate(authority: authority, device: device)
      #expect(gate.fault(try gate.attestation()) == .certificate)
    }
    let gate = try Gate(authority: authority)
    var odd = try gate.attestation()
    for certificates in [[], [[0x30, 0]], [authority.issuing.der, gate.device.certificate.der]] {
      odd.certificates = certificates
      #expect(gate.fault(odd) == .certificate)
    }
  }

  @Test func aDeviceOfATaintedIssuerIsNotBelieved() throws {
    let gate = try Gate()
    gate.trust.taint(issuer: gate.device.certificate.authorityKeyIdentifier)
    #expect(gate.fault(try gate.attestation()) == .certificate)
  }

  @Test func itsFieldsAreThoseOfTheBody() {
    #expect(
      CaptureAttestationRule.Fault.allCases.map(\.field) == [
        "attestation.certificates[0]", "attestation.signature", "attestation.statement",
        "attestation.statement.nonce", "attestation.statement.image_digest",
        "attestation.statement.captured_ms",
      ])
  }

  @Test func aSignerNeedsTheCertificateOfItsKey() throws {
    let gate = try Gate()
    let other = try gate.authority.issue(.captureDevice, tenant: "hotel")
    #expect(throws: CryptoError.self) {
      try CaptureAttestation.signing(
        image: Gate.picture, nonce: gate.capture.nonce, capturedMilliseconds: 0,
        certificates: other.chain,
        signer: FileSigner(gate.device.key, gate.algorithm))
    }
  }
}

/// Capture devices on a platform that runs.
@Suite(.serialized) struct CaptureDeviceTests {
  /// A list bites with the next look at its file, twice a second.
  @Test func aListedDeviceIsNotBelieved() throws {
    let platform = try TestPlatform(watchesLists: true)
    let trust = try #require(platform.trust)
    let device = try platform.authority.issue(.captureDevice, tenant: "hotel")
    let known = KnownCertificate(device.certificate, of: "hotel", for: .captureDevice)
    let now = Int64(clamping: platform.clock.wallMilliseconds() / 1_000)
    try trust.checkShown(known, for: .captureDevice, at: now)
    // The platform's own lists revoke and do nothing else: an overdue one stops no device.
    try trust.checkShown(known, for: .captureDevice, at: now + 2 * 86_400)
    try platform.revoke([device.certificate], number: 2)
    trust.refresh()
    #expect(throws: CryptoError.self) { try trust.checkShown(known, for: .captureDevice, at: now) }
  }

  /// No request is ever signed by a device's key, nor a connection made with it.
  @Test(arguments: [PassgateWire.AccessMode.mobileCertificate, .signingServer])
  func aDevicesKeyIsRegisteredForNobody(_ mode: PassgateWire.AccessMode) throws {
    let platform = try TestPlatform()
    let device = try platform.authority.issue(.captureDevice, tenant: "hotel")
    let answer = try platform.provision([platform.tenant("hotel", mode, device)])
    #expect(answer.reason == .provisionRefused)
    #expect(answer.refusal?.field.contains("purpose") ?? false, "\(answer.refusal?.field ?? "")")
    let key = try platform.authority.issue(.tenantSigning, tenant: "hotel")
    let pinned = platform.tenant("hotel", .signingServer, key, tls: device)
    #expect(try platform.provision([pinned]).reason == .provisionRefused)
  }
}
