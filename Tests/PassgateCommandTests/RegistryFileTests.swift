import Glibc
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate

/// The portrait column of a registry file: what it takes, and that it leads nowhere else.
@Suite struct RegistryFileTests {
  private let folder: TemporaryDirectory
  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 900)
  private static let jpeg2000: [UInt8] =
    [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A] + [UInt8](repeating: 8, count: 900)
  private static let codestream: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51, 1, 2, 3]

  init() throws {
    folder = try TemporaryDirectory()
    try Files.createDirectory(folder.path("import/portraits/deep"))
    for (name, bytes) in [
      ("one.jpg", Self.jpeg), ("two.jp2", Self.jpeg2000), ("deep/three", Self.codestream),
      ("text.jpg", Array("%PDF-1.7".utf8)), ("empty.jpg", []),
      ("limit.jpg", Self.jpeg + [UInt8](repeating: 0, count: RegistryPortrait.imageLimit - Self.jpeg.count)),
      ("large.jpg", Self.jpeg + [UInt8](repeating: 0, count: RegistryPortrait.imageLimit)),
    ] {
      try Files.writeDurably(bytes, to: folder.path("import/portraits/\(name)"))
    }
    try Files.writeDurably(Self.jpeg, to: folder.path("secret.jpg"))
    for (target, name) in [("one.jpg", "link.jpg"), ("../../secret.jpg", "out.jpg"), ("..", "up")] {
      #expect(unsafe symlink(target, folder.path("import/portraits/\(name)")) == 0)
    }
    #expect(unsafe mkfifo(folder.path("import/portraits/pipe"), 0o600) == 0)
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = folder.path("import/\(name)")
    try Files.writeDurably(Array(text.utf8), to: path)
    return path
  }

  private func lines(_ path: String) throws -> [Result<RegistryLine, BadLine>] {
    var (file, lines) = (try RegistryFile(path, format: nil), [Result<RegistryLine, BadLine>]())
    while let line = try file.next() { lines.append(line) }
    return lines
  }

  private func portrait(_ path: String) throws -> FilePortrait {
    let csv = "documentType,number,birthDate,hanName,portrait\npermit,H1234567802,1985-03-14,陳美玲,\(path)\n"
    return try #require(try lines(file("one.csv", csv)).first).get().portrait
  }

  @Test(arguments: [
    ("portraits/one.jpg", jpeg), ("portraits/two.jp2", jpeg2000), ("portraits/deep/three", codestream),
  ])
  func picturesInsideTheFolderAreRead(_ path: String, _ bytes: [UInt8]) throws {
    #expect(try portrait(path) == .image(bytes))
  }

  @Test func theLimitIsExact() throws {
    guard case .image(let image) = try portrait("portraits/limit.jpg") else {
      Issue.record("refused")
      return
    }
    #expect(image.count == RegistryPortrait.imageLimit)
    #expect(try portrait("portraits/large.jpg") == .unusable("larger than 262144 bytes"))
  }

  private static let outside = "the path must be relative and stay inside the folder of the file"

  @Test(arguments: [
    ("../secret.jpg", outside), ("portraits/../../secret.jpg", outside), ("/etc/passwd", outside),
    ("./portraits/one.jpg", outside), ("portraits//one.jpg", outside), ("portraits/", outside),
    ("portraits/absent.jpg", "there is no such file"),
    ("portraits/link.jpg", "it is a link, and links are not followed"),
    ("portraits/out.jpg", "it is a link, and links are not followed"),
    ("portraits/up/one.csv", "a part of the path is no folder; links are not followed"),
    ("portraits/one.jpg/x", "a part of the path is no folder; links are not followed"),
    ("portraits", "it is not a file"), ("portraits/pipe", "it is not a file"),
    ("portraits/text.jpg", "neither JPEG nor JPEG 2000"),
    ("portraits/empty.jpg", "neither JPEG nor JPEG 2000"),
  ])
  func nothingElseIs(_ path: String, _ reason: String) throws {
    #expect(try portrait(path) == .unusable(reason))
  }

  @Test func aNameThatIsALinkToTheFilesFolderChangesNothing() throws {
    #expect(unsafe symlink("import", folder.path("elsewhere")) == 0)
    let csv =
      "documentType,number,birthDate,hanName,portrait\npermit,H1234567802,1985-03-14,陳美玲,portraits/one.jpg\n"
    _ = try file("here.csv", csv)
    #expect(try lines(folder.path("elsewhere/here.csv")).first?.get().portrait == .image(Self.jpeg))
  }

  @Test func bothFormsTakePortraitsAndAnEmptyOneIsNone() throws {
    let csv = """
      portrait,documentType,number,birthDate,hanName
      portraits/one.jpg,permit,H1234567802,1985-03-14,陳美玲
      ,permit,H1234567902,1985-03-14,陳美玲
      portraits/absent.jpg,permit,H12,1985-03-14,陳美玲
      """
    let ndjson = """
      {"documentType":"permit","number":"H1234567802","birthDate":"1985-03-14","hanName":"陳美玲","portrait":"portraits/one.jpg"}
      {"documentType":"permit","number":"H1234567902","birthDate":"1985-03-14","hanName":"陳美玲","portrait":null}
      {"documentType":"permit","number":"H12","birthDate":"1985-03-14","hanName":"陳美玲","portrait":"portraits/absent.jpg"}
      """
    for (name, text, first) in [("a.csv", csv, 2), ("a.ndjson", ndjson, 1)] {
      let lines = try lines(file(name, text))
      #expect(try lines[0].get().portrait == .image(Self.jpeg))
      #expect(try lines[0].get().number == first)
      #expect(try lines[1].get().portrait == .absent)
      #expect(throws: BadLine.self) { try lines[2].get() }
    }
  }

  // MARK: What an import is named by

  @Test(arguments: ["csv", "ndjson", "escaped.ndjson"])
  func otherPicturesMakeAnotherImport(_ form: String) throws {
    let line = """
      {"documentType":"permit","number":"H1234567802","birthDate":"1985-03-14","hanName":"陳美玲","portrait":"portraits/one.jpg"}\n
      """
    let text =
      switch form {
      case "csv":
        "documentType,number,birthDate,hanName,portrait\npermit,H1234567802,1985-03-14,陳美玲,portraits/one.jpg\n"
      case "ndjson": line
      default: line.replacing("\"portrait\"", with: "\"portr\\u0061it\"")
      }
    let path = try file("named.\(form)", text)
    func identity() throws -> [UInt8] {
      var file = try RegistryFile(path, format: nil)
      return try file.identity()
    }
    let first = try identity()
    #expect(try identity() == first && first.count == 16)
    try Files.writeDurably(Self.jpeg + [1], to: folder.path("import/portraits/one.jpg"))
    let second = try identity()
    #expect(second != first)
    try Files.remove(folder.path("import/portraits/one.jpg"))
    #expect(try ![first, second].contains(identity()))
  }
}
