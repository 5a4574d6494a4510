import PassgateWire

/// One value of every message about whom the platform trusts for chips.
enum TrustSamples {
  private static let salt = filled(16, 0xA5)
  private static let identifier = filled(16, 0x5A)
  private static let digest = filled(32, 7)

  private static let file = TrustFile(
    digest: digest, byteCount: 1 << 20, content: .masterList, issuedMilliseconds: 1_780_000_000_000,
    signer: "C=DE, CN=list signer", certificates: 588, lists: 2, duplicates: 3, keptOut: 1)
  private static let plainFile = TrustFile(
    digest: digest, byteCount: 1, content: .mixed, issuedMilliseconds: 0, signer: "", certificates: 1,
    lists: 0, duplicates: 0, keptOut: 0)
  private static let problem = TrustProblem(file: 1, number: 17, problem: "the extensions are malformed")
  private static let proposal = TrustProposal(
    digest: digest, source: "de-master-list", use: .anchors, removal: true, files: [file, plainFile],
    proposer: "officer-1", proposedMilliseconds: 1, event: 2, added: 3, removed: 4, replaced: 5, unchanged: 6,
    problems: [problem])
  private static let source = TrustSource(
    name: "de-master-list", use: .issuers, files: [file], proposer: "officer-1", activator: "officer-2",
    activatedMilliseconds: 8, event: 9)
  private static let entry = TrustEntry(
    source: "de-master-list", kind: .crl, change: .replaced, country: "DE", subject: "C=DE, CN=csca",
    issuer: "C=DE, CN=csca", serial: [0x80, 1], keyID: filled(20), fingerprint: digest, beginsMilliseconds: 1,
    endsMilliseconds: 2, replaces: filled(32, 8))
  private static let inForce = TrustEntry(
    source: "a", kind: .csca, change: .none, country: "", subject: "", issuer: "", serial: [], keyID: [],
    fingerprint: digest, beginsMilliseconds: 0, endsMilliseconds: 0, replaces: [])

  static let all: [any WireMessage] = [
    file, plainFile, problem, proposal, source, entry, inForce,
    PutTrustFileRequest(salt: salt, digest: digest, byteCount: 100, offset: 50, bytes: filled(40)),
    PutTrustFileReply(salt: salt, nextOffset: 90),
    ProposeTrustRequest(
      salt: salt, operationID: identifier, source: "de-master-list", files: [digest, filled(32, 9)],
      use: .pinned),
    ProposeTrustRequest(salt: salt, operationID: identifier, source: "a", files: [], use: nil),
    ProposeTrustReply(salt: salt, proposal: proposal),
    ActivateTrustRequest(salt: salt, operationID: identifier, digest: digest),
    ActivateTrustReply(
      salt: salt, event: 4, source: "de-master-list", activatedMilliseconds: 5, certificates: 6, lists: 7),
    ListTrustRequest(salt: salt),
    ListTrustReply(salt: salt, sources: [source], proposals: [proposal], missing: [digest]),
    ListTrustEntriesRequest(salt: salt, digest: digest, after: 500, limit: 500),
    ListTrustEntriesReply(salt: salt, entries: [entry, inForce], next: 1_000),
  ]
}
