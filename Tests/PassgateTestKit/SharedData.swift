import Glibc
import PassgateSystem

/// Vectors kept beside the package rather than in it: `../shared/testdata` seen from the package's root.
package enum SharedData {
  /// The file or folder, or nil where this machine does not have it: the test is then skipped.
  ///
  ///     @Test(.enabled(if: SharedData.path("pki/x") != nil, "needs ../shared/testdata/pki/x"))
  package static func path(_ name: String) -> String? {
    guard let root else { return nil }
    let path = "\(root)/../shared/testdata/\(name)"
    return Files.exists(path) ? path : nil
  }

  /// The package's root: three levels above this file, links followed.
  private static let root: String? = {
    guard let file = unsafe realpath(#filePath, nil) else { return nil }
    defer { unsafe free(file) }
    return unsafe Files.folder(of: Files.folder(of: Files.folder(of: String(cString: file))))
  }()
}
