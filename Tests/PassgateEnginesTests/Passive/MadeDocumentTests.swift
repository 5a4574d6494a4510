import PassgateCrypto
import PassgateDomain
import PassgateEngines
import Testing

/// Passive authentication of documents made here, so that it is tested where no data is.
@Suite struct MadeDocumentTests {
  private static let validity: ClosedRange<Int64> = 1_700_000_000...2_000_000_000
  private static let now: Int64 = 1_800_000_000
  private static let files: [ChipFile: [UInt8]] = [.dg1: [0x61, 1, 1], .dg14: [0x6e, 1, 14]]

  /// A country with one signer.
  private struct Country {
    let authority: DocumentAuthority
    let signer: DocumentSigner

    init(_ kind: DocumentKey.Kind, _ algorithm: DocumentSignatureAlgorithm) throws {
      authority = try DocumentAuthority(
        country: "UT", name: "CSCA", key: .generate(kind), algorithm, validity: validity)
      signer = try authority.signer(.generate(kind), algorithm, validity: validity)
    }

    var trust: DocumentTrust { DocumentTrust(authorities: [authority.certificate]) }
  }

  private func judge(
    _ sod: [UInt8], _ trust: DocumentTrust, _ files: [ChipFile: [UInt8]] = files
  ) -> PassiveFinding {
    PassiveAuthentication.judge(files.merging([.sod: sod]) { $1 }, trust: trust, at: Self.now)
  }

  @Test(arguments: [
    (DocumentKey.Kind.rsa(bits: 2048), DocumentSignatureAlgorithm.rsaPKCS1(.sha256), false),
    (.rsa(bits: 2048), .rsaPSS(.sha384, mask: .sha256, salt: 16), false),
    (.rsa(bits: 1024), .rsaPKCS1(.sha512), true), (.ec(.secp256r1), .ecdsa(.sha1, .der), true),
    (.ec(.brainpoolP512r1), .ecdsa(.sha512, .plain), false), (.ec(.secp192r1), .ecdsa(.sha256, .der), true),
  ])
  func goodDocument(
    _ kind: DocumentKey.Kind, _ algorithm: DocumentSignatureAlgorithm, _ isWeak: Bool
  ) throws {
    let country = try Country(kind, algorithm)
    // The hash function of the groups may be another than the signer's.
    let sod = try country.signer.securityObject(
      over: [1: [0x61, 1, 1], 14: [0x6e, 1, 14]], digest: .sha384)
    let finding = judge(sod, country.trust)
    #expect(finding.signature == .valid && finding.chain == .trusted && finding.validity == .ok)
    #expect(finding.coveredFiles == [.dg1, .dg14] && finding.problems.isEmpty)
    #expect(finding.algorithmPolicy == (isWeak ? .weak : .ok))
  }

  @Test func everyAnswerAboutADataGroup() throws {
    let country = try Country(.ec(.secp256r1), .ecdsa(.sha256, .der))
    let sod = try country.signer.securityObject(
      over: [1: [0x61, 1, 1], 2: [0x75, 0], 14: [0x6e, 1, 15]], digest: .sha1)
    var files = Self.files
    files[.dg11] = [0x6b, 0]
    files[.com] = [0x60, 0]
    let finding = judge(sod, country.trust, files)
    #expect(
      finding.groups == [
        .init(.dg1, .match), .init(.dg2, .notSupplied), .init(.dg11, .notInSOD), .init(.dg14, .mismatch),
      ])
    #expect(finding.coveredFiles == [.dg1] && finding.algorithmPolicy == .weak)
  }

  @Test func fileBeyondItsBoundIsNotHashed() throws {
    let country = try Country(.ec(.secp256r1), .ecdsa(.sha256, .der))
    let large = [UInt8](repeating: 0, count: ChipFile.dg1.sizeLimit + 1)
    let sod = try country.signer.securityObject(over: [1: large], digest: .sha256)
    #expect(judge(sod, country.trust, [.dg1: large]).groups == [.init(.dg1, .mismatch)])
    let huge = sod + [UInt8](repeating: 0, count: SignedDocument.fileLimit)
    #expect(judge(huge, country.trust).signature == .invalid)
  }

  @Test func noSecurityObject() {
    let finding = PassiveAuthentication.judge(
      Self.files, trust: DocumentTrust(authorities: []), at: Self.now)
    #expect(finding.signature == .missing && finding.chain == .dscNotFound && finding.validity == .unknown)
    #expect(finding.groups == [.init(.dg1, .notInSOD), .init(.dg14, .notInSOD)])
    #expect(finding.signer == nil && finding.coveredFiles.isEmpty)
  }

  @Test func unknownAuthorityIsNamed() throws {
    let country = try Country(.ec(.secp256r1), .ecdsa(.sha256, .der))
    let sod = try country.signer.securityObject(over: [1: [0x61, 1, 1]], digest: .sha256)
    let finding = judge(sod, DocumentTrust(authorities: []))
    #expect(finding.signature == .valid && finding.chain == .unknownCSCA)
    let signer = try #require(finding.signer)
    #expect(signer.country == "UT" && signer.issuer == "C=UT, CN=CSCA")
    #expect(signer.authorityKeyIdentifier == country.authority.certificate.subjectKeyIdentifier)
    #expect(finding.problems.first?.contains("C=UT, CN=CSCA") == true)
  }

  /// Of two signers the worse counts.
  @Test func twoSigners() throws {
    let (one, other) = (
      try Country(.ec(.secp256r1), .ecdsa(.sha256, .der)), try Country(.ec(.secp256r1), .ecdsa(.sha256, .der))
    )
    let object = try SignedDocument(
      securityObjectFile: one.signer.securityObject(over: [1: [0x61, 1, 1]], digest: .sha256)
    ).content
    var draft = SignedDocumentDraft(.securityObject, object, signers: [one.signer, other.signer])
    let sod = try wrapped(draft)
    let both = DocumentTrust(authorities: [one.authority.certificate, other.authority.certificate])
    #expect(judge(sod, both).chain == .trusted && judge(sod, both).signature == .valid)
    // Same name, another key: the second signer says that a trusted one has signed it, or nobody known has.
    #expect(judge(sod, one.trust).chain == .unknownCSCA)
    draft.signers[1] = DocumentSigner(
      certificate: other.signer.certificate, key: one.signer.key, algorithm: one.signer.algorithm)
    #expect(judge(try wrapped(draft), both).signature == .invalid)
  }

  @Test func cardSecurity() throws {
    let country = try Country(.ec(.brainpoolP256r1), .ecdsa(.sha256, .plain))
    let file = try country.signer.cardSecurity(over: [0x31, 0])
    let finding = PassiveAuthentication.judge(cardSecurity: file, trust: country.trust, at: Self.now)
    #expect(finding.isTrusted && finding.content == [0x31, 0])
    let sod = try country.signer.securityObject(over: [1: [0x61, 1, 1]], digest: .sha256)
    var passive = judge(sod, country.trust)
    #expect(passive.isBeside(finding))
    passive.signer?.country = "FR"
    #expect(!passive.isBeside(finding), "another state's key")
    passive.signer = nil
    #expect(!passive.isBeside(finding))
    let wrong = PassiveAuthentication.judge(cardSecurity: sod, trust: country.trust, at: Self.now)
    #expect(!judge(sod, country.trust).isBeside(wrong))
    #expect(!wrong.isTrusted && wrong.signature == .invalid && wrong.content.isEmpty)
  }

  private func wrapped(_ draft: SignedDocumentDraft) throws -> [UInt8] {
    let content = try draft.encoded()
    return [0x77, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
  }
}
