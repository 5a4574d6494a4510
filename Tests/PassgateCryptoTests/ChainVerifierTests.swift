import PassgateTestKit
import Testing

@testable import PassgateCrypto

@Suite struct ChainVerifierTests {
  private let authority: TestAuthority

  init() throws {
    authority = try TestAuthority()
  }

  /// The fault of a chain with the authority's own issuing certificate and root; nil when it is good.
  private func faultOf(
    _ leaf: Certificate, intermediates: [Certificate]? = nil, anchors: [Certificate]? = nil,
    at time: Int64 = testTime, _ purpose: KeyPurpose = .replySigning
  ) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in
      try ChainVerifier.verify(
        leaf, intermediates: intermediates ?? [authority.issuing], anchors: anchors ?? [authority.root],
        at: time, purpose: purpose)
    }
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func acceptsEveryKindOfKey(_ algorithm: SignatureAlgorithm) throws {
    #expect(faultOf(try authority.issue(.tenantSigning, algorithm).certificate, .tenantSigning) == nil)
  }

  @Test(arguments: KeyPurpose.allCases, KeyPurpose.allCases)
  func acceptsOnlyThePurposeItWasIssuedFor(_ issued: KeyPurpose, _ asked: KeyPurpose) throws {
    let leaf = try authority.issue(issued).certificate
    #expect(faultOf(leaf, asked) == (issued == asked ? nil : .wrongPurpose))
  }

  @Test(arguments: [
    (Int64(999), CryptoError.Reason.outsideValidity), (1000, nil), (1500, nil), (2000, nil),
    (2001, .outsideValidity),
  ])
  func includesBothEndsOfTheValidity(_ second: Int64, _ expected: CryptoError.Reason?) throws {
    let start = TestAuthority.validity.lowerBound
    let leaf = try authority.issue(.replySigning, validity: (start + 1000)...(start + 2000)).certificate
    #expect(faultOf(leaf, at: start + second) == expected)
  }

  @Test func refusesAnExpiredIssuer() throws {
    let leaf = try authority.issue(.replySigning, validity: 0...8_000_000_000).certificate
    #expect(faultOf(leaf, at: TestAuthority.validity.upperBound) == nil)
    #expect(faultOf(leaf, at: TestAuthority.validity.upperBound + 1) == .outsideValidity)
    #expect(faultOf(leaf, at: TestAuthority.validity.lowerBound - 1) == .outsideValidity)
  }

  @Test func refusesUnknownIssuers() throws {
    let leaf = try authority.issue(.replySigning).certificate
    let stranger = try TestAuthority()
    #expect(faultOf(leaf, intermediates: []) == .untrusted)
    #expect(faultOf(leaf, anchors: []) == .untrusted)
    #expect(faultOf(leaf, anchors: [stranger.root]) == .untrusted)
    // The same names, other keys: the signature has to decide.
    #expect(faultOf(leaf, intermediates: [stranger.issuing], anchors: [stranger.root]) == .untrusted)
    #expect(faultOf(leaf, intermediates: [stranger.issuing, authority.issuing]) == nil)
    #expect(
      faultOf(leaf, intermediates: [Certificate](repeating: authority.issuing, count: 9)) == .untrusted)
  }

  @Test func findsTheIssuersAmongMany() throws {
    let successors = try (0..<12).map { _ in try authority.successor() }
    let leaf = try #require(successors.last).issue(.tenantMobile).certificate
    let many = successors.map(\.issuing)
    func verify(_ intermediates: [Certificate]) throws(CryptoError) {
      try ChainVerifier.verify(
        leaf, intermediates: intermediates, anchors: [authority.root], at: TestAuthority.clockStart,
        purpose: .tenantMobile)
    }
    #expect(throws: CryptoError.self) { try verify(many) }
    let issuers = ChainVerifier.issuers(of: leaf, among: many + [authority.root, leaf])
    #expect(issuers.map(\.fingerprint) == [many[11].fingerprint, authority.root.fingerprint])
    try verify(issuers)
  }

  @Test func refusesAnAlteredCertificate() throws {
    var der = try authority.issue(.replySigning).certificate.der
    let signatureByte = der.count - 5
    der[signatureByte] ^= 1
    #expect(faultOf(try Certificate(der)) == .untrusted)
  }

  /// Leaves that path validation takes, and each lacks one thing of ours.
  @Test(arguments: [
    (Leaf(), nil), (Leaf(purposes: nil), .wrongPurpose), (Leaf(purposes: ["2.5.29.37.0"]), .wrongPurpose),
    (Leaf(usage: nil), .wrongPurpose), (Leaf(usage: (0x08, 3)), CryptoError.Reason.wrongPurpose),
    (Leaf(usage: (0x84, 2), constraints: DER.sequence(DER.yes)), .wrongPurpose),
    (Leaf(constraints: DER.sequence(DER.yes)), .wrongPurpose),
  ])
  func demandsEveryMarkOfASigningKey(_ leaf: Leaf, _ expected: CryptoError.Reason?) throws {
    #expect(faultOf(try leaf.issued(by: authority)) == expected)
  }

  @Test func refusesAnAuthorityAsLeaf() {
    #expect(faultOf(authority.issuing, intermediates: []) == .wrongPurpose)
    #expect(faultOf(authority.root, intermediates: []) == .wrongPurpose)
  }

  @Test func refusesALeafThatIssues() throws {
    let tenant = try authority.issue(.tenantMobile)
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: "forged"), use: .purpose(.replySigning),
      validity: TestAuthority.validity)
    let forged = try CertificateDraft(
      template, key: tenant.key.publicKey, issuer: DistinguishedName(commonName: "test").encoded(),
      issuerKeyIdentifier: tenant.key.publicKey.keyID
    ).signed(by: FileSigner(tenant.key, .ecdsaP256SHA256))
    #expect(faultOf(forged, intermediates: tenant.chain) == .untrusted)
  }

  @Test func doesNotRepeatNamesInItsSentence() throws {
    let leaf = try authority.issue(.tenantTLS, name: "secret name", tenant: "inn").certificate
    let error = #expect(throws: CryptoError.self) {
      try ChainVerifier.verify(
        leaf, intermediates: [authority.issuing], anchors: [authority.root], at: testTime, purpose: .serverTLS
      )
    }
    #expect(error?.description.contains("server-tls") == true)
    #expect(error?.description.contains("secret name") == false)
  }

  @Test(
    .enabled(if: hasSM2Files, "needs ../shared/testdata/pki/sm2"),
    arguments: [
      ("openssl_leaf.crt.pem", ["openssl_issuing.crt.pem"], "openssl_root.crt.pem", true),
      ("openssl_leaf_direct.crt.pem", [], "openssl_root.crt.pem", true),
      ("openssl_leaf.crt.pem", [], "openssl_root.crt.pem", false),
      ("openssl_leaf_direct.crt.pem", [], "openssl_root_emptyid.crt.pem", false),
      // Strict mode wants key identifiers, which GmSSL leaves out.
      ("gmssl_leaf.crt.pem", [], "gmssl_root.crt.pem", false),
    ])
  func verifiesSM2ChainsWithTheStandardID(
    _ leaf: String, _ intermediates: [String], _ anchor: String, _ leads: Bool
  ) throws {
    // No foreign certificate names a purpose of ours: a path that leads to the root ends in .wrongPurpose.
    #expect(
      faultOf(
        try sharedCertificates(leaf)[0], intermediates: try intermediates.flatMap(sharedCertificates),
        anchors: try sharedCertificates(anchor)) == (leads ? .wrongPurpose : .untrusted))
  }

  /// GmSSL leaves key identifiers out, which an outside authority may while its name is nobody else's.
  @Test(.enabled(if: hasSM2Files, "needs ../shared/testdata/pki/sm2"))
  func anOutsideAuthorityMayLeaveOutKeyIdentifiers() throws {
    let (leaf, root) = (
      try sharedCertificates("gmssl_leaf.crt.pem")[0], try sharedCertificates("gmssl_root.crt.pem")
    )
    func outcome(_ anchors: [Certificate], _ profile: CertificateProfile) -> CryptoError.Reason? {
      fault { () throws(CryptoError) in
        try ChainVerifier.verify(leaf, intermediates: [], anchors: anchors, at: testTime, profile: profile)
      }
    }
    #expect(outcome(root, CertificateProfiles.externalCA) == nil)
    #expect(outcome(root, CertificateProfiles.profile(for: .tenantSigning)) == .untrusted)
    #expect(outcome([], CertificateProfiles.externalCA) == .untrusted)
  }
}

