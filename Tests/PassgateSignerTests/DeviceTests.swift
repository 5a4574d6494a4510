import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import passgate_signer

/// Keys that are in a device, which may be slow and may be gone.
@Suite struct DeviceTests {
  let desk: Desk
  let device: Device

  init() throws {
    desk = try Desk()
    device = Device(try FileSigner(desk.identities.airline.key, .ecdsaP256SHA256))
    var keys = try Desk.keys(desk.identities)
    keys[0] = HeldKey(
      tenantID: "airline", deployment: .sandbox, certificate: desk.identities.airline.certificate,
      signer: device)
    _ = desk.handler.receive(try Desk.material(desk.identities, keys: keys), now: 0)
  }

  private func ask(_ headers: [[UInt8]]) -> SigningReply? { desk.reply(.signRequests(headers: headers)) }

  @Test func whatComesWhileTheDeviceWorksSharesTheNextSignature() throws {
    let headers = desk.headers(6)
    device.hold()
    #expect(ask([headers[0]]) == nil)
    #expect(ask(Array(headers[1...2])) == nil)
    #expect(ask(Array(headers[3...5])) == nil)
    device.letGo()
    let first = desk.delivered().compactMap(\.signatures)
    #expect(first.map { $0.map(\.treeSize) } == [[1]])
    let second = desk.delivered().compactMap(\.signatures)
    #expect(second.map { $0.map(\.treeSize) } == [[5, 5], [5, 5, 5]])
    for (signature, header) in zip((first + second).flatMap(\.self), headers) {
      #expect(try isAuthentic(signature, of: header, by: desk.identities.airline, .ecdsaP256SHA256))
    }
    #expect(device.signatures == 2)
  }

  @Test func keysInFilesDoNotWaitForTheDevice() throws {
    device.hold()
    defer { device.letGo() }
    #expect(ask(desk.headers(1)) == nil)
    #expect(ask([desk.headerSM2().encoded()])?.signatures?.count == 1)
  }

  @Test func aLostDeviceIsUnavailableUntilItIsBack() throws {
    device.isLost.store(true, ordering: .relaxed)
    #expect(ask(desk.headers(1)) == nil)
    #expect(desk.delivered().first?.refusal?.reason == .signerUnavailable)
    #expect(desk.lines.of("signer_lost").count == 1)
    #expect(health?.lost == 1)
    device.isLost.store(false, ordering: .relaxed)
    #expect(ask(desk.headers(1)) == nil)
    #expect(desk.delivered().first?.signatures?.count == 1)
    #expect(desk.lines.of("signer_back").count == 1)
    #expect(health?.lost == 0)
  }

  private var health: SigningHealthReply? {
    guard case .health(let health) = desk.reply(.health) else { return nil }
    return health
  }
}

/// A signer that says it is elsewhere, can be held up, and can be lost.
final class Device: Signer {
  let isLost = Atomic<Bool>(false)
  private let signer: any Signer
  private let held = Monitor(false)
  private let count = Atomic<Int>(0)

  init(_ signer: any Signer) { self.signer = signer }

  var algorithm: SignatureAlgorithm { signer.algorithm }
  var publicKey: PublicKey { signer.publicKey }
  var isRemote: Bool { true }
  var signatures: Int { count.load(ordering: .relaxed) }

  func duplicate() -> any Signer { self }
  func hold() { held.update { $0 = true } }
  func letGo() { held.update { $0 = false } }

  func sign(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    held.wait { $0 ? nil : () }
    guard !isLost.load(ordering: .relaxed) else { throw CryptoError(.unavailable, "the device is gone") }
    count.add(1, ordering: .relaxed)
    return try signer.sign(message)
  }
}

/// Which key an application is to use.
@Suite struct CurrentKeyTests {
  @Test(arguments: [(999, "first"), (1_000, "first"), (1_999, "first"), (2_000, "second"), (3_000, "second")])
  func theLatestWhoseTimeHasCome(_ offset: UInt64, _ expected: String) throws {
    let desk = try Desk()
    let start = desk.clock.wallMilliseconds()
    let names = ["first": desk.identities.airline, "second": desk.identities.hotel]
    let keys = try [("first", 0 as UInt64, SignatureAlgorithm.ecdsaP256SHA256), ("second", 2_000, .ed25519)]
      .map {
        name, from, algorithm in
        var key = try Desk.key("airline", .sandbox, try #require(names[name]), algorithm)
        key.from = start + from
        return key
      }
    _ = desk.handler.receive(try Desk.material(desk.identities, keys: keys), now: 0)
    desk.clock.advance(milliseconds: offset)
    guard case .keys(let listed) = desk.reply(.listKeys) else {
      Issue.record("no keys")
      return
    }
    #expect(listed.count == 2)
    let current = listed.filter { $0.registration?.isCurrent == true }.map(\.keyID)
    #expect(current == [names[expected]?.key.publicKey.keyID])
  }

  @Test func anApplicationSeesItsKeysAlone() throws {
    let desk = try Desk()
    guard case .keys(let ticketing) = desk.reply(.listKeys),
      case .keys(let lounge) = desk.reply(.listKeys, from: desk.identities.lounge)
    else {
      Issue.record("no keys")
      return
    }
    #expect(ticketing.map(\.registration?.tenantID) == ["airline", "airline"])
    #expect(Set(lounge.map(\.name)) == ["", "archive", "archive-sm2"])
    #expect(lounge.count == 5)
  }
}
