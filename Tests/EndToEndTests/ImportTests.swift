import Glibc
import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire
import Testing

@testable import passgate

extension EndToEnd {
  @Suite struct ImportTests {
    /// The guest of the specimens and a passport that has replaced another.
    private static let files = [
      "records.csv": """
      number,documentType,birthDate,hanName,latinName,previousNumbers
      H1234567802,permit,1985-03-14,陳美玲,"CHAN, MEI LING",
      EJ1234567,passport,1979-11-02,黄志强,"HUANG, ZHIQIANG",E20000021
      """,
      "records.ndjson": """
      {"documentType":"permit","number":"H1234567802","birthDate":"1985-03-14","hanName":"陳美玲"}

      {"documentType":"passport","number":"EJ1234567","birthDate":"1979-11-02","hanName":"黄志强",\
      "latinName":"HUANG, ZHIQIANG","previousNumbers":["E20000021"],"expiry":null}
      """,
    ]

    @Test(arguments: files.keys.sorted())
    func takesBothForms(_ name: String) throws {
      let site = try Site.running(withSpecimens: false)
      try site.write(try #require(Self.files[name]), to: name)
      let imported = try site.passgate(["registry", "import", site.path(name), "--json"])
      #expect(imported.status == 0)
      #expect(try imported.json["accepted"] == 2)
      #expect(try imported.json["stored"] == 2)
      #expect(
        try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest).status == 0)
      let former = Claims.passenger.replacing("EJ1234567", with: "E20000021")
      #expect(try site.passgate(["verify", "identity"], profile: "hotel.json5", input: former).status == 3)

      let again = try site.passgate(["registry", "import", site.path(name)])
      #expect(again.status == 0)
      #expect(again.output == "already imported: 2 records stored, 0 lines good, 0 lines kept out\n")
    }

    private static let badLines: [(line: String, fault: String)] = [
      ("permit,H1234567802,1985-13-14,陳美玲", "birthDate: a date is YYYY-MM-DD and exists in the calendar"),
      ("permit,H12,1985-03-14,陳美玲", "number: a permit's number is H or M and 8 digits"),
      ("permit,H1234567802,1985-03-14", "3 fields where the header names 4"),
      ("\"permit,H1234567802,1985-03-14,陳美玲", "a quote is not closed on its line"),
      ("visa,H1234567802,1985-03-14,陳美玲", "documentType: expected permit or passport"),
      ("permit,H1234567802,1985-03-14,", "hanName: a record has a Han name or a Latin name"),
      ("permit,H1234567802,1985-03-14,陳美玲\u{0}", "hanName: "),
      (String(repeating: "9", count: 1_048_577), "FILE: line 9 is longer than 1048576 bytes"),
    ]

