import PassgateDomain
import Testing

struct QuotaWindowTests {
  private static let midnight: UInt64 = 20_780 * 86_400_000 - 8 * 3_600_000

  private static func admit(
    _ window: inout QuotaWindow, _ checks: Int, _ perMinute: Int, _ perDay: Int?, wall: UInt64,
    monotonic: UInt64? = nil
  ) -> QuotaWindow.Admission {
    window.admit(
      checks, limits: QuotaWindow.Limits(perMinute: perMinute, perDay: perDay),
      monotonicMilliseconds: monotonic ?? wall, wallMilliseconds: wall)
  }

  //= Measures art.8
  //= type=test
  @Test func theDayRollsAtMidnightInBeijing() {
    var window = QuotaWindow()
    let evening = Self.midnight - 1
    #expect(Self.admit(&window, 4, 100, 5, wall: evening) == .admitted)
    #expect(Self.admit(&window, 2, 100, 5, wall: evening) == .dayIsOver(retryAfterMilliseconds: 1))
    #expect(Self.admit(&window, 1, 100, 5, wall: evening) == .admitted)
    #expect(Self.admit(&window, 5, 100, 5, wall: Self.midnight) == .admitted)
    let full = Self.admit(&window, 1, 100, 5, wall: Self.midnight)
    #expect(full == .dayIsOver(retryAfterMilliseconds: 86_400_000))
  }

  @Test func whatTheMinuteRefusesTheDayDoesNotCount() {
    var window = QuotaWindow()
    #expect(Self.admit(&window, 3, 3, 6, wall: Self.midnight) == .admitted)
    #expect(
      Self.admit(&window, 1, 3, 6, wall: Self.midnight) == .minuteIsFull(retryAfterMilliseconds: 60_000))
    #expect(Self.admit(&window, 3, 3, 6, wall: Self.midnight + 60_000) == .admitted)
    let full = Self.admit(&window, 1, 3, 6, wall: Self.midnight + 120_000)
    #expect(full == .dayIsOver(retryAfterMilliseconds: 86_280_000))
  }

  @Test func withoutADaysLimitTheMinuteAloneCounts() {
    var window = QuotaWindow()
    for minute in 0..<100 as Range<UInt64> {
      #expect(Self.admit(&window, 10, 10, nil, wall: Self.midnight + minute * 60_000) == .admitted)
    }
  }

  /// A wall clock that jumps is no way to more checks a minute, and locks nobody out for days.
  @Test func aClockThatJumpsBeginsItsDay() {
    var window = QuotaWindow()
    let monotonic: UInt64 = 5_000_000
    #expect(Self.admit(&window, 5, 100, 5, wall: Self.midnight, monotonic: monotonic) == .admitted)
    let month = Self.midnight + 30 * 86_400_000
    #expect(Self.admit(&window, 5, 100, 5, wall: month, monotonic: monotonic) == .admitted)
    #expect(Self.admit(&window, 5, 100, 5, wall: Self.midnight, monotonic: monotonic) == .admitted)
    let refused = Self.admit(&window, 1, 15, nil, wall: Self.midnight, monotonic: monotonic)
    #expect(refused == .minuteIsFull(retryAfterMilliseconds: 60_000))
  }
}
