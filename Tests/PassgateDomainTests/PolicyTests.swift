import PassgateDomain
import Testing

struct PolicyTests {
  /// Milliseconds since 1970 of a minute of a day, in Beijing.
  private static func beijing(_ minute: Int, day: Int = 20_780) -> UInt64 {
    UInt64(day * 1440 + minute - 480) * 60_000
  }

  private static func policy(_ scope: SceneScope) -> Policy {
    Policy(scopes: [scope], quota: Volume(checksPerDay: 100, peakPerMinute: 10))
  }

  // MARK: Every dimension, one at a time

  //= Measures art.9(1)
  //= type=test
  @Test func aSceneIsNamedOrRefused() {
    let policy = Policy(TermsSamples.agreement)
    #expect(policy.scenes == ["check-in", "night-desk"])
    for (scene, isNamed) in [("check-in", true), ("check-i", false), ("", false), ("Check-in", false)] {
      let expected: Policy.Fault? = isNamed ? nil : .sceneNotAgreed
      #expect(policy.fault(scene: scene, check: .realName, at: Self.beijing(0)) == expected)
      #expect(policy.fault(scene: scene, check: nil, at: Self.beijing(0)) == expected)
      #expect(policy.fault(scene: scene, elements: ClaimElements([]), documentType: .permit) == expected)
    }
    #expect(policy.checksPerMinute == 30 && policy.checksPerDay == 4_500)
  }

  //= Measures art.4
  //= type=test
  @Test(arguments: CheckKind.allCases, CheckKind.allCases)
  func aWayOfCheckingIsNamedOrRefused(_ named: CheckKind, _ asked: CheckKind) {
    var scope = TermsSamples.scopes[0]
    scope.checks = [named]
    let fault = Self.policy(scope).fault(scene: scope.scene, check: asked, at: Self.beijing(0))
    #expect(fault == (named == asked ? nil : .checkNotAgreed))
  }

  @Test(arguments: OptionalElement.allCases, OptionalElement.allCases)
  func anElementIsNamedOrRefused(_ named: OptionalElement, _ stated: OptionalElement) {
    var scope = TermsSamples.scopes[0]
    scope.elements = [named]
    let policy = Self.policy(scope)
    let fault = policy.fault(
      scene: scope.scene, elements: ClaimElements([stated]), documentType: .permit)
    #expect(fault == (named == stated ? nil : .elementNotAgreed(stated)))
    #expect(policy.fault(scene: scope.scene, elements: ClaimElements([]), documentType: .permit) == nil)
    #expect(policy.elements(ofScene: scope.scene) == ClaimElements([named]))
    #expect(policy.elements(ofScene: "elsewhere") == ClaimElements([]))
  }

  @Test(arguments: DocumentType.allCases, DocumentType.allCases)
  func aDocumentTypeIsNamedOrRefused(_ named: DocumentType, _ stated: DocumentType) {
    var scope = TermsSamples.scopes[0]
    scope.documentTypes = [named]
    let fault = Self.policy(scope).fault(
      scene: scope.scene, elements: ClaimElements([]), documentType: stated)
    #expect(fault == (named == stated ? nil : .documentTypeNotAgreed))
  }

  @Test(arguments: [
    (DailyHours.allDay, Array(0..<1440)), (DailyHours(from: 0, until: 1440), Array(0..<1440)),
    (DailyHours(from: 480, until: 1200), Array(480..<1200)), (DailyHours(from: 0, until: 1), [0]),
    (DailyHours(from: 1320, until: 360), Array(1320..<1440) + Array(0..<360)),
    (DailyHours(from: 1439, until: 0), [1439]), (DailyHours(from: 1, until: 0), Array(1..<1440)),
  ]) func hoursAreThoseOfBeijingAndMayRunOverMidnight(_ hours: DailyHours, _ open: [Int]) {
    var scope = TermsSamples.scopes[0]
    scope.hours = hours
    let (policy, open) = (Self.policy(scope), Set(open))
    for minute in 0..<1440 {
      let expected: Policy.Fault? = open.contains(minute) ? nil : .outsideHours
      for millisecond: UInt64 in [0, 59_999] {
        let time = Self.beijing(minute) + millisecond
        #expect(policy.fault(scene: scope.scene, check: .realName, at: time) == expected)
      }
    }
    // A call that checks nobody is not bound to the hours of checks.
    #expect(policy.fault(scene: scope.scene, check: nil, at: Self.beijing(5)) == nil)
  }

