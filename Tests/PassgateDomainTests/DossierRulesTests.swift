import PassgateDomain
import Testing

struct DossierRulesTests {
  private typealias Samples = TermsSamples

  private static func changed(_ change: (inout Dossier) -> Void) -> Dossier {
    var dossier = Samples.dossier
    change(&dossier)
    return dossier
  }

  private static func text(_ count: Int) -> String { String(repeating: "题", count: count) }

  @Test(arguments: [
    Samples.dossier, changed { $0.organisation.name = text(128) },
    changed { $0.materials[0].title = text(128) }, changed { $0.materials[0].byteCount = 16 << 20 },
    changed { $0.materials[0].byteCount = 1 }, changed { $0.materials[0].expiresOn = Samples.today },
    changed { $0.materials += Array(repeating: Samples.material(.systemSecurity), count: 27) },
    changed { $0.volume = Volume(checksPerDay: 1_440, peakPerMinute: 1) },
    changed { $0.volume = Volume(checksPerDay: 7, peakPerMinute: 7) },
    changed { $0.scopes[0].legalBasis = text(500) }, changed { $0.scopes[0].elements = [] },
    changed { $0.scopes[0].hours = DailyHours(from: 0, until: 1440) },
    changed { $0.scopes[0].hours = DailyHours(from: 1439, until: 0) },
  ]) private func aWholeDossierIsTaken(_ dossier: Dossier) throws {
    try DossierRules.check(dossier, on: Samples.today)
    #expect(DossierRules.problems(dossier, on: Samples.today).isEmpty)
  }

  //= Measures art.6(1)
  //= type=test
  @Test(arguments: MaterialKind.allCases) func eachSetOfMaterialsIsNeeded(_ kind: MaterialKind) {
    let dossier = Self.changed { $0.materials.removeAll { $0.kind == kind } }
    let faults = DossierRules.problems(dossier, on: Samples.today)
    #expect(faults.map(\.field) == ["materials"])
    #expect(faults.first?.text.contains(kind.chinese) == true)
    #expect(faults.first?.text.contains("art.6(1)(\(kind.rawValue))") == true)
  }

  //= Measures art.5(1)
  //= type=test
  //= Measures art.5(2)
  //= type=test
  //= Measures art.6(1)
  //= type=test
  @Test(arguments: [
    (changed { $0.organisation.name = "" }, "organisation.name"),
    (changed { $0.organisation.name = text(129) }, "organisation.name"),
    (changed { $0.organisation.name = " \u{3000}" }, "organisation.name"),
    (changed { $0.organisation.name = "海\n港" }, "organisation.name"),
    (changed { $0.organisation.name = "海\u{202E}港" }, "organisation.name"),
    (changed { $0.organisation.creditCode = "91110000802100433A" }, "organisation.credit_code"),
    (changed { $0.scopes = [] }, "scopes"),
    (
      changed { dossier in
        dossier.scopes = (1...33).map { number in
          var scope = Samples.scopes[0]
          scope.scene = "scene-\(number)"
          return scope
        }
      }, "scopes"
    ),
    (changed { $0.scopes[1].scene = "check-in" }, "scopes[1].scene"),
    (changed { $0.scopes[1].scene = "Night" }, "scopes[1].scene"),
    (changed { $0.scopes[1].scene = "" }, "scopes[1].scene"),
    (changed { $0.scopes[1].checks = [] }, "scopes[1].checks"),
    (changed { $0.scopes[1].documentTypes = [] }, "scopes[1].document_types"),
    (changed { $0.scopes[1].hours = DailyHours(from: 1440, until: 0) }, "scopes[1].from_minute"),
    (changed { $0.scopes[1].hours = DailyHours(from: 0, until: 1441) }, "scopes[1].from_minute"),
    (changed { $0.scopes[1].hours = DailyHours(from: 600, until: 600) }, "scopes[1].from_minute"),
    (changed { $0.scopes[1].legalBasis = "" }, "scopes[1].legal_basis"),
    (changed { $0.scopes[1].legalBasis = text(501) }, "scopes[1].legal_basis"),
    (changed { $0.volume.checksPerDay = 0 }, "volume.checks_per_day"),
    (changed { $0.volume.peakPerMinute = 0 }, "volume.peak_per_minute"),
    (changed { $0.volume = Volume(checksPerDay: 1_441, peakPerMinute: 1) }, "volume.peak_per_minute"),
    (changed { $0.volume = Volume(checksPerDay: 7, peakPerMinute: 8) }, "volume.peak_per_minute"),
    (changed { $0.volume = Volume(checksPerDay: .max, peakPerMinute: 1) }, "volume.peak_per_minute"),
    (
      changed { $0.materials += Array(repeating: Samples.material(.systemSecurity), count: 28) }, "materials"
    ),
    (changed { $0.materials[2].title = "" }, "materials[2].title"),
    (changed { $0.materials[2].title = text(129) }, "materials[2].title"),
    (changed { $0.materials[2].digest.removeLast() }, "materials[2].digest"),
    (changed { $0.materials[2].byteCount = 0 }, "materials[2].byte_count"),
    (changed { $0.materials[2].byteCount = 16 << 20 + 1 }, "materials[2].byte_count"),
  ]) private func oneFaultIsNamed(_ dossier: Dossier, _ field: String) throws {
    let faults = DossierRules.problems(dossier, on: Samples.today)
    #expect(faults.map(\.field) == [field])
    let fault = try #require(faults.first)
    #expect(fault.reason == .dossierRefused)
    #expect(throws: fault) { try DossierRules.check(dossier, on: Samples.today) }
  }

  //= Measures art.6(2)
  //= type=test
  @Test func anExpiredDocumentIsRefused() {
    let dossier = Self.changed { $0.materials[3].expiresOn = Samples.day("2026-11-22") }
    #expect(DossierRules.problems(dossier, on: Samples.today).map(\.field) == ["materials[3].expires_on"])
    #expect(DossierRules.problems(dossier, on: Samples.day("2026-11-22")).isEmpty)
  }

  @Test func allProblemsAreToldAtOnce() {
    let dossier = Self.changed { dossier in
      dossier.organisation = Organisation(name: "", kind: .enterprise, creditCode: "")
      dossier.scopes[0].checks = []
      dossier.volume = Volume(checksPerDay: 0, peakPerMinute: 0)
      dossier.materials.removeSubrange(0..<2)
      dossier.materials[0].title = ""
    }
    #expect(
      DossierRules.problems(dossier, on: Samples.today).map(\.field) == [
        "organisation.name", "organisation.credit_code", "scopes[0].checks", "volume.checks_per_day",
        "materials", "materials", "materials[0].title",
      ])
  }

  //= Measures art.5
  //= type=test
  @Test func theFiveConditionsHaveTheirWording() {
    #expect(EligibilityCondition.allCases.map(\.rawValue) == [1, 2, 3, 4, 5])
    #expect(Set(EligibilityCondition.allCases.map(\.text)).count == 5)
    #expect(EligibilityCondition(rawValue: 2)?.chinese == "依法依规应当查验当事人身份")
  }
}
