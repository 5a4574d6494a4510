import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// Whether the documents that are made are what they are said to be.
@Suite struct DocumentTests {
  private static let basic = SoftRecipe.all.filter(\.hasBasicAccess)

  @Test func namesAreDistinct() {
    #expect(Set(SoftRecipe.all.map(\.name)).count == SoftRecipe.all.count)
    #expect(SoftRecipe(name: "chinese-passport") != nil && SoftRecipe(name: "") == nil)
  }

  /// Everything that a chip holds comes out of it, through the platform's own access control and messaging.
  @Test(arguments: basic) func allFilesAreRead(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(SoftChip(made.document))
    try terminal.openBasic(made.holder)
    #expect(terminal.messaging != nil)
    let application = made.document.files.filter { $0.key.group != nil || $0.key == .com || $0.key == .sod }
    for (file, content) in application {
      let identifier: UInt16 = file == .com ? 0x011e : file == .sod ? 0x011d : 0x0100 | UInt16(file.rawValue)
      #expect(try terminal.read(identifier) == content, "\(file.name)")
    }
    #expect(try terminal.read(0x0103) == nil)
  }

  @Test(arguments: SoftRecipe.all) func nothingIsReadUnopened(_ recipe: SoftRecipe) throws {
    let made = try Made.document(recipe)
    var terminal = Terminal(SoftChip(made.document))
    let access = try terminal.read(0x011c)
    #expect(access == made.document.files[.cardAccess])
    try terminal.selectApplication()
    _ = try terminal.send(CommandAPDU(0, 0xa4, 2, 0x0c, [1, 1]))
    #expect(try terminal.send(CommandAPDU(0, 0xb0, 0, 0, le: 4))?.status == StatusWord.securityNotSatisfied)
  }

  @Test(arguments: basic.filter { $0.active != nil }) func activeAuthenticationHolds(_ recipe: SoftRecipe)
    throws
  {
    #expect(try Self.isSigned(recipe, fault: nil) == true)
  }

  @Test(arguments: ["aa-other-challenge", "clone-own-keys", "clone-no-keys"])
  func activeAuthenticationFails(_ name: String) throws {
    let fault = try #require(SoftFault(name: name))
    let recipe = try #require(SoftRecipe(name: "hong-kong-passport"))
    #expect(try Self.isSigned(recipe, fault: fault) == false)
  }

  /// What active authentication finds.
  private static func isSigned(_ recipe: SoftRecipe, fault: SoftFault?) throws -> Bool? {
    let made = try Made.document(recipe)
    var terminal = Terminal(SoftChip(made.document, fault: fault))
    try terminal.openBasic(made.holder)
    let file = try #require(try terminal.read(0x010f))
    let info = made.document.files[.dg14].flatMap { try? SecurityInfos(dg14: $0) }
    var active = ActiveAuthentication(
      key: try DocumentKey(spki: Array(file.dropFirst(file[1] < 0x80 ? 2 : file[1] == 0x81 ? 3 : 4))),
      info: info?.activeAuthentication.first, allowsExtendedLength: recipe.hasExtendedLength,
      random: randomBytes)
    var step = try active.next([])
    while case .send(let commands) = step {
      step = try active.next(try commands.compactMap { try terminal.send($0) })
    }
    if case .done(let holds) = step { return holds }
    return nil
  }

  /// The holder and the files that no key is in follow from the seed.
  @Test func aSeedMakesTheSamePersonAgain() throws {
    let recipe = try #require(SoftRecipe(name: "chinese-passport"))
    let (one, same) = (try DocumentMaker(recipe, seed: 7).make(at: Made.time), try Made.document(recipe))
    let again = try DocumentMaker(recipe, seed: 7).make(at: Made.time)
    for file in [ChipFile.dg1, .dg2, .dg11, .dg12] {
      #expect(one.document.files[file] == again.document.files[file], "\(file.name)")
    }
    #expect(one.document.files[.dg1] != same.document.files[.dg1])
    #expect(one.document.files[.dg15] != again.document.files[.dg15])
    #expect(one.record?.number.key == one.holder.documentNumber)
  }

  /// The layouts are those that the platform's own rules know.
  @Test func zonesAreRead() throws {
    for (name, type, lines) in [
      ("chinese-passport", DocumentType.passport, 2), ("home-return-permit", .permit, 3),
    ] {
      let made = try Made.document(name)
      let zone = Array(try #require(made.document.files[.dg1]).dropFirst(5))
      let width = zone.count / lines
      let text = (0..<lines).map { String(decoding: zone[$0 * width..<($0 + 1) * width], as: UTF8.self) }
      let read = try MRZ(lines: text, type: type)
      #expect(read.number == made.holder.documentNumber)
      #expect(made.record.map { read.birthDate.agrees(with: $0.birthDate) } == true)
    }
  }

  @Test func nothingPrints() throws {
    let made = try Made.document("chinese-passport")
    #expect("\(made.document)" == "SoftDocument(withheld)" && "\(made.document.keys)" == "SoftKeys(withheld)")
  }
}
