import Foundation

/// Files of this package, seen from the tests.
enum Repository {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func read(_ path: String) throws -> Data { try Data(contentsOf: root.appending(path: path)) }
}
