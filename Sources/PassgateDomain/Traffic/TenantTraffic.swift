/// The watch over one tenant's traffic: about 11 KiB whatever comes, and no memory taken by an observation.
///
/// It compares with the terms and with the tenant's own four weeks, and reports at most one anomaly for each
/// detector and day. Days are Beijing's.
//= Measures art.12(2)
package struct TenantTraffic: Sendable {
  static let hourMilliseconds: UInt64 = 3_600_000
  /// Days without a check after which the past is too old to compare with.
  private static let longestGap = 14

  var past = TrafficPast()
  var today = DayFigures()
  var clock = TrafficClock()
  var limits = TrafficLimits()
  private var terms = TrafficTerms.none
  private var minuteEnds: UInt64 = 0
  private var minuteChecks: UInt32 = 0
  private var run = NumberRun()
  private var series = ExcessScore()
  private var misses = ExcessScore()
  private var names = DistinctTable<256>()
  private var documents = DistinctTable<128>()
  private var signers = DistinctTable<16>()

  package init() {}

  /// Checks of a busy day and of a busy minute in the last four weeks, for the assessment (art.8); nil before
  /// four weeks were seen.
  //= Measures art.8
  package var measuredVolume: Volume? {
    guard past.daysSeen == TrafficPast.days else { return nil }
    return Volume(
      checksPerDay: past.busy(.checks, before: clock.day),
      peakPerMinute: past.secondHighest(.peakMinute, before: clock.day))
  }

  /// Takes over the agreement's quota and the assessed band.
  package mutating func adopt(_ terms: TrafficTerms) {
    guard terms != self.terms else { return }
    // A band that is known again after a restart is no new one.
    if let band = self.terms.band, band != terms.band { limits.isOutsideBand = false }
    self.terms = terms
    setLimits()
  }

  /// Takes one check in and adds what it shows to `anomalies`.
  package mutating func observe(_ check: TrafficObservation, _ anomalies: inout [Anomaly]) {
    let time = check.at + BeijingClock.offset
    if !clock.isCurrent(time) { turn(to: time, &anomalies) }
    countVolume(time, &anomalies)
    countNumber(check, time, &anomalies)
    countPersons(check, time, &anomalies)
    countOutcome(check, time, &anomalies)
  }

  // MARK: One check

  private mutating func countVolume(_ time: UInt64, _ anomalies: inout [Anomaly]) {
    today[.checks] += 1
    clock.hourChecks += 1
    if time >= minuteEnds {
      minuteEnds = (time / 60_000 + 1) * 60_000
      minuteChecks = 0
    }
    minuteChecks += 1
    today[.peakMinute] = max(today[.peakMinute], minuteChecks)
    if minuteChecks == terms.quota.peakPerMinute { today[.fullMinutes] += 1 }
    if !limits.isUsual(hour: clock.hour % 24) { today[.offHours] += 1 }
    judge(.quotaDay, today[.checks], time, &anomalies)
    judge(.quotaMinute, today[.fullMinutes], time, &anomalies)
    judge(.volumeDay, today[.checks], time, &anomalies)
    judge(.volumeHour, clock.hourChecks, time, &anomalies)
    judge(.offHours, today[.offHours], time, &anomalies)
  }

  private mutating func countNumber(
    _ check: TrafficObservation, _ time: UInt64, _ anomalies: inout [Anomaly]
  ) {
    guard let continues = run.add(check.serial) else { return }
    if continues { today[.continued] += 1 }
    guard series.add(continues, at: time, limit: limits[.sequentialNumbers]) else { return }
    report(.sequentialNumbers, series.settle(), time, &anomalies)
  }

  private mutating func countPersons(
    _ check: TrafficObservation, _ time: UInt64, _ anomalies: inout [Anomaly]
  ) {
    let numbers = names.add(check.name, value: check.document).now
    today[.namePeak] = max(today[.namePeak], numbers)
    judge(.oneNameManyNumbers, numbers, time, &anomalies)
    let births = documents.add(check.document, value: UInt64(check.birth))
    if births.before < 3, births.now >= 3 { today[.ambiguousNumbers] += 1 }
    judge(.oneNumberManyBirths, births.now, time, &anomalies)
    judge(.manyNumbersManyBirths, today[.ambiguousNumbers], time, &anomalies)
  }

  private mutating func countOutcome(
    _ check: TrafficObservation, _ time: UInt64, _ anomalies: inout [Anomaly]
  ) {
    let scenes = signers.add(check.signer, value: check.scene).now
    today[.scenePeak] = max(today[.scenePeak], scenes)
    judge(.signerManyScenes, scenes, time, &anomalies)
    if check.isInconsistent { today[.inconsistent] += 1 }
    guard misses.add(check.isInconsistent, at: time, limit: limits[.fallingHitRate]) else { return }
    report(.fallingHitRate, misses.settle(), time, &anomalies)
  }

  // MARK: Reports

  private mutating func judge(
    _ detector: TrafficDetector, _ figure: UInt32, _ time: UInt64, _ anomalies: inout [Anomaly]
  ) {
    guard figure >= limits[detector] else { return }
    let figures = TrafficFigures(
      figure: figure, usual: limits.usual(detector), checks: today[.checks], peak: today[.peakMinute])
    let since = detector == .volumeHour ? clock.hour : clock.day * 24
    report(detector, figures, since: UInt64(since) * Self.hourMilliseconds, until: time, &anomalies)
  }

  private mutating func report(
    _ detector: TrafficDetector, _ score: ExcessScore, _ time: UInt64, _ anomalies: inout [Anomaly]
  ) {
    let figures = TrafficFigures(
      figure: score.hits, usual: score.usualPerThousand, checks: score.checks, peak: today[.peakMinute])
    report(detector, figures, since: score.since, until: time, &anomalies)
  }

  private mutating func report(
    _ detector: TrafficDetector, _ figures: TrafficFigures, since: UInt64, until: UInt64,
    _ anomalies: inout [Anomaly]
  ) {
    limits.close(detector)
    anomalies.append(
      Anomaly(
        detector: detector.rule.id, text: figures.text(detector.rule.template),
        since: since - min(since, BeijingClock.offset), until: until - min(until, BeijingClock.offset)))
  }

  // MARK: Hours and days

  /// Ends the hours that have passed, and the days.
  private mutating func turn(to time: UInt64, _ anomalies: inout [Anomaly]) {
    let now = Int(time / Self.hourMilliseconds)
    if clock.hour == 0 || now < clock.hour || now / 24 - clock.day > Self.longestGap { restart(at: now) }
    while clock.hour < now {
      past.finish(hour: clock.hour, checks: clock.hourChecks)
      if clock.advance() { endDay(&anomalies) }
    }
    clock.settle()
    limits.set(.volumeHour, usual: past.usual(atHour: clock.hour), daysSeen: past.daysSeen)
  }

  private mutating func restart(at now: Int) {
    let terms = self.terms
    self = TenantTraffic()
    self.terms = terms
    clock.hour = now
    setLimits()
  }

  private mutating func endDay(_ anomalies: inout [Anomaly]) {
    past.finish(day: clock.day - 1, today)
    today = DayFigures()
    names.removeAll()
    documents.removeAll()
    signers.removeAll()
    limits.reopen()
    setLimits()
    reassess(&anomalies)
  }

  /// Says when the measured volume leaves the band that the access was assessed for.
  //= Measures art.8
  private mutating func reassess(_ anomalies: inout [Anomaly]) {
    guard let band = terms.band, let volume = measuredVolume else { return }
    let wasOutside = limits.isOutsideBand
    limits.isOutsideBand = !band.contains(volume)
    guard limits.isOutsideBand, !wasOutside else { return }
    let figures = TrafficFigures(
      figure: volume.checksPerDay, usual: 0, checks: 0, peak: volume.peakPerMinute)
    let until = UInt64(clock.hour) * Self.hourMilliseconds
    report(
      .volumeOutsideBand, figures, since: until - min(until, TrafficPast.milliseconds), until: until,
      &anomalies)
  }

  // MARK: What is usual

  /// Computes what the day's figures are compared with.
  mutating func setLimits() {
    guard clock.hour > 0 else { return }
    let day = clock.day
    let checks = past.busy(.checks, before: day)
    let weekday = past.sameWeekday(.checks, before: day)
    let offHours = max(past.busy(.offHours, before: day), checks / 60)
    let seen = past.daysSeen
    limits.setUsualHours(past.usualHours(before: day), daysSeen: seen)
    limits.set(
      .quotaDay, usual: terms.quota.checksPerDay, daysSeen: seen, isOff: terms.quota.checksPerDay == 0)
    limits.set(.quotaMinute, usual: terms.quota.peakPerMinute, daysSeen: seen)
    limits.set(.volumeDay, usual: max(checks, weekday), daysSeen: seen)
    limits.set(.volumeHour, usual: past.usual(atHour: clock.hour), daysSeen: seen)
    limits.set(.sequentialNumbers, usual: checks, daysSeen: seen)
    limits.set(.oneNameManyNumbers, usual: past.busy(.namePeak, before: day), daysSeen: seen)
    limits.set(.oneNumberManyBirths, usual: 0, daysSeen: seen)
    limits.set(.manyNumbersManyBirths, usual: past.busy(.ambiguousNumbers, before: day), daysSeen: seen)
    limits.set(.fallingHitRate, usual: checks, daysSeen: seen)
    limits.set(.offHours, usual: offHours, daysSeen: seen)
    limits.set(.signerManyScenes, usual: past.busy(.scenePeak, before: day), daysSeen: seen)
    setShares(before: day)
  }

  /// Inconsistent answers may rise by half of what would be alarming: ten in a hundred, or as many as are usual.
  private mutating func setShares(before day: Int) {
    let missed = past.share(of: .inconsistent, before: day)
    misses.expect(
      missed, busy: past.busyShare(of: .inconsistent, before: day), rise: max(0.05, missed / 2))
    let continued = past.share(of: .continued, before: day)
    series.expect(
      continued, busy: past.busyShare(of: .continued, before: day), rise: max(0.03, continued / 2))
  }
}
