import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

extension EndToEnd {
  /// Joint debugging with the programs that people run, a signing server among them.
  @Suite struct ConformanceTests {
    //= Measures art.7(3)
    //= type=test
    @Test func bothAccessModesPassAndOneKeyOfTwoDoesNot() throws {
      let site = try Site.running()
      try site.write(Self.signerConfiguration, to: "passgate-signer.json5")
      try site.startSigner()
      let hotel = try site.passgate(
        ["conformance", "--report", site.path("report.pb")], profile: "hotel.json5")
      #expect(hotel.status == 0, "\(hotel)")
      #expect(hotel.output.contains("PASSED  131 of 131 cases"))
      #expect(Files.exists(site.path("report.pb")))
      // The airline has two live keys in its signing server.
      let both = ["conformance", "--json", "--second-profile", site.path("ticketing/sm2.json5")]
      let airline = try site.passgate(both, profile: "ticketing/airline.json5")
      #expect(airline.status == 0, "\(airline)")
      #expect(airline.output.contains("\"passed\":true,\"suite\":1,\"tenant\":\"airline\""))
      let alone = try site.passgate(["conformance"], profile: "ticketing/sm2.json5")
      #expect(alone.status == 1 && alone.output.contains("FAILED  130 of 131 cases"), "\(alone)")
      #expect(alone.output.contains("FAILED  second-key"))
    }

    private static let signerConfiguration = Site.signerConfiguration.replacing(
      "\"passgate.v1.Verification/VerifyIdentity\"",
      with: [
        "Verification/VerifyIdentity", "Verification/VerifyBatch", "Conformance/Start", "Conformance/Finish",
      ]
      .map { "\"passgate.v1.\($0)\"" }.joined(separator: ", "))

    @Test func whatCannotRunSaysWhatToDo() throws {
      let site = try Site.running(withSpecimens: false)
      let empty = try site.passgate(["conformance"], profile: "hotel.json5")
      #expect(empty.status == 2 && empty.errors.contains("registry import"), "\(empty)")
      let persons = try site.passgate(["conformance", "--persons"])
      try site.write(persons.output, to: "persons.csv")
      #expect(try site.passgate(["registry", "import", site.path("persons.csv")]).status == 0)
      #expect(try site.passgate(["conformance"], profile: "hotel.json5").status == 0)
      let officer = try site.passgate(["conformance"])
      #expect(officer.status == 2 && officer.errors.contains("NOT_PERMITTED"), "\(officer)")
      let reply = try site.passgate(["conformance", "--case", "reply-direct"], profile: "hotel.json5")
      #expect(reply.status == 2 && reply.errors.contains("a whole run"), "\(reply)")
      let one = try site.passgate(["conformance", "--case", "clock-behind"], profile: "hotel.json5")
      #expect(one.status == 0 && one.output.contains("CLOCK_SKEW"), "\(one)")
      let list = try site.passgate(["conformance", "--list"])
      #expect(ConformanceSuite.all.allSatisfy { list.output.contains($0.id) })
    }
  }
}
