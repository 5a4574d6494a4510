import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

@testable import PassgatePKI

/// How a drill judges what it has seen.
@Suite struct DrillTests {
  private let old = KeySet.Entry(
    keyID: [UInt8](repeating: 1, count: 32), algorithm: .ecdsaP256SHA256, certificate: "reply-p256.crt.pem",
    key: "reply-p256.key.pem", lifecycle: KeyLifecycle(published: 0, active: 0, retiring: 10_000))
  private let new = KeySet.Entry(
    keyID: [UInt8](repeating: 2, count: 32), algorithm: .ecdsaP256SHA256, certificate: "reply-p256-2.crt.pem",
    key: "reply-p256-2.key.pem", lifecycle: KeyLifecycle(published: 5_000, active: 10_000))

  private func line(_ entry: KeySet.Entry, at time: UInt64, status: String = "OK") -> String {
    """
    {"line":1,"status":"\(status)","replyKeyId":"\(Hex.encode(entry.keyID))","replyVerified":true,\
    "serverTime":"\(CivilTime.timestamp(milliseconds: time))"}
    """
  }

  private func tally(_ lines: [String], sent: Int? = nil, status: Int32 = 0) -> DrillTally {
    var tally = DrillTally()
    tally.take(lines.joined(separator: "\n"), sent: sent ?? lines.count, status: status)
    return tally
  }

  @Test func countsWhoSigned() {
    let tally = tally([line(old, at: 9_000), line(old, at: 9_500), line(new, at: 10_000)])
    #expect(tally.failures == 0 && tally.requests == 3)
    #expect(tally.signed(by: KeySet(role: .reply, entries: [old, new])).map(\.count) == [2, 1])
  }

  @Test(arguments: [
    (1, 9_000, false), (1, 11_000, false), (1, 12_000, true), (2, 9_000, true), (2, 9_800, false),
    (2, 50_000, false),
  ])
  func seesAKeyOutOfItsTime(_ key: Int, _ time: UInt64, _ isStray: Bool) {
    let tally = tally([line(key == 1 ? old : new, at: time)])
    #expect(tally.strays(in: KeySet(role: .reply, entries: [old, new])) == (isStray ? 1 : 0))
  }

  @Test func knowsNoKeyOutsideTheSet() {
    #expect(tally([line(new, at: 20_000)]).strays(in: KeySet(role: .reply, entries: [old])) == 1)
  }

  @Test func countsWhatFailed() {
    #expect(tally([line(old, at: 1), line(old, at: 2, status: "UNAVAILABLE")]).failures == 1)
    // A request without an answer, a program that fails after its last answer, and a line that is none.
    #expect(tally([line(old, at: 1)], sent: 3).failures == 2)
    #expect(tally([line(old, at: 1)], status: 3).failures == 1)
    #expect(tally(["passgate: no"]).failures == 1)
    #expect(tally([line(old, at: 1).replacing("true", with: "false")]).failures == 1)
  }

  @Test func refusesAFolderThatIsNoSandbox() throws {
    let folder = try TemporaryDirectory()
    let refusal = #expect(throws: PKIError.self) { try DrillSandbox(path: folder.path, clock: ManualClock()) }
    #expect(refusal?.description.contains("Tools/sandbox") == true)
  }
}
