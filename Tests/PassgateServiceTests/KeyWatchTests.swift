import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

@testable import PassgateService

@Suite struct KeyWatchTests {
  @Test(arguments: [
    (61, nil, nil), (60, nil, 60), (59, 60, nil), (31, 60, nil), (30, 60, 30), (14, 30, 14), (13, 14, nil),
    (7, 14, 7), (3, 7, 3), (2, 3, nil), (1, 3, 1), (0, 3, 1), (0, 1, nil), (-1, 1, nil), (-1, nil, nil),
    // A platform that starts late warns once, of the nearest.
    (5, nil, 7), (0, nil, 1), (8, 60, 14),
  ])
  func knowsWhichWarningIsDue(_ days: Int, _ warned: Int?, _ expected: Int?) {
    #expect(KeyWatch.due(daysLeft: days, warned: warned) == expected)
  }

  @Test(arguments: [(Int64(0), 0), (86_399, 0), (86_400, 1), (-1, -1), (-864_000, -1)])
  func countsWholeDays(_ left: Int64, _ expected: Int) {
    #expect(Watched(.reply, keyID: [], notAfter: 1_000 + left).daysLeft(at: 1_000) == expected)
  }

  @Test func warnsOnceForEachThreshold() throws {
    let (clock, logged) = (ManualClock(), LoggedLines())
    let watch = KeyWatch(clock: clock, log: Log(clock: clock, sink: logged.take))
    let end = Int64(clock.wallMilliseconds() / 1_000) + 100 * 86_400
    watch.watch { [Watched(.tenant, holder: "hotel", keyID: [0xab], notAfter: end)] }
    var days: [Int] = []
    for day in 0...110 {
      let before = logged.count(of: "certificate_ends")
      watch.look()
      if logged.count(of: "certificate_ends") > before { days.append(100 - day) }
      clock.advance(milliseconds: 86_400_000)
    }
    #expect(days == KeyWatch.thresholds)
    let line = try #require(logged.all.first)
    #expect(line.contains(#""role":"tenant","holder":"hotel","key":"ab","days":60"#))
  }

  @Test func watchesEveryCertificateOfThePlatform() throws {
    let platform = try TestPlatform(watchesLists: true)
    _ = try platform.mobileTenant()
    var text = PrometheusText()
    platform.keyWatch?.writeMetrics(to: &text)
    for (role, count) in [
      ("root", 1), ("issuing", 1), ("reply", 2), ("officer", 1), ("tenant", 1), ("revocation-list", 1),
      ("external", 0),
    ] {
      #expect(text.text.contains("passgate_certificates{role=\"\(role)\"} \(count)\n"), "\(role)")
    }
    #expect(text.text.contains("passgate_certificate_days_left{role=\"revocation-list\"} 1\n"))
    #expect(platform.logged.count(of: "certificate_ends") <= 1)
  }
}
