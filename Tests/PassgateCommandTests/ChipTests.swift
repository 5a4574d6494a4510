import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate

/// Card readers and the files of chips, as the commands take them.
@Suite struct ChipInputTests {
  // MARK: Readers

  private static let names = [
    "ACS ACR1252 [Contactless] 00 00", "ACS ACR1252 [SAM] 01 00", "Virtual PCD 00 00",
  ]

  @Test(arguments: [
    ("Virtual", 2), ("SAM", 1), ("ACS ACR1252 [Contactless] 00 00", 0), ("Contactless", 0),
  ]) func aReaderIsNamedByAPartOfItsName(_ name: String, _ place: Int) throws {
    #expect(try ChipReadCommand.choose(name, of: Self.names) == Self.names[place])
  }

  @Test func theOnlyReaderNeedsNoName() throws {
    #expect(try ChipReadCommand.choose(nil, of: ["Virtual PCD 00 00"]) == "Virtual PCD 00 00")
  }

  @Test(arguments: [nil, "ACS", "Omnikey"]) func whatIsNotClearIsAskedFor(_ name: String?) throws {
    let failure = try #require(
      throws: Failure.self
    ) { try ChipReadCommand.choose(name, of: Self.names) }
    #expect(Self.names.allSatisfy { failure.description.contains($0) })
  }

  @Test func withoutReadersThereIsNothingToName() throws {
    let failure = try #require(throws: Failure.self) { try ChipReadCommand.choose("ACS", of: []) }
    #expect(failure.description == "no card reader is connected")
  }

  /// One whose name is the beginning of another's can be named.
  @Test func aWholeNameIsEnough() throws {
    #expect(try ChipReadCommand.choose("Reader", of: ["Reader", "Reader 2"]) == "Reader")
  }

  // MARK: Files

  @Test(
    arguments: [
      ("EF.COM", .com), ("EF_COM", .com), ("ef_com.bin", .com), ("COM.bin", .com), ("EF_SOD", .sod),
      ("EF_SOD.bin", .sod), ("SOD", .sod), ("DG1", .dg1), ("dg01.bin", .dg1), ("EF_DG14", .dg14),
      ("EF.DG15.dat", .dg15), ("Datagroup2", .dg2), ("Datagroup16", .dg16), ("EF.CardAccess", .cardAccess),
      ("EF_CardSecurity.bin", .cardSecurity), ("EF.ATR_INFO", .attributes), ("DG3", .dg3),
    ] as [(String, ChipFile.Kind)]) func aNameMeansAFile(_ name: String, _ kind: ChipFile.Kind)
  {
    #expect(ChipFolder.kind(name) == kind)
  }

  @Test(arguments: [
    "", "DG", "DG0", "DG17", "DG001", "DG1a", "DG+1", "EF_DG15_not_in_SOD", "DSC.cer", "EF", "SODA",
    "notes.txt",
  ]) func anyOtherNameMeansNone(_ name: String) {
    #expect(ChipFolder.kind(name) == nil)
  }

  @Test func aFolderIsReadWithoutFingerprints() throws {
    let folder = try TemporaryDirectory()
    for (name, content) in [("EF_SOD.bin", "sod"), ("DG1", "one"), ("Datagroup3", "finger"), ("README", "x")]
    {
      try Files.writeDurably(Array(content.utf8), to: folder.path(name))
    }
    let files = try ChipFolder(folder.path)
    #expect(
      files.files == [
        ChipFile(kind: .dg1, content: Array("one".utf8)), ChipFile(kind: .sod, content: Array("sod".utf8)),
      ])
    #expect(files.ignored == ["Datagroup3", "README"])
  }

  @Test func twoFilesOfOneKindAreNotGuessedAt() throws {
    let folder = try TemporaryDirectory()
    for name in ["DG1", "EF_DG1.bin"] { try Files.writeDurably([1], to: folder.path(name)) }
    let failure = try #require(throws: Failure.self) { try ChipFolder(folder.path) }
    #expect(failure.description.contains("DG1 and EF_DG1.bin"))
  }

  @Test func anEmptyFolderSaysHowFilesAreNamed() throws {
    let folder = try TemporaryDirectory()
    let failure = try #require(throws: Failure.self) { try ChipFolder(folder.path) }
    #expect(failure.description.contains("EF.SOD"))
  }

  @Test(arguments: [("DG2", 1 << 20), ("DG11", 64 << 10)]) func filesAreBounded(_ name: String, _ limit: Int)
    throws
  {
    let folder = try TemporaryDirectory()
    try Files.writeDurably([UInt8](repeating: 1, count: limit), to: folder.path(name))
    #expect(try ChipFolder(folder.path).files.first?.content.count == limit)
    try Files.writeDurably([UInt8](repeating: 1, count: limit + 1), to: folder.path(name))
    #expect(throws: SystemError.self) { try ChipFolder(folder.path) }
  }
}

