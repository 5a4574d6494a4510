import PassgateDomain
import Testing

struct AgreementRulesTests {
  private typealias Samples = TermsSamples

  private static func problems(_ agreement: Agreement, _ dossier: Dossier = Samples.dossier) -> [CaseFault] {
    AgreementRules.problems(agreement, for: dossier, assessment: Samples.assessment)
  }

  private static func random(_ seed: UInt64) -> Agreement {
    var generator = SeededGenerator(seed: seed)
    return Samples.drafted(special: seed.isMultiple(of: 2) ? ["甲乙双方另行约定\(seed)"] : []) { agreement in
      agreement.version = UInt32.random(in: 1...9, using: &generator)
      agreement.mode = AccessMode.allCases.randomElement(using: &generator) ?? .signingServer
      agreement.quota = Volume(
        checksPerDay: UInt32.random(in: 1...9_999_999, using: &generator),
        peakPerMinute: UInt32.random(in: 1...99_999, using: &generator))
      agreement.deemedReceiptDays = UInt8.random(in: 1...30, using: &generator)
      agreement.scopes = (1...Int.random(in: 1...12, using: &generator)).map {
        SceneScope.random("scene-\($0)", using: &generator)
      }
    }
  }

  @Test func theSampleIsInOrder() throws {
    try AgreementRules.check(Samples.agreement, for: Samples.dossier, assessment: Samples.assessment)
  }

  // MARK: Terms

