import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What may be in a source: the row 'list import' of attacks, and the published lists.
@Suite(.serialized) struct DocumentTrustListTests {
  let officers: TrustOfficers
  let country: TrustCountry

  init() throws {
    officers = try TrustOfficers()
    country = try TrustCountry()
  }

  private func fault(_ file: [UInt8], as source: String = "list", _ use: TrustUse = .issuers) throws -> String
  {
    let answer = try officers.propose([file], as: source, use)
    #expect(answer.reason == .trustRefused)
    return answer.fault
  }

  // MARK: Master lists

  @Test func aListIsTakenWhenItsSignerLeadsToAnAnchor() throws {
    let other = try TrustCountry("XO")
    try officers.establish([country.certificate], as: "anchor", .anchors)
    #expect(try officers.trust().authorities.isEmpty)
    let proposal = try officers.proposed([country.masterList([other.certificate])], as: "list")
    #expect(proposal.files.map(\.content) == [.masterList])
    #expect(proposal.files.map(\.issuedMilliseconds) == [UInt64(TrustCountry.start - 864_000) * 1_000])
    #expect(try officers.activate(proposal.digest).reason == .noReason)
    #expect(try officers.trust().authorities.count == 2)
  }

  @Test func aListSignedByItsOwnUnpinnedRootIsRefused() throws {
    #expect(try fault(country.masterList()).contains("no trusted anchor"))
    // Another country's anchor is none.
    try officers.establish([TrustCountry("XO").certificate], as: "anchor", .anchors)
    #expect(try fault(country.masterList()).contains("no trusted anchor"))
  }

