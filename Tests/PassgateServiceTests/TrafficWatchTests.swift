import PassgateClient
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

//= Measures art.12(2)
//= type=test
@Suite struct TrafficWatchTests {
  private let folder: TemporaryDirectory
  private let clock = ManualClock()
  private let logged = LoggedLines()

  init() throws { folder = try TemporaryDirectory() }

  private var path: String { folder.path("traffic.state") }

  private func watch() -> TrafficWatch {
    TrafficWatch(path: path, clock: clock, log: Log(minimum: .info, clock: clock, sink: logged.take))
  }

  private func note(_ tenant: String, _ number: UInt32, birth: UInt32 = 1, quota: UInt32 = 0) -> TrafficNote {
    TrafficNote(
      tenantID: tenant, quota: PassgateDomain.Volume(checksPerDay: quota, peakPerMinute: 0),
      observation: TrafficObservation(
        at: clock.wallMilliseconds(), document: UInt64(number) &* 0x9E37_79B9_7F4A_7C15,
        serial: SerialNumber(series: 1, number: number &* 7_919 % 99_999_989), name: UInt64(number) << 32,
        birth: birth, isInconsistent: false, scene: 1, signer: 1))
  }

  /// Six birth dates for one number.
  private func abuse(by tenant: String) -> [TrafficNote] { (0..<6).map { note(tenant, 1, birth: $0) } }

  private func reports(of watch: TrafficWatch) -> Reports {
    let reports = Reports()
    watch.report { reports.add("\($0): \($1.detector)") }
    return reports
  }

