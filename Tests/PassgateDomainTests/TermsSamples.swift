import PassgateDomain

/// A dossier, an assessment and an agreement that are in order, for tests that change one thing.
enum TermsSamples {
  static let today = day("2026-11-23")

  static func day(_ iso: String) -> CalendarDate { CalendarDate(iso: iso) ?? CalendarDate.years.first }

  static let scopes = [
    SceneScope(
      scene: "check-in", field: .lodging, checks: [.realName, .realPerson], elements: [.sex, .expiry],
      documentTypes: [.permit, .passport], hours: .allDay, legalBasis: "旅馆业治安管理办法第六条"),
    SceneScope(
      scene: "night-desk", field: .lodging, checks: [.realName], elements: [], documentTypes: [.permit],
      hours: DailyHours(from: 22 * 60, until: 6 * 60), legalBasis: "旅馆业治安管理办法第六条"),
  ]

  static let dossier = Dossier(
    organisation: Organisation(name: "海港酒店有限公司", kind: .enterprise, creditCode: "91110000802100433B"),
    scopes: scopes, volume: Volume(checksPerDay: 3_000, peakPerMinute: 20),
    materials: MaterialKind.allCases.map(material))

  static func material(_ kind: MaterialKind) -> Material {
    Material(
      kind: kind, mediaType: .pdf, title: kind.chinese, digest: [UInt8](repeating: kind.rawValue, count: 32),
      byteCount: 20_000, expiresOn: day("2027-11-23"))
  }

  static let assessment = Assessment(
    mode: .mobileCertificate, declared: dossier.volume, measured: nil,
    quota: Volume(checksPerDay: 4_500, peakPerMinute: 30), reason: "Within a mobile certificate's volume.")

  static let agreement = drafted()

  /// An agreement of these terms with the template's text.
  static func drafted(
    special: [String] = [], _ change: (inout Agreement) -> Void = { _ in }
  ) -> Agreement {
    var agreement = Agreement(
      version: 1, mode: assessment.mode, quota: assessment.quota, scopes: scopes, deemedReceiptDays: 5,
      text: "", digest: [UInt8](repeating: 7, count: 32))
    change(&agreement)
    agreement.text = AgreementTemplate.text(
      of: agreement, for: dossier.organisation, specialTerms: special)
    return agreement
  }
}

extension ClosedRange<Int> {
  /// The first day of the first of these years.
  fileprivate var first: CalendarDate { CalendarDate(unixDay: 0) ?? TermsSamples.today }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension SceneScope {
  /// Random terms of a scene.
  static func random(_ scene: String, using generator: inout SeededGenerator) -> SceneScope {
    let from = UInt16.random(in: 0..<1440, using: &generator)
    let length = UInt16.random(in: 1..<1440, using: &generator)
    let hours =
      Bool.random(using: &generator) ? DailyHours(from: from, until: (from + length) % 1440) : .allDay
    return SceneScope(
      scene: scene, field: PublicField.allCases.randomElement(using: &generator) ?? .lodging,
      checks: some(using: &generator), elements: some(using: &generator),
      documentTypes: some(using: &generator), hours: hours, legalBasis: "法规\(from)")
  }

  private static func some<Term: CaseIterable & Hashable>(using generator: inout SeededGenerator) -> Set<Term>
  {
    Set(Term.allCases.filter { _ in Bool.random(using: &generator) })
  }
}
