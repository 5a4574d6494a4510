/// The text of an agreement (art.9): made from its terms, so that text and terms cannot disagree.
///
/// Chinese first, then English, then an officer's special terms: lines without control characters, joined by LF.
package enum AgreementTemplate {
  /// Of the wording; it is named in the text.
  package static let version = 1
  /// How many special terms an agreement may have.
  package static let specialTerms = 0...20
  /// Characters of one of them.
  package static let specialTermCharacters = 1...500

  /// The whole text of these terms; the text and digest that the agreement already has are not read.
  package static func text(
    of agreement: Agreement, for organisation: Organisation, specialTerms: [String] = []
  ) -> String {
    let special = specialTerms.enumerated().map { heading(ofSpecialTerm: $0 + 1) + $1 }
    return (body(of: agreement, for: organisation) + special).joined(separator: "\n")
  }

  /// What an agreement's text adds to the template; nil when the text is not the template's for its terms.
  package static func specialTerms(of agreement: Agreement, for organisation: Organisation) -> [String]? {
    let lines = lines(of: agreement)
    let body = body(of: agreement, for: organisation)
    guard lines.starts(with: body) else { return nil }
    var terms: [String] = []
    for (index, line) in lines.dropFirst(body.count).enumerated() {
      let heading = heading(ofSpecialTerm: index + 1)
      guard line.hasPrefix(heading) else { return nil }
      terms.append(String(line.dropFirst(heading.count)))
    }
    return terms
  }

  /// The clauses whose lines the agreement's text does not have in both languages, as its terms render them.
  static func missingClauses(of agreement: Agreement) -> [AgreementClause] {
    let lines = lines(of: agreement)
    return AgreementClause.allCases.filter { clause in
      let expected = clause.lines(of: agreement)
      return !contains(lines, expected.map(\.chinese)) || !contains(lines, expected.map(\.english))
    }
  }

  private static func lines(of agreement: Agreement) -> [String] {
    agreement.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func body(of agreement: Agreement, for organisation: Organisation) -> [String] {
    let all = head(agreement, organisation) + AgreementClause.allCases.flatMap { $0.lines(of: agreement) }
    return all.map(\.chinese) + all.map(\.english)
  }

  private static func head(_ agreement: Agreement, _ organisation: Organisation) -> [Bilingual] {
    let (name, code) = (organisation.name, organisation.creditCode)
    return [
      Bilingual(
        "出入境证件身份认证使用和安全保密协议",
        "Agreement on the use, security and confidentiality of exit-entry document identity authentication"),
      Bilingual(
        "协议第\(agreement.version)版，范本第\(version)版", "Version \(agreement.version), template \(version)"),
      Bilingual("提供方：出入境证件身份认证提供方", "Provider: the provider of exit-entry document identity authentication"),
      Bilingual("使用单位：\(name)，统一社会信用代码\(code)", "User: \(name), unified social credit code \(code)"),
      Bilingual(
        "根据《出入境证件身份认证管理办法（试行）》（下称《办法》），双方约定如下：",
        "Under the Measures for the Administration of Exit-Entry Document Identity Authentication (Trial), both agree:"
      ),
    ]
  }

  private static func heading(ofSpecialTerm number: Int) -> String {
    "特别约定\(number) (special term \(number)): "
  }

  private static func contains(_ lines: [String], _ run: [String]) -> Bool {
    lines.indices.contains { lines[$0...].starts(with: run) }
  }
}
