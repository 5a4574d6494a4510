import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// Whole readings of software chips that do what they should, or what genuine chips do instead.
@Suite struct ChipReadingTests {
  struct Expectation: Sendable, CustomTestStringConvertible {
    let recipe: String
    let access: ChipVerdict.Access
    let proofs: [ChipProof]
    var testDescription: String { recipe }
  }

  static let documents = [
    Expectation(recipe: "chinese-passport", access: .bac, proofs: [.activeAuthentication]),
    Expectation(recipe: "hong-kong-passport", access: .paceGM, proofs: [.activeAuthentication]),
    Expectation(recipe: "home-return-permit", access: .paceGM, proofs: [.activeAuthentication]),
    Expectation(recipe: "two-way-permit", access: .bac, proofs: [.activeAuthentication]),
    Expectation(
      recipe: "european-passport", access: .paceCAM,
      proofs: [.chipAuthenticationMapping, .chipAuthentication]),
    Expectation(recipe: "integrated-passport", access: .paceIM, proofs: [.chipAuthentication]),
    Expectation(recipe: "modular-passport", access: .paceGM, proofs: [.chipAuthentication]),
    Expectation(recipe: "old-passport", access: .bac, proofs: []),
  ]

  @Test(arguments: documents)
  func everyDocumentIsReadWhole(_ expected: Expectation) throws {
    let made = try ReadingDocuments.named(expected.recipe)
    var relay = Relay(made)
    let result = try relay.result()
    let groups = result.files.filter { ![.cardAccess, .cardSecurity, .attributes].contains($0.key) }
    #expect(groups == made.groups())
    #expect(result.access == expected.access && result.secret == .mrz && result.proofs == expected.proofs)
    #expect(result.turns == relay.turns && result.commands >= relay.instructions.count)
    #expect(relay.progress == relay.progress.sorted() && relay.progress.allSatisfy { 0...100 ~= $0 })
  }

  /// With no extended length anywhere, as most readers are; numbers of 2048 bits do not fit then.
  @Test(arguments: documents.filter { $0.recipe != "modular-passport" })
  func withoutExtendedLength(_ expected: Expectation) throws {
    let made = try ReadingDocuments.named(expected.recipe)
    var relay = Relay(made, terms: ReadingTerms())
    let result = try relay.result()
    #expect(result.files[.dg2] == made.document.files[.dg2] && result.proofs == expected.proofs)
  }

  @Test(arguments: ["home-return-permit", "european-passport", "integrated-passport"])
  func byCardAccessNumber(_ recipe: String) throws {
    let made = try ReadingDocuments.named(recipe)
    var relay = Relay(made, password: .can(try #require(made.document.accessNumber)))
    let result = try relay.result()
    #expect(result.secret == .can && result.files[.dg1] == made.document.files[.dg1])
  }

  /// A card access number opens no chip without PACE.
  @Test func aCardAccessNumberForAnOldChip() throws {
    var relay = Relay(try ReadingDocuments.named("old-passport"), password: .can("123456"))
    #expect(relay.fault() == .accessNotOffered)
  }

  /// BAC, DG1, EF.SOD, a portrait of 15 KiB, DG11, DG15 and active authentication.
  @Test func tenRoundTrips() throws {
    let made = try ReadingDocuments.portrait(of: 15 * 1024)
    var relay = Relay(made, terms: ReadingTerms())
    let result = try relay.result()
    #expect(try #require(result.files[.dg2]).count > 15_000 && result.proofs == [.activeAuthentication])
    #expect(result.turns == 9 && result.commands > 80)
    var alone = Relay(made, terms: ReadingTerms(batch: 1))
    #expect(try alone.result().turns > 40)
  }

  /// What genuine chips do that is not in the standard: all are read whole.
  @Test(
    arguments: [
      "select-mf-6a86", "select-mf-6a87", "select-mf-6985", "select-aid-without-le", "read-160", "read-223",
      "read-223-6b00", "read-short", "read-within-file", "aa-empty-extended",
    ], ["chinese-passport", "hong-kong-passport"])
  func quirks(_ fault: String, _ recipe: String) throws {
    let made = try ReadingDocuments.named(recipe)
    var relay = Relay(made, chip: SoftChip(made.document, fault: try ReadingDocuments.fault(fault)))
    let result = try relay.result()
    #expect(result.files[.dg2] == made.document.files[.dg2] && result.files[.dg1] != nil)
    #expect(result.proofs == [.activeAuthentication])
  }

  /// The signature of a 2048-bit key does not fit a short answer under secure messaging.
  @Test(arguments: ["aa-cut", "sha1"])
  func longSignatures(_ fault: String) throws {
    var recipe = try #require(SoftRecipe.all.first { $0.name == "hong-kong-passport" })
    recipe.active = SoftRecipe.Active(.rsa(bits: 2048), .sha256)
    let made = try DocumentMaker(recipe).make(at: ReadingDocuments.time)
    var relay = Relay(made, chip: SoftChip(made.document, fault: try ReadingDocuments.fault(fault)))
    #expect(try relay.result().proofs == [.activeAuthentication])
  }

  @Test func paceThatWantsItsParametersNamed() throws {
    let made = try ReadingDocuments.named("hong-kong-passport")
    var relay = Relay(made, chip: SoftChip(made.document, fault: SoftFault(name: "mse-needs-84")))
    #expect(try relay.result().access == .paceGM)
  }

  @Test func tagsThatNobodyKnowsInTheIndex() throws {
    let made = try ReadingDocuments.faulty("chinese-passport", "com-unknown-tags")
    var relay = Relay(made)
    #expect(try relay.result().files[.dg1] == made.document.files[.dg1])
  }

  /// Portraits beyond the offsets that the even instruction can say.
  @Test(arguments: [40_000, 70_000])
  func longPortraits(_ size: Int) throws {
    let made = try ReadingDocuments.portrait(of: size, in: "old-passport")
    var relay = Relay(made)
    #expect(try relay.result().files[.dg2] == made.document.files[.dg2])
    #expect(relay.instructions.contains(0xb1))
  }

  @Test func onlyWhatIsWantedAndCovered() throws {
    let made = try ReadingDocuments.named("chinese-passport")
    var relay = Relay(made, terms: ReadingTerms(groups: [.dg1, .dg3, .dg4, .dg16]))
    #expect(try Set(relay.result().files.keys) == [.com, .sod, .dg1])
    #expect(ReadingTerms(groups: [.dg1, .dg3, .dg4, .sod]).groups == [.dg1])
    let uncovered = try ReadingDocuments.faulty("chinese-passport", "aa-key-uncovered")
    var second = Relay(uncovered)
    let result = try second.result()
    #expect(result.files[.dg15] == nil && result.proofs.isEmpty)
  }

  /// The same random bytes on both sides give the same commands.
  @Test func randomBytesAreInjected() throws {
    let made = try ReadingDocuments.named("old-passport")
    func commands() -> [[UInt8]] {
      let random: ChipRandom = { [UInt8](repeating: 7, count: $0) }
      var relay = Relay(made, chip: SoftChip(made.document, random: random), random: random)
      var sent: [[UInt8]] = []
      var turn = relay.reading.begin(now: 0)
      while case .send(let commands, _) = turn {
        sent += commands
        turn = relay.reading.take(relay.answers(to: commands), now: 0)
      }
      return sent
    }
    #expect(commands() == commands() && commands().count > 20)
  }
}
