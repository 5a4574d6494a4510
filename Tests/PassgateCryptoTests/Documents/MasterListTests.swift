import PassgateCrypto
import PassgateTestKit
import Testing

/// Master lists: published ones as they are, and made ones with everything that can be wrong.
@Suite struct MasterListTests {
  @Test(.enabled(if: TravelData.isThere, TravelData.hint))
  func germanList() throws {
    let list = try TravelData.german.get()
    let all = list.certificates
    #expect(all.count == 588 && list.problems.isEmpty && list.duplicates == 0)
    #expect(Set(all.map(\.country)).count == 112 && !all.contains { $0.country == nil })
    #expect(all.filter { $0.spki(hasExplicitCurve: true) }.count == 160)
    #expect(all.filter { !$0.isValid(at: TravelData.november2026) }.count == 17)
    #expect(all.filter { $0.serial == [0] || $0.serial[0] >= 0x80 }.count == 2)
    let sharing = Dictionary(grouping: all) { $0.subject.lowercased() }.values.filter { $0.count > 1 }
    #expect(sharing.reduce(0) { $0 + $1.count } == 489 && sharing.map(\.count).max() == 14)
    let chinese = all.filter { $0.country == "CN" }
    #expect(chinese.count == 25)
    // One name for all that the Ministry of Foreign Affairs ever had.
    #expect(Dictionary(grouping: chinese, by: \.subjectName).values.map(\.count).max() == 14)
  }

  @Test(.enabled(if: TravelData.isThere, TravelData.hint))
  func whoSignedWhomInTheGermanList() throws {
    let all = try TravelData.german.get().certificates
    let trust = DocumentTrust(authorities: all)
    var (own, linkedSameName, linkedOtherName, orphans) = (0, 0, 0, 0)
    for certificate in all {
      let hasSameName = certificate.subject.lowercased() == certificate.issuer.lowercased()
      if certificate.isSigned(by: certificate) {
        own += 1
      } else if trust.authorities(thatSigned: certificate).isEmpty {
        orphans += 1
      } else if hasSameName {
        linkedSameName += 1
      } else {
        linkedOtherName += 1
      }
    }
    #expect((own, linkedSameName, linkedOtherName, orphans) == (375, 126, 75, 12))
  }

  @Test(.enabled(if: TravelData.isThere, TravelData.hint))
  func italianListIsTrustedThroughTheGermanOneAlone() throws {
    let bytes = try TravelData.bytes("masterlist/IT_MasterListCSCA.ml")
    let german = try TravelData.german.get().certificates
    let list = try MasterList.parse(bytes, anchors: german, at: TravelData.november2026)
    #expect(list.certificates.count == 330 && list.problems.count == 3)
    #expect(list.problems.map(\.index) == [0, 1, 2])
    #expect(list.certificates.count + list.problems.count + list.duplicates == 333)
    #expect(Set(list.certificates.map(\.country)).count == 55)
    // It is judged at the time of its signature: its signer has expired since.
    #expect(!list.signer.isValid(at: TravelData.november2026))
    #expect(try list.signer.isValid(at: #require(list.signedAt)))
    let root = try TravelData.certificate("masterlist/DE_ROOT_CA_CSCA07.cer")
    #expect(refusal(of: bytes, anchors: [root]) == .untrusted)
    #expect(refusal(of: bytes, anchors: []) == .untrusted)
  }