  @Test func eightInTheEveningInLondonIsFourInTheMorningInBeijing() throws {
    let day = try #require(CalendarDate(iso: "2026-11-23"))
    let evening = UInt64(day.unixDay) * 86_400_000 + 20 * 3_600_000
    #expect(BeijingClock.minuteOfDay(evening) == 4 * 60)
    #expect(BeijingClock.dayNumber(evening) == UInt64(day.unixDay) + 1)
    #expect(BeijingClock.untilMidnight(evening) == 20 * 3_600_000)
  }

  @Test func aProvisionedTenantMayDoEverythingInItsScenes() {
    let policy = Policy(allowingAllIn: ["lodging"], checksPerMinute: 7)
    #expect(policy.checksPerMinute == 7 && policy.checksPerDay == nil)
    #expect(policy.fault(scene: "finance", check: .realName, at: 0) == .sceneNotAgreed)
    for check in CheckKind.allCases {
      for hour in 0..<24 {
        #expect(policy.fault(scene: "lodging", check: check, at: Self.beijing(hour * 60)) == nil)
      }
    }
    for type in DocumentType.allCases {
      let all = ClaimElements(OptionalElement.allCases)
      #expect(policy.fault(scene: "lodging", elements: all, documentType: type) == nil)
    }
  }

  @Test func aClaimTellsItsElements() throws {
    let zone = [
      "POCHNHUANG<<ZHIQIANG<<<<<<<<<<<<<<<<<<<<<<<<", "EJ12345673CHN7911026M3008199<<<<<<<<<<<<<<<0",
    ]
    func elements(sex: Sex? = nil, expiry: String = "", mrz: [String] = []) throws -> ClaimElements {
      let claim = try IdentityClaim(
        type: .passport, number: "EJ1234567", name: "HUANG ZHIQIANG", birthDate: "1979-11-02", sex: sex,
        expiry: expiry, mrz: mrz)
      return claim.elements
    }
    #expect(try elements() == ClaimElements([]))
    #expect(try elements(sex: .male) == ClaimElements([.sex]))
    #expect(try elements(expiry: "2030-08-19") == ClaimElements([.expiry]))
    #expect(try elements(mrz: zone) == ClaimElements([.mrz]))
    #expect(try elements(sex: .male, mrz: zone) == ClaimElements([.sex, .mrz]))
    let all = try elements(sex: .male, expiry: "2030-08-19", mrz: zone)
    #expect(!all.contains(.portrait), "A portrait is told by a chip and stated by nobody.")
  }

  // MARK: A policy never allows what the agreement does not name

  //= Measures art.9(1)
  //= type=test
  @Test(arguments: UInt64(1)...25) func aPolicyAllowsWhatIsNamedAndNothingElse(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let named = (0...3).map { SceneScope.random("scene-\($0)", using: &generator) }
    let policy = Policy(scopes: named, quota: Volume(checksPerDay: 1, peakPerMinute: 1))
    for index in 0...5 {
      let scope = named.first { $0.scene == "scene-\(index)" }
      for check in CheckKind.allCases {
        let minute = Int.random(in: 0..<1440, using: &generator)
        let isNamed =
          scope.map { $0.checks.contains(check) && $0.hours.contains(minute: UInt16(minute)) } ?? false
        let fault = policy.fault(scene: "scene-\(index)", check: check, at: Self.beijing(minute))
        #expect((fault == nil) == isNamed)
      }
      for type in DocumentType.allCases {
        let stated = Set(OptionalElement.allCases.filter { _ in Bool.random(using: &generator) })
        let isNamed =
          scope.map { $0.documentTypes.contains(type) && stated.isSubset(of: $0.elements) } ?? false
        let fault = policy.fault(
          scene: "scene-\(index)", elements: ClaimElements(stated), documentType: type)
        #expect((fault == nil) == isNamed)
      }
    }
  }
}
