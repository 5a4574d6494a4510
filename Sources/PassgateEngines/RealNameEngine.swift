package import PassgateDomain

/// Real-name authentication (Measures art.4(1)): is what the tenant holds what the issuer recorded?
//= Measures art.4(1)
package struct RealNameEngine: Sendable {
  package init() {}

  /// Compares every element of the claim, in the same steps whether the record exists, agrees or differs.
  ///
  /// A nil record is compared with `DocumentRecord.dummy` and reads inconsistent. Elements that the claim or
  /// the record leaves out are not compared. Superseded is told only when everything else agrees.
  package func judge(_ claim: IdentityClaim, against record: DocumentRecord?) -> Verdict {
    guard let record else { return Self.verdict(Comparison(claim, .dummy), isKnown: false) }
    return Self.verdict(Comparison(claim, record), isKnown: true)
  }

  private static func verdict(_ comparison: Comparison, isKnown: Bool) -> Verdict {
    guard comparison.differences().isEmpty, isKnown else { return .inconsistent }
    return comparison.isSuperseded ? .undetermined(.superseded) : .consistent
  }
}

/// The elements in which a claim differs.
private struct Differences: OptionSet {
  let rawValue: UInt32

  static let number = Differences(rawValue: 1 << 0)
  static let reissue = Differences(rawValue: 1 << 1)
  static let name = Differences(rawValue: 1 << 2)
  static let birthDate = Differences(rawValue: 1 << 3)
  static let sex = Differences(rawValue: 1 << 4)
  static let expiry = Differences(rawValue: 1 << 5)
  static let zoneNumber = Differences(rawValue: 1 << 6)
  static let zoneBirthDate = Differences(rawValue: 1 << 7)
  static let zoneSex = Differences(rawValue: 1 << 8)
  static let zoneExpiry = Differences(rawValue: 1 << 9)
  static let zoneName = Differences(rawValue: 1 << 10)

  /// The element itself when it differs, else nothing.
  func unless(_ isSame: Bool) -> Differences { isSame ? [] : self }
}

/// The elements of one claim beside those of one record.
private struct Comparison {
  let isSuperseded: Bool
  private let claim: IdentityClaim
  private let record: DocumentRecord

  init(_ claim: IdentityClaim, _ record: DocumentRecord) {
    self.claim = claim
    self.record = record
    isSuperseded =
      record.isSuperseded || Self.isOlder(Self.reissue(of: claim), than: record.number.reissue)
  }

  /// All differences; not inlined, because a compiler that saw only `isEmpty` would stop at the first.
  @inline(never)
  func differences() -> Differences {
    var found: Differences = []
    found.formUnion(
      .number.unless(claim.number.kind == record.number.kind && claim.number.key == record.number.key))
    found.formUnion(.reissue.unless(!Self.isOlder(record.number.reissue, than: Self.reissue(of: claim))))
    found.formUnion(.name.unless(isOnRecord(claim.name)))
    found.formUnion(.birthDate.unless(claim.birthDate == record.birthDate))
    found.formUnion(.sex.unless(Self.isSame(claim.sex, record.sex)))
    found.formUnion(.expiry.unless(Self.isSame(claim.expiry, comparableExpiry)))
    if let zone = claim.mrz { found.formUnion(differences(of: zone)) }
    return found
  }

  /// What stands in the zone and in the claim must be said twice alike, and be as on record.
  private func differences(of zone: MRZ) -> Differences {
    let isNameOnRecord = zone.name.map { isOnRecord($0) || !hasLatinName } ?? true
    return [
      .zoneNumber.unless(
        zone.number == claim.number.key && Self.isSame(zone.reissue, claim.number.reissue)),
      .zoneBirthDate.unless(
        zone.birthDate.agrees(with: claim.birthDate) && zone.birthDate.agrees(with: record.birthDate)),
      .zoneSex.unless(Self.isSame(zone.sex, claim.sex) && Self.isSame(zone.sex, record.sex)),
      .zoneExpiry.unless(
        agrees(zone.expiry, with: claim.expiry) && agrees(zone.expiry, with: comparableExpiry)),
      .zoneName.unless(isNameOnRecord),
    ]
  }

  private static func reissue(of claim: IdentityClaim) -> Int? {
    claim.number.reissue ?? claim.mrz?.reissue
  }

  private func agrees(_ printed: MRZ.ShortDate, with date: CalendarDate?) -> Bool {
    date.map { printed.agrees(with: $0) } ?? true
  }

  private var hasLatinName: Bool { record.names.contains { $0.script == .latin } }

  /// The expiry on record belongs to the present document, not to an earlier one.
  private var comparableExpiry: CalendarDate? { isSuperseded ? nil : record.expiry }

  private func isOnRecord(_ name: PersonName) -> Bool {
    var isFound = false
    for recorded in record.names { isFound = NameRules.agree(name, recorded) || isFound }
    return isFound
  }

  /// An element that one side leaves out cannot differ.
  private static func isSame<Element: Equatable>(_ claimed: Element?, _ recorded: Element?) -> Bool {
    guard let claimed, let recorded else { return true }
    return claimed == recorded
  }

  private static func isOlder(_ reissue: Int?, than other: Int?) -> Bool {
    guard let reissue, let other else { return false }
    return reissue < other
  }
}
