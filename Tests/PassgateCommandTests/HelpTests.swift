import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate

/// The commands of the legal path and their help.
@Suite struct HelpTests {
  private static let paths = [
    "apply", "supplement", "materials changed", "materials renew", "status", "notice acknowledge",
    "notice feedback", "agreement show", "agreement sign", "certificate request", "certificate fetch",
    "complain", "operator cases", "operator explain", "operator rehearse", "operator document",
    "operator complaints", "operator review", "operator assess", "operator agreement draft",
    "operator agreement countersign",
    "operator certificate list", "operator certificate csr", "operator certificate register",
    "operator open", "operator inspect", "operator notice", "operator verify", "operator suspend",
    "operator reopen", "operator terminate", "operator refer", "operator confirm", "operator recheck",
    "operator throttle", "operator direct", "evidence export", "evidence verify",
    "key list", "key renew", "key switch", "key revoke", "operator key orders", "operator key register",
    "operator key list", "operator key revoke", "operator key taint",
    "verify portrait", "trust import", "trust remove", "trust list", "trust diff", "trust activate",
  ]

  private static func command(_ path: String) -> CommandLine.Command? {
    commands.first { $0.0.path.joined(separator: " ") == path }?.0
  }

  @Test(arguments: paths) func everyCommandHasItsPage(_ path: String) throws {
    guard case .help(let page) = commandLine.parse(path.split(separator: " ").map(String.init) + ["--help"])
    else {
      Issue.record("\(path) --help shows no page")
      return
    }
    #expect(page.contains("passgate \(path) - "))
    #expect(page.contains("--json"))
  }

  @Test(arguments: paths) func everyCommandHasAnExample(_ path: String) {
    #expect(Self.command(path)?.examples.isEmpty == false)
  }

  /// An organisation's staff reads Chinese.
  @Test func whatTheOrganisationUsesIsSaidInChinese() {
    for command in applicantCommands.map(\.0) {
      #expect(command.details.unicodeScalars.contains { $0.properties.isIdeographic }, "\(command.path)")
    }
  }

  @Test func thereIsNoCommandTwice() {
    let all = commands.map { $0.0.path }
    #expect(Set(all).count == all.count)
  }

  @Test func everyExampleIsACommandLine() {
    for command in commands.map(\.0) {
      for example in command.examples {
        guard case .run = commandLine.parse(Self.words(example.line)) else {
          Issue.record("\(example.line)")
          continue
        }
      }
    }
  }

  /// As a shell splits a line with single quotes.
  private static func words(_ line: String) -> [String] {
    line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
      index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
    }.dropFirst().map { $0 }
  }

  /// Whoever writes a text is told what must not be in it.
  @Test func textsAreNotForPersonalData() {
    for command in commands.map(\.0) where command.options.contains(where: { $0.name == "--text" }) {
      let help = command.options.first { $0.name == "--text" }?.help ?? ""
      #expect(help.contains("Never a holder's data"), "\(command.path)")
    }
  }

  @Test(arguments: ["operator suspend", "operator terminate", "operator review"])
  func whatIsDangerousCanBeTriedFirst(_ path: String) {
    #expect(Self.command(path)?.options.contains { $0.name == "--dry-run" } == true)
  }

  /// The grounds that a command takes are those of the law's table.
  @Test(arguments: [
    ("operator notice", CaseAct.Kind.notice), ("operator suspend", .suspend),
    ("operator terminate", .terminate),
  ])
  func theGroundsAreTheLaws(_ path: String, _ kind: CaseAct.Kind) throws {
    let choices = Self.command(path)?.options.first { $0.name == "--clause" }?.choices ?? []
    let grounds = CaseRules.rows.filter { $0.act == kind }.flatMap(\.clauses)
    #expect(choices.compactMap { Clause($0) } == grounds)
  }
}

/// What commands take from the command line.
@Suite struct CaseInputTests {
  @Test func aTextIsOneLine() throws {
    let folder = try DossierFolder()
    let path = folder.folder.path("text.txt")
    try Files.writeDurably(Array("  第一行 \r\n\n\tsecond line\n".utf8), to: path)
    let words = try invocation("operator", "inspect", "hotel-17", "--text", path)
    #expect(try words.text() == "第一行 second line")
  }

  @Test(arguments: ["", " \n", String(repeating: "x", count: 2_001), "a\u{7}b"])
  func aTextThatIsNoneIsRefused(_ text: String) throws {
    let folder = try DossierFolder()
    let path = folder.folder.path("text.txt")
    try Files.writeDurably(Array(text.utf8), to: path)
    let words = try invocation("operator", "inspect", "hotel-17", "--text", path)
    #expect(throws: Failure.self) { try words.text() }
  }

  @Test func evidenceIsTheDigestOfItsFile() throws {
    let folder = try DossierFolder()
    let words = try invocation(
      "operator", "open", "hotel-17", "--evidence", folder.folder.path("form.pdf"), "--evidence",
      folder.folder.path("rights.pdf"))
    let digests = try words.evidence()
    #expect(digests.count == 2)
    #expect(try digests[0] == digest(ofFile: folder.folder.path("form.pdf")))
  }

  @Test func numbersAndIdsAreChecked() throws {
    #expect(throws: Failure.self) { try invocation("operator", "open", "Hotel 17").tenantArgument() }
    #expect(throws: Failure.self) { try invocation("notice", "acknowledge", "0").numberArgument(0) }
    #expect(try invocation("notice", "acknowledge", "12").numberArgument(0) == 12)
    let words = try invocation("operator", "open", "hotel-17", "--operation", "abc")
    #expect(throws: Failure.self) { try words.operationID { [] } }
  }
}

/// Figures and terms that officers give as files.
@Suite struct OfficerFileTests {
  @Test func theExampleOfThePolicyIsTheStandard() throws {
    let folder = try DossierFolder()
    let path = folder.folder.path("policy.json5")
    try Files.writeDurably(Array(AssessmentPolicy.example.utf8), to: path)
    #expect(try AssessmentPolicy.read(path) == .standard)
    let strange = AssessmentPolicy.example.replacing("from: 50", with: "from: 120")
    try Files.writeDurably(Array(strange.utf8), to: path)
    #expect(throws: Failure.self) { try AssessmentPolicy.read(path) }
  }

  //= Measures art.9
  //= type=test
  @Test func anAgreementIsDraftedWithinTheDossier() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToDebugging()
    let current = try #require(desk.current)
    let agreement = try AgreementDraftCommand.draft(of: current, version: 1, nil, deemedDays: 7)
    #expect(agreement.scopes == current.dossier.scopes)
    #expect(agreement.quota == current.assessment?.quota)
    var wider = agreement.scopes[0]
    wider.checks.insert(.chip)
    let terms = AgreementTerms(scopes: [wider], special: [])
    let found = problems {
      try AgreementDraftCommand.draft(of: current, version: 1, terms, deemedDays: 7)
    }
    #expect(found.contains { $0.hasPrefix("scopes[0].checks") })
  }
}
