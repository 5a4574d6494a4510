import Glibc
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

    /// Every program of the way: the platform, the client, the service of PC/SC, a virtual reader and a software chip.
    @Test(.enabled(if: VirtualReader.isInstalled, "needs pcscd and vsmartcard-vpcd"))
    func aChipOnAReaderIsRead() throws {
      let folder = try passport("read")
      let reader = try VirtualReader()
      #expect(try passgate(["chip", "readers"], at: reader).output.hasPrefix("\(reader.name)\n"))
      let read = ["chip", "read", "--reader", reader.name, "--claim", "\(folder)/claim.json", "--json"]
      let without = try passgate(read, at: reader)
      #expect(without.status == 2 && without.errors.contains("no document lies on the reader"))

      let chip = try Program(
        "passgate-lab", ["chip", "simulate", "--files", folder, "--port", "\(reader.port)"])
      defer { chip.send(SIGTERM) }
      var shown = without
      var tries = 0
      // The service sees a document a moment after it was laid on.
      while shown.errors.contains("no document lies on the reader"), tries < 200 {
        shown = try passgate(read, at: reader)
        tries += 1
      }
      #expect(shown.status == 3, "\(shown.errors) \(shown.output)")
      let findings = try shown.json["findings"]
      #expect(findings?["access"]?.text == "BAC" && findings?["accessSecret"]?.text == "MRZ")
      #expect(findings?["sodSignature"]?.text == "VALID" && findings?["claim"]?.text == "AGREES")
    }

    private func passgate(_ arguments: [String], at reader: borrowing VirtualReader) throws -> Outcome {
      try Program.run(
        "passgate", arguments,
        environment: [
          "PASSGATE_PROFILE=\(site.path("hotel.json5"))",
          "\(reader.environment.name)=\(reader.environment.value)",
        ])
    }
  }
}
