import PassgateDomain
import Testing

@Suite struct PortraitThresholdsTests {
  @Test func theUsualOnesAreOneInAThousandAndOneInAHundred() {
    #expect(PortraitThresholds.usual == PortraitThresholds(same: 600, different: 400))
  }

  @Test(arguments: [(600, 600), (400, 600), (0, -1), (1, 0), (1001, 400), (1000, 1000)])
  func whatIsNoPairOfThresholdsIsNone(_ same: Int, _ different: Int) {
    #expect(PortraitThresholds(same: same, different: different) == nil)
  }

  @Test func aSceneHasItsOwnAndATenantNeverLess() throws {
    let strict = try #require(PortraitThresholds(same: 800, different: 500))
    let lax = try #require(PortraitThresholds(same: 500, different: 300))
    let odd = try #require(PortraitThresholds(same: 650, different: 640))
    let table = PortraitThresholdTable(
      scenes: ["loan": strict, "lobby": lax], tenants: ["bank": strict, "hotel": lax, "museum": odd])
    func found(_ scene: String, _ tenant: String) -> [Int] {
      let found = table.thresholds(scene: scene, tenant: tenant)
      return [found.same, found.different]
    }
    #expect(found("lodging", "inn") == [600, 400])
    #expect(found("loan", "inn") == [800, 500])
    #expect(found("lobby", "inn") == [500, 300])
    #expect(found("lodging", "bank") == [800, 500])
    #expect(found("lobby", "bank") == [800, 500])
    // Lower ones of a tenant change nothing.
    #expect(found("lodging", "hotel") == [600, 400])
    #expect(found("loan", "hotel") == [800, 500])
    #expect(found("lobby", "hotel") == [500, 300])
    #expect(found("loan", "museum") == [800, 640])
  }

  /// However they are combined, the lower one stays below the upper.
  @Test func raisedThresholdsAreStillInOrder() {
    let all = [(2, 1), (600, 400), (601, 600), (1000, 999), (1000, 1)].compactMap {
      PortraitThresholds(same: $0.0, different: $0.1)
    }
    for one in all {
      for other in all {
        let raised = one.raised(to: other)
        #expect(PortraitThresholds(same: raised.same, different: raised.different) == raised)
        #expect(raised.same >= one.same && raised.different >= one.different)
      }
    }
  }
}
