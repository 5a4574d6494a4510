package import PassgateCrypto
package import PassgateDomain
import PassgateEngines

/// A made document with its issuer and holder.
package struct MadeDocument: Sendable {
  package let document: SoftDocument
  package let holder: InventedHolder
  package let issuer: SoftIssuer
  /// The holder's record of the registry, where the generator invented it.
  package let record: DocumentRecord?
}

/// Makes documents: the holder and the portrait follow from a seed, keys are always fresh.
package struct DocumentMaker: Sendable {
  private let recipe: SoftRecipe
  private let twist: SoftFault.DocumentTwist?
  private let seed: UInt64

  /// - Parameter fault: how the files are wrong; a fault of another kind changes nothing here.
  package init(_ recipe: SoftRecipe, fault: SoftFault? = nil, seed: UInt64 = 1) {
    if case .document(let twist) = fault?.effect { self.twist = twist } else { twist = nil }
    var recipe = recipe
    if twist == .weakDigest { recipe.weaken() }
    self.recipe = recipe
    self.seed = seed
  }

  /// A document issued by an authority whose certificates are valid around `unixSeconds`.
  ///
  /// - Throws: `CryptoError` when OpenSSL cannot make a key or a signature.
  package func make(at unixSeconds: Int64) throws(CryptoError) -> MadeDocument {
    let issuer = try SoftIssuer(recipe, twist, at: unixSeconds)
    let record = generatedRecord(at: unixSeconds)
    let holder = record.map { InventedHolder($0) } ?? inventedHolder
    let (keys, agreed) = try makeKeys()
    var groups = try dataGroups(holder, agreed, keys, at: unixSeconds)
    if twist == .uncoveredKey { groups[.dg15] = nil }
    twistBeforeSigning(&groups)
    var files = groups
    files[.sod] = try SecurityObjectWriter(recipe: recipe, signer: issuer.signer).file(over: groups)
    try addOtherFiles(&files, keys, issuer.signer)
    var document = SoftDocument(files: files, accessZone: holder.accessZone)
    document.keys = keys
    document.accessNumber = recipe.hasAccessNumber ? accessNumber : nil
    document.hasBasicAccess = recipe.hasBasicAccess
    document.hasExtendedLength = recipe.hasExtendedLength
    try twistAfterSigning(&document)
    document.files[.com] = list(of: document.files)
    return MadeDocument(document: document, holder: holder, issuer: issuer, record: record)
  }

  // MARK: - The holder

  /// Of a document that is still good for a year.
  private func generatedRecord(at unixSeconds: Int64) -> DocumentRecord? {
    guard case .generated(let type) = recipe.holder else { return nil }
    let generator = RecordGenerator(seed: seed)
    let soon = CalendarDate(unixDay: Int(clamping: unixSeconds / 86_400) + 365)
    // Every third record is a passport, in no order.
    return (0..<1_000).lazy.compactMap { try? generator.record(at: $0) }.first { record in
      guard let expiry = record.expiry, let soon else { return false }
      return record.number.type == type && expiry > soon
    }
  }

  private var inventedHolder: InventedHolder {
    if case .invented(let holder) = recipe.holder { return holder }
    return InventedHolder(
      documentNumber: "E00000000", birthDate: "900101", expiry: "350101", sex: "<", machineName: "NOBODY")
  }

  private var accessNumber: String {
    var dice = SeededBytes(seed: seed)
    return String((0..<6).map { _ in Character(String(dice.roll(10))) })
  }

  // MARK: - Keys

  private func makeKeys() throws(CryptoError) -> (SoftKeys, [(SoftRecipe.Agreement, GroupElement)]) {
    var keys = SoftKeys()
    if let active = recipe.active {
      keys.active = SoftKeys.Active(try .generate(active.kind), active.digest)
    } else if twist == .uncoveredKey {
      keys.active = SoftKeys.Active(try .generate(.ec(.secp256r1)), .sha256)
    }
    var agreed: [(SoftRecipe.Agreement, GroupElement)] = []
    for agreement in recipe.agreement {
      let (key, element) = try Self.makeKey(agreement.group, agreement.identifier)
      keys.agreement.append(key)
      agreed.append((agreement, element))
    }
    if let mapping = recipe.pace.first(where: { $0.mapping == .chipAuthentication }) {
      keys.mapping = try Self.makeKey(mapping.group, mapping.group.parameterID).key
    }
    return (keys, agreed)
  }

  private static func makeKey(
    _ group: AgreementGroup, _ identifier: UInt8?
  ) throws(CryptoError) -> (key: SoftKeys.Agreement, element: GroupElement) {
    let secret = try group.privateKey { count throws(CryptoError) in try randomBytes(count) }
    let element = try group.generator().power(secret)
    return (SoftKeys.Agreement(group, secret, identifier: identifier.map { Int($0) }), element)
  }

  // MARK: - Files

  private func dataGroups(
    _ holder: InventedHolder, _ agreed: [(SoftRecipe.Agreement, GroupElement)], _ keys: SoftKeys,
    at unixSeconds: Int64
  ) throws(CryptoError) -> [ChipFile: [UInt8]] {
    var dice = SeededBytes(seed: seed &+ 1)
    let portrait = DrawnFace.jpeg(size: recipe.portraitSize, &dice)
    let issued = CalendarDate(unixDay: Int(unixSeconds / 86_400) - 200)?.iso ?? ""
    var groups: [ChipFile: [UInt8]] = [
      .dg1: GroupWriter.group1(zone(holder)),
      .dg2: FaceRecord.group(image: portrait, width: DrawnFace.width, height: DrawnFace.height),
      .dg11: GroupWriter.group11(holder),
      .dg12: GroupWriter.group12(recipe.authorityName, issued: issued.filter { $0 != "-" }),
    ]
    groups[.dg14] = InfoWriter(recipe: recipe).group14(agreed)
    groups[.dg15] = keys.active.map { BER.element(0x6f, $0.key.publicKey.spki) }
    return groups
  }

  private func zone(_ holder: InventedHolder) -> [UInt8] {
    var shown = holder
    if twist == .otherZone { shown.documentNumber = String(holder.documentNumber.dropLast()) + "Z" }
    var zone = recipe.layout.characters(shown, code: recipe.code, state: recipe.state)
    if twist == .badDigits { zone[recipe.layout.digitPlace] ^= 1 }
    if twist == .lowerCase { zone = zone.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 } }
    return zone
  }

  private func addOtherFiles(
    _ files: inout [ChipFile: [UInt8]], _ keys: SoftKeys, _ signer: DocumentSigner
  ) throws(CryptoError) {
    let infos = InfoWriter(recipe: recipe)
    files[.cardAccess] = infos.cardAccess
    if let mapping = keys.mapping {
      let element = try mapping.group.generator().power(mapping.privateKey)
      files[.cardSecurity] = try signer.cardSecurity(over: infos.cardSecurity(element))
    }
    if recipe.hasExtendedLength { files[.attributes] = GroupWriter.attributes(longest: 1_000) }
  }

  /// EF.COM, which nobody signs.
  private func list(of files: [ChipFile: [UInt8]]) -> [UInt8] {
    let hidden: Set<ChipFile> = twist == .hiddenKeys ? [.dg14, .dg15] : []
    return GroupWriter.list(
      recipe.version, of: files.keys.filter { !hidden.contains($0) }.sorted(),
      others: twist == .unknownTags ? [0x71, 0x72, 0x7d] : [])
  }
}