  @Test func anUnsignedListIsRefused() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    var draft = SignedDocumentDraft(.masterList, [0x30, 0x00], signers: [])
    draft.certificates.append(country.certificate)
    #expect(try !fault(draft.encoded()).isEmpty)
    var list = try country.masterList()
    // One bit of the signature, which comes last.
    list[list.count - 1] ^= 1
    #expect(try !fault(list).isEmpty)
  }

  @Test func aListSignedByADocumentSignerIsRefused() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    let life = TrustCountry.start - TrustCountry.year...TrustCountry.start + TrustCountry.year
    let signer = try country.csca.signer(
      try .generate(.ec(.secp256r1)), TrustCountry.algorithm, role: .documentSigner, validity: life)
    let list = try signer.masterList(
      of: [country.certificate], signedAt: TrustCountry.start - 10, authority: country.csca.certificate)
    #expect(try fault(list).contains("not certified for signing"))
  }

  @Test func anOlderListIsRefused() throws {
    let other = try TrustCountry("XO")
    try officers.establish([country.certificate], as: "anchor", .anchors)
    try officers.establish([country.masterList([other.certificate], daysAgo: 10)], as: "list")
    for days: Int64 in [10, 11] {
      #expect(try fault(country.masterList(daysAgo: days)).contains("not newer"))
    }
    try officers.platform.restart()
    #expect(try fault(country.masterList(daysAgo: 11)).contains("not newer"))
    try officers.establish([country.masterList(daysAgo: 9)], as: "list")
    #expect(try officers.trust().authorities.count == 1)
  }

  @Test func anOlderListIsRefusedAtItsActivationToo() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    try officers.establish([country.masterList(daysAgo: 10)], as: "list")
    let proposal = try officers.proposed([country.masterList(daysAgo: 9)], as: "list")
    // The anchor's removal makes the CSCA of the list itself the last that its signer leads to.
    try officers.establish([], as: "anchor", nil)
    #expect(try officers.activate(proposal.digest).reason == .noReason)
  }

  @Test func aListWhoseAnchorIsGoneIsNotActivated() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    let proposal = try officers.proposed([country.masterList()], as: "list")
    try officers.establish([], as: "anchor", nil)
    let answer = try officers.activate(proposal.digest)
    #expect(answer.reason == .trustRefused && answer.fault.contains("no trusted anchor"))
    #expect(try officers.trust().authorities.isEmpty)
  }

  @Test func anEmptyListIsRefused() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    let list = try country.listSigner.masterList(
      of: [], signedAt: TrustCountry.start - 10, authority: country.csca.certificate)
    #expect(try fault(list).contains("no certificate"))
    #expect(try !fault(Array("version: 1\n".utf8)).isEmpty)
  }

  @Test func aCertificateThatCannotBeReadLosesNoOther() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    let other = try TrustCountry("XO")
    let list = try country.masterList([[0x30, 0x03, 0x02, 0x01, 0x01], other.certificate])
    let proposal = try officers.proposed([list], as: "list")
    #expect(proposal.added == 2 && proposal.files.map(\.keptOut) == [1])
    #expect(proposal.problems.count == 1 && proposal.problems.first?.file == 0)
    #expect(try officers.list().proposals.first?.problems == proposal.problems)
  }

  @Test func certificatesThatComeTwiceCountOnce() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    let proposal = try officers.proposed(
      [country.masterList([country.certificate, country.certificate])], as: "list")
    #expect(proposal.added == 1 && proposal.files.map(\.duplicates) == [2])
    // The same certificate in another source is the same.
    try officers.establish([pem([country.certificate, country.certificate])], as: "same")
    #expect(try officers.activate(proposal.digest).reason == .noReason)
    #expect(try officers.trust().authorities.count == 1)
  }

  @Test func fiftyThousandCertificatesAreTakenAndNoMore() throws {
    try officers.establish([country.certificate], as: "anchor", .anchors)
    let limit = MasterList.certificateLimit
    let copies = { (count: Int) in [[UInt8]](repeating: [0x30, 0x03, 0x02, 0x01, 0x01], count: count) }
    let proposal = try officers.proposed([country.masterList(copies(limit - 1))], as: "list")
    #expect(proposal.added == 1 && proposal.files.map(\.duplicates) == [UInt32(limit) - 2])
    #expect(try fault(country.masterList(copies(limit))).contains("more than \(limit)"))
  }

  // MARK: Certificates and revocation lists

  @Test func aDocumentSignerIsBelievedOnlyWhenItIsPinned() throws {
    let signer = try country.documentSigner()
    try officers.establish([signer.der], as: "signers")
    #expect(try officers.trust().signers == [signer])
    #expect(try officers.trust().pinned.isEmpty)
    try officers.establish([signer.der], as: "pinned", .pinned)
    #expect(try officers.trust().pinned == [signer])
    #expect(try fault(country.certificate, as: "other", .pinned).contains("source of issuers"))
    #expect(try Set(officers.entries().map(\.kind)) == [.documentSigner, .pinnedSigner])
  }

  @Test func aSourceKeepsItsUse() throws {
    try officers.establish([country.certificate], as: "utopia")
    #expect(try fault(country.certificate, as: "utopia", .anchors).hasPrefix("use"))
    #expect(try fault(country.certificate, as: "utopia").contains("in force already"))
  }

  @Test func aRevocationListCountsWhenATrustedCSCAHasSignedIt() throws {
    let signer = try country.documentSigner()
    let list = try country.revocationList(of: [signer.serial])
    #expect(try fault(list).contains("no trusted CSCA"))
    try officers.establish([country.certificate], as: "utopia")
    try officers.establish([list], as: "utopia-crl")
    #expect(try officers.trust().lists.map { $0.revokes(signer.serial) } == [true])
    try officers.platform.restart()
    #expect(try officers.trust().lists.map { $0.revokes(signer.serial) } == [true])
  }

  @Test func aRevocationListOfNobodyIsKeptOutOfAFileAndTheRestIsTaken() throws {
    let stranger = try TrustCountry("XO")
    let text = { (label: String, der: [UInt8]) in
      "-----BEGIN \(label)-----\n\(Base64.encode(der))\n-----END \(label)-----\n"
    }
    let file =
      text("CERTIFICATE", country.certificate) + text("X509 CRL", try stranger.revocationList())
      + text("X509 CRL", try country.revocationList())
    let proposal = try officers.proposed([Array(file.utf8)], as: "utopia")
    #expect(proposal.files.map(\.content) == [.mixed])
    #expect(proposal.files.map(\.lists) == [1] && proposal.files.map(\.keptOut) == [1])
    #expect(proposal.problems.map(\.number) == [4])
    #expect(proposal.added == 2)
  }

  @Test func anOlderRevocationListIsRefused() throws {
    try officers.establish([country.certificate], as: "utopia")
    try officers.establish([country.revocationList(number: 5, daysAgo: 2)], as: "crl")
    #expect(try fault(country.revocationList(number: 4, daysAgo: 1), as: "crl").contains("older"))
    #expect(try fault(country.revocationList(number: 5, daysAgo: 3), as: "crl").contains("older"))
    let proposal = try officers.proposed([country.revocationList(number: 6, daysAgo: 1)], as: "crl")
    #expect(proposal.replaced == 1 && proposal.added == 0)
  }

  @Test func aRevocationListThatRunsOutIsToldOfOnce() throws {
    try officers.establish([country.certificate], as: "utopia")
    try officers.establish([country.revocationList()], as: "crl")
    let watch = try #require(officers.platform.keyWatch)
    let lines = { officers.platform.logged.all.count { $0.contains("document-list") } }
    watch.look()
    #expect(lines() == 0)
    officers.platform.clock.advance(milliseconds: 26 * 86_400_000 + 1)
    watch.look()
    watch.look()
    #expect(lines() == 1)
  }

  // MARK: Published lists

  private static let isThere = SharedData.path("emrtd/masterlist") != nil

  private func data(_ name: String) throws -> [UInt8] {
    try Files.read(try #require(SharedData.path("emrtd/masterlist/\(name)")))
  }

  @Test(.enabled(if: isThere, "needs ../shared/testdata/emrtd")) func theGermanListIsTakenWhole() throws {
    let list = try data("DE_ML_2026-05-28-08-28-45.ml")
    #expect(try fault(list).contains("no trusted anchor"))
    try officers.establish([data("DE_ROOT_CA_CSCA07.cer")], as: "de-anchor", .anchors)
    let proposal = try officers.proposed([list], as: "de-master-list")
    #expect(proposal.added == 588 && proposal.problems.isEmpty)
    let entries = try officers.entries(of: proposal.digest)
    #expect(entries.count == 588 && entries.allSatisfy { $0.change == .added })
    #expect(Set(entries.map(\.country)).count == 112)
    #expect(entries.count { $0.country == "CN" } == 25)
    #expect(try officers.activate(proposal.digest).reason == .noReason)
    #expect(try officers.entries().count { $0.kind == .csca } == 588)
  }

  @Test(.enabled(if: isThere, "needs ../shared/testdata/emrtd"))
  func theItalianListIsTrustedThroughTheGermanOneAndAtItsSigningTime() throws {
    let list = try data("IT_MasterListCSCA.ml")
    #expect(try fault(list, as: "it").contains("no trusted anchor"))
    try officers.establish([data("DE_ROOT_CA_CSCA07.cer")], as: "de-anchor", .anchors)
    #expect(try fault(list, as: "it").contains("no trusted anchor"))
    try officers.establish([data("DE_ML_2026-05-28-08-28-45.ml")], as: "de-master-list")
    // Its signer has expired on 2026-07-12.
    officers.platform.clock.advance(milliseconds: 20 * 86_400_000)
    let proposal = try officers.proposed([list], as: "it")
    #expect(proposal.files.map(\.keptOut) == [3] && proposal.problems.count == 3)
    #expect(proposal.files.map(\.certificates) == [330])
    #expect(proposal.files.first?.signer.contains("C=IT") == true)
    #expect(try officers.activate(proposal.digest).reason == .noReason)
  }
}
