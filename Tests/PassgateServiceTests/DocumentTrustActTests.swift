import PassgateClient
import PassgateCrypto
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Two officers, digests and terms: how a source comes into force.
@Suite(.serialized) struct DocumentTrustActTests {
  let officers: TrustOfficers
  let country: TrustCountry

  init() throws {
    officers = try TrustOfficers()
    country = try TrustCountry()
  }

  private var fingerprints: Set<[UInt8]> {
    get throws { Set(try officers.trust().authorities.map(\.fingerprint)) }
  }

  // MARK: Two officers

  @Test func anImportTakesEffectWhenAnotherOfficerActivatesIt() throws {
    let proposal = try officers.proposed([country.certificate], as: "utopia")
    #expect(proposal.added == 1 && proposal.removed == 0 && proposal.replaced == 0)
    #expect(try officers.trust().authorities.isEmpty)
    let answer = try officers.activate(proposal.digest)
    let reply = try ActivateTrustReply(decoding: answer.body.span)
    #expect(reply.source == "utopia" && reply.certificates == 1 && reply.event == 2)
    #expect(try fingerprints == [sha256(country.certificate.span)])
    let list = try officers.list()
    #expect(list.proposals.isEmpty && list.missing.isEmpty)
    #expect(list.sources.map(\.proposer) == ["key-officer"] && list.sources.map(\.activator) == ["officer-1"])
  }

  @Test func whoeverProposedCannotActivate() throws {
    let proposal = try officers.proposed([country.certificate], as: "utopia")
    let answer = try officers.activate(proposal.digest, by: TrustOfficers.proposer)
    #expect(answer.reason == .secondOfficer && answer.refusal?.article == "")
    #expect(try officers.trust().authorities.isEmpty)
    #expect(try officers.activate(proposal.digest, by: "supervisor").reason == .noReason)
  }

  @Test func anotherContentHasAnotherDigest() throws {
    let other = try TrustCountry("XO")
    let first = try officers.proposed([country.certificate], as: "utopia")
    let second = try officers.proposed([other.certificate], as: "utopia")
    #expect(first.digest != second.digest)
    // What the second officer has read is what he activates, or nothing.
    #expect(try officers.activate(first.digest).reason == .noSuchProposal)
    #expect(try officers.activate(second.digest).reason == .noReason)
    #expect(try fingerprints == [sha256(other.certificate.span)])
    #expect(try officers.activate(second.digest).reason == .noSuchProposal)
  }

  @Test func theDigestTellsSourcesAndUsesApart() throws {
    let digests = try [("utopia", TrustUse.issuers), ("utopia-2", .issuers), ("utopia", .anchors)].map {
      try officers.proposed([country.certificate], as: $0.0, $0.1).digest
    }
    #expect(Set(digests).count == 3)
  }

  @Test func aProposalWaitsForADay() throws {
    let proposal = try officers.proposed([country.certificate], as: "utopia")
    officers.platform.clock.advance(milliseconds: DocumentTrustBook.patience + 1)
    #expect(try officers.list().proposals.isEmpty)
    #expect(try officers.activate(proposal.digest).reason == .noSuchProposal)
    #expect(try officers.trust().authorities.isEmpty)
    let again = try officers.proposed([country.certificate], as: "utopia")
    officers.platform.clock.advance(milliseconds: DocumentTrustBook.patience)
    #expect(try officers.activate(again.digest).reason == .noReason)
  }

  @Test func onlyKeyOfficersProposeAndOnlyTheyAndSupervisorsActivate() throws {
    let proposal = try officers.proposed([country.certificate], as: "utopia")
    for officer in ["supervisor", "reviewer", "legal", "registrar"] {
      let answer = try officers.call(
        "Propose", by: officer,
        ProposeTrustRequest(
          salt: freshSalt(), operationID: try randomBytes(16), source: "utopia", files: [], use: nil))
      #expect(answer.reason == .notPermitted)
    }
    for officer in ["reviewer", "legal", "registrar"] {
      #expect(try officers.activate(proposal.digest, by: officer).reason == .notPermitted)
    }
  }

  // MARK: Repeats and restarts

  @Test func aRepeatedActIsAnsweredFromTheRecord() throws {
    let (first, second) = (try randomBytes(16), try randomBytes(16))
    let proposed = try officers.propose([country.certificate], as: "utopia", operation: first)
    let again = try officers.propose([country.certificate], as: "utopia", operation: first)
    #expect(proposed.body == again.body)
    let digest = try ProposeTrustReply(decoding: proposed.body.span).proposal.digest
    let activated = try officers.activate(digest, operation: second)
    #expect(activated.reason == .noReason)
    #expect(try officers.activate(digest, operation: second).body == activated.body)
    let other = try officers.activate(sha256([1].span), operation: second)
    #expect(other.reason == .operationConflict)
  }

  @Test func aRestartKeepsProposalsAndWhatIsInForce() throws {
    let proposal = try officers.proposed([country.certificate], as: "utopia")
    let listed = try officers.list()
    try officers.platform.restart()
    #expect(try officers.list().proposals == listed.proposals)
    #expect(try officers.activate(proposal.digest).reason == .noReason)
    let sources = try officers.list().sources
    try officers.platform.restart()
    #expect(try officers.list().sources == sources)
    #expect(try fingerprints == [sha256(country.certificate.span)])
    #expect(try officers.activate(proposal.digest).reason == .noSuchProposal)
  }