    @Test func keepsBadLinesOutByNumberWithoutTheirValues() throws {
      let site = try Site.running(withSpecimens: false)
      let lines = Self.badLines.map(\.line) + ["permit,H1234567802,1985-03-14,陳美玲"]
      let file = site.path("mixed.csv")
      try site.write(
        "documentType,number,birthDate,hanName\n" + lines.joined(separator: "\n"), to: "mixed.csv")

      let tried = try site.passgate(["registry", "import", file, "--dry-run"])
      #expect(tried.status == 1)
      #expect(tried.output == "checked, nothing was sent: 0 records stored, 1 lines good, 8 lines kept out\n")

      let imported = try site.passgate(["registry", "import", file, "--rejects", site.path("rejects.tsv")])
      #expect(imported.status == 1)
      #expect(imported.output == "imported: 1 records stored, 1 lines good, 8 lines kept out\n")
      let rejects = String(decoding: try Files.read(site.path("rejects.tsv")), as: UTF8.self)
      for (index, bad) in Self.badLines.enumerated() {
        // The header is line 1.
        let fault = bad.fault.replacing("FILE", with: file)
        #expect(imported.errors.contains("\(file) line \(index + 2): \(fault)"))
        #expect(rejects.contains("\(index + 2)\t\(fault)"))
      }
      #expect(rejects.split(separator: "\n").count == Self.badLines.count)
      expectNoPersonalData(in: imported.errors + imported.output + rejects)
      #expect(
        try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest).status == 0)
    }

    @Test func aHostileKeyAddsNoLineToTheRejects() throws {
      let site = try Site.running(withSpecimens: false)
      try site.write(#"{"\u001b[31m\n7\tgood":""}"#, to: "hostile.ndjson")
      let rejects = site.path("rejects.tsv")
      let tried = try site.passgate(
        ["registry", "import", site.path("hostile.ndjson"), "--dry-run", "--rejects", rejects])
      #expect(tried.status == 1)
      #expect(
        String(decoding: try Files.read(rejects), as: UTF8.self)
          == "1\t\u{FFFD}[31m\u{FFFD}7\u{FFFD}good: no such column in a registry file\n")
    }

    @Test func aDryRunSendsNothing() throws {
      let site = try Site.running(withSpecimens: false)
      let tried = try site.passgate(["registry", "import", Specimens.registry, "--dry-run"])
      #expect(tried.status == 0)
      #expect(
        tried.output == "checked, nothing was sent: 0 records stored, 300 lines good, 0 lines kept out\n")
      #expect(
        try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest).status == 1)
    }

    @Test func readsAPipe() throws {
      let site = try Site.running(withSpecimens: false)
      let text = String(decoding: try Files.read(Specimens.registry), as: UTF8.self)
      let imported = try site.passgate(["registry", "import", "-", "--format", "csv"], input: text)
      #expect(imported.status == 0)
      #expect(imported.output == "imported: 300 records stored, 300 lines good, 0 lines kept out\n")
      let guest = try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest)
      #expect(guest.status == 0)
    }

    /// Killed in the middle: the same command finishes the import, and each record is counted once.
    @Test func goesOnWhereItWasInterrupted() throws {
      let site = try Site.running(withSpecimens: false)
      let count = 20_000
      let file = site.path("many.csv")
      let rows = (0..<count).map { "permit,H\(10_000_000 + $0),陳大文,1980-01-01" }
      let text = "documentType,number,hanName,birthDate\n" + rows.joined(separator: "\n") + "\n"
      try site.write(text, to: "many.csv")
      let importID = Array(sha256(Array(text.utf8).span).prefix(16))

      let first = try Program(
        "passgate", ["registry", "import", file],
        environment: ["PASSGATE_PROFILE=\(site.path("operator.json5"))"])
      let stored = try waitForRecords(4_000, of: importID, site)
      try #require(stored < count)
      #expect(try site.endPlatform(SIGKILL) == .killed(SIGKILL))
      #expect(try first.end() == .exited(2))
      #expect(first.logged.contains("run the same command again to resume"))

      try site.startPlatform()
      let second = try site.passgate(["registry", "import", file])
      #expect(second.status == 0)
      #expect(second.errors.hasPrefix("resuming behind "))
      #expect(second.output == "imported: \(count) records stored, \(count) lines good, 0 lines kept out\n")
      let last = Claims.guest.replacing("H1234567802", with: "H\(10_000_000 + count - 1)")
        .replacing("陳美玲", with: "陳大文").replacing("1985-03-14", with: "1980-01-01")
      #expect(try site.passgate(["verify", "identity"], profile: "hotel.json5", input: last).status == 0)
      #expect(
        try site.passgate(["registry", "import", file]).output.hasPrefix("already imported: \(count) "))
    }

    // MARK: Portraits

    /// A file of so many records, each with a portrait of 10 KiB in a folder beside it.
    private func writePortraits(_ count: Int, in site: Site) throws -> String {
      try Files.createDirectory(site.path("faces"))
      var text = "documentType,number,hanName,birthDate,portrait\n"
      for index in 0..<count {
        let name = "faces/\(index).jpg"
        let bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: UInt8(index % 251), count: 10_000)
        try Files.writeDurably(bytes, to: site.path(name))
        text += "permit,H\(10_000_000 + index),陳大文,1980-01-01,\(name)\n"
      }
      try site.write(text, to: "faces.csv")
      return site.path("faces.csv")
    }

    @Test func portraitsTravelAndWhatIsKeptOutIsToldByLine() throws {
      let site = try Site.running(withSpecimens: false)
      let file = try writePortraits(40, in: site)
      try Files.writeDurably(Array("GIF89a".utf8), to: site.path("faces/7.jpg"))
      try Files.remove(site.path("faces/9.jpg"))
      let kept = "40 lines good, 0 lines kept out, 38 portraits good, 2 portraits kept out\n"

      let tried = try site.passgate(["registry", "import", file, "--dry-run"])
      #expect(tried.status == 1)
      #expect(tried.output == "checked, nothing was sent: 0 records stored, \(kept)")

      let imported = try site.passgate(["registry", "import", file, "--rejects", site.path("rejects.tsv")])
      #expect(imported.status == 1)
      #expect(imported.output == "imported: 40 records stored, \(kept)")
      let told = [
        "9\tportrait kept out: neither JPEG nor JPEG 2000", "11\tportrait kept out: there is no such file",
      ]
      let rejects = String(decoding: try Files.read(site.path("rejects.tsv")), as: UTF8.self)
      #expect(rejects == told.map { $0 + "\n" }.joined())
      #expect(!(imported.errors + rejects).contains("faces/"))

      let again = try site.passgate(["registry", "import", file, "--again", "--json"])
      #expect(try again.json["portraits"] == 38)
      #expect(
        again.output.contains(
          #""refusedPortraits":[{"line":9,"reason":"neither JPEG nor JPEG 2000"},{"line":11,"#))
      #expect(try site.endPlatform(SIGTERM) == .exited(0))
      for end in ["", "-wal"] where Files.exists(site.path("data/sandbox/registry.sqlite\(end)")) {
        let bytes = try Files.read(site.path("data/sandbox/registry.sqlite\(end)"))
        #expect(Self.longestRun(bytes) < 9_000, "a portrait lies in the file in clear")
      }
    }

    /// How often the byte that comes most often in a row does so; zeros, of empty pages, are passed over.
    private static func longestRun(_ bytes: [UInt8]) -> Int {
      var (last, run, longest) = (0 as UInt8, 0, 0)
      for byte in bytes {
        run = byte == last ? run + 1 : 1
        last = byte
        if byte != 0 { longest = max(longest, run) }
      }
      return longest
    }

    @Test func portraitsGoOnWhereTheyWereInterrupted() throws {
      let site = try Site.running(withSpecimens: false)
      let count = 1_000
      let file = try writePortraits(count, in: site)
      var reader = try RegistryFile(file, format: nil)
      let importID = try reader.identity()
      let first = try Program(
        "passgate", ["registry", "import", file],
        environment: ["PASSGATE_PROFILE=\(site.path("operator.json5"))"])
      let stored = try waitForRecords(64, of: importID, site)
      try #require(stored < count)
      #expect(try site.endPlatform(SIGKILL) == .killed(SIGKILL))
      #expect(try first.end() == .exited(2))
      try site.startPlatform()
      let second = try site.passgate(["registry", "import", file])
      #expect(second.errors.hasPrefix("resuming behind "))
      #expect(
        second.output
          == "imported: \(count) records stored, \(count) lines good, 0 lines kept out, "
          + "\(count) portraits good, 0 portraits kept out\n")
    }

    /// Asks how far the import is until it has stored so many.
    private func waitForRecords(_ least: Int, of importID: [UInt8], _ site: Site) throws -> Int {
      let session = try site.session("operator.json5")
      let clock = SystemClock()
      let deadline = clock.monotonicNanoseconds() + 60_000_000_000
      while clock.monotonicNanoseconds() < deadline {
        let request = ImportStatusRequest(salt: [UInt8](repeating: 1, count: 16), importID: importID)
        let answer = try session.call(
          Draft(method: "passgate.v1.Registry/ImportStatus", body: request.encoded()))
        // A chunk that is being stored may keep the question waiting until its time is over.
        guard answer.status == .ok else { continue }
        let records = Int(try ImportStatusReply(decoding: answer.body.span).records)
        if records >= least { return records }
      }
      throw SystemError(message: "the import has not come so far in time")
    }

    @Test func deletesOneRecord() throws {
      let site = try Site.running()
      let words = ["registry", "delete", "--type", "permit"]
      let hesitant = try site.passgate(words, input: "H1234567802\n")
      #expect(hesitant.status == 2)
      #expect(hesitant.errors.contains("nothing was deleted: give --yes"))
      #expect(
        try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest).status == 0)
      let deleted = try site.passgate(words + ["--yes"], input: "H1234567802\n")
      #expect(deleted.status == 0)
      #expect(deleted.output == "deleted, and recorded in the ledger\n")
      let gone = try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest)
      #expect(gone.status == 1)
      let again = try site.passgate(words + ["--yes", "--json"], input: "H1234567802\n")
      #expect(again.status == 0)
      #expect(try again.json["existed"] == .bool(false))
      expectNoPersonalData(in: deleted.output + deleted.errors + again.output + again.errors)
    }

    /// An officer without the registrar's role, a tenant.
    @Test(arguments: ["auditor.json5", "hotel.json5"])
    func theRegistryIsTheRegistrarsAlone(_ profile: String) throws {
      let site = try Site.running()
      let imported = try site.passgate(["registry", "import", Specimens.registry], profile: profile)
      #expect(imported.status == 1)
      #expect(imported.output.hasPrefix("REFUSED  NOT_PERMITTED"))
      #expect(imported.errors.contains("the platform does not accept imports from this profile"))
      let deleted = try site.passgate(
        ["registry", "delete", "--type", "permit", "--yes"], profile: profile, input: "H1234567802\n")
      #expect(deleted.status == 1)
      #expect(deleted.output.hasPrefix("REFUSED  NOT_PERMITTED"))
      #expect(
        try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest).status == 0)
    }
  }
}
