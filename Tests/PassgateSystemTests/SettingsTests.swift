import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

private func reader(_ text: String, file: String = "passgated.json5") throws -> SettingsReader {
  SettingsReader(try parseJSON5(Array(text.utf8)), file: file)
}

@Suite struct SettingsReaderTests {
  @Test func valuesAreRead() throws {
    let settings = try reader(
      """
      {
        listen: "[::1]:4433",     // where
        name: 'main', workers: 4, quiet: true, mode: "sandbox",
        scenes: ["a", "b"], tls: { certificate: "server.pem" },
        tenants: [{ id: "one" }, { id: "two" }],
      }
      """, file: "/etc/passgate/passgated.json5")
    #expect(settings.endpoint("listen") == Endpoint(host: "::1", port: 4433))
    #expect(settings.string("name") == "main")
    #expect(settings.integer("workers", in: 1...64) == 4)
    #expect(settings.bool("quiet"))
    #expect(settings.choice("mode", of: ["sandbox", "production"]) == "sandbox")
    #expect(settings.list("scenes") == ["a", "b"])
    #expect(settings.object("tls")?.path("certificate", mustExist: false) == "/etc/passgate/server.pem")
    #expect(settings.objects("tenants").map { $0.string("id") } == ["one", "two"])
    settings.finish()
    #expect(settings.problems.isEmpty)
  }

  @Test func whatIsAbsentHasItsDefault() throws {
    let settings = try reader("{}", file: "folder/x.json5")
    #expect(settings.string("a", default: "b") == "b")
    #expect(settings.integer("a", in: 1...2, default: 9) == 9)
    #expect(settings.bool("a", default: true))
    #expect(settings.choice("a", of: ["b"], default: "c") == "c")
    #expect(settings.endpoint("a", default: Endpoint(host: "h", port: 1)).host == "h")
    #expect(settings.path("a", mustExist: true, default: "b") == "folder/b")
    #expect(settings.list("a", default: ["b"]) == ["b"])
    #expect(settings.object("a") == nil)
    #expect(settings.objects("a").isEmpty)
    #expect(settings.optionalString("a") == nil)
    #expect(settings.optionalPath("a") == nil)
    #expect(settings.optionalEndpoint("a") == nil)
    #expect(!settings.has("a"))
    settings.finish()
    #expect(settings.problems.isEmpty)
  }

  @Test func allProblemsAreListedAtOnce() throws {
    let folder = try TemporaryDirectory()
    let settings = try reader(
      """
      {
        listen: "4433", workers: 65, quiet: "yes", mode: "sandbx", name: "", wrokers: 1,
        scenes: ["a", 1, ""], tls: [], trust: "no.pem",
        tenants: [{ id: "one" }, 7, { idd: "x", keys: [{ certificate: "no.pem" }] }],
      }
      """, file: folder.path("c.json5"))
    _ = settings.endpoint("listen")
    _ = settings.integer("workers", in: 1...64)
    _ = settings.bool("quiet")
    _ = settings.choice("mode", of: ["sandbox", "production"])
    _ = settings.string("name")
    #expect(settings.list("scenes") == ["a"])
    _ = settings.object("tls")
    _ = settings.optionalPath("trust")
    for tenant in settings.objects("tenants") {
      _ = tenant.string("id")
      for key in tenant.objects("keys") { _ = key.path("certificate") }
    }
    _ = settings.string("absent")
    _ = settings.object("missing", required: true)
    settings.problem("name", "is not mine")
    settings.finish()
    let expected = [
      #"listen: must be "host:port", such as "127.0.0.1:4433" or "[::1]:4433""#,
      "workers: must be a whole number from 1 to 64", "quiet: must be true or false",
      "mode: must be one of sandbox, production; did you mean sandbox?", "name: must not be empty",
      "scenes[1]: must be a string, not a number", "scenes[2]: must not be empty",
      "tls: must be an object, not a list", "trust: no such file \(folder.path("no.pem"))",
      "tenants[1]: must be an object, not a number", "tenants[1].id: is missing", "tenants[2].id: is missing",
      "tenants[2].keys[0].certificate: no such file \(folder.path("no.pem"))", "absent: is missing",
      "missing: is missing", "name: is not mine", "wrokers: is not a setting; did you mean workers?",
      "tenants[2].idd: is not a setting; did you mean id?",
    ]
    #expect(settings.problems == expected.map { "\(folder.path("c.json5")): \($0)" })
  }

  @Test func theRootIsAnObject() throws {
    #expect(try reader("[]").problems == ["passgated.json5: must be an object, not a list"])
  }

  @Test func aFileIsReadWithItsNameInEveryError() throws {
    let folder = try TemporaryDirectory()
    try Files.writeDurably(Array("{a: 1}".utf8), to: folder.path("good"))
    #expect(try SettingsReader(file: folder.path("good")).integer("a", in: 0...1) == 1)
    try Files.writeDurably(Array("{\n  a: }".utf8), to: folder.path("bad"))
    let error = #expect(throws: SettingsError.self) { try SettingsReader(file: folder.path("bad")) }
    #expect(error?.description == "\(folder.path("bad")): line 2, column 6: expected a value")
    let missing = #expect(throws: SettingsError.self) { try SettingsReader(file: folder.path("none")) }
    #expect(missing?.description == "open \(folder.path("none")): No such file or directory")
  }

  @Test func aProblemIsOneLine() throws {
    let settings = try reader(#"{"a\n\u001b": 1}"#)
    settings.finish()
    #expect(settings.problems == ["passgated.json5: a\u{FFFD}\u{FFFD}: is not a setting"])
  }
}
