import PassgateDomain

/// What the detectors made of invented traffic.
struct TrafficTally: Sendable {
  struct Cell: Sendable {
    var planted = 0
    /// Hours from the first abusive check to the report.
    var delays: [Double] = []

    /// How many were found, of one.
    var share: Double { Double(delays.count) / Double(max(1, planted)) }
    var isAllFound: Bool { delays.count == planted }
    var medianDelay: Double? { delays.isEmpty ? nil : delays.sorted()[delays.count / 2] }
  }

  /// By abuse, in the order of its table, and intensity.
  var cells = TrafficAbuse.all.map { _ in [Cell](repeating: Cell(), count: 3) }
  /// Reports about honest traffic, by detector.
  var falseAlarms = [Int](repeating: 0, count: TrafficDetector.allCases.count)
  /// The same, by kind.
  var alarmsOfKinds: [String: Int] = [:]
  var months = 0.0
  var checks = 0

  func falseAlarms(of detector: TrafficDetector) -> Int { falseAlarms[detector.rawValue] }
  /// False alarms are rare, and everything that was planted strongly was found.
  var isGood: Bool {
    alarmsPerMonth < TrafficCommand.falseAlarmsPerMonth
      && cells.allSatisfy { $0[TrafficAbuse.Intensity.strong.rawValue].isAllFound }
  }

  var alarmsPerMonth: Double { Double(falseAlarms.reduce(0, +)) / max(months, 0.001) }
}

/// Lets the watch see honest days, plants each abuse in a copy of what follows, and counts.
struct TrafficTrial {
  /// Honest days before anything is planted.
  static let honestDays = 40
  /// Days that an abuse has to be found.
  static let abusedDays = 7

  /// Days in all; 60 for the full trial.
  let days: Int
  let intensities: [TrafficAbuse.Intensity]
  private(set) var tally = TrafficTally()

  init(days: Int, intensities: [TrafficAbuse.Intensity] = TrafficAbuse.Intensity.allCases) {
    self.days = days
    self.intensities = intensities
  }

  mutating func run(_ kind: TrafficKind, seed: UInt64) {
    var stream = TrafficStream(kind, seed: seed)
    var watch = TenantTraffic()
    watch.adopt(Self.terms(of: kind))
    var anomalies: [Anomaly] = []
    for day in 0..<days {
      if day == min(Self.honestDays, days - 1) { plantAll(day, stream, watch) }
      let checks = stream.day(day)
      for check in checks { watch.observe(check, &anomalies) }
      tally.checks += checks.count
    }
    tally.months += Double(days) / 30
    for anomaly in anomalies { count(falseAlarm: anomaly, of: kind) }
  }

  private mutating func count(falseAlarm anomaly: Anomaly, of kind: TrafficKind) {
    guard let detector = TrafficDetector.allCases.first(where: { $0.rule.id == anomaly.detector }) else {
      return
    }
    tally.falseAlarms[detector.rawValue] += 1
    tally.alarmsOfKinds["\(kind.name) \(anomaly.detector)", default: 0] += 1
  }

  static func terms(of kind: TrafficKind) -> TrafficTerms {
    TrafficTerms(
      quota: Volume(
        checksPerDay: UInt32(kind.checksPerDay), peakPerMinute: UInt32(max(60, kind.perDay / 4))),
      band: nil)
  }

  // MARK: Abuse

  private mutating func plantAll(_ day: Int, _ stream: TrafficStream, _ watch: TenantTraffic) {
    for (place, abuse) in TrafficAbuse.all.enumerated() where abuse.isPossible(stream.kind) {
      for intensity in intensities {
        tally.cells[place][intensity.rawValue].planted += 1
        if let delay = Self.delay(of: abuse, intensity, from: day, stream, watch) {
          tally.cells[place][intensity.rawValue].delays.append(delay)
        }
      }
    }
  }

  /// Hours until the abuse was reported by its detector, nil when it never was.
  private static func delay(
    of abuse: TrafficAbuse, _ intensity: TrafficAbuse.Intensity, from first: Int, _ stream: TrafficStream,
    _ watch: TenantTraffic
  ) -> Double? {
    var (stream, watch) = (stream, watch)
    var start: UInt64?
    for day in first..<(first + abusedDays) {
      let honest = stream.day(day)
      var plan = TrafficAbuse.Plan(stream: stream, day: day, intensity: intensity, checks: honest)
      abuse.plant(&plan)
      let known = Set(honest)
      start = start ?? plan.checks.filter { !known.contains($0) }.map(\.at).min()
      var anomalies: [Anomaly] = []
      for check in plan.checks.sorted(by: { $0.at < $1.at }) { watch.observe(check, &anomalies) }
      if let start, let report = anomalies.first(where: { $0.detector == abuse.detector.rule.id }) {
        return Double(report.until - min(report.until, start)) / 3_600_000
      }
    }
    return nil
  }
}
