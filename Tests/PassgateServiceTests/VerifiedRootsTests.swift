import Testing

@testable import PassgateService

@Suite struct VerifiedRootsTests {
  private static let entry = VerifiedRoots.Entry(
    keyID: [1], tenantID: "bank-a", algorithm: 1, treeSize: 8, root: [2], value: [3])

  private static func entry(_ number: Int) -> VerifiedRoots.Entry {
    VerifiedRoots.Entry(
      keyID: [1], tenantID: "bank-a", algorithm: 1, treeSize: 8, root: [2],
      value: [UInt8(number >> 8), UInt8(number & 0xFF)])
  }

  private static func roots(_ entries: [VerifiedRoots.Entry], epoch: UInt64 = 1) -> VerifiedRoots {
    var roots = VerifiedRoots()
    _ = roots.contains(entry, epoch: epoch)
    for entry in entries { roots.insert(entry) }
    return roots
  }

  @Test func whatHasVerifiedIsKnown() {
    var roots = Self.roots([])
    #expect(roots.contains(Self.entry, epoch: 1) == false)
    roots.insert(Self.entry)
    #expect(roots.contains(Self.entry, epoch: 1) == true)
  }

  /// Each differs from the entry that has verified in one part.
  private static let neighbours = [
    VerifiedRoots.Entry(keyID: [9], tenantID: "bank-a", algorithm: 1, treeSize: 8, root: [2], value: [3]),
    VerifiedRoots.Entry(keyID: [1], tenantID: "bank-b", algorithm: 1, treeSize: 8, root: [2], value: [3]),
    VerifiedRoots.Entry(keyID: [1], tenantID: "bank-a", algorithm: 2, treeSize: 8, root: [2], value: [3]),
    VerifiedRoots.Entry(keyID: [1], tenantID: "bank-a", algorithm: 1, treeSize: 9, root: [2], value: [3]),
    VerifiedRoots.Entry(keyID: [1], tenantID: "bank-a", algorithm: 1, treeSize: 8, root: [9], value: [3]),
    VerifiedRoots.Entry(keyID: [1], tenantID: "bank-a", algorithm: 1, treeSize: 8, root: [2], value: [9]),
  ]

  @Test(arguments: neighbours) func everyPartCounts(_ neighbour: VerifiedRoots.Entry) {
    var roots = Self.roots([Self.entry])
    #expect(roots.contains(neighbour, epoch: 1) == false)
  }

  @Test(arguments: [0, 2] as [UInt64]) func anotherEpochForgetsThemAll(_ epoch: UInt64) {
    var roots = Self.roots([Self.entry])
    #expect(roots.contains(Self.entry, epoch: epoch) == false)
    // The way back does not revive them either.
    #expect(roots.contains(Self.entry, epoch: 1) == false)
    roots.insert(Self.entry)
    #expect(roots.contains(Self.entry, epoch: 1) == true)
  }

  @Test(arguments: [64, 65, 100, 128, 300]) func theLatestSixtyFourAreKept(_ count: Int) {
    var roots = Self.roots((0..<count).map(Self.entry))
    for number in 0..<count {
      #expect(roots.contains(Self.entry(number), epoch: 1) == (number >= count - 64))
    }
  }

  @Test func aKnownRootTakesNoSecondPlace() {
    var roots = Self.roots((0..<64).map(Self.entry))
    for _ in 0..<10 { roots.insert(Self.entry(63)) }
    #expect((0..<64).allSatisfy { roots.contains(Self.entry($0), epoch: 1) })
  }
}