/// A certificate for signing replies, put together extension by extension.
struct Leaf: Sendable {
  var purposes: [String]? = KeyPurpose.replySigning.extendedKeyUsage
  /// The byte of the key usage, and how many of its bits do not count.
  var usage: (byte: UInt8, unused: UInt8)? = (0x80, 7)
  var constraints = DER.sequence()
  /// The URIs among the subject alternative names.
  var uris: [String] = []

  func issued(by authority: TestAuthority) throws -> Certificate {
    let key = try PrivateKey.generate(.ecdsaP256SHA256).publicKey
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: "leaf"), use: .purpose(.replySigning),
      validity: TestAuthority.validity)
    let issuer = try DistinguishedName(commonName: "Test Issuing", organization: "Passgate Test")
    var draft = try CertificateDraft(
      template, key: key, issuer: issuer.encoded(), issuerKeyIdentifier: authority.issuing.publicKey.keyID)
    draft.extensions = try DER.sequence(extensions(key: key.keyID, issuer: authority.issuing.publicKey.keyID))
    return try draft.signed(by: authority.signer)
  }

  private func extensions(key: [UInt8], issuer: [UInt8]) throws -> [UInt8] {
    var list = try CertificateTemplate.extensionItem("2.5.29.19", critical: true, constraints)
    list += try CertificateTemplate.extensionItem("2.5.29.14", DER.octetString(key))
    list += try CertificateTemplate.extensionItem("2.5.29.35", DER.sequence(DER.tagged(0, issuer)))
    if let usage {
      list += try CertificateTemplate.extensionItem(
        "2.5.29.15", critical: true, DER.bitString([usage.byte], unused: usage.unused))
    }
    if let purposes {
      let identifiers = try purposes.flatMap(DER.objectIdentifier)
      list += try CertificateTemplate.extensionItem("2.5.29.37", DER.sequence(identifiers))
    }
    if !uris.isEmpty {
      list += try CertificateTemplate.extensionItem(
        "2.5.29.17", DER.sequence(uris.flatMap { DER.tagged(6, Array($0.utf8)) }))
    }
    return list
  }
}
