import PassgateDomain
import Testing

@testable import PassgateService

/// Captures as values: whose, how long, how often, how many.
@Suite struct CaptureTableTests {
  private static let second: UInt64 = 1_000_000_000
  private static let noon: UInt64 = 1_795_608_000_000

  private static func owner(
    _ tenant: String = "hotel", key: UInt8 = 1, scene: String = "lodging"
  ) -> ReadingOwner {
    ReadingOwner(tenantID: tenant, keyID: [key], sceneID: scene)
  }

  private static func begun(_ table: inout CaptureTable, at now: UInt64 = 0) throws -> Capture {
    try table.begin(owner(), now: now, wallMilliseconds: noon)
  }

  @Test func aCaptureIsGoodOnce() throws {
    var table = CaptureTable()
    let begun = try Self.begun(&table)
    #expect(begun.id.count == 16 && begun.nonce.count == 32)
    #expect(begun.begun == Self.noon && begun.expires == Self.noon + 120_000)
    let taken = try table.take(begun.id, by: Self.owner(), now: 1)
    #expect(taken.id == begun.id && taken.nonce == begun.nonce && taken.turn == begun.turn)
    #expect(throws: ReadingFault.self) { try table.take(begun.id, by: Self.owner(), now: 2) }
    #expect(table.count == 0)
  }

  @Test func nobodyGuessesWhatIsDrawn() throws {
    var table = CaptureTable()
    var (ids, nonces): (Set<[UInt8]>, Set<[UInt8]>) = ([], [])
    var turns: [HeadTurn: Int] = [:]
    for _ in 0..<1_000 {
      let capture = try Self.begun(&table)
      ids.insert(capture.id)
      nonces.insert(capture.nonce)
      turns[capture.turn, default: 0] += 1
    }
    #expect(ids.count == 1_000 && nonces.count == 1_000)
    // Six standard deviations of 1,000 tosses.
    #expect(HeadTurn.allCases.allSatisfy { (405...595).contains(turns[$0] ?? 0) })
  }

  @Test(arguments: [owner("inn"), owner(key: 2), owner(scene: "transport")])
  private func anybodyElseEndsIt(_ other: ReadingOwner) throws {
    var table = CaptureTable()
    let capture = try Self.begun(&table)
    #expect(throws: ReadingFault.self) { try table.take(capture.id, by: other, now: 1) }
    #expect(throws: ReadingFault.self) { try table.take(capture.id, by: Self.owner(), now: 1) }
  }

  @Test func aCaptureHasTwoMinutes() throws {
    var table = CaptureTable()
    let (first, second) = (try Self.begun(&table), try Self.begun(&table))
    _ = try table.take(first.id, by: Self.owner(), now: 119 * Self.second)
    #expect(throws: ReadingFault.self) {
      try table.take(second.id, by: Self.owner(), now: 120 * Self.second)
    }
    _ = try Self.begun(&table, at: 120 * Self.second)
    table.expire(239 * Self.second)
    #expect(table.count == 1)
    table.expire(240 * Self.second)
    #expect(table.count == 0)
  }

  /// What the platform's own failure cost is given back, and no more time with it.
  @Test(arguments: [0, 3_000]) func aCaptureThatIsGivenBackKeepsItsEnd(_ others: Int) throws {
    var table = CaptureTable()
    let capture = try Self.begun(&table)
    for now in [30, 60, 119] as [UInt64] {
      let taken = try table.take(capture.id, by: Self.owner(), now: now * Self.second)
      table.giveBack(taken, to: Self.owner(), now: now * Self.second)
    }
    for _ in 0..<others {
      let other = try Self.begun(&table, at: 119 * Self.second)
      _ = try table.take(other.id, by: Self.owner(), now: 119 * Self.second)
    }
    #expect(throws: ReadingFault.self) {
      try table.take(capture.id, by: Self.owner(), now: 120 * Self.second)
    }
  }

  @Test func tenantsAndAllAreBounded() throws {
    var table = CaptureTable(
      limits: ReadingLimits(ofTenant: 2, inAll: 3, bytes: .max, life: 120 * Self.second))
    for _ in 0..<2 { _ = try Self.begun(&table) }
    #expect(throws: ReadingFault.self) { try Self.begun(&table) }
    _ = try table.begin(Self.owner("inn"), now: 0, wallMilliseconds: Self.noon)
    #expect(throws: ReadingFault.self) {
      try table.begin(Self.owner("bank"), now: 0, wallMilliseconds: Self.noon)
    }
    _ = try Self.begun(&table, at: 121 * Self.second)
    #expect(table.count == 1)
  }
}
