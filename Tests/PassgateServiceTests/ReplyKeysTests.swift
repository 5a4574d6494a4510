import PassgateCrypto
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What reply keys are at a time, as functions of their lives.
@Suite struct ReplyKeysTests {
  /// `a` signs until 200; `b` is announced at 100, signs from 200; `a` is gone at 300. `s` is of SM2 from 250 to 400.
  private let keys: ReplyKeys
  private let names: [[UInt8]: String]

  init() throws {
    let authority = try TestAuthority()
    let lives: [(String, SignatureAlgorithm, KeyLifecycle)] = [
      ("a", .ecdsaP256SHA256, KeyLifecycle(published: 0, active: 0, retiring: 200, retired: 300)),
      ("b", .ecdsaP256SHA256, KeyLifecycle(published: 100, active: 200)),
      ("s", .sm2SM3, KeyLifecycle(published: 150, active: 250, retiring: 400, retired: 400)),
    ]
    var (keys, names): ([PassgateService.ReplyKey], [[UInt8]: String]) = ([], [:])
    for (name, algorithm, life) in lives {
      let identity = try authority.issue(.replySigning, algorithm)
      keys.append(try .of(identity, algorithm, life))
      names[identity.certificate.publicKey.keyID] = name
    }
    (self.keys, self.names) = (ReplyKeys(keys), names)
  }

  struct Moment: Sendable {
    let now: UInt64
    /// In the order of the set, each with its state.
    let announced: String
    let signing: (p256: String, sm2: String)
    let next: (p256: String, sm2: String)
    let change: UInt64?
  }

  static let moments = [
    Moment(now: 0, announced: "a active", signing: ("a", "a"), next: ("", ""), change: 100),
    Moment(now: 99, announced: "a active", signing: ("a", "a"), next: ("", ""), change: 100),
    Moment(now: 100, announced: "a active,b next", signing: ("a", "a"), next: ("b", "b"), change: 150),
    Moment(now: 150, announced: "a active,b next,s next", signing: ("a", "a"), next: ("b", "b"), change: 200),
    Moment(
      now: 200, announced: "a retiring,b active,s next", signing: ("b", "b"), next: ("", "s"), change: 250),
    Moment(
      now: 250, announced: "a retiring,b active,s active", signing: ("b", "s"), next: ("", "b"), change: 300),
    Moment(now: 300, announced: "b active,s active", signing: ("b", "s"), next: ("", "b"), change: 400),
    Moment(now: 400, announced: "b active", signing: ("b", "b"), next: ("", ""), change: nil),
  ]

  @Test(arguments: moments) func areAFunctionOfTheTime(_ moment: Moment) throws {
    let announced = try keys.announced(at: moment.now).map { key in
      let der = key.certificates[0]
      let leaf = try Certificate(der: der.span)
      return "\(names[leaf.publicKey.keyID] ?? "?") \(key.state)"
    }
    #expect(announced.joined(separator: ",") == moment.announced)
    for (family, signing, next) in [
      (ReplyFamily.p256, moment.signing.p256, moment.next.p256),
      (.sm2, moment.signing.sm2, moment.next.sm2),
    ] {
      #expect(names[try keys.signing(for: family, at: moment.now).signer.publicKey.keyID] == signing)
      #expect(names[keys.nextKeyID(for: family, at: moment.now)] ?? "" == next)
    }
    #expect(keys.nextChange(after: moment.now) == moment.change)
  }

  /// A set that forgets to retire the former key has one that signs all the same.
  @Test func neverTwoSign() throws {
    var keys = keys
    keys.keys = keys.keys.map {
      ReplyKey($0.algorithm, chain: $0.chain, signer: $0.signer, lifecycle: Self.endless($0.lifecycle))
    }
    let states = keys.announced(at: 1_000).filter { $0.algorithm == 1 }.map(\.state)
    #expect(states == [.retiring, .active])
    #expect(names[try keys.signing(for: .p256, at: 1_000).signer.publicKey.keyID] == "b")
  }

  private static func endless(_ life: KeyLifecycle) -> KeyLifecycle {
    KeyLifecycle(published: life.published, active: life.active)
  }

  @Test func aGapIsFound() {
    let first = KeyLifecycle(published: 0, active: 10, retiring: 20)
    let second = KeyLifecycle(published: 0, active: 20, retiring: 30)
    #expect(KeySchedule.gap([first, second], from: 5) == 5)
    #expect(KeySchedule.gap([first, second], from: 10) == 30)
    #expect(KeySchedule.gap([first, KeyLifecycle(published: 0, active: 21)], from: 10) == 20)
    #expect(KeySchedule.gap([first, KeyLifecycle(published: 0, active: 20)], from: 10) == nil)
    #expect(KeySchedule.gap([], from: 10) == 10)
  }
}
