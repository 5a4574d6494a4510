import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate

/// What a command is run with.
func invocation(_ words: String...) throws -> CommandLine.Invocation {
  guard case .run(let invocation) = passgate.commandLine.parse(words) else {
    throw Failure("'\(words.joined(separator: " "))' is no command line")
  }
  return invocation
}

func day(_ iso: String) throws -> CalendarDate { try #require(CalendarDate(iso: iso)) }

/// The problems that a reader throws, a line each.
func problems(_ read: () throws -> some Any) -> [String] {
  do {
    _ = try read()
    return []
  } catch {
    return "\(error)".split(separator: "\n").map(String.init)
  }
}

/// A folder with a dossier in order, whose texts a test changes.
struct DossierFolder {
  let folder: TemporaryDirectory
  var path: String { folder.path }

  init(_ change: (String) -> String = { $0 }) throws {
    folder = try TemporaryDirectory()
    for name in ["form", "licence", "lawfulness", "rights", "security"] {
      try Files.writeDurably(Array("%PDF-1.7 \(name)".utf8), to: folder.path("\(name).pdf"))
    }
    let filled = DossierTemplate.text.replacing("name: \"\"", with: "name: \"海港酒店有限公司\"")
      .replacing("creditCode: \"\"", with: "creditCode: \"91110000802100433B\"")
      .replacing("scene: \"\"", with: "scene: \"check-in\"")
      .replacing("legalBasis: \"\"", with: "legalBasis: \"旅馆业治安管理办法第六条\"")
      .replacing("expiresOn: \"\"", with: "expiresOn: \"2027-12-31\"")
    try Files.writeDurably(Array(change(filled).utf8), to: folder.path(DossierFile.name))
  }
}
