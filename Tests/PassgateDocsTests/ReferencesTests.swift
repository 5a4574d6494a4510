import PassgateSystem
import Testing

/// What the documents name must be there.
@Suite struct ReferencesTests {
  private static let documents = [
    "README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "PKI/README.md", "Protos/README.md",
    "Sources/passgated/README.md", "Sources/passgate/README.md", "Sources/passgate-signer/README.md",
    "Sources/passgate-portrait/README.md", "Tests/Specimens/README.md",
  ]

  @Test(arguments: documents) func everyPathNamedExists(_ path: String) throws {
    let document = try Document(path)
    // A path ends with its quotation or before an argument; what holds <X> or * names many.
    let quoted = document.text.matches(of: /`((?:Sources|Tests|Tools|Protos|PKI|\.ci)\/[\w.\/-]*)[` ]/)
    let sources = document.text.matches(of: /`((?:Passgate|passgate|CLinux)[\w-]*\/\w+\.(?:swift|c))`/)
    for match in quoted.map({ String($0.output.1) }) + sources.map({ "Sources/\($0.output.1)" }) {
      #expect(Files.exists("\(Document.root)/\(match)"), "\(path) names \(match)")
    }
    let links = document.text.matches(of: /\]\(([\w.\/-]+)(?:#[\w-]*)?\)/)
    for match in links.map(\.output.1) {
      let target = Files.resolve(String(match), relativeTo: Files.folder(of: path))
      #expect(Files.exists("\(Document.root)/\(target)"), "\(path) links to \(match)")
    }
  }
}
