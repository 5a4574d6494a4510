import PassgateSettings
import PassgateSystem
import Synchronization
import Testing

/// Keeps the lines a log writes.
private final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  var sink: @Sendable ([UInt8]) -> Void {
    { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
  }
}

@Suite struct LogTests {
  private let lines = Lines()
  private let clock = ManualClock()

  @Test func aLineIsOneJSONObject() {
    let log = Log(clock: clock, sink: lines.sink)
    log.info("listening", ["port": 4433, "address": "::1", "sandbox": true])
    let expected =
      #"{"time":"2026-07-01T00:00:00.000Z","level":"info","event":"listening","port":4433,"address":"::1","#
      + "\"sandbox\":true}\n"
    #expect(lines.all == [expected])
  }

  @Test(arguments: LogLevel.allCases)
  func lowerLevelsAreLeftOut(minimum: LogLevel) {
    let log = Log(minimum: minimum, clock: clock, sink: lines.sink)
    log.debug("event")
    log.info("event")
    log.warning("event")
    log.error("event")
    #expect(lines.all.count == LogLevel.allCases.count { $0 >= minimum })
    #expect(lines.all.last?.contains(#""level":"error""#) == true)
  }

  @Test(arguments: [
    "x\n{\"time\":\"forged\"}", "\r\n", "\u{2028}", "\u{85}", "\",\"level\":\"error", "\u{1B}[2K", "\u{0}",
  ])
  func aFieldCannotStartAnotherLineOrMember(text: String) throws {
    let log = Log(clock: clock, sink: lines.sink)
    log.warning("refused", ["peer": .string(text)])
    let line = try #require(lines.all.first)
    #expect(lines.all.count == 1)
    #expect(
      line.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && $0.value != 0x85 && $0.value != 0x2028 }
    )
    let value = try parseJSON(Array(line.utf8))
    guard case .object(let members) = value else { return #expect(Bool(false), "not an object") }
    #expect(members.keys.sorted() == ["event", "level", "peer", "time"])
    #expect(members["peer"] == .string(text))
    #expect(members["level"] == .string("warning"))
  }

  @Test func aRepeatedEventIsHeldBackAndCounted() {
    let log = Log(perSecond: 2, clock: clock, sink: lines.sink)
    for _ in 0..<7 { log.error("refused") }
    log.error("other")
    #expect(lines.all.count == 3)
    clock.advance(milliseconds: 999)
    log.error("refused")
    #expect(lines.all.count == 3)
    clock.advance(milliseconds: 1)
    log.error("refused")
    log.error("refused")
    #expect(lines.all.count == 5)
    #expect(lines.all[3].hasSuffix("\"suppressed\":6}\n"))
    #expect(!lines.all[4].contains("suppressed"))
  }
}
