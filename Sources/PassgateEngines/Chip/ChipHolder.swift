import PassgateDomain

/// What a chip says of its holder, from files that EF.SOD covers and no others.
struct ChipHolder: Sendable, Confidential {
  let zone: ChipZone
  private let details: DetailFile?
  private let face: [UInt8]?
  /// Normalised: the Latin name of DG1, and the names of DG11 in both scripts.
  private let names: [PersonName]
  /// The name in Chinese characters, empty when there is none.
  let hanText: String

  /// Nil unless DG1 is covered and can be read. Other files that cannot be read say nothing.
  init?(_ files: [ChipFile: [UInt8]], covered: Set<ChipFile>) {
    func bytes(_ file: ChipFile) -> [UInt8]? { covered.contains(file) ? files[file] : nil }
    guard let zone = bytes(.dg1).flatMap({ try? ChipZone(dg1: $0) }) else { return nil }
    let details = bytes(.dg11).flatMap { try? DetailFile(dg11: $0) }
    let texts = ([details?.fullName].compactMap { $0 } + (details?.otherNames ?? [])).map(Self.withoutFillers)
    let detailed = texts.compactMap { text in
      (try? PersonName(recorded: text, field: "name")).map { (text: text, name: $0) }
    }
    self.zone = zone
    self.details = details
    face = bytes(.dg2)
    names = [zone.latinName, zone.hanName].compactMap { $0 } + detailed.map(\.name)
    let han = detailed.first { $0.name.script == .han }?.text ?? zone.hanText
    hanText = han.filter { $0 != " " }
  }

  /// The full date of DG11.
  var birthDate: CalendarDate? { details?.birthDate }

  /// The bytes of the image in DG2, empty when there is none that is known.
  func portrait() -> [UInt8] {
    let image = face.flatMap { try? Portraits($0) }?.portrait
    return image.map { Array($0.bytes) } ?? []
  }

  /// Whether everything that the claim and the chip both state is the same.
  func agrees(with claim: IdentityClaim) -> Bool {
    let isZoneSame = claim.mrz.map(zone.isSame(as:)) ?? true
    return isChinese && isNumber(claim.number) && Self.isSame(zone.reissue, claim.number.reissue)
      && isNamed([claim.name]) && isBorn(claim.birthDate) && Self.isSame(zone.sex, claim.sex)
      && ends(claim.expiry) && isZoneSame
  }

  /// Whether the chip has everything that the claim states, so that nothing of it is left for the record to tell. The
  /// century of a birth is forgiven, which few chips have and nobody needs to guess.
  func states(_ claim: IdentityClaim) -> Bool {
    names.contains { $0.script == claim.name.script } && (birthDate != nil || zone.birthDate != nil)
      && (claim.sex == nil || zone.sex != nil) && (claim.expiry == nil || zone.expiry != nil)
      && (claim.number.reissue == nil || zone.reissue != nil)
  }

  /// Whether everything that the issuer's record and the chip both state is the same. An older document than the one
  /// on record has an expiry of its own.
  func agrees(with record: DocumentRecord) -> Bool {
    let isNewer = Self.isOlder(record.number.reissue, than: zone.reissue)
    let isOlder = isOlder(than: record)
    return isChinese && isNumber(record.number) && !isNewer && isNamed(record.names)
      && isBorn(record.birthDate) && Self.isSame(zone.sex, record.sex) && (isOlder || ends(record.expiry))
  }

  /// Whether the issuer has replaced the document.
  func isOlder(than record: DocumentRecord) -> Bool {
    record.isSuperseded || Self.isOlder(zone.reissue, than: record.number.reissue)
  }

  /// Whether it was opened by what it says itself; a card access number is not in it.
  func isOpened(by password: AccessPassword?) -> Bool {
    guard case .mrz(let number, let birth, let expiry) = password else { return true }
    return zone.isOpened(byNumber: number, birthDate: birth, expiry: expiry)
  }

  /// The documents that are checked are China's, and another state's may have the same number.
  private var isChinese: Bool { zone.issuer == "CHN" }

  private func isNumber(_ number: DocumentNumber) -> Bool { zone.number == number.key }

  /// Latin with Latin and Han with Han; a script that one side does not have is not compared.
  private func isNamed(_ others: [PersonName]) -> Bool {
    [PersonName.Script.han, .latin].allSatisfy { script in
      let (mine, theirs) = (names.filter { $0.script == script }, others.filter { $0.script == script })
      return mine.isEmpty || theirs.isEmpty
        || mine.contains { name in theirs.contains { Self.agree(name, $0) } }
    }
  }

  /// Either may be cut at the end of a zone's field.
  private static func agree(_ one: PersonName, _ other: PersonName) -> Bool {
    NameRules.agree(one, other) || NameRules.agree(other, one)
  }

  private func isBorn(_ date: CalendarDate) -> Bool {
    (zone.birthDate?.agrees(with: date) ?? true) && Self.isSame(birthDate, date)
  }

  private func ends(_ date: CalendarDate?) -> Bool {
    guard let date, let expiry = zone.expiry else { return true }
    return expiry.agrees(with: date)
  }

  private static func isSame<Element: Equatable>(_ one: Element?, _ other: Element?) -> Bool {
    guard let one, let other else { return true }
    return one == other
  }

  private static func isOlder(_ reissue: Int?, than other: Int?) -> Bool {
    guard let reissue, let other else { return false }
    return reissue < other
  }

  private static func withoutFillers(_ text: String) -> String {
    text.split(separator: "<").joined(separator: " ")
  }
}