  /// The signers of seven issuers: how many certificates of the list have the issuer's name, and how many of those
  /// have signed.
  @Test(
    .enabled(if: TravelData.isThere, TravelData.hint),
    arguments: [
      ("AT", 8, 2), ("CN", 14, 1), ("DE", 6, 2), ("FR", 5, 1), ("MY", 5, 1), ("RU", 3, 2), ("US", 8, 2),
    ])
  func signersOfRealIssuers(_ country: String, _ named: Int, _ verifying: Int) throws {
    let signer = try TravelData.certificate("dsc/\(country)_DSC.cer")
    let all = try TravelData.german.get().certificates
    let trust = DocumentTrust(authorities: all)
    #expect(
      trust.candidates(for: signer).filter { $0.subject.lowercased() == signer.issuer.lowercased() }.count
        == named)
    #expect(trust.authorities(thatSigned: signer).count == verifying)
    let judgement = trust.judge(signer, at: signer.notBefore + 86_400)
    #expect(judgement.chain == .trusted && judgement.authority?.country == country)
    #expect(judgement.isWeak == (country == "RU") && judgement.revocation == .noList)
    let without = DocumentTrust(authorities: all.filter { $0.country != country })
    #expect(without.judge(signer, at: signer.notBefore).chain == .unknownAuthority)
  }

  @Test(.enabled(if: TravelData.isThere, TravelData.hint))
  func oneBadCertificateDoesNotLoseTheOthers() throws {
    let all = try TravelData.german.get().certificates.map(\.der)
    for (place, broken) in [(0, 20), (300, 4), (587, 40)] {
      var spoilt = all
      spoilt[place][broken] ^= 0x55
      let list = try made(of: spoilt)
      #expect(list.certificates.count == 587 && list.problems.map(\.index) == [place])
      #expect(!list.problems.contains { $0.reason.isEmpty })
    }
  }

  // MARK: Made lists

  private static let authority = Result { try Utopia.authority() }

  /// A list as its country would sign it, read under its country's anchor.
  private func made(of certificates: [[UInt8]]) throws -> MasterList {
    let authority = try Self.authority.get()
    let signer = try Utopia.signer(of: authority, role: .masterListSigner)
    let bytes = try signer.masterList(
      of: certificates, signedAt: Utopia.now, authority: authority.certificate)
    return try MasterList.parse(bytes, anchors: [authority.certificate], at: Utopia.now)
  }

  @Test func madeList() throws {
    let one = try Utopia.authority(2, country: "AA").certificate
    let other = try Utopia.authority(3, country: "BB").certificate
    let list = try made(of: [one.der, [0x30, 0], other.der, one.der])
    #expect(list.certificates == [one, other] && list.duplicates == 1 && list.problems.map(\.index) == [1])
    #expect(list.signedAt == Utopia.now)
  }

  @Test func signersThatMayNotSign() throws {
    let authority = try Self.authority.get()
    func refusal(_ signer: DocumentSigner, signedAt: Int64 = Utopia.now, now: Int64 = Utopia.now) throws
      -> CryptoError.Reason?
    {
      let bytes = try signer.masterList(
        of: [authority.certificate.der], signedAt: signedAt, authority: authority.certificate)
      return self.refusal(of: bytes, anchors: [authority.certificate], at: now)
    }
    let good = try Utopia.signer(of: authority, role: .masterListSigner)
    #expect(try refusal(good) == nil)
    #expect(try refusal(Utopia.signer(of: authority)) == .wrongPurpose)
    #expect(try refusal(Utopia.signer(of: Utopia.authority(3), role: .masterListSigner)) == .untrusted)
    #expect(
      try refusal(Utopia.signer(of: Utopia.authority(country: "XX"), role: .masterListSigner)) == .untrusted)
    let forged = DocumentSigner(
      certificate: good.certificate, key: Utopia.keys[2], algorithm: Utopia.algorithm)
    #expect(try refusal(forged) == .notAuthentic)
    // Expired by now, but not when it signed; and the other way round.
    let brief = try Utopia.signer(
      of: authority, role: .masterListSigner, validity: 1_750_000_000...1_760_000_000)
    #expect(try refusal(brief, signedAt: 1_755_000_000) == nil)
    #expect(try refusal(brief) == .outsideValidity)
    #expect(try refusal(good, signedAt: Utopia.now + 200_000) == .outsideValidity)
  }

  @Test func anchorThatIsLinked() throws {
    let (old, new) = (try Utopia.authority(0), try Utopia.authority(2))
    let link = try old.certify(
      new.key.publicKey, name: "CSCA", role: .authority, validity: Utopia.validity)
    let signer = try Utopia.signer(of: new, role: .masterListSigner)
    let bytes = try signer.masterList(of: [new.certificate.der], signedAt: Utopia.now, authority: link)
    #expect(refusal(of: bytes, anchors: [old.certificate], at: Utopia.now) == nil)
    #expect(refusal(of: bytes, anchors: [try Utopia.authority(3).certificate], at: Utopia.now) == .untrusted)
  }

  @Test func listsBeyondTheBounds() throws {
    let authority = try Self.authority.get()
    let signer = try Utopia.signer(of: authority, role: .masterListSigner)
    func refusal(of certificates: [[UInt8]]) throws -> CryptoError.Reason? {
      let bytes = try signer.masterList(
        of: certificates, signedAt: Utopia.now, authority: authority.certificate)
      return self.refusal(of: bytes, anchors: [authority.certificate], at: Utopia.now)
    }
    #expect(try refusal(of: []) == .malformed)
    let many = Array(repeating: [0x30, 0] as [UInt8], count: MasterList.certificateLimit)
    #expect(try refusal(of: many) == nil)
    #expect(try refusal(of: many + [[0x30, 0]]) == .malformed)
    let large = [UInt8](repeating: 0, count: MasterList.maximumLength + 1)
    #expect(self.refusal(of: large, anchors: [authority.certificate], at: Utopia.now) == .malformed)
  }

  /// Why a list is not taken; nil when it is.
  private func refusal(
    of bytes: [UInt8], anchors: [DocumentCertificate], at unixSeconds: Int64 = TravelData.november2026
  ) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in
      _ = try MasterList.parse(bytes, anchors: anchors, at: unixSeconds)
    }
  }
}

extension DocumentCertificate {
  /// Whether its key writes its curve out: the identifier of prime fields stands in its parameters.
  fileprivate func spki(hasExplicitCurve: Bool) -> Bool {
    let primeField: [UInt8] = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01]
    return key.spki.indices.contains { key.spki[$0...].starts(with: primeField) } == hasExplicitCurve
  }
}
