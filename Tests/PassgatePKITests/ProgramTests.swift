import Foundation
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct ProgramTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  /// The report of a command line, which must be understood.
  private func run(_ words: String...) throws -> String {
    guard case .run(let invocation) = Program.commandLine.parse(words) else { throw NotUnderstood() }
    return try Program.run(invocation, clock: ManualClock()).text
  }

  private struct NotUnderstood: Error {}

  @Test func reportsForPeople() throws {
    let made = try run("init", "--directory", folder.path("pki/"), "--server-name", "gate.example.cn")
    #expect(made.contains("valid to     2046-06-25"))
    #expect(made.contains("offline media"))
    let issued = try run(
      "issue", "--directory", folder.path("pki"), "--purpose", "operator-signing", "--name", "Officer 3",
      "--out", folder.path("officer"))
    #expect(issued.contains("CN=Officer 3"))
    #expect(issued.contains(folder.path("officer.key.pem")))
  }

  @Test func reportsForPrograms() throws {
    struct Made: Decodable {
      struct Item: Decodable { let item, certificate, key, purpose, fingerprint: String }
      let directory: String
      let items: [Item]
    }
    struct Issued: Decodable { let certificate, serial, keyId: String; let key: String? }
    let made = try JSONDecoder().decode(
      Made.self, from: Data(run("init", "--directory", folder.path("pki"), "--json").utf8))
    #expect(made.items.map(\.item) == ["root", "issuing", "server", "reply-p256", "reply-sm2"])
    #expect(made.items.allSatisfy { Files.exists($0.certificate) && Files.exists($0.key) })
    let issued = try JSONDecoder().decode(
      Issued.self,
      from: Data(
        run(
          "issue", "--directory", made.directory, "--purpose", "server-tls", "--name", "gate", "--ip", "::1",
          "--dns", "gate.example.cn", "--out", folder.path("gate"), "--json"
        ).utf8))
    #expect(issued.key == folder.path("gate.key.pem"))
    #expect(Files.exists(issued.certificate))
  }

  @Test(arguments: [
    (["--dns", "10.0.0.1"], "give it with --ip"), (["--ip", "gate.example.cn"], "give a name with --dns"),
    (["--dns", "a b"], "--dns a b: a server name must be"), ([], "give --dns or --ip"),
  ])
  func saysWhatIsWrong(_ words: [String], _ expected: String) throws {
    _ = try run("init", "--directory", folder.path("pki"))
    let line =
      [
        "issue", "--directory", folder.path("pki"), "--purpose", "server-tls", "--name", "x", "--out",
        folder.path("x"),
      ]
      + words
    guard case .run(let invocation) = Program.commandLine.parse(line) else { throw NotUnderstood() }
    let failure = sentence { _ = try Program.run(invocation, clock: ManualClock()) }
    #expect(failure?.contains(expected) == true, "\(failure ?? "")")
  }

  @Test func putsNoPrivateKeyInAReport() throws {
    let report = try run("init", "--directory", folder.path("pki"), "--json")
    let key = try String(decoding: Files.readSecret(folder.path("pki/root.key.pem")), as: UTF8.self)
    let secret = key.split(separator: "\n")[1]
    #expect(!report.contains(secret) && !report.contains("PRIVATE"))
  }

  @Test(arguments: [["init"], ["issue"]])
  func explainsEachCommand(_ path: [String]) {
    guard case .help(let page) = Program.commandLine.parse(path + ["--help"]) else {
      Issue.record("no help")
      return
    }
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"] {
      #expect(page.contains("\(section)\n"))
    }
  }
}
