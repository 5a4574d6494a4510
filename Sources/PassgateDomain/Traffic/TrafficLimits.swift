/// What each detector's figure must reach today; out of reach when it was reported or has nothing to compare with.
struct TrafficLimits: Sendable {
  private var limits = InlineArray<12, UInt32>(repeating: .max)
  private var usual = InlineArray<12, UInt32>(repeating: 0)
  /// Detectors that have reported today, one bit each.
  private(set) var reported: UInt32 = 0
  private var usualHours: UInt32 = .max
  /// True from the report that the measured volume has left its band until it is back in it.
  var isOutsideBand = false

  init() {}

  init(reported: UInt32, isOutsideBand: Bool) {
    self.reported = reported
    self.isOutsideBand = isOutsideBand
  }

  subscript(detector: TrafficDetector) -> UInt32 { limits[detector.rawValue] }

  func usual(_ detector: TrafficDetector) -> UInt32 { usual[detector.rawValue] }

  func isUsual(hour: Int) -> Bool { usualHours >> UInt32(hour) & 1 == 1 }

  mutating func set(_ detector: TrafficDetector, usual: UInt32, daysSeen: UInt32, isOff: Bool = false) {
    self.usual[detector.rawValue] = usual
    limits[detector.rawValue] = .max
    let rule = detector.rule
    guard !isOff, reported >> UInt32(detector.rawValue) & 1 == 0,
      let least = daysSeen >= rule.warmUpDays ? rule.least : rule.coldLeast
    else { return }
    limits[detector.rawValue] = max(least, UInt32(min(Double(usual) * rule.factor, 4e9)))
  }

  /// Before a day was seen, every hour is usual.
  mutating func setUsualHours(_ hours: UInt32, daysSeen: UInt32) { usualHours = daysSeen == 0 ? .max : hours }

  /// Lets the detector be silent for the rest of the day.
  mutating func close(_ detector: TrafficDetector) {
    limits[detector.rawValue] = .max
    reported |= 1 << UInt32(detector.rawValue)
  }

  mutating func reopen() { reported = 0 }
}

/// The hour that is being counted.
struct TrafficClock: Sendable {
  /// Hours since 1970 in Beijing; 0 before the first check.
  var hour = 0
  var hourChecks: UInt32 = 0
  private var ends: UInt64 = 0

  var day: Int { hour / 24 }

  /// False when the hour has ended, or lies so far ahead that the clock was set back.
  func isCurrent(_ time: UInt64) -> Bool { time < ends && time + TenantTraffic.hourMilliseconds >= ends }

  /// Goes to the next hour; true when that is another day's.
  mutating func advance() -> Bool {
    hourChecks = 0
    hour += 1
    return hour % 24 == 0
  }

  mutating func settle() { ends = UInt64(hour + 1) * TenantTraffic.hourMilliseconds }
}
