import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire
import Testing

extension EndToEnd {
  @Suite struct PrivacyTests {
    /// After a run that met everything a tenant and an officer do, right and wrong, no name, number or
    /// date of a person is in a log or in the bytes of a store.
    @Test func nothingPersonalIsLeftBehind() throws {
      let site = try Site.running()
      try site.startSigner()
      try useEverything(site)
      #expect(try site.endSigner(SIGTERM) == .exited(0))
      #expect(try site.endPlatform(SIGTERM) == .exited(0))

      let logs = try [#require(site.platform), #require(site.signer)]
      for log in logs {
        expectNoPersonalData(in: log.logged)
        #expect(log.printed.isEmpty)
        for line in log.logged.split(separator: "\n") {
          let event = try parseJSON(Array(line.utf8))
          #expect(event["time"]?.text != nil && event["level"]?.text != nil && event["event"]?.text != nil)
        }
      }
      // The run was rich enough to log what it must not quote.
      #expect(logs[0].log.contains { $0["event"] == "attempts_exhausted" })
      #expect(logs[1].log.contains { $0["event"] == "refused" })

      let stores = ["data/ledger.sqlite", "data/sandbox/evidence.sqlite", "data/sandbox/registry.sqlite"]
      for store in stores {
        let files = [store, "\(store)-wal"].filter { Files.exists(site.path($0)) }
        let bytes = try files.flatMap { try Files.read(site.path($0)) }
        #expect(bytes.count > 4_096)
        #expect(Self.found(in: bytes) == [], "\(store)")
      }
      // The search finds what is there.
      #expect(Self.found(in: try Files.read(Specimens.registry)).count > 8)
    }

    private func useEverything(_ site: Site) throws {
      for claim in [Claims.guest, Claims.impostor, Claims.superseded, Claims.passenger] {
        for profile in ["hotel.json5", "ticketing/airline.json5", "ticketing/sm2.json5"] {
          _ = try site.passgate(["verify", "identity"], profile: profile, input: claim)
        }
      }
      let batch = [Claims.guest, Claims.passenger].joined(separator: "\n")
      _ = try site.passgate(["verify", "identity", "--batch", "-"], profile: "hotel.json5", input: batch)
      _ = try site.passgate(
        ["verify", "identity", "--scene", "lodging"], profile: "ticketing/airline.json5", input: Claims.guest)
      try sendWhatTheProgramWouldNot(site)
      let bad = "documentType,number,birthDate,hanName\npermit,H1234567802,1985-13-14,陳美玲\n"
      _ = try site.passgate(["registry", "import", "-", "--format", "csv"], input: bad)
      _ = try site.passgate(["registry", "delete", "--type", "passport", "--yes"], input: "EJ1234567\n")
      _ = try site.passgate(["evidence", "list", "--json"])
    }

    /// Claims and records with faults that `passgate` would have caught, wrong guesses until the budget is
    /// spent, and personal data where none belongs.
    private func sendWhatTheProgramWouldNot(_ site: Site) throws {
      let session = try site.session("hotel.json5")
      #expect(try session.verify(Claims.wire(number: "H12345678 02")).reason == .malformedBody)
      #expect(try session.verify(Claims.wire(name: "陳美玲 1985-03-14")).reason == .malformedBody)
      for index in 0..<6 {
        _ = try session.verify(Claims.wire(name: "陳美" + ["一", "二", "三", "四", "五", "六"][index]))
      }
      #expect(try session.verify().verdict.undeterminedReason == .attemptsExhausted)
      let body = Array("H1234567802 陳美玲".utf8)
      #expect(
        try session.call(Draft(method: Session.verifyIdentity, scene: "lodging", body: body)).status != .ok)

      let officer = try site.session("operator.json5")
      let record = RegistryRecord(
        documentType: .permit, number: "H1234567802", hanName: "陳美玲", latinName: "CHAN, MEI LING",
        formerNames: [], birthDate: "1985-13-14", sex: nil, expiry: "", previousNumbers: [], superseded: false
      )
      let chunk = ImportChunkRequest(
        salt: try randomBytes(16), operationID: try randomBytes(16), importID: try randomBytes(16), chunk: 0,
        records: [record], last: true)
      let refused = try officer.call(
        Draft(method: "passgate.v1.Registry/ImportChunk", body: chunk.encoded()))
      #expect(refused.reason == .malformedBody)
      #expect(refused.refusal?.field == "records[0].birth_date")
      expectNoPersonalData(in: String(decoding: refused.body, as: UTF8.self))
    }

    /// Which of the data stand somewhere in the bytes.
    private static func found(in bytes: [UInt8]) -> [String] {
      // Bytes that are no text become replacement characters and leave what is text beside them as it is.
      let text = String(decoding: bytes, as: UTF8.self)
      return Claims.personalData.filter { text.contains($0) }
    }
  }
}
