import PassgateDomain
import Testing

@testable import passgate_lab

//= Measures art.12(2)
//= type=test
@Suite struct TrafficTests {
  /// The kinds with up to 400 checks a day; `passgate-lab traffic` measures all.
  private static let small = TrafficKind.all.filter { $0.perDay <= 400 }

  private static let tally: TrafficTally = {
    var trial = TrafficTrial(days: 60)
    for (place, kind) in small.enumerated() {
      trial.run(kind, seed: UInt64(100 * place))
    }
    return trial.tally
  }()

  @Test func strongAbuseIsFound() {
    for (abuse, cells) in zip(TrafficAbuse.all, Self.tally.cells) {
      #expect(cells[2].planted >= 3 && cells[2].isAllFound, "\(abuse.name): \(cells[2].share)")
    }
  }

  @Test func strongAbuseIsFoundWithinADay() {
    for (abuse, cells) in zip(TrafficAbuse.all, Self.tally.cells) {
      #expect(cells[2].medianDelay ?? 100 < 24, "\(abuse.name)")
    }
  }

  @Test func mediumAbuseIsMostlyFound() {
    for (abuse, cells) in zip(TrafficAbuse.all, Self.tally.cells) {
      #expect(cells[1].share >= 0.7, "\(abuse.name): \(cells[1].share)")
    }
  }

  @Test func falseAlarmsAreRare() {
    #expect(Self.tally.months == 12)
    #expect(Self.tally.alarmsPerMonth < TrafficCommand.falseAlarmsPerMonth, "\(Self.tally.alarmsOfKinds)")
  }

  @Test func equalSeedsMakeEqualDays() {
    var (one, same) = (TrafficStream(TrafficKind.all[0], seed: 5), TrafficStream(TrafficKind.all[0], seed: 5))
    var other = TrafficStream(TrafficKind.all[0], seed: 6)
    let day = one.day(3)
    #expect(day == same.day(3) && day != other.day(3) && day.count > 100)
    #expect(zip(day, day.dropFirst()).allSatisfy { $0.at <= $1.at })
  }

  @Test func rhythmsNameEachHour() {
    for kind in TrafficKind.all {
      #expect(kind.rhythm.utf8.count == 24 && abs(kind.shares.reduce(0, +) - 1) < 1e-9)
    }
    #expect(Self.small.count == 6 && Self.small.contains { $0.closedHours.count > 3 })
  }
}
