import PassgateDomain
import PassgateSoftChip
import PassgateSystem
import PassgateWire
import Testing

@testable import PassgateService

/// The desk without the connections before it: many chips at once, and time that passes.
@Suite(.serialized) struct ChipDeskTests {
  /// A reading that is nearly done, with its chip.
  private struct Open {
    var chip: SoftChip
    var turn: ChipTurn
    let tenant: String
  }

  private let platform: TestPlatform
  private let service: DeploymentService

  init() throws {
    platform = try TestPlatform()
    service = try platform.service
  }

  private func order(_ tenant: String, _ body: some WireMessage) -> Order {
    let header = RequestHeader(
      deployment: .sandbox, tenantID: tenant, keyID: [UInt8](repeating: 1, count: 32), algorithm: 1,
      method: "", sceneID: "lodging", createdMilliseconds: 0, timeoutMilliseconds: 0, channelBinding: [],
      sequence: 1, bodyDigest: [], traceID: [], publicKey: [])
    let signature = Signature(value: [], treeSize: 1, leafIndex: 0, path: [])
    return Order(
      who: .tenant(tenant), header: header, leaf: [],
      request: Request(header: [], body: body.encoded(), signature: signature),
      policy: Policy(allowingAllIn: ["lodging"]))
  }

  /// Begins a reading and brings it to where most of the portrait is here.
  private func open(_ traveller: Traveller, _ tenant: String, at desk: ChipDesk) throws -> Open {
    let body = StartChipReadingRequest(
      salt: freshSalt(), claim: traveller.claim, can: "", extendedLength: false)
    let outcome = desk.start(order(tenant, body))
    var open = Open(
      chip: traveller.chip(), turn: try StartChipReadingReply(decoding: outcome.body.span).turn,
      tenant: tenant)
    while open.turn.progress < 50 {
      let outcome = proceed(open.turn, &open.chip, open.tenant, at: desk)
      guard case .turn(let next) = try ContinueChipReadingReply(decoding: outcome.body.span).step else {
        break
      }
      open.turn = next
    }
    return open
  }

  private func proceed(
    _ turn: ChipTurn, _ chip: inout SoftChip, _ tenant: String, at desk: ChipDesk
  ) -> Outcome {
    let answers = ReaderDesk.carry(turn.commands, to: &chip)
    let body = ContinueChipReadingRequest(
      salt: freshSalt(), readingID: turn.readingID, turn: turn.turn, answers: answers)
    return desk.proceed(order(tenant, body), service)
  }

  /// 1,000 readings at once stay within what is said of them, and go on to their ends.
  @Test func aThousandReadingsAtOnceAreBounded() throws {
    let traveller = try Traveller()
    try traveller.arrive(at: platform)
    // A clock that stands still: however slow the machine, no reading's time is over.
    let desk = try ChipDesk(
      service.registryLookUp(), trust: service.documentTrust.trust, clock: ManualClock())
    defer { desk.stop() }
    let before = try residentBytes()
    var open: [Open] = []
    for number in 0..<1_000 {
      open.append(try self.open(traveller, number % 2 == 0 ? "hotel" : "inn", at: desk))
    }
    let grown = try residentBytes() - before
    #expect(desk.held.count == 1_000)
    #expect(desk.held.bytes < 64 << 20)
    // The chips themselves and other tests are in this process, too.
    #expect(grown < 512 << 20)
    for index in 0..<10 {
      var one = open[index * 100]
      var outcome = proceed(one.turn, &one.chip, one.tenant, at: desk)
      while case .turn(let turn) = try ContinueChipReadingReply(decoding: outcome.body.span).step {
        one.turn = turn
        outcome = proceed(one.turn, &one.chip, one.tenant, at: desk)
      }
      #expect(outcome.verdicts == [.consistent])
    }
    #expect(desk.held.count == 990)
  }

  @Test(arguments: [59_000, 61_000] as [UInt64]) func aReadingHasAMinute(_ milliseconds: UInt64) throws {
    let clock = ManualClock()
    let desk = try ChipDesk(service.registryLookUp(), trust: service.documentTrust.trust, clock: clock)
    defer { desk.stop() }
    let traveller = try Traveller()
    let body = StartChipReadingRequest(
      salt: freshSalt(), claim: traveller.claim, can: "", extendedLength: false)
    let turn = try StartChipReadingReply(decoding: desk.start(order("hotel", body)).body.span).turn
    clock.advance(milliseconds: milliseconds)
    var chip = traveller.chip()
    let outcome = proceed(turn, &chip, "hotel", at: desk)
    #expect(outcome.reason == (milliseconds < 60_000 ? .noReason : .noSuchReading))
    clock.advance(milliseconds: 60_000)
    desk.tend()
    #expect(desk.held == (0, 0))
  }

  /// Of this process, by the kernel.
  private func residentBytes() throws -> Int {
    let text = String(decoding: try Files.read("/proc/self/statm"), as: UTF8.self)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4_096
  }
}
