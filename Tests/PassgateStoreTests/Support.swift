import Glibc
import PassgateSystem

@testable import PassgateStore

/// A key whose first eight bytes are all zero for every `seed`, as no two real keys' are likely to be.
func key(_ seed: Int) -> [UInt8] {
  [UInt8](repeating: 0, count: 24) + (0..<8).map { UInt8(truncatingIfNeeded: seed >> (56 - $0 * 8)) }
}

func row(_ seed: Int, _ text: String, isSuperseded: Bool = false) -> RegistryRow {
  RegistryRow(key: key(seed), sealed: [UInt8](text.utf8), isSuperseded: isSuperseded)
}

func makeSymbolicLink(_ link: String, to target: String) throws {
  guard unsafe symlink(target, link) == 0 else { throw SystemError(doing: "link \(link)", code: errno) }
}

extension Database {
  /// Leaves room for so many pages more, as a disk that is nearly full does.
  func leaveRoom(pages: Int64) throws(StoreError) {
    try execute("PRAGMA max_page_count = \(try integer("PRAGMA page_count") + pages)")
  }

  func liftLimit() throws(StoreError) { try execute("PRAGMA max_page_count = 1073741823") }
}
