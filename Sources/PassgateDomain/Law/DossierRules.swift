/// What an application must hold before it is read by a reviewer (art.6(1)).
package enum DossierRules {
  /// How many documents one dossier has.
  package static let documents = 1...32
  /// How many bytes one document has: at most 16 MiB.
  package static let documentBytes: ClosedRange<UInt64> = 1...(16 << 20)
  private static let names = 1...128
  private static let digestBytes = 32

  /// Refuses a dossier with its first problem.
  /// - Parameter day: the day of the act in Beijing.
  package static func check(_ dossier: Dossier, on day: CalendarDate) throws(CaseFault) {
    try findings(dossier, on: day).settle()
  }

  /// Everything that is missing or wrong, in the order of the dossier; empty when it can be submitted.
  package static func problems(_ dossier: Dossier, on day: CalendarDate) -> [CaseFault] {
    findings(dossier, on: day).faults
  }

  private static func findings(_ dossier: Dossier, on day: CalendarDate) -> CaseFindings {
    var findings = CaseFindings(.dossierRefused)
    check(dossier.organisation, into: &findings)
    ScopeRules.check(dossier.scopes, into: &findings)
    check(dossier.volume, into: &findings)
    checkSets(dossier.materials, into: &findings)
    for (index, material) in dossier.materials.enumerated() {
      check(material, on: day, at: "materials[\(index)]", into: &findings)
    }
    return findings
  }

  //= Measures art.5(1)
  private static func check(_ organisation: Organisation, into findings: inout CaseFindings) {
    findings.require(
      CaseText.isClean(organisation.name, characters: names), "organisation.name",
      "a name has 1 to 128 characters")
    findings.require(
      CreditCode.isValid(organisation.creditCode), "organisation.credit_code",
      "a unified social credit code has 18 characters, the last of which checks the others (GB 32100-2015)")
  }

  private static func check(_ volume: Volume, into findings: inout CaseFindings) {
    findings.require(volume.checksPerDay > 0, "volume.checks_per_day", "declare how much is checked a day")
    findings.require(
      volume.checksPerDay == 0 || volume.isPlausible, "volume.peak_per_minute",
      "the busiest minute has at least a 1,440th of the day's checks and at most all of them")
  }

  /// Five sets of materials, each with a document at least.
  //= Measures art.6(1)
  private static func checkSets(_ materials: [Material], into findings: inout CaseFindings) {
    findings.require(
      materials.count <= documents.upperBound, "materials",
      "a dossier has at most \(documents.upperBound) documents")
    for kind in MaterialKind.allCases where !materials.contains(where: { $0.kind == kind }) {
      findings.require(false, "materials", "missing: \(kind.text.both), art.6(1)(\(kind.rawValue))")
    }
  }

  private static func check(
    _ material: Material, on day: CalendarDate, at path: String, into findings: inout CaseFindings
  ) {
    findings.require(
      CaseText.isClean(material.title, characters: names), "\(path).title", "a title has 1 to 128 characters")
    findings.require(material.digest.count == digestBytes, "\(path).digest", "a SHA-256 digest has 32 bytes")
    findings.require(
      documentBytes.contains(material.byteCount), "\(path).byte_count", "a document has 1 byte to 16 MiB")
    //= Measures art.6(2)
    findings.require(
      material.expiresOn >= day, "\(path).expires_on",
      "the document is no longer valid on the day of submission; submit one that is")
  }
}
