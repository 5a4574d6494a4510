import PassgateRPC
import PassgateWire
import Testing

/// Every kind of frame in every phase, and the clocks and counters of one connection.
@Suite struct ConnectionMachineTests {
  enum Phase: CaseIterable {
    case open, announced, final
  }

  /// What a machine answers, without its sentences.
  enum Outcome: Equatable {
    case deliver, ignore, close, pong, cancel, goAway
    case fail(GoAway.Reason)

    static let refused = Outcome.fail(.protocolError)

    init(_ directive: ConnectionMachine.Directive) {
      switch directive {
      case .deliver: self = .deliver
      case .ignore: self = .ignore
      case .close: self = .close
      case .cancel: self = .cancel
      case .fail(let reason, _): self = .fail(reason)
      case .send(.goAway): self = .goAway
      case .send(.pong): self = .pong
      case .send: self = .refused
      }
    }
  }

  /// A frame, and what becomes of it in the phases open, announced and final.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let dialect: ConnectionMachine.Dialect
    let isBusy: Bool
    let frame: Frame
    let outcomes: [Outcome]

    init(
      _ name: String, _ frame: Frame, _ outcomes: [Outcome],
      _ dialect: ConnectionMachine.Dialect = .platform, isBusy: Bool = false
    ) {
      testDescription = "\(name), \(dialect)\(isBusy ? ", a call in flight" : "")"
      self.frame = frame
      self.outcomes = outcomes
      self.dialect = dialect
      self.isBusy = isBusy
    }
  }

  private static let signing = Frame(callID: 3, kind: .signingCall(.health))
  private static let refusedAlways: [Outcome] = [.refused, .refused, .refused]

  private static func opaque(_ value: UInt8) -> [UInt8] { [UInt8](repeating: value, count: 8) }

  /// Call 2 was the last one. The platform's rows also hold for a signing server where a row says so.
  static let rows: [Row] =
    [
      Row("request", request(3), [.deliver, .deliver, .ignore]),
      Row("request", request(3), refusedAlways, .signing),
      Row("signing call", signing, refusedAlways),
      Row("signing call", signing, [.deliver, .deliver, .ignore], .signing),
      Row("request again", request(2), refusedAlways),
      Row("earlier request", request(1), refusedAlways),
      Row("call 0", request(0), refusedAlways),
      Row("call id of 64 bits", request(.max), [.deliver, .deliver, .ignore]),
    ] + [ConnectionMachine.Dialect.platform, .signing].flatMap(commonRows)

  private static func commonRows(_ dialect: ConnectionMachine.Dialect) -> [Row] {
    let limits = Limits()
    let hello = Hello(serverTimeMilliseconds: 1, software: "", limits: limits, replyKeys: [])
    let response = Response(header: [1], body: [], signature: noSignature)
    return [
      Row("hello", Frame(kind: .hello(hello)), refusedAlways, dialect),
      Row("response", Frame(callID: 1, kind: .response(response)), refusedAlways, dialect),
      Row("signing reply", Frame(callID: 1, kind: .signingReply(.signed([]))), refusedAlways, dialect),
      Row("ping", Frame(kind: .ping(opaque(1))), [.pong, .pong, .pong], dialect),
      Row("strange pong", Frame(kind: .pong(opaque(1))), [.ignore, .ignore, .ignore], dialect),
      Row(
        "pong of the farewell", Frame(kind: .pong(farewellPing)), [.ignore, .goAway, .ignore], dialect),
      Row("GoAway", Frame(kind: .goAway(bye)), [.close, .close, .close], dialect),
      Row("GoAway", Frame(kind: .goAway(bye)), [.ignore, .ignore, .ignore], dialect, isBusy: true),
      Row("cancel", Frame(callID: 2, kind: .cancel), [.ignore, .ignore, .ignore], dialect),
      Row("cancel", Frame(callID: 2, kind: .cancel), [.cancel, .cancel, .cancel], dialect, isBusy: true),
      Row(
        "cancel of a call to come", Frame(callID: 9, kind: .cancel), [.refused, .refused, .ignore], dialect),
    ]
  }

  private static let bye = GoAway(reason: .shutdown, lastCallID: 0)
  private static let start = seconds(1_000)
  private static let limits = ServerLimits()

  /// The ping that a farewell at `start` sends along.
  private static let farewellPing: [UInt8] = {
    var machine = ConnectionMachine(dialect: .platform, limits: limits, now: start)
    return machine.drain(.shutdown, now: start).compactMap(sentPing).first ?? []
  }()

  private static func sentPing(_ directive: ConnectionMachine.Directive) -> [UInt8]? {
    if case .send(.ping(let opaque)) = directive { opaque } else { nil }
  }

  private static func call(_ id: UInt64, _ dialect: ConnectionMachine.Dialect = .platform) -> Frame {
    dialect == .platform ? request(id) : Frame(callID: id, kind: .signingCall(.health))
  }

  /// A machine after calls 1 and 2, both answered unless `isBusy`.
  private static func machine(
    _ phase: Phase = .open, _ dialect: ConnectionMachine.Dialect = .platform, isBusy: Bool = false,
    limits: ServerLimits = limits
  ) -> ConnectionMachine {
    var machine = ConnectionMachine(dialect: dialect, limits: limits, now: start)
    for id in [1, 2] as [UInt64] {
      _ = machine.receive(call(id, dialect), now: start)
      if id == 1 || !isBusy { _ = machine.answered(isUnauthentic: false) }
    }
    if phase != .open { _ = machine.drain(.shutdown, now: start) }
    if phase == .final { _ = machine.receive(Frame(kind: .pong(farewellPing)), now: start) }
    return machine
  }

  @Test(arguments: rows) func eachFrameInEachPhase(_ row: Row) {
    for (phase, expected) in zip(Phase.allCases, row.outcomes) {
      var machine = Self.machine(phase, row.dialect, isBusy: row.isBusy)
      #expect(Outcome(machine.receive(row.frame, now: Self.start)) == expected, "\(phase)")
    }
  }

  @Test func pongRepeatsThePing() {
    var machine = Self.machine()
    #expect(
      machine.receive(Frame(kind: .ping(Self.opaque(7))), now: Self.start) == .send(.pong(Self.opaque(7))))
  }

  @Test func aCallIsWorkedOnOnceItsIdRises() {
    var machine = Self.machine()
    let outcomes = ([3, 5, 4, 5, 6, .max, 7] as [UInt64]).map {
      Outcome(machine.receive(request($0), now: Self.start))
    }
    #expect(outcomes == [.deliver, .deliver, .refused, .refused, .deliver, .deliver, .refused])
    #expect(machine.lastCallID == .max)
  }

  // MARK: places and strikes

  @Test func placesInFlightAreTakenAndGivenBack() {
    var limits = ServerLimits()
    limits.inFlight = 3
    var machine = ConnectionMachine(dialect: .platform, limits: limits, now: Self.start)
    for id in 1...3 as ClosedRange<UInt64> {
      #expect(machine.mayReadCalls)
      _ = machine.receive(request(id), now: Self.start)
    }
    #expect(!machine.mayReadCalls)
    #expect(machine.answered(isUnauthentic: false) == .ignore)
    #expect(machine.mayReadCalls && machine.inFlight == 2)
  }

  @Test func trustRaisesTheFrameLimit() {
    var machine = Self.machine()
    #expect(machine.frameLimit == 65_536)
    machine.isTrusted = true
    #expect(machine.frameLimit == 3_145_728)
  }

  @Test func forgersAreCountedAlthoughHonestCallsCome() {
    var machine = Self.machine()
    for _ in 1..<Self.limits.unauthenticRequests {
      #expect(machine.answered(isUnauthentic: true) == .ignore)
      #expect(machine.answered(isUnauthentic: false) == .ignore)
    }
    #expect(Outcome(machine.answered(isUnauthentic: true)) == .fail(.notAuthentic))
  }

  @Test func cancelsOfEndedCallsAreBounded() {
    var machine = Self.machine()
    let cancel = Frame(callID: 1, kind: .cancel)
    for _ in 0..<Self.limits.idleCancels {
      #expect(machine.receive(cancel, now: Self.start) == .ignore)
    }
    #expect(Outcome(machine.receive(cancel, now: Self.start)) == .fail(.enhanceYourCalm))
  }

  @Test func cancelNamesItsCall() {
    var machine = Self.machine(isBusy: true)
    #expect(machine.receive(Frame(callID: 2, kind: .cancel), now: Self.start) == .cancel(2))
  }

  /// Seconds between pings, and how many are answered before the connection is ended.
  @Test(arguments: [(0, 3), (9, 3), (10, 50)] as [(UInt64, Int)])
  func pingsMustKeepTheirDistance(_ interval: UInt64, _ answered: Int) {
    var machine = Self.machine()
    var outcomes: [Outcome] = []
    for count in 0..<UInt64(answered) + 1 {
      outcomes.append(
        Outcome(
          machine.receive(Frame(kind: .ping(Self.opaque(1))), now: Self.start + seconds(count * interval))))
    }
    #expect(outcomes.dropLast() == Array(repeating: .pong, count: answered)[...])
    #expect(outcomes.last == (interval < 10 ? .fail(.tooManyPings) : .pong))
  }

  @Test func patienceForgivesStrikes() {
    var machine = Self.machine()
    for time in [0, 1, 2, 12, 13, 14, 24] as [UInt64] {
      let directive = machine.receive(Frame(kind: .ping(Self.opaque(1))), now: Self.start + seconds(time))
      #expect(Outcome(directive) == .pong, "after \(time) s")
    }
  }

  // MARK: farewell

  private static func farewell(_ reason: GoAway.Reason, _ last: UInt64) -> ConnectionMachine.Directive {
    .send(.goAway(GoAway(reason: reason, lastCallID: last)))
  }

  @Test func farewellAnnouncesAndWaitsForItsPong() {
    var machine = Self.machine(isBusy: true)
    let ping = Self.farewellPing
    #expect(
      machine.drain(.shutdown, now: Self.start) == [Self.farewell(.shutdown, .max), .send(.ping(ping))])
    #expect(machine.drain(.idle, now: Self.start).isEmpty)
    #expect(Outcome(machine.receive(request(3), now: Self.start)) == .deliver)
    #expect(machine.receive(Frame(kind: .pong(ping)), now: Self.start) == Self.farewell(.shutdown, 3))
    #expect(machine.drain(.idle, now: Self.start).isEmpty)
    #expect(machine.receive(request(4), now: Self.start) == .ignore)
    #expect(machine.lastCallID == 3)
    #expect(machine.answered(isUnauthentic: false) == .ignore)
    #expect(machine.answered(isUnauthentic: false) == .close)
  }

  @Test func farewellGoesOnWithoutItsPong() {
    var machine = Self.machine(.announced, isBusy: true)
    #expect(machine.timers(now: Self.start + seconds(1) - 1).isEmpty)
    let second = Self.start + seconds(1)
    #expect(machine.timers(now: second) == [Self.farewell(.shutdown, 2)])
    #expect(machine.timers(now: second + seconds(60) - 1).isEmpty)
    #expect(machine.timers(now: second + seconds(60)) == [.close])
  }

  @Test func farewellOfAnIdleConnectionEndsAtTheNextTimer() {
    var machine = Self.machine(.final)
    #expect(machine.timers(now: Self.start) == [.close])
  }

  // MARK: silence, idleness, age

  private static func outcomes(_ machine: inout ConnectionMachine, at time: UInt64) -> [Outcome] {
    machine.timers(now: start + seconds(time)).map(Outcome.init)
  }

  @Test func silenceIsAskedOnceAndEndsWithoutPong() throws {
    var machine = Self.machine(isBusy: true)
    #expect(Self.outcomes(&machine, at: 59).isEmpty)
    let asked = machine.timers(now: Self.start + seconds(60))
    _ = try #require(asked.compactMap(Self.sentPing).first)
    #expect(Self.outcomes(&machine, at: 79).isEmpty)
    #expect(Self.outcomes(&machine, at: 80) == [.close])
  }

  @Test(arguments: [true, false]) func onlyTheRightPongEndsTheSilence(_ isRight: Bool) throws {
    var machine = Self.machine(isBusy: true)
    let ping = try #require(machine.timers(now: Self.start + seconds(60)).compactMap(Self.sentPing).first)
    let pong = Frame(kind: .pong(isRight ? ping : Self.opaque(9)))
    #expect(machine.receive(pong, now: Self.start + seconds(61)) == .ignore)
    #expect(Self.outcomes(&machine, at: 80) == (isRight ? [] : [.close]))
  }

  @Test func anyFrameDefersThePing() {
    var machine = Self.machine(isBusy: true)
    _ = machine.receive(Frame(kind: .ping(Self.opaque(1))), now: Self.start + seconds(59))
    #expect(Self.outcomes(&machine, at: 60).isEmpty)
    #expect(Self.outcomes(&machine, at: 118).isEmpty)
    #expect(machine.timers(now: Self.start + seconds(119)).compactMap(Self.sentPing).count == 1)
  }

  @Test(arguments: [true, false]) func onlyACallKeepsAConnectionFromBeingIdle(_ isBusy: Bool) {
    var machine = Self.machine(isBusy: isBusy)
    _ = machine.receive(Frame(kind: .ping(Self.opaque(1))), now: Self.start + seconds(299))
    #expect(Self.outcomes(&machine, at: 299).isEmpty)
    let due = machine.timers(now: Self.start + seconds(300))
    #expect(due.first == (isBusy ? nil : Self.farewell(.idle, .max)))
  }

  @Test func aConnectionMayGrowOnlySoOld() {
    var machine = Self.machine()
    for minute in 1..<30 as Range<UInt64> {
      #expect(machine.receive(request(minute + 2), now: Self.start + seconds(minute * 60)) == .deliver)
      _ = machine.answered(isUnauthentic: false)
    }
    #expect(Self.outcomes(&machine, at: 1_799).isEmpty)
    #expect(machine.timers(now: Self.start + seconds(1_800)).first == Self.farewell(.maximumAge, .max))
  }
}
