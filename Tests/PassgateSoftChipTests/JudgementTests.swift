import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// Made documents from passive authentication to the verdict: sound ones, and every fault of a document.
@Suite struct JudgementTests {
  private enum Outcome: Equatable {
    case consistent, inconsistent, issuerUnknown, superseded

    init(_ verdict: Verdict) {
      self =
        switch verdict {
        case .consistent: .consistent
        case .inconsistent: .inconsistent
        case .undetermined(.superseded): .superseded
        case .undetermined: .issuerUnknown
        }
    }
  }

  /// What a tenant claims who has read the record's document.
  private static func claim(_ record: DocumentRecord) throws -> IdentityClaim {
    try IdentityClaim(
      type: record.number.type, number: record.number.text,
      name: record.latinName.isEmpty ? record.hanName : record.latinName, birthDate: record.birthDate.iso,
      sex: record.sex, expiry: record.expiry?.iso ?? "")
  }

  private static func judge(
    _ made: MadeDocument, proofs: [ChipProof], elements: [OptionalElement] = []
  ) throws -> ChipEngine.Judgement {
    let files = made.document.files.filter { !$0.key.isForbidden }
    let trust = DocumentTrust(
      authorities: [try DocumentCertificate(der: made.issuer.authority)],
      lists: [try DocumentRevocationList(der: made.issuer.revocationList)])
    let record = try #require(made.record)
    let password = AccessPassword.mrz(
      documentNumber: made.holder.documentNumber, birthDate: made.holder.birthDate, expiry: made.holder.expiry
    )
    return ChipEngine().judge(
      ChipEvidence(read: files, access: .bac, password: password, proofs: proofs),
      PassiveAuthentication.judge(files, trust: trust, at: Made.time), claim: try claim(record),
      record: .some(record), allowing: ClaimElements(elements), at: UInt64(Made.time) * 1_000)
  }

  @Test(arguments: ["chinese-passport", "home-return-permit"])
  func soundDocumentsAreConsistent(_ name: String) throws {
    let made = try Made.document(name)
    let judged = try Self.judge(made, proofs: [.activeAuthentication], elements: OptionalElement.allCases)
    #expect(judged.verdict == .consistent && judged.findings.isAuthentic)
    #expect(judged.findings.claim == .consistent && judged.findings.registry == .consistent)
    #expect(judged.findings.chipGenuine == .activeAuthentication && judged.isBorneOut)
    #expect(judged.findings.isDocumentExpired == false && judged.findings.uncoveredFiles.isEmpty)
    let (fields, record) = (try #require(judged.fields), try #require(made.record))
    #expect(fields.number.hasPrefix(record.number.key) && fields.birthDate == record.birthDate)
    #expect(fields.sex == record.sex && fields.expiry == record.expiry && !fields.mrz.isEmpty)
    #expect(!fields.portrait.isEmpty && fields.latinName.isEmpty == record.latinName.isEmpty)
  }

  /// A Chinese passport by elliptic curves, whose keys are made in no time.
  private static func passport(_ fault: String) throws -> MadeDocument {
    var recipe = try Made.recipe("chinese-passport")
    let other = try Made.recipe("hong-kong-passport")
    recipe.name = "chinese-passport-by-curves"
    (recipe.authority, recipe.signer, recipe.active) = (other.authority, other.signer, other.active)
    return try Made.document(recipe, fault: try FaultTests.fault(fault))
  }

  private static let outcomes: [(fault: String, outcome: Outcome, genuine: ChipVerdict.ChipGenuine)] = [
    ("dg2-altered", .inconsistent, .activeAuthentication),
    ("dg1-altered", .inconsistent, .activeAuthentication),
    ("dg13-uncovered", .consistent, .activeAuthentication),
    ("aa-key-uncovered", .consistent, .notSupported),
    ("dg14-stripped", .consistent, .notPerformed),
    ("com-hides-keys", .consistent, .activeAuthentication),
    ("dg2-empty", .inconsistent, .activeAuthentication),
    ("signer-expired", .consistent, .activeAuthentication),
    ("signer-revoked", .inconsistent, .notPerformed),
    ("signer-future", .issuerUnknown, .notPerformed),
    ("signer-foreign", .inconsistent, .notPerformed),
    ("signer-is-authority", .inconsistent, .notPerformed),
    ("authority-unknown", .issuerUnknown, .notPerformed),
    ("authority-same-name", .issuerUnknown, .notPerformed),
    ("crl-stale", .consistent, .activeAuthentication),
    ("sha1", .consistent, .activeAuthentication),
    ("dg1-digits", .consistent, .activeAuthentication),
    ("dg1-other-zone", .inconsistent, .activeAuthentication),
  ]

  @Test(arguments: outcomes.indices) func faultyDocumentsAreTold(_ place: Int) throws {
    let (name, outcome, genuine) = Self.outcomes[place]
    let made = try Self.passport(name)
    let judged = try Self.judge(made, proofs: [.activeAuthentication])
    #expect(Outcome(judged.verdict) == outcome, "\(name)")
    #expect(judged.findings.chipGenuine == genuine, "\(name)")
    #expect((judged.fields != nil) == (outcome == .consistent), "\(name)")
  }

  /// Files that cannot be read are never what makes a chip right.
  @Test(arguments: ["dg1-endless-tag", "dg1-lower-case"]) func brokenZonesAreNotConsistent(_ name: String)
    throws
  {
    let made = try Self.passport(name)
    let judged = try Self.judge(made, proofs: [.activeAuthentication])
    #expect(judged.verdict != .consistent && judged.fields == nil)
  }

  /// The platform reads the layouts as another hand has written them.
  @Test(arguments: SoftRecipe.all) func zonesAreReadAsTheyAreWritten(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    let zone = try ChipZone(dg1: try #require(made.document.files[.dg1]))
    let holder = made.holder
    #expect(zone.warnings.isEmpty)
    #expect(
      zone.isOpened(byNumber: holder.documentNumber, birthDate: holder.birthDate, expiry: holder.expiry))
    #expect(zone.latinText.isEmpty == holder.machineName.isEmpty)
    switch recipe.name {
    case "home-return-permit": #expect(zone.layout == .permit && zone.reissue == holder.reissue)
    case "two-way-permit": #expect(zone.layout == .twoWayPermit && zone.hanText == holder.hanName)
    default: #expect([.td1, .td3].contains(zone.layout))
    }
  }
}