  private final class Reports: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ report: String) { list.withLock { $0.append(report) } }
  }

  @Test func anomaliesComeFromAWorkerOnceADay() throws {
    let watch = watch()
    let reports = reports(of: watch)
    let worker = try Worker(name: "test", capacity: 4)
    watch.take(abuse(by: "bank") + abuse(by: "hotel") + abuse(by: "bank"))
    #expect(reports.all == [], "a loop delivers nothing itself")
    watch.timer(on: worker)
    worker.stop()
    #expect(reports.all == ["bank: one-number-many-births", "hotel: one-number-many-births"])
    #expect(logged.count(of: "traffic_anomaly") == 2)
    watch.stop()
    #expect(reports.all.count == 2)
  }

  @Test func aFullQueueLosesNothing() throws {
    let watch = watch()
    let reports = reports(of: watch)
    let full = try Worker(name: "test", capacity: 0)
    watch.take(abuse(by: "bank"))
    watch.timer(on: full)
    full.stop()
    #expect(reports.all == [])
    let worker = try Worker(name: "test", capacity: 4)
    watch.timer(on: worker)
    worker.stop()
    #expect(reports.all == ["bank: one-number-many-births"])
  }

  @Test func theAgreedQuotaIsWhatADayIsMeasuredAgainst() {
    let watch = watch()
    let reports = reports(of: watch)
    watch.take((0..<50).map { note("bank", $0, quota: 50) })
    watch.stop()
    #expect(reports.all == ["bank: quota-day"])
  }

  @Test func baselinesSurviveARestart() {
    var watch = watch()
    for _ in 0..<29 {
      watch.take((0..<20).map { note("bank", $0) })
      clock.advance(milliseconds: 86_400_000)
    }
    watch.take([note("bank", 1)])
    let volume = watch.measuredVolume(of: "bank")
    #expect(volume == PassgateDomain.Volume(checksPerDay: 20, peakPerMinute: 20))
    #expect(logged.count(of: "traffic_warming_up") == 1)
    watch.stop()
    watch = self.watch()
    #expect(watch.measuredVolume(of: "bank") == volume && watch.measuredVolume(of: "hotel") == nil)
    #expect(logged.count(of: "traffic_warming_up") == 1)
  }

  @Test func baselinesAreKeptEveryTenMinutes() throws {
    let watch = watch()
    watch.take([note("bank", 1)])
    let worker = try Worker(name: "test", capacity: 4)
    clock.advance(milliseconds: 600_000)
    watch.timer(on: worker)
    #expect(!Files.exists(path))
    clock.advance(milliseconds: 1)
    watch.timer(on: worker)
    worker.stop()
    #expect(Files.exists(path))
  }

  @Test(arguments: [0, 20, 500, 3_000])
  func adamagedFileMeansWarmingUpAnew(_ place: Int) throws {
    var watch = watch()
    for _ in 0..<30 {
      watch.take([note("bank", 1)])
      clock.advance(milliseconds: 86_400_000)
    }
    watch.stop()
    var bytes = try Files.read(path)
    bytes[place] ^= 1
    try Files.writeDurably(bytes, to: path)
    watch = self.watch()
    #expect(watch.measuredVolume(of: "bank") == nil)
    #expect(logged.count(of: "traffic_baselines_unreadable") == 1)
    try Files.writeDurably(Array(bytes.prefix(place)), to: path)
    _ = self.watch()
    #expect(logged.count(of: "traffic_baselines_unreadable") == 2)
  }

  //= Measures art.8
  //= type=test
  @Test func leavingTheAssessedBandIsReported() throws {
    let watch = watch()
    let reports = reports(of: watch)
    let band = VolumeBand(
      least: PassgateDomain.Volume(checksPerDay: 0, peakPerMinute: 0),
      most: PassgateDomain.Volume(checksPerDay: 10, peakPerMinute: 100))
    watch.expect { $0 == "bank" ? band : nil }
    let worker = try Worker(name: "test", capacity: 100)
    for _ in 0..<30 {
      watch.take((0..<20).map { note("bank", $0) })
      watch.take((0..<20).map { note("hotel", $0) })
      clock.advance(milliseconds: 86_400_000)
      watch.timer(on: worker)
    }
    worker.stop()
    watch.stop()
    #expect(reports.all == ["bank: volume-outside-band"])
  }

  @Test func tenantsBeyondTheLimitAreNotWatchedUntilOthersRest() {
    let watch = watch()
    let reports = reports(of: watch)
    watch.take((0..<TrafficWatch.tenantLimit).map { note("tenant-\($0)", 1) })
    watch.take(abuse(by: "late"))
    #expect(logged.count(of: "traffic_unwatched") == 1)
    clock.advance(milliseconds: 29 * 86_400_000)
    watch.take(abuse(by: "late"))
    watch.stop()
    #expect(reports.all == ["late: one-number-many-births"])
  }

  @Test func checksOverTheWireAreWatchedWithoutTellingOfTheHolder() throws {
    let platform = try TestPlatform(watchesTraffic: true)
    try platform.load([Guest.record])
    let (_, session) = try platform.mobileTenant()
    let traffic = try #require(try platform.service.traffic)
    let reports = Reports()
    traffic.report { reports.add("\($0): \($1.detector) \($1.text)") }
    for day in 1...6 { _ = try session.call(Guest.draft(Guest.claim(birthDate: "1985-04-0\(day)"))) }
    platform.stop()
    #expect(
      reports.all == [
        "hotel: one-number-many-births One number was claimed with 6 different birth dates on one day."
      ])
    #expect(platform.logged.count(of: "traffic_anomaly") == 1)
    let kept = String(decoding: try Files.read(platform.folder.path("traffic.state")), as: UTF8.self)
    for said in platform.logged.all + [kept] {
      #expect(!said.contains("12345678") && !said.contains("陳") && !said.contains("1985"))
    }
  }

  @Test func aSandboxIsNotWatchedUnlessTold() throws {
    let platform = try TestPlatform(deployments: [.sandbox, .production])
    #expect(try platform.service.traffic == nil)
    #expect(try platform.service(of: .production).traffic != nil)
  }

  @Test func metricsCountByDetector() {
    let watch = watch()
    watch.take(abuse(by: "bank"))
    var text = PrometheusText()
    watch.writeMetrics(deployment: "production", to: &text)
    #expect(text.text.contains("passgate_traffic_tenants{deployment=\"production\"} 1\n"))
    #expect(
      text.text.contains(
        "passgate_traffic_anomalies_total{deployment=\"production\",detector=\"one-number-many-births\"} 1\n")
    )
    #expect(text.text.contains("detector=\"off-hours\"} 0\n"))
  }
}
