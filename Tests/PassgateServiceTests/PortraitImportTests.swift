import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// Looks at no picture: the byte behind a JPEG's start says what it finds.
private final class PictureStandIn: PortraitExaminer {
  struct State: Sendable {
    var seen = 0
    var inside = 0
    var most = 0
    var model: UInt8? = 1
    var failure: PortraitFailure?
    /// Opens when so many are inside at once.
    var gate = 0
    /// Happens at each look.
    var meanwhile: @Sendable (inout State) -> Void = { _ in }
  }

  let state = Monitor(State())

  var problem: String? { nil }
  var standing: PortraitStanding? {
    state.update(\.model).map {
      PortraitStanding(
        modelID: Self.modelID($0), calibrationID: [], development: true, dimension: 128, engine: "",
        sandbox: "")
    }
  }

  static func modelID(_ model: UInt8) -> [UInt8] { [UInt8](repeating: model, count: 32) }

  static func picture(_ seed: UInt8, fault: UInt8 = 0) -> [UInt8] {
    [0xFF, 0xD8, 0xFF, fault] + (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(seed)) }
  }

  static func vector(_ picture: [UInt8], _ model: UInt8 = 1) -> [UInt8] {
    (0..<16).flatMap { _ in sha256((picture + [model]).span) }
  }

  func submit(bytes: Int, _ check: @escaping @Sendable () -> Void) -> Bool { false }
  func stop() {}

  func examine(_ task: PortraitTask, deadline: UInt64) throws(PortraitFailure) -> PortraitFinding {
    let failure = state.update { state in
      state.seen += 1
      state.inside += 1
      state.most = max(state.most, state.inside)
      state.meanwhile(&state)
      return state.failure
    }
    state.wait { $0.most >= $0.gate ? () : nil }
    let model = state.update { state in
      state.inside -= 1
      return state.model
    }
    if let failure { throw failure }
    let fault = UInt32(task.referenceImage[3])
    return PortraitFinding(
      referenceFault: fault, referenceVector: fault > 0 ? [] : Self.vector(task.referenceImage, model ?? 0))
  }
}

/// A platform with imports of portraits.
private struct Desk {
  let standIn = PictureStandIn()
  let platform: TestPlatform
  let importID: [UInt8]

  init() throws {
    platform = try TestPlatform(examiner: standIn)
    importID = try randomBytes(16)
  }

  static func record(_ number: Int, previous: [Int] = []) -> RegistryRecord {
    var record = Guest.record
    record.documentType = .passport
    record.number = "G\(10_000_000 + number)"
    record.previousNumbers = previous.map { "G\(10_000_000 + $0)" }
    return record
  }

  @discardableResult func load(
    _ records: [RegistryRecord], _ pictures: [Int: [UInt8]], chunk: UInt64 = 0, operation: [UInt8]? = nil,
    of importID: [UInt8]? = nil
  ) throws -> ClientAnswer {
    let portraits = pictures.sorted { $0.key < $1.key }.map {
      RegistryPortrait(record: UInt32($0.key), image: $0.value)
    }
    let body = ImportChunkRequest(
      salt: freshSalt(), operationID: try operation ?? randomBytes(16), importID: importID ?? self.importID,
      chunk: chunk, records: records, last: false, portraits: portraits)
    return try platform.officerSession().call(
      ClientDraft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded()))
  }

  /// One import of one chunk.
  func add(_ records: [RegistryRecord], _ pictures: [Int: [UInt8]]) throws -> ImportChunkReply {
    let answer = try load(records, pictures, of: randomBytes(16))
    return try ImportChunkReply(decoding: answer.body.span)
  }

  func key(_ number: Int) throws -> [UInt8] {
    try platform.service.registryLookUp().documentKey(
      DocumentNumber("G\(10_000_000 + number)", type: .passport))
  }

  func portrait(_ number: Int) throws -> StoredPortrait? {
    let lookUp = try platform.service.registryLookUp()
    lookUp.begin()
    defer { lookUp.end() }
    return try lookUp.portrait(under: key(number))
  }

  func embedded(_ picture: [UInt8], model: UInt8 = 1) -> StoredPortrait {
    StoredPortrait(
      image: picture, vector: PictureStandIn.vector(picture, model), modelID: PictureStandIn.modelID(model))
  }
}