  //= Measures art.9(1)
  //= type=test
  @Test(arguments: [
    (Samples.drafted { $0.version = 0 }, "version"),
    (Samples.drafted { $0.deemedReceiptDays = 0 }, "deemed_receipt_days"),
    (Samples.drafted { $0.deemedReceiptDays = 31 }, "deemed_receipt_days"),
    (Samples.drafted { $0.scopes = [] }, "scopes"),
    (Samples.drafted { $0.scopes[1].scene = "lounge" }, "scopes[1].scene"),
    (Samples.drafted { $0.scopes.append($0.scopes[0]) }, "scopes[2].scene"),
    (Samples.drafted { $0.scopes[0].field = .finance }, "scopes[0].field"),
    (Samples.drafted { $0.scopes[1].checks.insert(.chip) }, "scopes[1].checks"),
    (Samples.drafted { $0.scopes[0].checks = [] }, "scopes[0].checks"),
    (Samples.drafted { $0.scopes[0].elements.insert(.mrz) }, "scopes[0].elements"),
    (Samples.drafted { $0.scopes[1].documentTypes.insert(.passport) }, "scopes[1].document_types"),
    (Samples.drafted { $0.scopes[1].hours = .allDay }, "scopes[1].from_minute"),
    (Samples.drafted { $0.scopes[1].hours.until += 1 }, "scopes[1].from_minute"),
    (Samples.drafted { $0.scopes[1].hours.from -= 1 }, "scopes[1].from_minute"),
    (Samples.drafted { $0.scopes[0].legalBasis = "另一法规" }, "scopes[0].legal_basis"),
  ]) private func moreThanWasAskedForIsRefused(_ agreement: Agreement, _ field: String) throws {
    let faults = Self.problems(agreement)
    #expect(faults.map(\.field) == [field] && faults.allSatisfy { $0.reason == .agreementRefused })
    let fault = try #require(faults.first)
    #expect(throws: fault) {
      try AgreementRules.check(agreement, for: Samples.dossier, assessment: Samples.assessment)
    }
  }

  @Test func lessThanWasAskedForIsAgreed() {
    let less = Samples.drafted { agreement in
      agreement.scopes.removeLast()
      agreement.scopes[0].checks = [.realName]
      agreement.scopes[0].elements = []
      agreement.scopes[0].documentTypes = [.passport]
      agreement.scopes[0].hours = DailyHours(from: 1380, until: 60)
    }
    #expect(Self.problems(less).isEmpty)
    #expect(Self.problems(Samples.drafted { $0.scopes[1].hours.from = 23 * 60 }).isEmpty)
  }

  @Test(arguments: [
    (DailyHours(from: 480, until: 1350), "每日08:00至22:30", "08:00 to 22:30"),
    (DailyHours(from: 1320, until: 120), "每日22:00至次日02:00", "22:00 to 02:00 of the next day"),
    (DailyHours(from: 1320, until: 0), "每日22:00至24:00", "22:00 to 24:00"),
    (DailyHours(from: 1320, until: 1440), "每日22:00至24:00", "22:00 to 24:00"),
    (.allDay, "全天", "all day"),
  ]) func hoursAreToldAsTheyAre(_ hours: DailyHours, _ chinese: String, _ english: String) {
    #expect(hours.text == Bilingual(chinese, english))
  }

  //= Measures art.8
  //= type=test
  @Test(arguments: [
    (Samples.drafted { $0.mode = .signingServer }, "mode"),
    (Samples.drafted { $0.quota.checksPerDay += 1 }, "quota"),
    (Samples.drafted { $0.quota.peakPerMinute -= 1 }, "quota"),
  ]) private func modeAndQuotaAreThoseAssessed(_ agreement: Agreement, _ field: String) {
    #expect(Self.problems(agreement).map(\.field) == [field])
  }

  // MARK: Text

  //= Measures art.9(1)
  //= type=test
  //= Measures art.9(2)
  //= type=test
  //= Measures art.9(3)
  //= type=test
  //= Measures art.9(4)
  //= type=test
  //= Measures art.9(5)
  //= type=test
  @Test(arguments: UInt64(1)...40) func theTextHasEveryClauseInBothLanguages(_ seed: UInt64) {
    let agreement = Self.random(seed)
    let lines = agreement.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.allSatisfy { CaseText.isClean($0, characters: 1...2_000) })
    for clause in AgreementClause.allCases {
      let expected = clause.lines(of: agreement)
      for line in expected.map(\.chinese) + expected.map(\.english) { #expect(lines.contains(line)) }
    }
    let heading = "第五条　暂停和终止（《办法》第九条第（五）项）"
    #expect(AgreementClause.suspensionAndTermination.lines(of: agreement)[0].chinese == heading)
    #expect(
      AgreementTemplate.specialTerms(of: agreement, for: Samples.dossier.organisation)?.count
        == (seed.isMultiple(of: 2) ? 1 : 0))
  }

  //= Measures art.11
  //= type=test
  @Test func theTextForbidsFees() {
    #expect(Samples.agreement.text.contains("不得利用出入境证件身份认证业务以任何理由向任何单位或者个人收取费用"))
  }

  /// Both have signed a wording: another one is another version of the template.
  @Test func theWordingOfAVersionIsFixed() {
    let digest = Samples.drafted(special: ["每季度对账一次"]).text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    #expect(AgreementTemplate.version == 1)
    #expect(digest == 0x1EF8_422F_F91A_780D)
  }

  @Test(arguments: UInt64(1)...10) func theTextNamesEveryTerm(_ seed: UInt64) {
    let agreement = Self.random(seed)
    let text = agreement.text
    #expect(text.contains("每日（北京时间）至多\(agreement.quota.checksPerDay)次"))
    #expect(text.contains("at most \(agreement.quota.checksPerDay) checks a day"))
    #expect(text.contains("每分钟至多\(agreement.quota.peakPerMinute)次"))
    #expect(text.contains("自发出之日起满\(agreement.deemedReceiptDays)日未签收的，视为收到"))
    #expect(text.contains("接入方式：\(agreement.mode.chinese)。"))
    for scope in agreement.scopes {
      #expect(text.contains("场景\(scope.scene)：领域为\(scope.field.chinese)；") && text.contains(scope.legalBasis))
    }
  }

  /// Text and terms cannot disagree: a text for other terms misses the clause that states them.
  @Test(arguments: [
    (Samples.drafted { $0.quota.checksPerDay = 9_999 }, AgreementClause.capacity),
    (Samples.drafted { $0.mode = .signingServer }, .security),
    (Samples.drafted { $0.scopes[0].checks = [.realName] }, .scope),
    (Samples.drafted { $0.scopes[0].elements = [.sex] }, .scope),
    (Samples.drafted { $0.scopes[0].documentTypes = [.permit] }, .scope),
    (Samples.drafted { $0.scopes[1].hours.until -= 1 }, .scope),
    (Samples.drafted { $0.deemedReceiptDays = 6 }, .noticesAndTerms),
  ]) private func aTextOfOtherTermsIsRefused(_ other: Agreement, _ clause: AgreementClause) {
    var agreement = Samples.agreement
    agreement.text = other.text
    let faults = Self.problems(agreement)
    #expect(faults.map(\.field) == ["text"])
    #expect(faults.first?.text.contains("clause \(clause.rawValue)") == true)
  }

  //= Measures art.9(5)
  //= type=test
  @Test(arguments: AgreementClause.allCases) func aClauseChangedAnywhereIsRefused(_ clause: AgreementClause) {
    let lines = Samples.agreement.text.split(separator: "\n").map(String.init)
    for pair in clause.lines(of: Samples.agreement) {
      for text in [pair.chinese, pair.english] {
        for changed in [[], [String(text.dropLast())], [text + " "], ["x", text]] {
          var agreement = Samples.agreement
          agreement.text = lines.flatMap { $0 == text ? changed : [$0] }.joined(separator: "\n")
          let faults = Self.problems(agreement)
          #expect(!faults.isEmpty && faults.allSatisfy { $0.field == "text" })
        }
      }
    }
  }

  @Test func headingPartiesAndOrderAreTheTemplates() {
    let lines = Samples.agreement.text.split(separator: "\n").map(String.init)
    var texts = [Array(lines.dropFirst()), lines.reversed(), lines + [""], lines + ["第一条　另有约定"], []]
    texts.append(["海港"] + lines)
    texts.append(lines + ["第一条　使用单位可以将出入境证件身份认证功能转让给任何的第三方使用，并可以收取费用。"])
    texts.append(lines + ["特别约定2 (special term 2): 编号不连续"])
    for text in texts {
      var agreement = Samples.agreement
      agreement.text = text.joined(separator: "\n")
      #expect(!Self.problems(agreement).isEmpty)
    }
    var other = Samples.dossier
    other.organisation.name = "别家酒店"
    #expect(Self.problems(Samples.agreement, other).map(\.field) == ["text"])
  }

  @Test func specialTermsAreAddedAndReplaceNothing() {
    let organisation = Samples.dossier.organisation
    let terms = ["每季度对账一次", "联系人变更三日内告知 (contacts)"]
    let agreement = Samples.drafted(special: terms)
    #expect(Self.problems(agreement).isEmpty)
    #expect(AgreementTemplate.specialTerms(of: agreement, for: organisation) == terms)
    #expect(agreement.text.hasPrefix(Samples.agreement.text + "\n特别约定1"))
    let many = [String](repeating: "约定", count: 20)
    #expect(Self.problems(Samples.drafted(special: many)).isEmpty)
    #expect(Self.problems(Samples.drafted(special: many + ["再一条"])).map(\.field) == ["text"])
  }

  @Test(arguments: [
    "", "两行\n一条", "隐\u{202E}藏", "\u{2028}", "\t", String(repeating: "长", count: 501),
  ]) func aSpecialTermIsOneReadableLine(_ term: String) {
    #expect(Self.problems(Samples.drafted(special: [term])).contains { $0.field == "text" })
  }
}
