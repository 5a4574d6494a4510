import PassgateCrypto
import PassgateDomain
import PassgateEngines
import Testing

/// Specimens and synthetic chains that others have published: the answers that their README demands.
@Suite(.enabled(if: TravelDocuments.isThere, TravelDocuments.hint))
struct PublishedDocumentTests {
  private typealias Data = TravelDocuments

  private func judge(
    _ files: [ChipFile: [UInt8]], _ trust: DocumentTrust = DocumentTrust(authorities: []),
    at unixSeconds: Int64 = TravelDocuments.january2026
  ) -> PassiveFinding {
    PassiveAuthentication.judge(files, trust: trust, at: unixSeconds)
  }

  @Test func specimenOf2008() throws {
    let files = try Data.specimen2008()
    let finding = judge(files, at: Data.june2008)
    #expect(finding.signature == .valid && finding.chain == .unknownCSCA && finding.revocation == .noCRL)
    #expect(finding.algorithmPolicy == .weak && finding.validity == .ok)
    #expect(finding.coveredFiles == [.dg1, .dg2, .dg3, .dg14])
    #expect(
      finding.groups.map(\.hash) == [.match, .match, .match, .notInSOD, .match, .notInSOD]
        && finding.groups.map(\.file) == [.dg1, .dg2, .dg3, .dg4, .dg14, .dg15])
    #expect(
      finding.signer?.country == "DE" && finding.signer?.issuer.contains("CSCA BDR TEST 19.09.07") == true)
    #expect(finding.problems.count == 1)
  }

  @Test func signerOf2008AsPinned() throws {
    let files = try Data.specimen2008()
    let document = try SignedDocument(securityObjectFile: try #require(files[.sod]))
    let signer = try DocumentCertificate(der: try #require(document.certificates.first))
    #expect(signer.key.kind == .ec(.brainpoolP224r1))
    let trust = DocumentTrust(authorities: [], pinned: [signer])
    let then = judge(files, trust, at: Data.june2008)
    #expect(then.chain == .trusted && then.validity == .ok && then.problems.isEmpty)
    let now = judge(files, trust, at: Data.november2026)
    #expect(now.chain == .trusted && now.validity == .dscExpired)
  }

  @Test func specimenOfTR03105() throws {
    let finding = judge(try Data.specimen03105(), at: Data.january2014)
    #expect(finding.signature == .valid && finding.chain == .unknownCSCA && finding.validity == .ok)
    #expect(finding.algorithmPolicy == .ok && finding.coveredFiles == [.dg1, .dg2, .dg3, .dg4, .dg14])
    #expect(finding.groups.last == ChipVerdict.Group(.dg15, .notInSOD))
    #expect(finding.signer?.issuer.contains("HJP PB CS") == true)
    #expect(finding.signer?.fingerprint == (try Data.certificate("chips/bsi-tr03105-5/DSC.cer")).fingerprint)
    #expect(judge(try Data.specimen03105(), at: Data.january2026).validity == .dscExpired)
    #expect(judge(try Data.specimen03105(), at: Data.june2008).validity == .notYetValid)
  }

  @Test(arguments: [
    "sod_econtent_1.2.840.113549.1.7.5", "sod_econtent_id-data", "sod_ldssecurityobject_v2_a",
    "sod_ldssecurityobject_v2_b", "sod_outer_oid_1.2.840.113549.1.7.4", "sod_outer_oid_1.2.840.113549.1.8.2",
    "sod_signeddata_v1", "sod_signeddata_v2", "sod_signeddata_v4", "sod_trailing_data",
  ])
  func tamperedSecurityObject(_ name: String) throws {
    let files = try Data.specimen03105(sod: "negative/\(name).bin")
    let signer = try Data.certificate("chips/bsi-tr03105-5/DSC.cer")
    let finding = judge(files, DocumentTrust(authorities: [], pinned: [signer]), at: Data.january2014)
    #expect(finding.signature == .invalid && finding.chain == .invalid && finding.coveredFiles.isEmpty)
    #expect(finding.problems.count == 1)
  }

  @Test(arguments: TravelDocuments.chains)
  func syntheticChain(_ name: String) throws {
    let authority = try Data.certificate("synthetic/\(name)/csca.cer")
    let files = try Data.synthetic(sod: "\(name)/EF_SOD.bin")
    let finding = judge(files, DocumentTrust(authorities: [authority]))
    #expect(finding.signature == .valid && finding.chain == .trusted && finding.validity == .ok)
    #expect(finding.coveredFiles == [.dg1, .dg2, .dg14, .dg15] && finding.groups.count == 4)
    #expect(finding.algorithmPolicy == (name.hasPrefix("sha1") ? .weak : .ok))
    #expect(finding.problems.isEmpty)
  }

  /// All of them have one name: the right one is found among all, and none of the others will do.
  @Test(arguments: TravelDocuments.chains)
  func authoritiesOfOneName(_ name: String) throws {
    let all = try Data.chains.map { try Data.certificate("synthetic/\($0)/csca.cer") }
    let right = try Data.certificate("synthetic/\(name)/csca.cer")
    let files = try Data.synthetic(sod: "\(name)/EF_SOD.bin")
    #expect(Set(all.map(\.subject)).count == 1)
    #expect(judge(files, DocumentTrust(authorities: all)).chain == .trusted)
    let wrong = judge(files, DocumentTrust(authorities: all.filter { $0 != right }))
    #expect(wrong.signature == .valid && wrong.chain == .unknownCSCA)
  }

  @Test(arguments: [
    ("econtent_id-data", true), ("rsa_digestinfo_without_null", true), ("ber_indefinite_length", true),
    ("sid_dn_order_differs", true), ("sid_is_ski", true), ("no_signed_attributes", false),
  ])
  func quirk(_ name: String, _ isValid: Bool) throws {
    let authority = try Data.certificate("synthetic/sha256_rsa_65537_4096/csca.cer")
    let finding = judge(
      try Data.synthetic(sod: "quirks/\(name).bin"), DocumentTrust(authorities: [authority]))
    #expect(finding.signature == (isValid ? .valid : .invalid))
    #expect(finding.chain == (isValid ? .trusted : .invalid))
    #expect(finding.coveredFiles == (isValid ? [.dg1, .dg2, .dg14, .dg15] : []))
  }

  @Test func signerThatIsNotEmbedded() throws {
    let authority = try Data.certificate("synthetic/sha256_rsa_65537_4096/csca.cer")
    let signer = try Data.certificate("synthetic/sha256_rsa_65537_4096/dsc.cer")
    let files = try Data.synthetic(sod: "quirks/dsc_not_embedded.bin")
    let without = judge(files, DocumentTrust(authorities: [authority]))
    #expect(without.signature == .invalid && without.chain == .dscNotFound && without.coveredFiles.isEmpty)
    let with = judge(files, DocumentTrust(authorities: [authority], signers: [signer]))
    #expect(with.signature == .valid && with.chain == .trusted)
  }

  @Test(arguments: [
    ("sha256_rsa_65537_4096", "crl_dsc_revoked", ChipVerdict.Revocation.revoked),
    ("sha256_ecdsa_brainpoolP256r1", "crl_dsc_revoked", .revoked),
    ("sha256_rsapss_32_65537_4096", "crl_empty", .good), ("sha256_ecdsa_secp256r1", "crl_stale", .stale),
  ])
  func revocationList(_ chain: String, _ list: String, _ expected: ChipVerdict.Revocation) throws {
    let authority = try Data.certificate("synthetic/\(chain)/csca.cer")
    let crl = try DocumentRevocationList(der: Data.bytes("synthetic/\(chain)/\(list).crl"))
    let files = try Data.synthetic(sod: "\(chain)/EF_SOD.bin")
    let trust = DocumentTrust(authorities: [authority], lists: [crl])
    #expect(trust.refusedLists.isEmpty)
    #expect(judge(files, trust).revocation == expected)
    // Made in 2025-03: before that it was not known.
    #expect(judge(files, trust, at: 1_740_500_000).revocation == .noCRL)
    let other = try Data.certificate("synthetic/sha1_rsa_65537_4096/csca.cer")
    let wrong = DocumentTrust(authorities: [other], lists: [crl])
    #expect(wrong.refusedLists == [0] && judge(files, wrong).revocation == .noCRL)
  }
}

/// EF.CardSecurity of the worked example of BSI TR-03110.
@Suite(.enabled(if: TravelDocuments.isThere, TravelDocuments.hint))
struct PublishedCardSecurityTests {
  @Test func workedExample() throws {
    let text = String(
      decoding: try TravelDocuments.bytes("vectors/bsi-eac-worked-example-ecdh.json"), as: UTF8.self)
    let digits = try #require(text.split(separator: "\"ef_cardsecurity\": \"").last?.prefix { $0 != "\"" })
    let file = digits.indices.enumerated().compactMap { place, index in
      place.isMultiple(of: 2) ? UInt8(digits[index...].prefix(2), radix: 16) : nil
    }
    #expect(file.count == 2027)
    let document = try SignedDocument(cardSecurityFile: file)
    let signer = try DocumentCertificate(der: try #require(document.certificates.first))
    let trust = DocumentTrust(authorities: [], pinned: [signer])
    let finding = PassiveAuthentication.judge(
      cardSecurity: file, trust: trust, at: signer.notBefore + 86_400)
    #expect(finding.isTrusted && finding.content.first == 0x31 && finding.problems.isEmpty)
    var spoilt = file
    spoilt[200] ^= 1
    let wrong = PassiveAuthentication.judge(
      cardSecurity: spoilt, trust: trust, at: signer.notBefore + 86_400)
    #expect(!wrong.isTrusted && wrong.signature == .invalid)
  }
}
