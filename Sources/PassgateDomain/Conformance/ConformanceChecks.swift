/// What a case of the suite claims, as text that a tenant would hold.
package struct SuiteClaim: Sendable, Hashable {
  package let type: DocumentType
  package let number: String
  package let name: String
  package let birthDate: String
  package var sex: Sex?
  package var expiry = ""
  package var mrz: [String] = []
}

/// A case that is one check of one claim.
package struct SuiteCheck: Sendable, Hashable {
  package let conformanceCase: ConformanceCase
  package let claim: SuiteClaim
  package let verdict: VerdictClass

  fileprivate init(
    _ id: String, _ group: ConformanceCase.Group, _ verdict: VerdictClass, _ shows: String,
    _ showsChinese: String, _ claim: SuiteClaim
  ) {
    self.claim = claim
    self.verdict = verdict
    conformanceCase = ConformanceCase(
      id: id, group: group, shows: shows, showsChinese: showsChinese,
      kind: .requests(RequestPattern([[.verdicts([verdict])]], check: id), instead: [:]))
  }
}

private func permit(_ number: String, _ name: String, _ birthDate: String) -> SuiteClaim {
  SuiteClaim(type: .permit, number: number, name: name, birthDate: birthDate)
}

private func passport(_ number: String, _ name: String, _ birthDate: String) -> SuiteClaim {
  SuiteClaim(type: .passport, number: number, name: name, birthDate: birthDate)
}

extension ConformanceSuite {
  /// A claim that is consistent: what cases are made of that are not about the claim.
  package static let plainClaim = permit("H1234567802", "陳美玲", "1985-03-14")
  /// A claim that never is: nobody has this number.
  package static let strangeClaim = permit("H99999999", "陳大文", "1980-01-01")
  /// A claim by a number that was replaced.
  package static let supersededClaim = passport("G20000021", "罗梅", "1973-03-30")

  /// The checks, whose verdicts follow from `persons`. No number has more than one wrong claim, so that a run
  /// takes nearly nothing of anybody's attempts.
  package static let checks: [SuiteCheck] = rightChecks + edgeChecks

  private static let rightChecks = [
    SuiteCheck(
      "permit-han-name", .good, .consistent, "A permit is checked by its holder's Han name.",
      "以汉字姓名核验通行证。", plainClaim),
    SuiteCheck(
      "permit-latin-name", .good, .consistent, "A permit is checked by its holder's Latin name.",
      "以英文姓名核验通行证。", permit("H1234567802", "CHAN, MEI LING", "1985-03-14")),
    SuiteCheck(
      "permit-sex-and-expiry", .good, .consistent, "Sex and expiry are compared when they are stated.",
      "填写性别和有效期时一并核验。",
      SuiteClaim(
        type: .permit, number: "H1234567802", name: "陳美玲", birthDate: "1985-03-14", sex: .female,
        expiry: "2031-06-30")),
    SuiteCheck(
      "passport-han-name", .good, .consistent, "A passport is checked by its holder's Han name.",
      "以汉字姓名核验护照。", passport("EJ1234567", "黄志强", "1979-11-02")),
    SuiteCheck(
      "passport-mrz", .good, .consistent, "A passport's machine-readable zone is sent along.",
      "一并发送护照机读码。",
      SuiteClaim(
        type: .passport, number: "EJ1234567", name: "HUANG ZHIQIANG", birthDate: "1979-11-02", sex: .male,
        expiry: "2030-08-19",
        mrz: [
          "POCHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<", "EJ12345673CHN7911026M3008199<<<<<<<<<<<<<<<0",
        ])),
    SuiteCheck(
      "wrong-name", .good, .inconsistent, "A wrong name is read as INCONSISTENT.", "姓名不符,返回不一致。",
      passport("EJ1234567", "黄志刚", "1979-11-02")),
    SuiteCheck(
      "wrong-birth-date", .good, .inconsistent, "A wrong birth date is read as INCONSISTENT.",
      "出生日期不符,返回不一致。", passport("E20000002", "ABDURAHMAN, MAMAT", "1988-07-08")),
    SuiteCheck(
      "wrong-sex", .good, .inconsistent, "A wrong sex is read as INCONSISTENT.", "性别不符,返回不一致。",
      SuiteClaim(
        type: .passport, number: "EC2000011", name: "JI, YANHUI", birthDate: "2001-01-01", sex: .male)),
    SuiteCheck(
      "unknown-number", .good, .inconsistent, "A number that nobody has is read as INCONSISTENT.",
      "证件号码不存在,返回不一致。", strangeClaim),
    SuiteCheck(
      "replaced-passport", .good, .undetermined, "A passport that was replaced is read as UNDETERMINED.",
      "护照已换发,返回无法确定。", supersededClaim),
  ]

