import PassgateCrypto
import PassgateDomain
import PassgateSoftChip
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate_lab

@Suite struct ChipFolderTests {
  private static let quick = SoftRecipe.Signing(.ec(.secp256r1), .ecdsa(.sha256, .der))

  /// The chip of a folder has the files, passwords and keys of the one that was written.
  @Test(arguments: ["chinese-passport", "european-passport", "modular-passport"])
  func aChipComesBackWhole(_ name: String) throws {
    var recipe = try #require(SoftRecipe(name: name))
    (recipe.authority, recipe.signer) = (Self.quick, Self.quick)
    let document = try DocumentMaker(recipe).make(at: 1_793_491_200).document
    let folder = try TemporaryDirectory()
    try ChipFolder.write(document, to: folder.path)
    let read = try ChipFolder.read(folder.path)
    #expect(read.files == document.files && read.accessZone == document.accessZone)
    #expect(read.accessNumber == document.accessNumber)
    #expect(read.hasBasicAccess == document.hasBasicAccess)
    #expect(read.hasExtendedLength == document.hasExtendedLength)
    #expect(try read.keys.active?.key.encoded() == document.keys.active?.key.encoded())
    #expect(read.keys.active?.digest == document.keys.active?.digest)
    #expect(read.keys.agreement.map(Self.facts) == document.keys.agreement.map(Self.facts))
    #expect(read.keys.mapping.map(Self.facts) == document.keys.mapping.map(Self.facts))
  }

  private static func facts(_ key: SoftKeys.Agreement) -> [Int] {
    [Int(key.group.parameterID), key.identifier ?? -1] + key.privateKey.bytes.map { Int($0) }
  }

  @Test func aFolderWithoutAChip() throws {
    let folder = try TemporaryDirectory()
    #expect(throws: Failure.self) { try ChipFolder.read(folder.path) }
    try Files.writeDurably([0x60, 0x00], to: folder.path("EF.COM"))
    #expect(throws: (any Error).self) { try ChipFolder.read(folder.path) }
    try Files.writeDurably(Array("{accessZone: \"X\", unheard: 1}".utf8), to: folder.path("chip.json"))
    #expect(throws: Failure.self) { try ChipFolder.read(folder.path) }
  }

  @Test func theCatalogueHasAll() {
    let names = SoftRecipe.all.map(\.name) + SoftFault.all.map(\.name)
    #expect(names.allSatisfy { ChipCatalogue.text.contains("  \($0) ") })
    #expect(names.allSatisfy { ChipCatalogue.json.contains("\"\($0)\"") })
  }
}
