import PassgateTestKit
import Testing

@testable import PassgateStore

@Suite("Files of sources of trust")
struct DocumentTrustStoreTests {
  let folder: TemporaryDirectory
  let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("trust.sqlite")
  }

  private func digest(_ seed: UInt8) -> [UInt8] { [UInt8](repeating: seed, count: 32) }

  private func step(_ received: UInt64, of count: UInt64, _ seed: UInt8 = 1, complete: Bool = false)
    -> TrustUploadStep
  {
    .at(
      StoredTrustFile(digest: digest(seed), byteCount: count, received: received, isComplete: complete))
  }

  @Test func aFileComesInChunksAndIsReadWhole() throws {
    let store = try DocumentTrustStore(path: path)
    #expect(try store.bytes(of: digest(1)) == nil)
    #expect(try store.append([1, 2, 3], at: 0, of: digest(1), byteCount: 5, at: 1) == step(3, of: 5))
    #expect(try store.append([4, 5], at: 3, of: digest(1), byteCount: 5, at: 2) == step(5, of: 5))
    try store.markComplete(digest(1))
    #expect(try store.bytes(of: digest(1)) == [1, 2, 3, 4, 5])
    // Whatever comes again stores nothing.
    #expect(
      try store.append([9], at: 0, of: digest(1), byteCount: 5, at: 3) == step(5, of: 5, complete: true))
    #expect(try store.bytes(of: digest(1)) == [1, 2, 3, 4, 5])
  }

  @Test func aChunkElsewhereStoresNothing() throws {
    let store = try DocumentTrustStore(path: path)
    #expect(try store.append([1], at: 1, of: digest(1), byteCount: 5, at: 1) == step(0, of: 5))
    #expect(try store.file(digest(1)) == nil)
    _ = try store.append([1, 2], at: 0, of: digest(1), byteCount: 5, at: 1)
    #expect(try store.append([1, 2], at: 0, of: digest(1), byteCount: 5, at: 1) == step(2, of: 5))
    #expect(try store.append([1, 2], at: 2, of: digest(1), byteCount: 6, at: 1) == .otherLength)
  }

  @Test func whatHasComeIsThereAfterRestart() throws {
    do {
      let store = try DocumentTrustStore(path: path)
      _ = try store.append([1, 2], at: 0, of: digest(1), byteCount: 4, at: 1)
    }
    let store = try DocumentTrustStore(path: path)
    #expect(try store.append([3, 4], at: 2, of: digest(1), byteCount: 4, at: 1) == step(4, of: 4))
    #expect(try store.bytes(of: digest(1)) == [1, 2, 3, 4])
  }

  @Test func aDroppedFileBeginsAnew() throws {
    let store = try DocumentTrustStore(path: path)
    _ = try store.append([1, 2], at: 0, of: digest(1), byteCount: 4, at: 1)
    try store.drop(digest(1))
    #expect(try store.bytes(of: digest(1)) == nil)
    #expect(try store.append([7], at: 0, of: digest(1), byteCount: 9, at: 1) == step(1, of: 9))
  }

  @Test func whatIsOldAndNotNeededIsDropped() throws {
    let store = try DocumentTrustStore(path: path)
    for seed: UInt8 in 1...3 {
      _ = try store.append(
        [UInt8](repeating: seed, count: 10), at: 0, of: digest(seed), byteCount: 10, at: UInt64(seed) * 100)
    }
    #expect(try store.purge(keeping: [digest(1)], before: 300) == 10)
    #expect(try store.file(digest(1)) != nil)
    #expect(try store.file(digest(2)) == nil)
    #expect(try store.file(digest(3)) != nil)
    #expect(try store.purge(keeping: [digest(1), digest(3)], before: 1_000) == 0)
  }
}
