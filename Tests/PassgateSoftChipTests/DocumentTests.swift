import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// Whether the documents that are made are what they are said to be, by the platform's own protocols and parsers.
@Suite struct DocumentTests {
  @Test func namesAreDistinct() {
    #expect(Set(SoftRecipe.all.map(\.name)).count == SoftRecipe.all.count)
    #expect(SoftRecipe(name: "chinese-passport") != nil && SoftRecipe(name: "") == nil)
  }

  /// Everything that a chip holds comes out of it.
  @Test(arguments: SoftRecipe.all) func allFilesAreRead(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(made)
    try terminal.open(recipe)
    try Self.expectFiles(of: made, &terminal)
    #expect(try terminal.read(0x0103) == nil)
  }

  @Test(arguments: SoftRecipe.all.filter { $0.hasBasicAccess && !$0.pace.isEmpty })
  func basicAccessIsThereToo(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(made)
    try terminal.openBasic()
    try Self.expectFiles(of: made, &terminal)
  }

  @Test(arguments: SoftRecipe.all.filter(\.hasAccessNumber))
  func theNumberOnTheFrontOpens(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(made)
    try terminal.openPACE(.can(try #require(made.document.accessNumber)))
    try terminal.selectApplication()
    try Self.expectFiles(of: made, &terminal)
  }

  private static func expectFiles(of made: MadeDocument, _ terminal: inout Terminal) throws {
    let files = made.document.files.filter { $0.key.group != nil || $0.key == .com || $0.key == .sod }
    for (file, content) in files {
      let identifier: UInt16 = file == .com ? 0x011e : file == .sod ? 0x011d : 0x0100 | UInt16(file.rawValue)
      #expect(try terminal.read(identifier) == content, "\(file.name)")
    }
  }

  /// Beyond 32 KiB the offset stands in data object 54, and what is read in 53.
  @Test func farOffsets() throws {
    var recipe = try Made.recipe("old-passport")
    (recipe.name, recipe.portraitSize) = ("large-portrait", 40_000)
    let made = try Made.document(recipe)
    let content = try #require(made.document.files[.dg2])
    var terminal = Terminal(made)
    try terminal.openBasic()
    for offset in [0, 0x7fff, 0x8000, 40_000, content.count - 3] {
      let digits = [16, 8, 0].map { UInt8(truncatingIfNeeded: offset >> $0) }
      let answer = try terminal.send(CommandAPDU(0, 0xb1, 0, 2, [0x54, 3] + digits, le: 102))
      let part = content[offset...].prefix(100)
      #expect(answer?.data == [0x53, UInt8(part.count)] + part, "\(offset)")
    }
  }

  @Test(arguments: SoftRecipe.all) func nothingIsReadUnopened(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(made)
    #expect(try terminal.read(0x011c) == made.document.files[.cardAccess])
    try terminal.selectApplication()
    _ = try terminal.send(CommandAPDU(0, 0xa4, 2, 0x0c, [1, 1]))
    #expect(try terminal.send(CommandAPDU(0, 0xb0, 0, 0, le: 4))?.status == StatusWord.securityNotSatisfied)
  }

  // MARK: - Genuineness

  @Test(arguments: SoftRecipe.all.filter { $0.active != nil })
  func activeAuthenticationHolds(_ recipe: SoftRecipe) throws {
    var terminal = Terminal(try Made.document(recipe))
    try terminal.open(recipe)
    #expect(try terminal.authenticateActively(allowsExtendedLength: recipe.hasExtendedLength))
  }

  @Test(arguments: SoftRecipe.all.filter { !$0.agreement.isEmpty })
  func chipAuthenticationHolds(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(made)
    try terminal.open(recipe)
    try terminal.authenticateChip()
    #expect(try terminal.read(0x0101) == made.document.files[.dg1])
  }

  @Test func chipAuthenticationMappingHolds() throws {
    let made = try Made.document("european-passport")
    var terminal = Terminal(made)
    let outcome = try terminal.openPACE()
    #expect(outcome.variant.access == .paceCAM)
    #expect(try terminal.read(0x011d) == made.document.files[.cardSecurity])
    let signed = PassiveAuthentication.judge(
      cardSecurity: try #require(made.document.files[.cardSecurity]),
      trust: DocumentTrust(authorities: [try DocumentCertificate(der: made.issuer.authority)]), at: Made.time)
    #expect(signed.isTrusted)
    let mapping = try #require(outcome.chipAuthentication)
    guard case .proven(let key) = mapping.judge(try SecurityInfos(signed.content)) else {
      Issue.record("the chip has not proven its key")
      return
    }
    #expect(key.keyID == 13)
  }

  // MARK: - Variants

  private static let groups: [AgreementGroup] =
    ECGroup.allCases.map { .curve($0) } + DHGroup.allCases.map { .modular($0) }

  /// Every group with every mapping, the ciphers in turn.
  @Test(arguments: groups) func paceInEveryGroup(_ group: AgreementGroup) throws {
    let ciphers = SecurityInfos.Cipher.allCases
    for (place, mapping) in SecurityInfos.Mapping.allCases.enumerated() {
      let cipher = ciphers[(Int(group.parameterID) + place) % ciphers.count]
      guard Self.isDefined(mapping, cipher, group) else { continue }
      let made = try Self.document(SoftRecipe.PACE(mapping, cipher, group))
      var terminal = Terminal(made)
      #expect(try terminal.openPACE().variant.mapping == mapping)
      try terminal.selectApplication()
      #expect(try terminal.read(0x0101) == made.document.files[.dg1], "\(mapping) \(cipher)")
    }
  }

  private static func isDefined(
    _ mapping: SecurityInfos.Mapping, _ cipher: SecurityInfos.Cipher, _ group: AgreementGroup
  ) -> Bool {
    switch mapping {
    case .generic: true
    case .integrated: group.hasIntegratedMapping
    case .chipAuthentication: group.agreement == .ecdh && cipher != .tripleDES
    }
  }

  /// A document with this variant of PACE and little else.
  private static func document(_ pace: SoftRecipe.PACE) throws -> MadeDocument {
    var recipe = try Made.recipe("integrated-passport")
    (recipe.pace, recipe.agreement, recipe.portraitSize) = ([pace], [], 0)
    (recipe.authority, recipe.signer) = (Self.quick, Self.quick)
    // A number of 2,048 bits does not fit into a short command.
    recipe.hasExtendedLength = true
    return try DocumentMaker(recipe).make(at: Made.time)
  }

  private static let quick = SoftRecipe.Signing(.ec(.secp256r1), .ecdsa(.sha256, .der))

  // MARK: - Content

  /// The holder and the files that no key is in follow from the seed.
  @Test func aSeedMakesTheSamePersonAgain() throws {
    let recipe = try Made.recipe("chinese-passport")
    let (one, other) = (try DocumentMaker(recipe, seed: 7).make(at: Made.time), try Made.document(recipe))
    let again = try DocumentMaker(recipe, seed: 7).make(at: Made.time)
    for file in [ChipFile.dg1, .dg2, .dg11, .dg12] {
      #expect(one.document.files[file] == again.document.files[file], "\(file.name)")
    }
    #expect(one.document.files[.dg1] != other.document.files[.dg1])
    #expect(one.document.files[.dg15] != again.document.files[.dg15])
    #expect(one.record?.number.key == one.holder.documentNumber)
  }

  @Test(arguments: SoftRecipe.all) func contentIsWellFormed(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    func file(_ file: ChipFile) throws -> [UInt8] { try #require(made.document.files[file]) }
    let zone = try ChipZone(dg1: try file(.dg1))
    #expect(zone.number == made.holder.documentNumber && zone.warnings.isEmpty)
    #expect(zone.layout == Self.layout(recipe))
    let names = (made.holder.documentNumber, made.holder.birthDate, made.holder.expiry)
    #expect(zone.isOpened(byNumber: names.0, birthDate: names.1, expiry: names.2))
    #expect(try Portraits(try file(.dg2)).images.count == 1)
    _ = try DetailFile(dg11: try file(.dg11))
    _ = try DetailFile(dg12: try file(.dg12))
    let index = try DocumentIndex(try file(.com))
    #expect(Set(index.groups) == Set(made.document.files.keys.filter { $0.group != nil }))
    if recipe.hasExtendedLength { _ = try ChipAttributes(try file(.attributes)) }
  }

  private static func layout(_ recipe: SoftRecipe) -> MRZLayout.Name {
    switch recipe.layout {
    case .passport: .td3
    case .card: .td1
    case .homeReturnPermit: .permit
    case .twoWayPermit: .twoWayPermit
    }
  }

  @Test func nothingPrints() throws {
    let made = try Made.document("chinese-passport")
    #expect("\(made.document)" == "SoftDocument(withheld)" && "\(made.document.keys)" == "SoftKeys(withheld)")
  }
}