@Suite(.serialized) struct PortraitImportTests {
  private let desk: Desk
  private let pictures = (0..<8).map { PictureStandIn.picture(UInt8($0)) }

  init() throws { desk = try Desk() }

  // MARK: What is kept

  @Test func portraitsAreEmbeddedOnceAndKept() throws {
    let reply = try desk.add((0..<3).map { Desk.record($0) }, [0: pictures[0], 2: pictures[2]])
    #expect(reply.records == 3 && reply.refusedPortraits.isEmpty)
    #expect(
      try (0..<3).map(desk.portrait) == [desk.embedded(pictures[0]), nil, desk.embedded(pictures[2])])
    #expect(desk.standIn.state.update(\.seen) == 2)
    #expect(
      try desk.platform.metrics().contains(
        #"passgate_registry_portraits_total{deployment="sandbox",outcome="embedded"} 2"#))
  }

  private static let reasons: [PassgateWire.UndeterminedReason] = [
    .noFace, .multipleFaces, .faceTooSmall, .blurred, .tooDark, .overexposed, .occluded, .badImage,
  ]

  @Test func picturesThatCannotBeUsedAreKeptOutAndTheirRecordsAreNot() throws {
    let faults = Dictionary(
      uniqueKeysWithValues: (1...8).map { (Int($0), PictureStandIn.picture(9, fault: UInt8($0))) })
    let reply = try desk.add((0..<9).map { Desk.record($0) }, faults.merging([0: pictures[0]]) { $1 })
    #expect(
      reply.refusedPortraits
        == Self.reasons.enumerated().map { RefusedPortrait(record: UInt32($0 + 1), reason: $1) })
    #expect(reply.records == 9)
    #expect(try (0..<9).map { try desk.portrait($0) != nil } == [true] + Array(repeating: false, count: 8))
  }

  @Test func whatIsNoPictureIsNotEvenLookedAt() throws {
    let other: [[UInt8]] = [Array("%PDF-1.7".utf8), [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8]]
    let reply = try desk.add(
      (0..<3).map { Desk.record($0) }, Dictionary(uniqueKeysWithValues: other.enumerated().map { ($0, $1) }))
    #expect(
      reply.refusedPortraits == (0..<3).map { RefusedPortrait(record: $0, reason: .badImage) })
    #expect(desk.standIn.state.update(\.seen) == 0)
  }

  @Test(arguments: ["away", "busy", "no model", "another model meanwhile"])
  func withoutTheEngineThePictureIsKeptForItsFirstUse(_ trouble: String) throws {
    desk.standIn.state.update { state in
      switch trouble {
      case "away": state.failure = .unavailable
      case "busy": state.failure = .busy
      case "no model": state.model = nil
      default: state.meanwhile = { $0.model = 2 }
      }
    }
    let reply = try desk.add([Desk.record(0)], [0: pictures[0]])
    #expect(reply.refusedPortraits.isEmpty)
    #expect(try desk.portrait(0) == StoredPortrait(image: pictures[0]))
  }

  @Test func whereNothingLooksAtPicturesTheyAreKept() throws {
    let platform = try TestPlatform()
    let body = ImportChunkRequest(
      salt: freshSalt(), operationID: try randomBytes(16), importID: try randomBytes(16), chunk: 0,
      records: [Guest.record], last: true, portraits: [RegistryPortrait(record: 0, image: pictures[0])])
    let answer = try platform.officerSession().call(
      ClientDraft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded()))
    #expect(answer.status == .ok)
    let lookUp = try platform.service.registryLookUp()
    lookUp.begin()
    let key = lookUp.documentKey(try DocumentNumber(Guest.record.number, type: .permit))
    #expect(try lookUp.portrait(under: key) == StoredPortrait(image: pictures[0]))
  }

  // MARK: First uses

  @Test func whatTheFirstUseMakesOfAPortraitIsKept() throws {
    desk.standIn.state.update { $0.model = nil }
    _ = try desk.add([Desk.record(0)], [0: pictures[0]])
    let keeper = try desk.platform.service.registry
    try keeper.keep(desk.embedded(pictures[1]), under: desk.key(0))
    #expect(try desk.portrait(0) == StoredPortrait(image: pictures[0]), "another picture has come meanwhile")
    try keeper.keep(desk.embedded(pictures[0]), under: desk.key(1))
    #expect(try desk.portrait(1) == nil, "a portrait that was deleted meanwhile does not come back")
    try keeper.keep(desk.embedded(pictures[0]), under: desk.key(0))
    #expect(try desk.portrait(0) == desk.embedded(pictures[0]))
    try keeper.keep(desk.embedded(pictures[0], model: 2), under: desk.key(0))
    #expect(try desk.portrait(0) == desk.embedded(pictures[0], model: 2))
  }

  // MARK: Records that come again

  @Test func aRecordThatComesAgainKeepsItsPortraitUnlessAnotherComes() throws {
    _ = try desk.add([Desk.record(0)], [0: pictures[0]])
    _ = try desk.add([Desk.record(0)], [:])
    #expect(try desk.portrait(0)?.image == pictures[0])
    _ = try desk.add([Desk.record(0)], [0: PictureStandIn.picture(1, fault: 1)])
    #expect(try desk.portrait(0)?.image == pictures[0], "one that is kept out replaces nothing")
    _ = try desk.add([Desk.record(0)], [0: pictures[1]])
    #expect(try desk.portrait(0)?.image == pictures[1])
  }

  @Test func aPassportTakesOverThePortraitOfItsEarlierNumber() throws {
    _ = try desk.add([Desk.record(0), Desk.record(5)], [0: pictures[0]])
    _ = try desk.add([Desk.record(1, previous: [0])], [:])
    #expect(try [0, 1].map(desk.portrait) == [nil, desk.embedded(pictures[0])])
    _ = try desk.add([Desk.record(2, previous: [0, 1])], [:])
    #expect(try [0, 1, 2].map(desk.portrait) == [nil, nil, desk.embedded(pictures[0])])
    _ = try desk.add([Desk.record(3, previous: [2])], [0: pictures[3]])
    #expect(try [2, 3].map(desk.portrait) == [nil, desk.embedded(pictures[3])])
    #expect(desk.standIn.state.update(\.seen) == 2, "what is taken over is not looked at again")
  }

  @Test func replacementsWithinOneChunkGoInTheirOrder() throws {
    _ = try desk.add(
      [Desk.record(0), Desk.record(1, previous: [0]), Desk.record(2, previous: [1])], [0: pictures[0]])
    #expect(try [0, 1, 2].map(desk.portrait) == [nil, nil, desk.embedded(pictures[0])])
    _ = try desk.add([Desk.record(3), Desk.record(4, previous: [3])], [0: pictures[3], 1: pictures[4]])
    #expect(try [3, 4].map(desk.portrait) == [nil, desk.embedded(pictures[4])])
  }

  @Test func aDamagedPortraitStopsNoImport() throws {
    _ = try desk.add([Desk.record(0)], [0: pictures[0]])
    let store = try desk.platform.service.registry.store
    var sealed = try #require(try store.portrait(of: desk.key(0)))
    let whole = sealed
    sealed[sealed.count - 1] ^= 1
    #expect(try store.replacePortrait(of: desk.key(0), sealed: whole, with: sealed))
    #expect(throws: RegistryFault.unreadable) { try desk.portrait(0) }
    #expect(try desk.add([Desk.record(1, previous: [0])], [:]).records == 1)
    #expect(try desk.portrait(1) == nil)
  }

  @Test func aPortraitOpensUnderItsOwnNumberAlone() throws {
    _ = try desk.add([Desk.record(0), Desk.record(1)], [0: pictures[0], 1: pictures[1]])
    let store = try desk.platform.service.registry.store
    let (first, second) = (try desk.key(0), try desk.key(1))
    let sealed = try #require(try store.portrait(of: first))
    let other = try #require(try store.portrait(of: second))
    #expect(try store.replacePortrait(of: first, sealed: sealed, with: other))
    #expect(throws: RegistryFault.unreadable) { try desk.portrait(0) }
  }

  @Test func aDeletionTakesThePortraitAlong() throws {
    _ = try desk.add([Desk.record(0), Desk.record(1)], [0: pictures[0], 1: pictures[1]])
    let body = DeleteRecordRequest(
      salt: freshSalt(), operationID: try randomBytes(16), documentType: .passport,
      number: Desk.record(0).number)
    let answer = try desk.platform.officerSession().call(
      ClientDraft(method: "passgate.v1.Registry/DeleteRecord", body: body.encoded()))
    #expect(try DeleteRecordReply(decoding: answer.body.span).existed)
    #expect(try [0, 1].map(desk.portrait) == [nil, desk.embedded(pictures[1])])
    _ = try desk.add([Desk.record(0)], [:])
    #expect(try desk.portrait(0) == nil)
  }

  // MARK: Repeats

  @Test func aRepeatedChunkChangesNothingAndIsAnsweredAlike() throws {
    let operation = try randomBytes(16)
    let records = [Desk.record(0), Desk.record(1)]
    let brought = [0: pictures[0], 1: PictureStandIn.picture(1, fault: 4)]
    func first() throws -> ImportChunkReply {
      var reply = try ImportChunkReply(
        decoding: desk.load(records, brought, operation: operation).body.span)
      reply.salt = []
      return reply
    }
    let answer = try first()
    #expect(answer.refusedPortraits == [RefusedPortrait(record: 1, reason: .blurred)])
    #expect(try first() == answer)
    // Behind a later chunk the former one's picture stays away.
    #expect(try desk.load([Desk.record(0)], [0: pictures[2]], chunk: 1).status == .ok)
    #expect(try first().refusedPortraits == answer.refusedPortraits)
    #expect(try desk.portrait(0)?.image == pictures[2])
  }

  @Test func anotherPictureIsAnotherAct() throws {
    let operation = try randomBytes(16)
    #expect(try desk.load([Desk.record(0)], [0: pictures[0]], operation: operation).status == .ok)
    let other = try desk.load([Desk.record(0)], [0: pictures[1]], operation: operation)
    #expect(other.reason == .operationConflict)
    #expect(try desk.load([Desk.record(0)], [:], operation: operation).reason == .operationConflict)
    #expect(try desk.portrait(0)?.image == pictures[0])
  }

  /// Killed behind the registry's commit, before the ledger's: the same chunk is good once more. And the other way
  /// round, with a registry that was restored from before.
  @Test(arguments: ["ledger.sqlite", "registry.sqlite"])
  func aKillBetweenTheStoresIsMadeGood(_ lost: String) throws {
    let operation = try randomBytes(16)
    let platform = desk.platform
    platform.stop()
    for end in ["", "-wal"] where Files.exists(platform.folder.path(lost + end)) {
      try Files.writeDurably(
        try Files.read(platform.folder.path(lost + end)), to: platform.folder.path("b" + end))
    }
    try platform.restart()
    #expect(try desk.load([Desk.record(0)], [0: pictures[0]], operation: operation).status == .ok)
    try platform.restart {
      for end in ["", "-wal", "-shm"] {
        try? Files.remove(platform.folder.path(lost + end))
        if let bytes = try? Files.read(platform.folder.path("b" + end)) {
          try Files.writeDurably(bytes, to: platform.folder.path(lost + end))
        }
      }
    }
    #expect(try desk.load([Desk.record(0)], [0: pictures[0]], operation: operation).status == .ok)
    #expect(try desk.portrait(0) == desk.embedded(pictures[0]))
  }

  @Test func aBadRecordKeepsTheWholeChunkOut() throws {
    var bad = Desk.record(1)
    bad.birthDate = "1985-13-01"
    let answer = try desk.load([Desk.record(0), bad], [0: pictures[0]])
    #expect(answer.refusal?.field == "records[1].birth_date")
    #expect(try desk.portrait(0) == nil)
    #expect(desk.standIn.state.update(\.seen) == 0)
  }

  // MARK: Others

  /// While the engine looks, other officers' acts go on, and so do checks.
  @Test func nobodyWaitsForAnImport() throws {
    let (_, hotel) = try desk.platform.mobileTenant()
    let officer = try desk.platform.officerSession()
    desk.standIn.state.update { $0.gate = 2 }
    defer { desk.standIn.state.update { $0.gate = 0 } }
    let body = ImportChunkRequest(
      salt: freshSalt(), operationID: try randomBytes(16), importID: desk.importID, chunk: 0,
      records: [Desk.record(0)], last: true, portraits: [RegistryPortrait(record: 0, image: pictures[0])])
    _ = try officer.submit([ClientDraft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded())])
    desk.standIn.state.wait { $0.inside == 1 ? () : nil }
    let list = ClientDraft(
      method: "passgate.v1.Supervision/ListTenants", body: ListTenantsRequest(salt: freshSalt()).encoded())
    #expect(try desk.platform.officerSession().call(list).status == .ok)
    #expect(try hotel.call(Guest.draft()).status == .ok)
    #expect(desk.standIn.state.update(\.inside) == 1)
    desk.standIn.state.update { $0.gate = 0 }
    let answer = try officer.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000)
    #expect(answer?.status == .ok)
  }

  @Test func nothingOfAPictureIsLeftInTheClear() throws {
    _ = try desk.add([Desk.record(0)], [0: pictures[0]])
    _ = try desk.add([Desk.record(1, previous: [0])], [:])
    let marks = [
      pictures[0].prefix(12), pictures[0][1_000..<1_012], desk.embedded(pictures[0]).vector.prefix(12),
    ]
    .map { $0.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
    for store in ["registry", "ledger", "evidence"] {
      for end in [".sqlite", ".sqlite-wal"] {
        let bytes = try Files.read(desk.platform.folder.path(store + end))
        #expect(Self.found(marks, in: bytes) == [], "\(store)\(end)")
      }
    }
    #expect(Self.found(marks, in: pictures[0] + desk.embedded(pictures[0]).vector).count == 3)
    // That nothing was calibrated here is said once, and nothing of any picture.
    let lines = desk.platform.logged.all.filter { !$0.contains("\"portraits_uncalibrated\"") }
    #expect(!lines.contains { $0.contains("portrait") })
  }

  /// Which of the marks, eight bytes each, stand somewhere.
  private static func found(_ marks: [UInt64], in bytes: [UInt8]) -> Set<UInt64> {
    var (window, found) = (0 as UInt64, Set<UInt64>())
    for byte in bytes {
      window = window << 8 | UInt64(byte)
      if marks.contains(window) { found.insert(window) }
    }
    return found
  }
}

