import Foundation
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// What the command says, word for word where people act on it.
@Suite struct RotationTextTests {
  private let site: RotationSite

  init() throws {
    site = try RotationSite()
  }

  private func run(_ words: String...) throws -> String {
    guard case .run(let invocation) = Program.commandLine.parse(["rotate"] + words) else {
      throw NotUnderstood()
    }
    // Paths are of this run alone.
    return try Program.run(invocation, clock: site.clock).text.replacing(
      site.site.authority.path, with: "DIR"
    )
    .replacing(site.data.path, with: "DATA")
  }

  private struct NotUnderstood: Error {}

  private var directory: String { site.site.authority.path }

  @Test func plansAReplyKey() throws {
    #expect(
      try run("reply", "--directory", directory, "--plan") == """
        Plan; nothing is changed.

        The reply key for ecdsa-p256-sha256: reply-p256-2 replaces reply-p256 at 2026-07-08 00:00 UTC.

          2026-07-01 00:00 UTC  reply-p256-2 is announced
                                  every reply names it as the next key; whoever keeps key ids can add it; nobody has to
          2026-07-08 00:00 UTC  reply-p256-2 is in use
                                  replies carry its key id; clients accept it by its certificate; the old key verifies only
          2029-06-29 23:55 UTC  reply-p256 is at its end
                                  its certificate ends; replies that it signed are proven by the evidence log

        Where the platform is another machine, carry reply-p256-2.key.pem and reply-p256-2.crt.pem, and after them \
        reply.keys.json to it.
        Next: send passgated SIGHUP once (kill -HUP PID); at 2026-07-08 00:00 UTC it begins to use the new key by itself.
        """)
  }

  @Test func plansAnAuthority() throws {
    let plan = try run("issuing", "--directory", directory, "--plan")
    #expect(plan.contains("2026-07-02 00:00 UTC  issuing-2 is in use"))
    #expect(
      plan.contains(
        "Next: copy issuing.bundle.pem to every platform (trust.intermediates) and send passgated SIGHUP there before "
          + "2026-07-02 00:00 UTC"))
  }

  @Test func leavesOutAnAnnouncementThatIsOverAtOnce() throws {
    let plan = try run("server", "--directory", directory, "--plan")
    #expect(!plan.contains("is announced") && plan.contains("server-2 is in use"))
    #expect(plan.hasSuffix("Next: send passgated SIGHUP once (kill -HUP PID); nothing else is to be done."))
  }

  @Test func saysWhatEndsARegistrysRotation() throws {
    #expect(
      try run("registry", "--directory", site.data.path, "--plan").hasSuffix(
        "it begins to use the new key by itself. Later: run this command again when registry.progress.json says "
          + "that nothing remains; it retires the old key."))
    _ = try run("registry", "--directory", site.data.path)
    #expect(try !run("registry", "--directory", site.data.path, "--cancel").contains("Later"))
  }

  @Test func saysWhatARashRotationRisks() throws {
    let now = try run("reply", "--directory", directory, "--plan", "--now")
    #expect(now.contains("Risk: tenants that keep a list"))
    let short = try run("reply", "--directory", directory, "--plan", "--publish-for", "1h")
    #expect(short.contains("announced for less than 2 days"))
    #expect(try !run("reply", "--directory", directory, "--plan", "--publish-for", "2d").contains("Risk"))
  }

  @Test func saysWhatIsUnderWay() throws {
    _ = try run("reply", "--directory", directory)
    let again = try run("reply", "--directory", directory)
    #expect(
      again.hasPrefix(
        "A rotation of the reply key for ecdsa-p256-sha256 is under way: reply-p256-2 replaces reply-p256 at "
          + "2026-07-08 00:00 UTC. Nothing is changed."))
    #expect(again.hasSuffix("To use it at once: --now. To withdraw it: --cancel."))
  }

  @Test func saysHowTheRegistryStands() throws {
    let data = site.data.path
    try site.bring(.registry, to: .overlapping)
    #expect(try run("registry", "--directory", data).contains("passgated has not reported yet"))
    try site.report(remaining: 12)
    #expect(try run("registry", "--directory", data).contains("12 records remain"))
    try site.report(remaining: 0)
    #expect(
      try run("registry", "--directory", data).hasPrefix(
        "The registry key: registry is retired; no record needs it."))
    #expect(
      try run("registry", "--directory", data, "--destroy-retired")
        == "There is no secret of a retired key to delete.")
    try site.bring(.registry, to: .ended)
    _ = try run("registry", "--directory", data)
    #expect(
      try run("registry", "--directory", data, "--destroy-retired")
        == "The secrets of retired keys are deleted: registry-2.key.")
  }

  @Test func withdrawsAndTaintsInWords() throws {
    _ = try run("reply", "--directory", directory)
    #expect(
      try run("reply", "--directory", directory, "--cancel").hasPrefix(
        "The reply key for ecdsa-p256-sha256: reply-p256-2 is withdrawn and will not be used; reply-p256 goes on."
      ))
    let tainted = try run("reply", "--directory", directory, "--taint")
    #expect(tainted.contains("reply-p256 is marked as tainted"))
    #expect(tainted.contains("passgate-pki rotate reply --directory DIR, with --now"))
  }

  @Test func listsAllSets() throws {
    _ = try run("reply", "--directory", directory)
    try Files.writeDurably([1], to: directory + "/server-2.key.pem", mode: 0o600)
    #expect(
      try run("status", "--directory", directory) == """
        reply key, reply.keys.json version 2
          reply-p256 (ecdsa-p256-sha256): in use, replaced at 2026-07-08 00:00 UTC
          reply-sm2 (sm2-sm3): in use
          reply-p256-2 (ecdsa-p256-sha256): announced, in use from 2026-07-08 00:00 UTC

        TLS server key, server.keys.json version 1
          server (ecdsa-p256-sha256): in use

        issuing authority, issuing.keys.json version 1
          issuing (ecdsa-p256-sha256): in use

        server-2.key.pem was left by a rotation that was interrupted: the same 'rotate' command finishes it.
        """)
  }

  @Test func reportsForPrograms() throws {
    struct Report: Decodable {
      struct Event: Decodable { let time, key, keyId, state, meaning: String }
      let role, action, set, next: String
      let planned: Bool
      let events: [Event]
    }
    let text = try run("reply", "--directory", directory, "--json")
    let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    #expect(report.action == "begun" && !report.planned && report.set == "DIR/reply.keys.json")
    #expect(report.events.map(\.state) == ["published", "active", "retired"])
    #expect(report.events[1].time == "2026-07-08T00:00:00.000Z")
    struct Status: Decodable {
      struct Keys: Decodable { let role: String }
      let sets: [Keys]
    }
    let status = try run("status", "--directory", directory, "--json")
    #expect(
      try JSONDecoder().decode(Status.self, from: Data(status.utf8)).sets.map(\.role) == [
        "reply", "server", "issuing",
      ])
  }

  @Test func putsNoSecretInAReport() throws {
    let report = try run("registry", "--directory", site.data.path, "--json")
    let secret = try Files.readSecret(site.data.path + "/registry-2.key")
    #expect(!report.contains(Hex.encode(secret)))
  }

  @Test(arguments: [
    (["--now", "--cancel"], "give one of --now, --cancel, not all"),
    (["--publish-for", "7"], "--publish-for is a number and a unit"),
    (["--cancel"], "nothing is announced"),
  ])
  func saysWhatIsWrong(_ words: [String], _ expected: String) throws {
    guard
      case .run(let invocation) = Program.commandLine.parse(
        ["rotate", "reply", "--directory", directory] + words)
    else { throw NotUnderstood() }
    #expect(sentence { _ = try Program.run(invocation, clock: site.clock) }?.contains(expected) == true)
  }
}
