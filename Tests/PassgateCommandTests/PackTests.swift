import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate

/// `passgate evidence verify`: a file that is no pack, and a pack that nobody signed.
@Suite struct PackTests {
  private let folder: TemporaryDirectory
  private let root: String

  init() throws {
    folder = try TemporaryDirectory()
    root = folder.path("root.pem")
    try Files.writeDurably(try TestAuthority().root.pem(), to: root)
  }

  private func verify(_ bytes: [UInt8]) throws -> passgate.ExitStatus {
    let path = folder.path("case.pack")
    try Files.writeDurably(bytes, to: path)
    return try PackVerifyCommand.run(try invocation("evidence", "verify", path, "--trust", root, "--json"))
  }

  private static let unsigned = EvidencePack(
    statement: [1], signature: Signature(value: [1], treeSize: 1, leafIndex: 0, path: []),
    keyID: [UInt8](repeating: 1, count: 32), keys: [], parts: [], exportedMilliseconds: 1_795_000_000_000,
    exporter: "supervisor")

  @Test func aFileThatIsNoPackIsRefused() throws {
    let failure = #expect(throws: Failure.self) { try verify(Array("a letter".utf8)) }
    #expect(failure?.status == .refused)
  }

  //= Measures art.15
  //= type=test
  @Test func whatNobodySignedDoesNotVerify() throws {
    #expect(try verify(Self.unsigned.encoded()) == .refused)
  }

  @Test func aReaderIsToldPlainly() throws {
    let anchors = try Certificate.parsePEM(try Files.read(root))
    let summary = Self.unsigned.verify(try CaseTrust(anchors: anchors))
    let text = PackReport(pack: Self.unsigned, summary: summary, digest: [0xAB]).text
    #expect(text.hasPrefix("DOES NOT VERIFY 验证不通过"))
    #expect(text.contains("SHA-256 ab"))
    #expect(text.contains("file: there is no event"))
  }
}

/// What is said after an act.
@Suite struct NextStepTests {
  @Test func aReceiptSaysHowToAnswerIt() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToOpen()
    let notice = try desk.act(.notice(text: "No plan."), by: StoryDesk.reviewer, Clause(12, 1))
    try desk.act(.acknowledge(subject: notice), by: .tenant)
    let event = try #require(desk.events.last)
    #expect(NextStep.after(event, .organisation)?.contains("feedback \(notice) --text FILE") == true)
    #expect(EventText.due(event, now: desk.now)?.contains("2026-03-12 24:00") == true)
  }

  //= Measures art.14
  //= type=test
  @Test func aTerminationWaitsForAnotherOfficer() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToOpen()
    let proposal = try desk.act(.terminate(text: "Access was sold."), by: StoryDesk.legal, Clause(14, 4))
    let event = try #require(desk.events.last)
    #expect(desk.current?.state == .open)
    #expect(
      NextStep.after(event, .officer)?.contains("passgate operator confirm hotel-17 \(proposal)") == true)
    #expect(NextStep.consequence(of: event)?.contains("final") == true)
    try desk.act(.confirm(proposal: proposal), by: .officer("legal-2"))
    #expect(NextStep.after(try #require(desk.events.last), .officer)?.hasPrefix("final: ") == true)
  }

  @Test func aCorrectionSaysWhatBecameOfTheMatter() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToOpen()
    let notice = try desk.act(.notice(text: "No plan."), by: StoryDesk.reviewer, Clause(12, 1))
    try desk.act(.acknowledge(subject: notice), by: .tenant)
    for (isAccepted, told) in [(false, "the same term goes on"), (true, "the matter is closed")] {
      try desk.act(.giveFeedback(subject: notice, text: "There is one."), by: .tenant)
      try desk.act(
        .verifyCorrection(subject: notice, isAccepted: isAccepted, text: "Seen."), by: StoryDesk.reviewer)
      #expect(NextStep.after(try #require(desk.events.last), .officer) == told)
    }
  }
}
