import PassgateSystem
import Testing

@Suite struct CivilTimeTests {
  @Test(arguments: [
    (UInt64(0), "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
    (1_795_442_400_000, "2026-11-23T14:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
  ])
  func knownMoments(milliseconds: UInt64, text: String) {
    #expect(CivilTime.timestamp(milliseconds: milliseconds) == text)
    #expect(CivilTime(text)?.milliseconds == milliseconds)
  }

  @Test func everyDayUntil2110ComesBack() {
    for day in UInt64(0)..<51_500 {
      let time = CivilTime(milliseconds: day * 86_400_000)
      #expect(CivilTime(time.date)?.milliseconds == day * 86_400_000)
    }
  }

  @Test func secondsMayStandAlone() {
    #expect(CivilTime("2026-11-23T14:00:01Z")?.milliseconds == 1_795_442_401_000)
  }

  @Test(arguments: [
    "", "2026", "2026-11-31", "2025-02-29", "2100-02-29", "2026-00-10", "2026-13-10", "2026-01-00",
    "1969-12-31",
    "2026-11-23T24:00:00Z", "2026-11-23T14:60:00Z", "2026-11-23T14:00:60Z", "2026-11-23 14:00:00Z",
    "2026-11-23T14:00:00+08:00", "2026-11-23T14:00:00", "2026/11/23", "+026-11-23", "２026-11-2", "26-11-23",
  ])
  func otherFormsAreRefused(text: String) {
    #expect(CivilTime(text) == nil)
  }
}

@Suite struct ClockTests {
  @Test func aManualClockMovesWhenTold() {
    let clock = ManualClock(wallMilliseconds: 1000)
    clock.advance(milliseconds: 5)
    #expect(clock.wallMilliseconds() == 1005)
    #expect(clock.monotonicNanoseconds() == 5_000_000)
    clock.set(wallMilliseconds: 1)
    #expect(clock.wallMilliseconds() == 1)
    #expect(clock.monotonicNanoseconds() == 5_000_000)
    #expect(CivilTime.timestamp(milliseconds: ManualClock().wallMilliseconds()) == "2026-07-01T00:00:00.000Z")
  }

  @Test func theSystemsClocksRun() {
    let clock = SystemClock()
    let first = clock.monotonicNanoseconds()
    #expect(clock.monotonicNanoseconds() >= first)
    #expect(clock.wallMilliseconds() > 1_700_000_000_000)
  }
}