  @Test func aRestartBeforeTheEventIsRecordedLeavesWhatWasInForce() throws {
    try officers.establish([country.certificate], as: "utopia")
    let other = try TrustCountry("XO")
    // The file is there, and the ledger says nothing of it.
    _ = try officers.upload(other.certificate)
    try officers.platform.restart()
    #expect(try fingerprints == [sha256(country.certificate.span)])
    try officers.establish([other.certificate], as: "other")
    #expect(try fingerprints.count == 2)
  }

  @Test func withoutAFileOfASourceNothingIsTrustedUntilItIsThereAgain() throws {
    let other = try TrustCountry("XO")
    try officers.establish([country.certificate], as: "utopia")
    try officers.establish([other.certificate], as: "other")
    officers.platform.stop()
    // The store comes from a backup of before the second.
    try DocumentTrustStore(path: officers.platform.folder.path("production-trust.sqlite"))
      .drop(sha256(other.certificate.span))
    try officers.platform.restart()
    #expect(try officers.trust().authorities.isEmpty)
    #expect(try officers.list().missing == [sha256(other.certificate.span)])
    let proposal = try officers.proposed([pem([country.certificate])], as: "third")
    #expect(try officers.activate(proposal.digest).fault.contains("missing"))
    _ = try officers.upload(other.certificate)
    #expect(try officers.list().missing.isEmpty)
    #expect(try fingerprints.count == 2)
    #expect(try officers.activate(proposal.digest).reason == .noReason)
  }

  // MARK: Removal and replacement

  @Test func aSourceGoesInTheSameWay() throws {
    try officers.establish([country.certificate], as: "utopia")
    let proposal = try officers.proposed([], as: "utopia", nil)
    #expect(proposal.removal && proposal.removed == 1)
    #expect(try officers.trust().authorities.count == 1)
    let entries = try officers.entries(of: proposal.digest)
    #expect(entries.map(\.change) == [.removed])
    #expect(try officers.activate(proposal.digest).reason == .noReason)
    #expect(try officers.trust().authorities.isEmpty)
    try officers.platform.restart()
    #expect(try officers.list().sources.isEmpty)
    #expect(try officers.propose([], as: "utopia", nil).reason == .trustRefused)
  }

  @Test func aProposalSaysWhatChanges() throws {
    let (kept, gone, new) = (try TrustCountry("AA"), try TrustCountry("BB"), try TrustCountry("CC"))
    let renewed = try DocumentAuthority(
      country: "UT", name: "CSCA 1", key: country.csca.key, TrustCountry.algorithm,
      validity: TrustCountry.start...TrustCountry.start + TrustCountry.year)
    try officers.establish(
      [pem([kept.certificate, gone.certificate, country.certificate])], as: "several")
    let proposal = try officers.proposed(
      [pem([kept.certificate, renewed.certificate.der, new.certificate])], as: "several")
    #expect(proposal.added == 1 && proposal.removed == 1 && proposal.replaced == 1 && proposal.unchanged == 1)
    let entries = try officers.entries(of: proposal.digest, page: 1)
    #expect(entries.map(\.country) == ["CC", "BB", "UT"])
    #expect(entries.map(\.change) == [.added, .removed, .replaced])
    #expect(entries.last?.replaces == sha256(country.certificate.span))
    #expect(entries.allSatisfy { $0.kind == .csca && $0.keyID.count == 20 && $0.endsMilliseconds > 0 })
    #expect(try officers.entries().map(\.country) == ["AA", "BB", "UT"])
  }

  @Test func eachDeploymentTrustsForItself() throws {
    var both = try TrustOfficers([.sandbox, .production])
    both.deployment = .sandbox
    let digest = try both.proposed([country.certificate], as: "utopia").digest
    both.deployment = .production
    #expect(try both.activate(digest).reason == .noSuchProposal)
    both.deployment = .sandbox
    #expect(try both.activate(digest).reason == .noReason)
    #expect(try both.trust().authorities.count == 1)
    both.deployment = .production
    #expect(try both.trust().authorities.isEmpty)
  }

  // MARK: Uploads

  @Test func anUploadGoesOnWhereItEnded() throws {
    let file = pem([country.certificate])
    #expect(try officers.put(file[0..<100], of: file).status == .ok)
    try officers.platform.restart()
    let answer = try officers.put(file[0..<200], of: file)
    #expect(try PutTrustFileReply(decoding: answer.body.span).nextOffset == 100)
    let last = try officers.put(file[100...], of: file)
    #expect(try PutTrustFileReply(decoding: last.body.span).nextOffset == UInt64(file.count))
    try officers.proposed([file], as: "utopia")
  }

  @Test func bytesThatAreNotTheDigestsAreForgotten() throws {
    let file = country.certificate
    let answer = try officers.put(file[...], of: file, digest: sha256([1].span))
    #expect(answer.reason == .trustRefused && answer.fault.hasPrefix("digest"))
    let half = try officers.put(file[0..<10], of: file, digest: sha256([1].span))
    #expect(try PutTrustFileReply(decoding: half.body.span).nextOffset == 10)
  }

  @Test func aFileBeyondTheLimitIsRefusedAtItsFirstChunk() throws {
    let answer = try officers.put(
      [1, 2, 3], of: [1, 2, 3], byteCount: Int(DocumentTrustFiles.fileLimit) + 1)
    #expect(answer.reason == .trustRefused && answer.fault.hasPrefix("byte_count"))
  }

  @Test func aFileThatIsNotThereIsToBeUploadedFirst() throws {
    let answer = try officers.call(
      "Propose", by: TrustOfficers.proposer,
      ProposeTrustRequest(
        salt: freshSalt(), operationID: try randomBytes(16), source: "utopia", files: [sha256([1].span)],
        use: .issuers))
    #expect(answer.reason == .trustRefused && answer.fault == "files[0]: upload it first")
  }
}
