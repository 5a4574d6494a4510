import Glibc
import PassgateSystem

/// A file of the repository as a reader has it.
struct Document: Sendable, CustomStringConvertible {
  /// From the root of the repository.
  let path: String
  let text: String

  init(_ path: String) throws {
    self.path = path
    text = String(decoding: try Files.read("\(Self.root)/\(path)"), as: UTF8.self)
  }

  var description: String { path }

  /// The root of the repository: three levels above this file, links followed.
  static let root: String = {
    guard let file = unsafe realpath(#filePath, nil) else { return "." }
    defer { unsafe free(file) }
    return unsafe Files.folder(of: Files.folder(of: Files.folder(of: String(cString: file))))
  }()

  /// The fenced blocks of one language, in order, without their fences.
  func blocks(_ language: String) -> [String] {
    var blocks: [String] = []
    var open: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let block = open {
        if line.hasPrefix("```") { blocks.append(block) }
        open = line.hasPrefix("```") ? nil : block + line + "\n"
      } else if line == "```\(language)" {
        open = ""
      }
    }
    return blocks
  }

  /// The JSON5 examples by the file name that the first line of each tells: `// hotel.json5`.
  func examples() -> [String: String] {
    var examples: [String: String] = [:]
    for block in blocks("json5") {
      let name = block.prefix { $0 != "\n" }.drop { $0 == "/" || $0 == " " }
      examples[String(name)] = block
    }
    return examples
  }

  /// What stands between backquotes in the first column of the tables under a heading.
  func terms(under heading: String) -> Set<String> {
    let section = text.split(separator: "\n## ").first { $0.hasPrefix("\(heading)\n") } ?? ""
    var terms: Set<String> = []
    for line in section.split(separator: "\n") where line.hasPrefix("|") {
      let column = line.dropFirst().prefix { $0 != "|" }
      for (index, part) in column.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      where index % 2 == 1 {
        terms.insert(String(part))
      }
    }
    return terms
  }
}

extension String {
  /// With one more key in its first object, which no reader may take for a setting.
  var withStrangeKey: String { replacing("{\n", with: "{\n  strange: 1,\n", maxReplacements: 1) }
}
