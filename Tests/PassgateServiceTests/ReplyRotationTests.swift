import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// A reply key is published, comes into use and goes, while calls run: by the clock alone, after one reload.
@Suite(.serialized) struct ReplyRotationTests {
  private static let day: UInt64 = 86_400_000

  /// What replies said, in their order.
  private final class Seen {
    var replies: [(keyID: [UInt8], next: [UInt8])] = []
  }

  private func session(
    _ platform: TestPlatform, _ algorithm: SignatureAlgorithm
  ) throws -> ClientSession {
    let airline = try platform.authority.issue(.tenantSigning, algorithm, name: "airline", tenant: "airline")
    try platform.provision([platform.tenant("airline", .signingServer, airline, algorithm)])
    return try platform.session(
      platform.profile(
        tenant: "airline", identity: nil, key: airline.key, algorithm, scene: "transport"))
  }

  /// Calls, eight at a time, until the session is as expected. The client refuses a reply by a key that was not announced
  /// on its connection.
  private func call(
    _ session: ClientSession, _ seen: Seen, until isReached: (ClientSession, Seen) -> Bool
  ) throws {
    let deadline = SystemClock().monotonicNanoseconds() + 20_000_000_000
    repeat {
      let ids = try session.submit((0..<8).map { _ in Guest.draft(scene: "transport") })
      for _ in ids {
        let answer = try #require(try session.next(deadline: deadline))
        #expect(answer.verdict?.verdict == .consistent)
        seen.replies.append((answer.header.keyID, answer.header.nextKeyID))
      }
    } while !isReached(session, seen) && SystemClock().monotonicNanoseconds() < deadline
    #expect(isReached(session, seen))
  }

  @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .sm2SM3])
  func noReplyIsLost(_ algorithm: SignatureAlgorithm) throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let session = try session(platform, algorithm)
    let former = algorithm == .sm2SM3 ? platform.replySM2 : platform.replyP256
    let next = try platform.authority.issue(.replySigning, algorithm)
    let (formerID, nextID) = (former.certificate.publicKey.keyID, next.certificate.publicKey.keyID)
    let start = platform.clock.wallMilliseconds()
    let (published, active, retired) = (start + Self.day, start + 2 * Self.day, start + 3 * Self.day)
    try platform.reload { configuration in
      configuration.replyKeys.keys.removeAll { $0.algorithm == algorithm }
      configuration.replyKeys.keys += [
        try .of(former, algorithm, KeyLifecycle(published: 0, active: 0, retiring: active, retired: retired)),
        try .of(next, algorithm, KeyLifecycle(published: published, active: active)),
      ]
    }
    let seen = Seen()
    try call(session, seen) { _, seen in seen.replies.count >= 64 }
    #expect(seen.replies.allSatisfy { $0 == (formerID, []) })

    platform.clock.advance(milliseconds: Self.day)
    try call(session, seen) { session, seen in seen.replies.last?.next == nextID }
    #expect(session.hello.replyKeys.count { $0.state == .next } == 1)
    #expect(seen.replies.allSatisfy { $0.keyID == formerID })

    platform.clock.advance(milliseconds: Self.day)
    try call(session, seen) { _, seen in seen.replies.last?.keyID == nextID }
    #expect(session.hello.replyKeys.count { $0.state == .retiring } == 1)

    platform.clock.advance(milliseconds: Self.day)
    try call(session, seen) { session, _ in session.hello.replyKeys.count == 2 }
    let changes = zip(seen.replies, seen.replies.dropFirst()).count { $0.keyID != $1.keyID }
    #expect(changes == 1, "the former key never comes back")
    let first = try #require(seen.replies.firstIndex { $0.keyID == nextID })
    #expect(seen.replies[..<first].contains { $0.next == nextID }, "announced before its use")

    let metrics = try platform.metrics()
    for id in [formerID, nextID] {
      #expect(
        metrics.contains("passgate_replies_signed_total{deployment=\"sandbox\",key=\"\(Hex.encode(id))\"}"))
    }
    #expect(platform.logged.count(of: "reply_key_active") == 3)
  }
}