  private static let edgeChecks = [
    SuiteCheck(
      "number-without-reissue", .edge, .consistent, "A permit's number may come without its reissue count.",
      "通行证号码可不含换证次数。", permit("H12345678", "陳美玲", "1985-03-14")),
    SuiteCheck(
      "number-full-width", .edge, .consistent, "Full-width characters of a number survive the way.",
      "全角号码完整传送。", permit("Ｈ１２３４５６７８０２", "陳美玲", "1985-03-14")),
    SuiteCheck(
      "number-lower-case", .edge, .consistent, "A number in small letters is sent as it is.",
      "小写号码原样发送。", permit("h1234567802", "陳美玲", "1985-03-14")),
    SuiteCheck(
      "name-simplified", .edge, .consistent,
      "A name in simplified characters agrees with the traditional one.",
      "简体姓名与繁体登记一致。", permit("H1234567802", "陈美玲", "1985-03-14")),
    SuiteCheck(
      "name-other-middle-dot", .edge, .consistent, "A name's middle dot may be another one of its family.",
      "姓名间隔号可用同类字符。", passport("E20000002", "阿不都热合曼•买买提", "1988-07-07")),
    SuiteCheck(
      "name-without-marks", .edge, .consistent, "A Latin name may be stated without its marks.",
      "拉丁姓名可不带变音符号。", permit("M2000000300", "DAVILA CONCEICAO, JOSE MARIA", "1975-12-24")),
    SuiteCheck(
      "name-umlaut", .edge, .consistent, "Ü travels unharmed, on a birthday of a leap year.",
      "字母Ü与闰日生日完整传送。", passport("EA2000004", "LÜ, LÜ", "1992-02-29")),
    SuiteCheck(
      "name-rare-characters", .edge, .consistent, "Characters beyond the basic plane travel unharmed.",
      "生僻字(四字节编码)完整传送。", passport("EC2000011", "𠮷䶮𡛓", "2001-01-01")),
    SuiteCheck(
      "name-mrz-notation", .edge, .consistent, "A name may be spelled as in a machine-readable zone.",
      "姓名可按机读码写法填写。", passport("EJ1234567", "HUANG<<ZHIQIANG", "1979-11-02")),
    SuiteCheck(
      "name-former", .edge, .consistent, "An endorsed former name is the holder's name.",
      "登记的曾用名视为本人姓名。", permit("H3000000900", "呂𠮷", "1944-09-21")),
    SuiteCheck(
      "reissue-older", .edge, .undetermined, "A permit of an older reissue is read as UNDETERMINED.",
      "旧次换发的通行证,返回无法确定。", permit("H1234567801", "陳美玲", "1985-03-14")),
    SuiteCheck(
      "reissue-newer", .edge, .inconsistent, "A reissue that is not on record is read as INCONSISTENT.",
      "未登记的换证次数,返回不一致。", permit("M2000000301", "D'AVILA CONCEICAO, JOSE MARIA", "1975-12-24")),
  ]
}
