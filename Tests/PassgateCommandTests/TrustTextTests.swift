import PassgateSystem
import PassgateWire
import Testing

@testable import passgate

/// What officers read of the lists whom the platform trusts for chips.
@Suite struct TrustTextTests {
  private static let digest = [UInt8](repeating: 0xAB, count: 32)
  private static let hex = String(repeating: "ab", count: 32)
  /// 2026-05-28 08:28:45 UTC.
  private static let signed: UInt64 = 1_779_956_925_000

  private static let file = TrustFile(
    digest: digest, byteCount: 612_345, content: .masterList, issuedMilliseconds: signed,
    signer: "C=DE, CN=list signer", certificates: 588, lists: 0, duplicates: 2, keptOut: 3)

  private static func proposal(
    _ source: String = "de-master-list", removal: Bool = false, digest: [UInt8] = digest
  ) -> TrustProposal {
    TrustProposal(
      digest: digest, source: source, use: .issuers, removal: removal, files: removal ? [] : [file],
      proposer: "key-officer", proposedMilliseconds: signed + 60_000, event: 7, added: removal ? 0 : 4,
      removed: 1,
      replaced: removal ? 0 : 2, unchanged: removal ? 0 : 580,
      problems: removal ? [] : [TrustProblem(file: 0, number: 17, problem: "malformed \u{1B}[31m")])
  }

  private static func entry(
    _ change: TrustEntry.Change, _ country: String, _ kind: TrustEntry.Kind = .csca
  ) -> TrustEntry {
    TrustEntry(
      source: "de-master-list", kind: kind, change: change, country: country,
      subject: "C=\(country), CN=csca", issuer: "C=\(country), CN=csca", serial: [1],
      keyID: [0xE8, 0xA6], fingerprint: digest, beginsMilliseconds: signed, endsMilliseconds: signed,
      replaces: [])
  }

  @Test func aProposalSaysWhatWasTakenAndWhatTheSecondOfficerTypes() {
    let lines = TrustText.proposed(Self.proposal(), files: ["DE_ML.ml"])
    #expect(
      lines == [
        "  DE_ML.ml: master list of 2026-05-28T08:28Z, signed by C=DE, CN=list signer: 588 certificates, "
          + "2 said twice, 3 kept out",
        "  kept out of DE_ML.ml, number 17: malformed \(terminalSafe("\u{1B}"))[31m",
        "  and 2 more",
        "de-master-list (issuers): 4 added, 1 removed, 2 replaced, 580 as they are",
        "proposed as event 7 of the ledger; nothing has changed yet",
        "another officer reads it with 'passgate trust diff' and activates it within 24 hours:",
        "  passgate trust activate \(Self.hex)",
      ])
  }

  @Test func aRemovalSaysThatTheListGoes() {
    #expect(TrustText.summary(Self.proposal(removal: true)) == "de-master-list goes, with 1 entry")
  }

  @Test func aDifferenceIsToldByCountry() {
    let lines = TrustText.difference(
      Self.proposal(), [Self.entry(.added, "IT"), Self.entry(.replaced, "CN"), Self.entry(.removed, "IT")])
    #expect(lines.contains("digest \(Self.hex)"))
    #expect(
      lines.suffix(5) == [
        "CN: 1",
        "  ~ CSCA    C=CN, CN=csca  key e8a6  2026-05-28 to 2026-05-28  SHA-256 abababababababab…",
        "IT: 2",
        "  + CSCA    C=IT, CN=csca  key e8a6  2026-05-28 to 2026-05-28  SHA-256 abababababababab…",
        "  - CSCA    C=IT, CN=csca  key e8a6  2026-05-28 to 2026-05-28  SHA-256 abababababababab…",
      ])
  }

  @Test func whatIsComparedByHandIsShownWhole() {
    #expect(TrustText.line(Self.entry(.added, "DE", .anchor)).hasSuffix(Self.hex))
  }

  @Test func theListSaysByWhomAndHowMany() {
    let source = TrustSource(
      name: "de-master-list", use: .issuers, files: [Self.file], proposer: "key-officer",
      activator: "supervisor", activatedMilliseconds: Self.signed, event: 8)
    let entries = [Self.entry(.none, "CN"), Self.entry(.none, "CN"), Self.entry(.none, "DE", .crl)]
    let reply = ListTrustReply(
      salt: [], sources: [source], proposals: [Self.proposal("other")], missing: [Self.digest])
    let text = TrustText.list(reply, entries).joined(separator: "\n")
    for part in [
      "NO CHIP IS TRUSTED: the platform has lost 1 file", "  SHA-256 \(Self.hex)",
      "de-master-list (issuers): 2 CSCA, 1 CRL",
      "  activated by supervisor at 2026-05-28T08:28Z, event 8; proposed by key-officer",
      "CSCAs by country: CN:2", "waits for another officer: other (issuers): 4 added",
      "  passgate trust diff \(Self.hex)",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func nothingInForceIsSaid() {
    let reply = ListTrustReply(salt: [], sources: [], proposals: [], missing: [])
    #expect(TrustText.list(reply, []) == ["no chip is trusted: nothing is in force"])
  }

  @Test func theOnlyProposalNeedsNoName() throws {
    let (one, other) = (Self.proposal(), Self.proposal("other", digest: [UInt8](repeating: 1, count: 32)))
    #expect(try TrustListCommand.choose(nil, []) == nil)
    #expect(try TrustListCommand.choose(nil, [one]) == one)
    #expect(throws: Failure.self) { try TrustListCommand.choose(nil, [one, other]) }
    #expect(try TrustListCommand.choose("0101010101010101", [one, other]) == other)
    #expect(throws: Failure.self) { try TrustListCommand.choose("0101", [one, other]) }
    #expect(throws: Failure.self) { try TrustListCommand.choose("0202020202020202", [one, other]) }
  }

  @Test(arguments: [["--source", "a", "--anchor", "--pin"], ["--source", "Big"], ["--source", "a_b"]])
  func whatCannotBeIsSaidBeforeAnythingIsSent(_ options: [String]) throws {
    guard case .run(let invocation) = passgate.commandLine.parse(["trust", "import", "/dev/null"] + options)
    else {
      Issue.record("\(options) is no command line")
      return
    }
    let failure = #expect(throws: Failure.self) { try TrustImportCommand.run(invocation) }
    #expect(failure?.description.contains("no profile") == false)
  }
}