// MARK: - Faults

extension DocumentMaker {
  private func twistBeforeSigning(_ groups: inout [ChipFile: [UInt8]]) {
    guard twist == .deepNesting else { return }
    groups[groups[.dg14] == nil ? .dg11 : .dg14] = BER.element(
      groups[.dg14] == nil ? 0x6b : 0x6e, Self.nested)
  }

  private func twistAfterSigning(_ document: inout SoftDocument) throws(CryptoError) {
    switch twist {
    case .alteredGroup: document.files.alter(.dg2) { $0[$0.count - 100] ^= 1 }
    case .alteredZone:
      // Behind two tags and two lengths, and the name's first letter.
      let place = 5 + recipe.layout.namePlace + 1
      document.files.alter(.dg1) { $0[place] = $0[place] == 0x41 ? 0x42 : 0x41 }
    case .uncoveredGroup: document.files[.dg13] = BER.element(0x6d, BER.element(0x04, [1, 2, 3]))
    case .uncoveredKey:
      document.files[.dg15] = document.keys.active.map { BER.element(0x6f, $0.key.publicKey.spki) }
    case .strippedKeys:
      document.files[.dg14] = nil
      document.files[.dg15] = nil
      document = document.copied
    case .noAccessFile: document.files[.cardAccess] = nil
    case .weakerAccess: document.files.alter(.cardAccess) { $0 = InfoWriter.weakAccess }
    case .hugeGroup:
      document.files.alter(.dg2) { $0 = [0x75, 0x84, 1, 0, 0, 0] + $0.dropFirst(4) }
    case .endlessTags: document.files[.dg1] = [0x7f] + [UInt8](repeating: 0xff, count: 4_096)
    case .emptyGroup: document.files[.dg2] = []
    case .trailingBytes: document.files.alter(.dg2) { $0 += [UInt8](repeating: 0, count: 64) }
    default: break
    }
  }

  /// Nothing but 600 sequences in each other.
  private static let nested = (0..<600).reduce([UInt8]()) { inner, _ in BER.element(0x30, inner) }
}

extension [ChipFile: [UInt8]] {
  fileprivate mutating func alter(_ file: ChipFile, _ change: (inout [UInt8]) -> Void) {
    guard var content = self[file] else { return }
    change(&content)
    self[file] = content
  }
}

extension ZoneLayout {
  /// Where the check digit of the document number stands.
  fileprivate var digitPlace: Int {
    switch self {
    case .passport: 53
    case .card: 14
    case .homeReturnPermit, .twoWayPermit: 11
    }
  }

  /// Where the Latin name begins.
  fileprivate var namePlace: Int {
    switch self {
    case .passport: 5
    case .card, .homeReturnPermit: 60
    case .twoWayPermit: 42
    }
  }
}

extension InventedHolder {
  /// The holder of a record that the generator made.
  init(_ record: DocumentRecord) {
    self.init(
      documentNumber: record.number.key, birthDate: record.birthDate.short,
      expiry: record.expiry?.short ?? "350101", sex: record.sex == .female ? "F" : "M",
      machineName: record.latinName.machineReadable, hanName: record.hanName,
      reissue: record.number.reissue ?? 0)
  }
}

extension CalendarDate {
  /// YYMMDD.
  fileprivate var short: String { String(iso.filter { $0 != "-" }.dropFirst(2)) }
}

extension String {
  /// `SURNAME<<GIVEN<NAMES` of "SURNAME, GIVEN NAMES".
  fileprivate var machineReadable: String {
    let parts = split(separator: ",", maxSplits: 1).map { part in
      part.split(separator: " ").joined(separator: "<")
    }
    return String(parts.joined(separator: "<<").filter { $0 == "<" || "A"..."Z" ~= $0 })
  }
}