/// What the desk reads.
@Suite struct ChipReportTests {
  private static func result(
    _ verdict: Verdict = .consistent, _ change: (inout ChipFindings) -> Void = { _ in }
  ) -> ChipResult {
    var findings = ChipFindings(
      sodSignature: .valid,
      groups: [ChipGroup(kind: .dg1, hash: .match), ChipGroup(kind: .dg2, hash: .notSupplied)],
      chain: .trusted, validity: .ok, revocation: .good, algorithmPolicy: .ok, access: .uploaded,
      accessSecret: nil, chipGenuine: .notPerformed, documentExpiry: .notExpired, uncoveredFiles: [],
      claim: .agrees, registry: .agrees)
    change(&findings)
    return ChipResult(
      verdict: IdentityVerdict(verdict: verdict, undeterminedReason: .notApplicable), findings: findings,
      fields: nil, missingAuthority: nil, ruleSet: "names-1")
  }

  @Test func filesMayBeACopy() {
    let text = ChipReport(result: Self.result()).text
    #expect(text.hasPrefix("CONSISTENT  "))
    #expect(text.contains("a copy is possible") && text.contains("files were sent"))
  }

  @Test func anUnknownIssuerSaysWhatToImport() {
    var result = Self.result(.undetermined) { $0.chain = .unknownCSCA }
    result.verdict.undeterminedReason = .issuerUnknown
    result.missingAuthority = MissingAuthority(
      country: "CN", issuer: "C=CN,\u{1B}[2JCN=China Passport CA", authorityKeyID: [0xAB, 0xCD])
    let text = ChipReport(result: result).text
    #expect(text.contains("CN=China Passport CA") && text.contains("key abcd") && !text.contains("\u{1B}"))
    #expect(text.hasPrefix("UNDETERMINED  "))
  }

  /// Every answer has a word for programs and a sentence for people, none twice.
  @Test func everyAnswerHasItsOwnWord() {
    let words: [[ChipWord]] = [
      ChipGroup.Hash.allCases.map(\.word), ChipFindings.Signature.allCases.map(\.word),
      ChipFindings.Chain.allCases.map(\.word), ChipFindings.Validity.allCases.map(\.word),
      ChipFindings.Revocation.allCases.map(\.word), ChipFindings.AlgorithmPolicy.allCases.map(\.word),
      ChipFindings.Access.allCases.map(\.word), ChipFindings.AccessSecret.allCases.map(\.word),
      ChipFindings.Genuine.allCases.map(\.word), ChipFindings.Expiry.allCases.map(\.word),
      ChipFindings.Consistency.allCases.map { $0.word(beside: "the claim") },
    ]
    for answers in words {
      #expect(Set(answers.map(\.name)).count == answers.count)
      #expect(Set(answers.map(\.sentence)).count == answers.count)
    }
    #expect(Set(ChipFile.Kind.allCases.map(\.name)).count == ChipFile.Kind.allCases.count)
  }

  /// What a portrait check can be made with: a chip on a reader, and no other.
  @Test(arguments: [(Verdict.consistent, true), (.inconsistent, false), (.undetermined, false)])
  func aGoodReadingIsNamed(_ verdict: Verdict, _ isNamed: Bool) {
    let report = ChipReport(result: Self.result(verdict), readingID: [UInt8](repeating: 0xAB, count: 16))
    var json = JSONWriter()
    json.object { report.write(to: &$0) }
    let id = String(repeating: "ab", count: 16)
    #expect(report.text.contains(id) == isNamed)
    #expect(json.result.contains(#""readingId":"\#(id)""#) == isNamed)
    #expect(!ChipReport(result: Self.result(verdict)).text.contains("verify portrait"))
  }

  @Test func theJSONHasEveryAnswer() throws {
    var json = JSONWriter()
    var result = Self.result()
    result.fields = ChipFields(
      number: "E12345678", latinName: "ZHANG, SAN", hanName: "张三", birthDate: "1990-12-31", sex: .male,
      expiry: "",
      mrz: ["A"], portrait: [1, 2])
    json.object { ChipReport(result: result).write(to: &$0) }
    for member in [
      #""verdict":"CONSISTENT""#, #""sodSignature":"VALID""#, #"{"file":"DG2","hash":"NOT_SUPPLIED"}"#,
      #""chipGenuine":"NOT_PERFORMED""#, #""documentExpiry":"NOT_EXPIRED""#, #""registry":"AGREES""#,
      #""hanName":"张三""#, #""portraitBytes":2"#,
    ] { #expect(json.result.contains(member), "\(member)") }
  }
}
