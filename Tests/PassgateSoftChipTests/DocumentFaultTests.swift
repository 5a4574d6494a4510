import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// Whether documents' faults show as their sentences say, by passive authentication and by the parsers of files.
@Suite struct DocumentFaultTests {
  /// What is expected of a finding.
  private struct Expectation {
    var signature = ChipVerdict.SODSignature.valid
    var chain = ChipVerdict.Chain.trusted
    var validity = ChipVerdict.Validity.ok
    var revocation = ChipVerdict.Revocation.good
    var policy = ChipVerdict.AlgorithmPolicy.ok
    /// Data groups that are not as they were signed.
    var groups: [ChipFile: ChipVerdict.GroupHash] = [:]
  }

  private static let findings: [(fault: String, expectation: Expectation)] = [
    ("dg2-altered", Expectation(groups: [.dg2: .mismatch])),
    ("dg1-altered", Expectation(groups: [.dg1: .mismatch])),
    ("dg13-uncovered", Expectation(groups: [.dg13: .notInSOD])),
    ("aa-key-uncovered", Expectation(groups: [.dg15: .notInSOD])),
    ("dg14-stripped", Expectation(groups: [.dg14: .notSupplied, .dg15: .notSupplied])),
    ("dg2-empty", Expectation(groups: [.dg2: .mismatch])),
    ("signer-expired", Expectation(validity: .dscExpired)),
    ("signer-revoked", Expectation(revocation: .revoked)),
    ("signer-future", Expectation(validity: .notYetValid)),
    ("authority-unknown", Expectation(chain: .unknownCSCA)),
    ("authority-same-name", Expectation(chain: .unknownCSCA)),
    ("crl-stale", Expectation(revocation: .stale)),
    ("crl-foreign", Expectation(revocation: .noCRL)),
    ("crl-future", Expectation(revocation: .noCRL)),
    ("sha1", Expectation(policy: .weak)),
    ("com-unknown-tags", Expectation()),
    ("com-hides-keys", Expectation()),
    ("card-access-missing", Expectation()),
    ("card-access-weaker", Expectation()),
    ("dg1-digits", Expectation()),
    ("dg1-lower-case", Expectation()),
    ("dg1-other-zone", Expectation()),
  ]

  /// Files that the parsers refuse.
  private static let shapes: [(fault: String, file: ChipFile)] = [
    ("dg2-16-mib", .dg2), ("dg1-endless-tag", .dg1), ("dg14-deep", .dg14), ("dg2-trailing", .dg2),
  ]

  private static let signers = ["signer-foreign", "signer-is-authority", "signer-of-lists"]

  static let tried = findings.map(\.fault) + shapes.map(\.fault) + signers

  private static func trust(_ issuer: SoftIssuer) throws -> DocumentTrust {
    DocumentTrust(
      authorities: [try DocumentCertificate(der: issuer.authority)],
      lists: [try DocumentRevocationList(der: issuer.revocationList)])
  }

  private static func judge(_ made: MadeDocument) throws -> PassiveFinding {
    PassiveAuthentication.judge(made.document.files, trust: try trust(made.issuer), at: Made.time)
  }

  private static func expect(_ finding: PassiveFinding, _ expectation: Expectation, _ name: String) {
    #expect(finding.signature == expectation.signature, "\(name)")
    #expect(finding.chain == expectation.chain, "\(name)")
    #expect(finding.validity == expectation.validity, "\(name)")
    #expect(finding.revocation == expectation.revocation || expectation.chain != .trusted, "\(name)")
    #expect(finding.algorithmPolicy == expectation.policy, "\(name)")
    for group in finding.groups {
      #expect(group.hash == expectation.groups[group.file] ?? .match, "\(name): \(group.file.name)")
    }
  }

  @Test(arguments: SoftRecipe.all) func soundDocuments(_ recipe: SoftRecipe) throws {
    Self.expect(try Self.judge(try Made.document(recipe)), Expectation(), recipe.name)
  }

  @Test(arguments: findings.indices) func faultyDocuments(_ place: Int) throws {
    let (name, expectation) = Self.findings[place]
    let made = try Made.document("hong-kong-passport", fault: try FaultTests.fault(name))
    Self.expect(try Self.judge(made), expectation, name)
  }

  @Test(arguments: shapes.indices) func brokenFiles(_ place: Int) throws {
    let (name, file) = Self.shapes[place]
    let made = try Made.document("hong-kong-passport", fault: try FaultTests.fault(name))
    let bytes = try #require(made.document.files[file])
    #expect(throws: LDSFault.self) {
      switch file {
      case .dg1: _ = try ChipZone(dg1: bytes)
      case .dg14: _ = try SecurityInfos(dg14: bytes)
      default: _ = try Portraits(bytes)
      }
    }
  }

  /// Neither leads to a trusted signer.
  @Test(arguments: signers) func wrongSigners(_ name: String) throws {
    let made = try Made.document("hong-kong-passport", fault: try FaultTests.fault(name))
    let finding = try Self.judge(made)
    #expect(finding.chain != .trusted || finding.signature != .valid)
  }

  @Test func whatTheZoneSays() throws {
    func zone(_ fault: String) throws -> ChipZone {
      let made = try Made.document("hong-kong-passport", fault: try FaultTests.fault(fault))
      return try ChipZone(dg1: try #require(made.document.files[.dg1]))
    }
    #expect(try zone("dg1-digits").warnings.contains(.number))
    #expect(try zone("dg1-lower-case").warnings.contains(.characters))
    #expect(try zone("dg1-other-zone").number.hasSuffix("Z"))
    let made = try Made.document("hong-kong-passport", fault: try FaultTests.fault("com-unknown-tags"))
    #expect(try DocumentIndex(try #require(made.document.files[.com])).hasUnknownTags)
  }

  /// What is not signed says less than what is.
  @Test func accessIsHidden() throws {
    func made(_ fault: String) throws -> MadeDocument {
      try Made.document("hong-kong-passport", fault: try FaultTests.fault(fault))
    }
    let hidden = try DocumentIndex(try #require(try made("com-hides-keys").document.files[.com]))
    #expect(hidden.groups == [.dg1, .dg2, .dg11, .dg12])
    var basic = Terminal(try made("card-access-missing"))
    #expect(try basic.read(0x011c) == nil)
    try basic.openBasic()
    #expect(try SecurityInfos(dg14: try #require(try basic.read(0x010e))).namesPACE)
    var weaker = Terminal(try made("card-access-weaker"))
    #expect(try weaker.openPACE().variant.cipher == .tripleDES)
    try weaker.selectApplication()
    #expect(try SecurityInfos(dg14: try #require(try weaker.read(0x010e))).pace.map(\.cipher) == [.aes256])
  }

  /// The added key works, which is why its being uncovered must count.
  @Test func anUncoveredKeySigns() throws {
    for document in ["hong-kong-passport", "old-passport"] {
      let made = try Made.document(document, fault: try FaultTests.fault("aa-key-uncovered"))
      var terminal = Terminal(made)
      try terminal.openBasic()
      #expect(try terminal.authenticateActively(allowsExtendedLength: false))
    }
  }

  @Test(arguments: SoftRecipe.all) func theMasterListHoldsTheAuthority(_ recipe: SoftRecipe) throws {
    let issuer = try Made.document(recipe).issuer
    let authority = try DocumentCertificate(der: issuer.authority)
    let list = try MasterList.parse(issuer.masterList, anchors: [authority], at: Made.time)
    #expect(list.certificates.map(\.der) == [issuer.authority] && list.problems.isEmpty)
  }
}
