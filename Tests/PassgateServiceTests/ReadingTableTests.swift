import Testing

@testable import PassgateService

/// Readings under way, as a value: whose, which turn, how long, how many, how much.
@Suite struct ReadingTableTests {
  private typealias Table = ReadingTable<String>

  private static let second: UInt64 = 1_000_000_000

  private static func owner(
    _ tenant: String = "hotel", key: UInt8 = 1, scene: String = "lodging"
  ) -> ReadingOwner {
    ReadingOwner(tenantID: tenant, keyID: [key], sceneID: scene)
  }

  /// A table whose methods answer in words.
  private final class Desk {
    var table: Table

    init(_ limits: ReadingLimits = ReadingLimits()) { table = Table(limits: limits) }

    /// With one reading that waits for its first turn.
    static func begun(_ limits: ReadingLimits = ReadingLimits()) -> Desk {
      let desk = Desk(limits)
      #expect(desk.begin(1) == "")
      return desk
    }

    func begin(_ id: UInt8, _ tenant: String = "hotel", bytes: Int = 100, at now: UInt64 = 0) -> String {
      say { () throws(ReadingFault) in
        try table.insert("reading", id: [id], owner: owner(tenant), bytes: bytes, now: now)
        return ""
      }
    }

    func take(
      _ turn: UInt32, id: UInt8 = 1, by owner: ReadingOwner = ReadingTableTests.owner(), at now: UInt64 = 1
    ) -> String {
      say { () throws(ReadingFault) in try table.take([id], turn: turn, by: owner, now: now) }
    }

    func putBack(id: UInt8 = 1, bytes: Int = 100, at now: UInt64 = 1) -> String {
      say { () throws(ReadingFault) in "turn \(try table.putBack([id], bytes: bytes, now: now))" }
    }

    func remove(_ id: UInt8 = 1) -> Bool { table.remove([id]) }

    private func say(_ body: () throws(ReadingFault) -> String) -> String {
      do {
        return try body()
      } catch {
        switch error {
        case .full(let wait): return "full for \(wait / second) s"
        case .notFound: return "not found"
        case .ended: return "ended"
        }
      }
    }
  }

  @Test func turnsAreAnsweredOneAfterTheOther() {
    let desk = Desk.begun()
    for turn in 1...20 as ClosedRange<UInt32> {
      #expect(desk.take(turn) == "reading")
      #expect(desk.putBack(bytes: 100 * Int(turn)) == "turn \(turn + 1)")
    }
    #expect(desk.table.count == 1 && desk.table.bytes == 2_000)
    #expect([desk.remove(), desk.remove()] == [true, false])
    #expect(desk.table.count == 0 && desk.table.bytes == 0)
  }

  @Test(arguments: [0, 2, 3, .max] as [UInt32]) func anotherTurnEndsAReading(_ turn: UInt32) {
    let desk = Desk.begun()
    #expect(desk.take(turn) == "ended")
    #expect(desk.take(1) == "not found")
    #expect(desk.table.ends.disturbed == 1 && desk.table.bytes == 0)
  }

  @Test func aTurnThatIsAnsweredTwiceEndsAReading() {
    let desk = Desk.begun()
    #expect(desk.take(1) == "reading")
    // The second answer comes while a worker has the first.
    #expect(desk.take(1) == "ended")
    #expect(desk.putBack() == "ended")
    #expect(!desk.remove())
    let later = Desk.begun()
    #expect([later.take(1), later.putBack(), later.take(1)] == ["reading", "turn 2", "ended"])
  }

  @Test(arguments: [owner("inn"), owner(key: 2), owner(scene: "transport")])
  private func anybodyElseLearnsNothingAndEndsIt(_ other: ReadingOwner) {
    let desk = Desk.begun()
    #expect(desk.take(1, id: 2, by: other) == "not found" && desk.table.count == 1)
    #expect(desk.take(1, by: other) == "not found" && desk.table.count == 0)
  }

  @Test func aReadingHasAMinute() {
    let desk = Desk.begun()
    #expect(desk.take(1, at: 59 * Self.second) == "reading")
    #expect(desk.putBack(at: 59 * Self.second) == "turn 2")
    #expect(desk.take(2, at: 60 * Self.second) == "not found")
    #expect(desk.table.count == 0 && desk.table.bytes == 0 && desk.table.ends.expired == 1)
  }

  /// Its time is over while a worker has it: what it came to is not given.
  @Test func aWorkerThatTakesTooLongBringsNothing() {
    let desk = Desk.begun()
    #expect(desk.take(1, at: 59 * Self.second) == "reading")
    desk.table.expire(61 * Self.second)
    #expect(desk.putBack(at: 61 * Self.second) == "ended")
    #expect(!desk.remove())
  }

  @Test func tenantsAndAllAreBounded() {
    var limits = ReadingLimits()
    (limits.ofTenant, limits.inAll) = (2, 3)
    let desk = Desk(limits)
    #expect([desk.begin(1), desk.begin(2), desk.begin(3)] == ["", "", "full for 60 s"])
    #expect(desk.begin(4, "inn", at: 10 * Self.second) == "")
    #expect(desk.begin(5, "bank", at: 10 * Self.second) == "full for 50 s")
    #expect(desk.remove(1))
    #expect(desk.begin(6, at: 10 * Self.second) == "")
    #expect(desk.begin(7, at: 10 * Self.second) == "full for 50 s")
    #expect(desk.begin(8, at: 71 * Self.second) == "" && desk.table.count == 1)
  }

  @Test func whatAllHoldIsBounded() {
    var limits = ReadingLimits()
    limits.bytes = 250
    let desk = Desk.begun(limits)
    #expect(desk.begin(2) == "")
    #expect([desk.take(1, id: 2), desk.putBack(id: 2, bytes: 150)] == ["reading", "turn 2"])
    #expect(desk.begin(3, "inn") == "full for 60 s")
    // The one that would grow beyond ends, the others go on.
    #expect([desk.take(1), desk.putBack(bytes: 101)] == ["reading", "full for 59 s"])
    #expect(desk.table.count == 1 && desk.table.bytes == 150)
  }

  @Test func manyReadingsLeaveNothingBehind() throws {
    var table = Table()
    for number in 0..<20_000 {
      let id = [UInt8(number >> 8), UInt8(number & 0xFF)]
      let now = UInt64(number) * Self.second / 10
      try table.insert("", id: id, owner: Self.owner(), bytes: 7, now: now)
      if number % 3 == 0 { table.remove(id) }
    }
    #expect(table.count == 400)
    table.expire(.max)
    #expect(table.count == 0 && table.bytes == 0 && table.ends.expired == 13_333)
  }
}
