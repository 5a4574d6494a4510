@testable import PassgateDomain

/// A tenant with a quiet past: the same few checks in each hour from 8 to 20, every one right.
struct QuietTenant {
  /// 2026-07-06, a Monday, 00:00 in Beijing.
  static let start: UInt64 = 1_783_267_200_000
  static let hour: UInt64 = 3_600_000
  static let day: UInt64 = 24 * hour

  var watch = TenantTraffic()
  var anomalies: [Anomaly] = []
  private var serial: UInt32 = 1

  /// - Parameter perHour: checks in each hour at work.
  init(days: Int, perHour: Int = 10, terms: TrafficTerms = .none) {
    watch.adopt(terms)
    for day in 0..<days { work(on: day, perHour: perHour) }
  }

  var detectors: [String] { anomalies.map(\.detector) }

  static func time(_ day: Int, _ hour: Int, _ milliseconds: Int = 0) -> UInt64 {
    start + UInt64(day) * Self.day + UInt64(hour) * Self.hour + UInt64(milliseconds)
  }

  mutating func work(on day: Int, perHour: Int = 10, missEvery: Int = .max) {
    for hour in 8..<20 {
      for check in 0..<perHour {
        observe(
          at: Self.time(day, hour, check * (3_600_000 / perHour)),
          isInconsistent: (hour * perHour + check) % missEvery == missEvery - 1)
      }
    }
  }

  /// One check; what is not given is another one each time, far from those before.
  mutating func observe(
    at: UInt64, number: UInt32? = nil, name: UInt64? = nil, birth: UInt32? = nil,
    isInconsistent: Bool = false, scene: UInt64 = 1, signer: UInt64 = 1
  ) {
    serial &+= 1
    let stray = (serial &* 2_654_435_761) % 99_999_989
    let place = number ?? stray
    watch.observe(
      TrafficObservation(
        at: at, document: UInt64(place) &* 0x9E37_79B9_7F4A_7C15,
        serial: SerialNumber(series: number == nil ? 1 + serial % 2 : 5, number: place),
        name: (name ?? UInt64(serial)) &* 0xD1B5_4A32_D192_ED03, birth: birth ?? 1_000 + serial % 20_000,
        isInconsistent: isInconsistent, scene: scene, signer: signer &* 0x9E37_79B9_7F4A_7C15), &anomalies)
  }
}
