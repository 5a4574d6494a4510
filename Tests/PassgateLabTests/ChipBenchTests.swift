import PassgateCrypto
import PassgateDomain
import PassgateSoftChip
import Testing

@testable import passgate_lab

@Suite struct ChipBenchTests {
  private static let time: Int64 = 1_793_491_200

  /// A document by curves, whose keys are made in no time.
  private static func document(_ name: String) throws -> (SoftRecipe, MadeDocument) {
    var recipe = try #require(SoftRecipe(name: name))
    let signing = SoftRecipe.Signing(.ec(.secp256r1), .ecdsa(.sha256, .der))
    (recipe.authority, recipe.signer) = (signing, signing)
    return (recipe, try DocumentMaker(recipe).make(at: time))
  }

  /// READ BINARY of eight bytes under AES and its answer, counted by hand.
  @Test func whatProtectionNeedsIsCounted() {
    var tally = ProtectedTally(.aes128, renewed: .aes256)
    let code: [UInt8] = [0x8e, 0x08] + [UInt8](repeating: 1, count: 8)
    let sealed: [UInt8] = [0x87, 0x11, 0x01] + [UInt8](repeating: 2, count: 16)
    let command = [0x0c, 0xb0, 0x81, 0x00, 0x0d, 0x97, 0x01, 0x08] + code + [0x00]
    let answer = sealed + [0x99, 0x02, 0x90, 0x00] + code + [0x90, 0x00]
    tally.add([0x00, 0xa4, 0x02, 0x0c, 0x02, 0x01, 0x1c], [0x90, 0x00])
    #expect(tally.work.isEmpty && tally.commands == 1)
    tally.add(command, answer)
    // Counter, header and one object; counter and two objects: each to whole blocks.
    let expected = ProtectedTally.Work(
      encrypted: 0, decrypted: 16, authenticated: (16 + 16 + 16) + (16 + 32), vectors: 1)
    #expect(tally.work == [.aes128: expected])
    #expect(tally.commands == 2 && tally.bytes == 9 + command.count + answer.count)
  }

  /// All that a chip holds comes through the cipher.
  @Test(arguments: ["chinese-passport", "european-passport"]) func aReadingIsHeldAgainstWhatItNeeds(
    _ name: String
  ) throws {
    let (recipe, made) = try Self.document(name)
    let row = try ChipCostRow.reading(made, recipe)
    try row.sample()
    #expect(row.repetitions == 1 && row.ratio.least > 0)
    #expect(try #require(row.size).bytes > made.document.files[.dg2]?.count ?? 0)
  }

  @Test func passiveAuthenticationIsMeasuredOfSoundDocuments() throws {
    let (recipe, made) = try Self.document("chinese-passport")
    for isRemembered in [false, true] {
      let row = try ChipCostRow.passive(made, recipe, isRemembered: isRemembered, at: Self.time)
      try row.sample()
      #expect(row.ratio.median > 0)
    }
    let stranger = try DocumentMaker(recipe, fault: SoftFault(name: "authority-unknown")).make(at: Self.time)
    #expect(throws: Failure.self) {
      _ = try ChipCostRow.passive(stranger, recipe, isRemembered: true, at: Self.time)
    }
  }

  @Test func readingsGoOnTogether() throws {
    let many = try ManyReadings(5, try Self.document("chinese-passport").1, allowsExtendedLength: false)
    #expect(many.succeeded == 5 && many.peak >= many.before && many.spent > 0)
  }
}
