import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

extension EndToEnd {
  /// Chips from the tenant's command line to the platform and back.
  @Suite(SharedSite()) struct ChipTests {
    private let site: Site

    init() throws { site = try SharedSite.site }

    /// A folder with the files of an invented passport, made by the program for it.
    private func passport(_ folder: String, _ options: [String] = []) throws -> String {
      let path = site.path(folder)
      let made = try Program.run(
        "passgate-lab", ["chip", "write", "--document", "chinese-passport"] + options + [path])
      #expect(made.status == 0, "\(made.errors)")
      return path
    }

    private func verify(_ folder: String, _ options: [String] = []) throws -> Outcome {
      try site.passgate(
        ["verify", "chip", "--claim", "\(folder)/claim.json", "--files", folder] + options,
        profile: "hotel.json5")
    }

    /// Nobody has imported its authority: the answer says what there is to import.
    @Test func aPassportOfAnUnknownIssuerIsUndetermined() throws {
      let folder = try passport("passport")
      let shown = try verify(folder)
      #expect(shown.status == 3)
      #expect(shown.output.hasPrefix("UNDETERMINED  the platform cannot tell"))
      #expect(shown.output.contains("Software Passport CA") && shown.output.contains("a copy is possible"))
      #expect(shown.output.contains("signed by the platform's reply key"))
      #expect(
        shown.errors.contains("claim.json is left out") && shown.errors.contains("chip.json is left out"))

      let json = try verify(folder, ["--json"]).json
      #expect(json["verdict"]?.text == "UNDETERMINED" && json["undeterminedReason"]?.text == "ISSUER_UNKNOWN")
      #expect(json["findings"]?["sodSignature"]?.text == "VALID")
      #expect(json["findings"]?["chain"]?.text == "UNKNOWN_CSCA")
      #expect(json["findings"]?["chipGenuine"]?.text == "NOT_PERFORMED")
      #expect(json["missingAuthority"]?["country"]?.text == "CN" && json["fields"] == nil)
    }

    @Test func anAlteredPassportIsInconsistent() throws {
      let folder = try passport("altered", ["--fault", "dg1-altered"])
      let shown = try verify(folder)
      #expect(shown.status == 1)
      #expect(
        shown.output.hasPrefix("INCONSISTENT  ") && shown.output.contains("CHANGED since the issuer signed"))
    }

    @Test func aFolderWithoutAChipIsNotSent() throws {
      let shown = try site.passgate(
        ["verify", "chip", "--claim", site.path("claim.json"), "--files", site.folder], profile: "hotel.json5"
      )
      #expect(shown.status == 2 && shown.errors.contains("EF.SOD"))
    }
  }
}
