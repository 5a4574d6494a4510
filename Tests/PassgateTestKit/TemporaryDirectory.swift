import Glibc
import PassgateSystem

/// A fresh folder of this user's alone, removed with all it holds when the value ends.
package final class TemporaryDirectory: Sendable {
  /// Absolute.
  package let path: String

  package init() throws {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/passgate-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw SystemError(doing: "make a folder in \(parent)", code: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The path of a name in the folder.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  deinit { Self.removeTree(path) }

  private static func removeTree(_ path: String) {
    // A link is removed, never followed; leftovers are the test's own litter in /tmp and fail nothing.
    if !isLink(path), let names = try? Files.list(path) {
      for name in names { removeTree("\(path)/\(name)") }
    }
    try? Files.remove(path)
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
