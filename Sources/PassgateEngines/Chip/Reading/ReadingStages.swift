import PassgateCrypto
import PassgateDomain

/// How each step leads to the next one.
extension ReadingCourse {
  private static let application = FileReading.Lead(
    command: ReadCommands.selectApplication, stage: .application)

  /// The master file, and what the chip says of itself before it is opened. Only chips that have EF.CardAccess are
  /// asked for EF.ATR/INFO: they are the ones that can do more than every chip.
  mutating func begin() -> [CommandAPDU] {
    let lead = FileReading.Lead(command: ReadCommands.selectMasterFile, stage: nil)
    return begin(
      FileReading([.cardAccess, .attributes], after: [lead], needsFirst: true, block: block), Stage.master)
  }

  /// PACE where the chip names it, whether the platform can do that or not: whoever went on with basic access control
  /// then would let anybody in between choose it.
  mutating func chooseAccess() throws(ChipFault) -> Move {
    adoptAttributes()
    if let infos = try cardAccess(), infos.namesPACE {
      return try open(try PACE(infos, password, random: random), [])
    }
    var access = try BAC(password, random: random)
    guard case .send(let commands) = try access.next([]) else { throw .protocolViolation(.bac) }
    stage = .bac(access)
    return .send([ReadCommands.selectApplication] + commands)
  }

  private mutating func adoptAttributes() {
    guard former == nil, let bytes = contents.files[.attributes], let attributes = try? ChipAttributes(bytes)
    else { return }
    block = ReadBlock(attributes, allowsExtendedLength: terms.allowsExtendedLength)
  }

  func cardAccess() throws(ChipFault) -> SecurityInfos? {
    guard let bytes = contents.files[.cardAccess] else { return nil }
    do throws(LDSFault) { return try SecurityInfos(bytes) } catch { throw .malformed(.cardAccess) }
  }

  // MARK: - Access

  /// The selection of the application goes out with the question for a challenge.
  mutating func open(_ access: BAC, _ answers: [ResponseAPDU]) throws(ChipFault) -> Move {
    var access = access
    var answers = answers[...]
    if !access.isAuthenticating, let selection = answers.popFirst(), !selection.isSuccess {
      throw .refused(.application, status: selection.status)
    }
    switch try access.next(Array(answers)) {
    case .send(let commands):
      stage = .bac(access)
      return .send(commands)
    case .done(let keys):
      contents.access = .bac
      return .open(keys, readIndex(after: []))
    }
  }

  mutating func open(_ access: PACE, _ answers: [ResponseAPDU]) throws(ChipFault) -> Move {
    var access = access
    switch try access.next(answers) {
    case .send(let commands):
      stage = .pace(access)
      return .send(commands)
    case .done(let outcome):
      contents.access = outcome.variant.access
      guard let mapping = outcome.chipAuthentication else {
        return .open(outcome.keys, readIndex(after: [Self.application]))
      }
      let reading = FileReading([.cardSecurity], block: block, budget: budget)
      return .open(outcome.keys, begin(reading) { .cardSecurity($0, mapping) })
    }
  }

  /// A chip that maps by its own key has to name that key in EF.CardSecurity.
  mutating func proveMapping(_ mapping: ChipAuthenticationMapping) -> [CommandAPDU] {
    contents.proofs.append(isProven(mapping) ? .chipAuthenticationMapping : .failed(keyIn: .cardSecurity))
    return readIndex(after: [Self.application])
  }

  private func isProven(_ mapping: ChipAuthenticationMapping) -> Bool {
    guard let bytes = contents.files[.cardSecurity],
      let document = try? SignedDocument(cardSecurityFile: bytes),
      let infos = try? SecurityInfos(document.content), case .proven = mapping.judge(infos)
    else { return false }
    return true
  }

  // MARK: - Files

  private mutating func readIndex(after leads: [FileReading.Lead]) -> [CommandAPDU] {
    begin(FileReading([.com, .sod], after: leads, block: block, budget: budget), Stage.index)
  }

  /// What decides comes first; the portrait, which is the longest, last.
  private static let order: [ChipFile] = [.dg14, .dg1, .dg15, .dg11, .dg12]
  /// What may be read before chip authentication: it is short, and a verdict needs it.
  private static let early: Set<ChipFile> = [.dg14, .dg1, .dg15]

  mutating func readGroups() throws(ChipFault) -> Move {
    let covered = coveredGroups.intersection(terms.groups)
    let first = Self.order.filter(covered.contains)
    let files = first + covered.subtracting(first).sorted()
    isChipAuthenticationDue = covered.contains(.dg14)
    let held = isChipAuthenticationDue ? covered.subtracting(Self.early) : []
    return try readOn(FileReading(files, holding: held, block: block, budget: budget), [])
  }

  /// EF.COM is unsigned, so EF.SOD says what there is; only where that cannot be read at all is EF.COM believed.
  var coveredGroups: Set<ChipFile> {
    if let bytes = contents.files[.sod], let document = try? SignedDocument(securityObjectFile: bytes),
      let object = try? SecurityObject(document.content)
    {
      return Set(object.hashes.keys.compactMap(ChipFile.init(group:)))
    }
    return (contents.files[.com].flatMap { try? DocumentIndex($0) }?.groups ?? []).union([.dg1])
  }
}
