import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate

/// `dossier.json5`: everything that is missing is said at once, before anything is sent.
@Suite struct DossierFileTests {
  private func read(_ folder: DossierFolder) throws -> DossierFile {
    try DossierFile.read(folder.path, today: try day("2026-11-23"))
  }

  @Test func aFilledTemplateIsInOrder() throws {
    let file = try read(try DossierFolder())
    #expect(file.dossier.organisation.kind == .enterprise)
    #expect(file.dossier.materials.map(\.kind) == MaterialKind.allCases)
    #expect(file.documents.map(\.digest) == file.dossier.materials.map(\.digest))
    let bytes = Array("%PDF-1.7 form".utf8)
    #expect(file.documents.first?.digest == sha256(bytes.span))
    #expect(file.dossier.scopes.first?.hours == .allDay)
  }

  //= Measures art.6(1)
  //= type=test
  @Test func theEmptyTemplateTellsAllThatIsMissing() throws {
    let folder = try TemporaryDirectory()
    _ = try DossierTemplate.write(to: folder.path)
    let found = problems { try DossierFile.read(folder.path, today: try day("2026-11-23")) }
    let places =
      [
        "organisation.name", "organisation.creditCode", "scopes[0].scene", "scopes[0].legalBasis",
      ] + (0..<5).flatMap { ["materials[\($0)].expiresOn", "materials[\($0)].file"] }
    let file = folder.path(DossierFile.name)
    #expect(found.count == places.count)
    for place in places { #expect(found.contains { $0.hasPrefix("\(file): \(place): ") }, "\(place)") }
  }

  @Test func theTemplateHasTheLawsNames() {
    let text = DossierTemplate.text
    #expect(text.contains("// transport 交通 | finance 金融 | telecoms 通讯 | education 教育 |"))
    #expect(text.contains("// permit 港澳居民来往内地通行证 | passport 中华人民共和国护照"))
    for kind in MaterialKind.allCases where kind != .systemRights && kind != .systemSecurity {
      #expect(text.contains(") \(kind.chinese) ·"), "\(kind)")
    }
  }

  @Test func aTemplateReplacesNothing() throws {
    let folder = try DossierFolder()
    #expect(throws: Failure.self) { try DossierTemplate.write(to: folder.path) }
    #expect(throws: Never.self) { try read(folder) }
  }

  @Test func theLawsFaultsHaveTheFilesPlaces() throws {
    let folder = try DossierFolder {
      $0.replacing("2027-12-31\" },\n    // (二)", with: "2025-12-31\" },\n    // (二)")
        .replacing("91110000802100433B", with: "91110000802100433C")
        .replacing("peakPerMinute: 20", with: "peakPerMinute: 2000")
    }
    let places = problems { try read(folder) }.map { $0.split(separator: ": ")[1] }
    #expect(places == ["organisation.creditCode", "volume.peakPerMinute", "materials[0].expiresOn"])
  }

  @Test func aMissingSetIsNamed() throws {
    let folder = try DossierFolder { $0.replacing("kind: \"lawfulness\"", with: "kind: \"registration\"") }
    let found = problems { try read(folder) }
    #expect(found.count == 1)
    #expect(found.first?.contains("合法性说明材料") == true)
  }

  @Test(arguments: [
    ("%PDF-1.4", Material.MediaType.pdf), ("\u{FF}", nil), ("hello", nil),
  ])
  func theFirstBytesTellTheType(_ text: String, _ type: Material.MediaType?) {
    #expect(Material.MediaType(beginning: Array(text.utf8)) == type)
  }

  @Test func picturesAreKnownByTheirFirstBytes() {
    #expect(Material.MediaType(beginning: [0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
    #expect(Material.MediaType(beginning: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == .png)
    #expect(Material.MediaType(beginning: [0xFF, 0xD8]) == nil)
  }

  @Test(arguments: [("", "is empty"), ("hello", "is no PDF, JPEG or PNG")])
  func aFileThatIsNoDocumentIsNamed(_ content: String, _ sentence: String) throws {
    let folder = try DossierFolder()
    try Files.writeDurably(Array(content.utf8), to: folder.folder.path("rights.pdf"))
    let found = problems { try read(folder) }
    #expect(found.count == 1)
    #expect(found.first?.contains("materials[3].file") == true)
    #expect(found.first?.hasSuffix(sentence) == true)
  }

  @Test func aSettingThatIsNoneIsNamed() throws {
    let folder = try DossierFolder { $0.replacing("volume: {", with: "volumes: 1, volume: {") }
    #expect(problems { try read(folder) }.count == 1)
  }

  @Test func hoursAreRead() throws {
    let folder = try DossierFolder {
      $0.replacing("// hours: \"08:00-22:00\"", with: "hours: \"22:00-06:30\"")
    }
    #expect(try read(folder).dossier.scopes.first?.hours == DailyHours(from: 1320, until: 390))
  }

  @Test func aFolderWithoutOneSaysHowToBegin() throws {
    let folder = try TemporaryDirectory()
    let found = problems { try DossierFile.read(folder.path, today: try day("2026-11-23")) }
    #expect(found.first?.contains("apply --template") == true)
  }
}