@Suite struct PortraitEmbedderTests {
  private func portraits(_ count: Int) -> [RegistryPortrait] {
    (0..<count).map { RegistryPortrait(record: UInt32($0), image: PictureStandIn.picture(UInt8($0))) }
  }

  @Test func severalAreLookedAtAtATime() {
    let standIn = PictureStandIn()
    // Each waits for three others.
    standIn.state.update { $0.gate = 4 }
    let embedder = PortraitEmbedder(standIn, lanes: 4, clock: SystemClock())
    let brought = portraits(32)
    let embeddings = embedder.embed(brought)
    #expect(
      embeddings
        == brought.map {
          .kept(
            StoredPortrait(
              image: $0.image, vector: PictureStandIn.vector($0.image), modelID: PictureStandIn.modelID(1)))
        })
    #expect(standIn.state.update(\.most) == 4)
  }

  @Test func oneAtATimeWhereThatIsAll() {
    let standIn = PictureStandIn()
    #expect(PortraitEmbedder(standIn, lanes: 1, clock: SystemClock()).embed(portraits(5)).count == 5)
    #expect(standIn.state.update(\.most) == 1)
    #expect(PortraitEmbedder(standIn, clock: SystemClock()).embed([]).isEmpty)
    #expect(standIn.state.update(\.seen) == 5)
  }

  /// The caller's time is not spent on a slow engine.
  @Test func aChunkTakesItsTimeAndNoMore() {
    let (standIn, clock) = (PictureStandIn(), ManualClock())
    standIn.state.update { $0.meanwhile = { _ in clock.advance(milliseconds: 4_000) } }
    let embeddings = PortraitEmbedder(standIn, lanes: 1, clock: clock).embed(portraits(6))
    let hasVector = embeddings.map { embedding in
      guard case .kept(let portrait) = embedding else { return false }
      return !portrait.vector.isEmpty
    }
    #expect(hasVector == [true, true, true, false, false, false])
    #expect(standIn.state.update(\.seen) == 3)
  }
}
