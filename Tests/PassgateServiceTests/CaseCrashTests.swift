import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService
@testable import PassgateStore

/// The platform ends between any two steps, and at a step: no event is lost and none comes twice.
@Suite(.serialized) struct CaseCrashTests {
  /// From the application to a suspension by the clock.
  private func go(_ hotel: Applicant) throws {
    try hotel.open()
    let notice = try hotel.act(.notice(text: "risks in operation"), by: "reviewer", Ground(12, 3)).number
    try hotel.act(.acknowledge(subject: notice))
    try hotel.act(.terminate(text: "untrue materials"), by: "legal", Ground(14, 2))
  }

  @Test func everyStepOutlivesARestartAndIsAnsweredAgainAsItWas() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    var steps = 0
    hotel.afterAct = { answer, ask in
      let before = try hotel.standing
      try platform.restart()
      hotel.disconnect()
      #expect(try hotel.standing == before)
      let again = try ask()
      // The salt apart, which hides what a reply holds.
      let (first, second) = (
        try ActReply(decoding: answer.body.span), try ActReply(decoding: again.body.span)
      )
      #expect(first.event == second.event)
      #expect(try hotel.standing == before)
      steps += 1
    }
    try go(hotel)
    #expect(steps == 14)
    #expect(try hotel.file(by: "reviewer").law == hotel.law)
  }

  /// The disk fails when a step is to be recorded: it is decided, and not done.
  @Test func aStepThatIsNotRecordedIsNotDone() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    hotel.beforeAct = { ask in
      try platform.failLedger()
      try hotel.expect(.evidenceUnavailable) { try ask() }
      try platform.mendLedger()
    }
    try go(hotel)
    #expect(try hotel.law.state == .open && hotel.law.lastNumber == 15)
    #expect(try platform.ledgerLength() == 17, "two imports of the guest, and each step once")
  }

  @Test func aTermThatIsNotRecordedRunsOutLater() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try go(hotel)
    try platform.pass(until: "2026-07-13 23:00")
    try platform.failLedger()
    platform.clock.advance(milliseconds: 2 * 3_600_000)
    try platform.trustClock()
    let before = try hotel.standing
    platform.cases?.runTerms()
    #expect(try hotel.standing == before)
    #expect(try hotel.check(in: .production).verdict?.verdict == .consistent)
    try platform.mendLedger()
    platform.cases?.runTerms()
    #expect(try hotel.law.state == .suspended && hotel.law.lastNumber == before.law.map { $0.lastNumber + 1 })
    #expect(try hotel.check(in: .production).reason == .tenantSuspended)
  }

  /// Receipt deemed and term over in one go, with a crash after each: each once.
  @Test func whatTheClockDoesIsDoneOnce() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    try hotel.act(.suspend(text: "out of scope"), by: "legal", Ground(13, 3))
    for moment in ["2026-07-07 00:00", "2026-08-05 23:59", "2026-08-06 00:00"] {
      try platform.pass(until: moment)
      let before = try hotel.standing
      for _ in 0..<2 {
        try platform.restart()
        platform.cases?.runTerms()
        #expect(try hotel.standing == before, "\(moment)")
      }
    }
    hotel.disconnect()
    let acts = try hotel.file(by: "reviewer").entries.compactMap { $0.event?.act.kind }
    #expect(acts.suffix(3) == [.suspend, .deemReceived, .lapse])
    #expect(try hotel.law.state == .terminated)
  }

  /// The caller loses its connection before the answer, and asks again on another one.
  @Test func anUnknownOutcomeIsLearnedByAskingAgain() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.open()
    let request = try hotel.request(.suspend(text: "out of scope"), clause: Ground(13, 3))
    let length = try platform.ledgerLength()
    let lost = try platform.officerSession("legal", in: .production)
    _ = try lost.submit([ClientDraft(method: "passgate.v1.Supervision/Suspend", body: request.encoded())])
    lost.close()
    let first = try hotel.call(request, over: hotel.officer("legal"))
    #expect(try first.step.act == .suspend(text: "out of scope"))
    #expect(try hotel.call(request, over: hotel.officer("legal")).step == first.step)
    #expect(try platform.ledgerLength() == length + 1)
    // The same id for another act is a mistake that changes nothing.
    let other = try hotel.request(
      .suspend(text: "another ground"), clause: Ground(13, 4), operation: request.operationID)
    try hotel.expect(.operationConflict) { try hotel.call(other, over: hotel.officer("legal")) }
    // Another officer's id is another operation.
    #expect(try hotel.call(request, over: hotel.officer("legal-2")).step.number == first.step.number + 1)
  }

  /// Officers and detectors at one time, in two cases: every step is there once and follows the one before it.
  @Test func stepsOfManyCallersFollowEachOther() throws {
    let platform = try TestPlatform.lawful()
    let inn = try Applicant(platform, id: "inn")
    try inn.apply()
    let hotel = try Applicant(platform)
    try hotel.open()
    let before = (hotel: try hotel.law.lastNumber, inn: try inn.law.lastNumber)
    let detectors = try startDetectors(platform)
    for number in 1...10 {
      try hotel.act(.inspect(text: "visit \(number)"), by: "reviewer")
      try inn.act(.direct(text: "look at it"), by: "supervisor")
    }
    for detector in detectors { detector.join() }
    #expect(try hotel.law.lastNumber == before.hotel + 40 && inn.law.lastNumber == before.inn + 10)
    let standing = try hotel.standing
    #expect(try hotel.file(by: "reviewer").law == hotel.law && inn.file(by: "reviewer").law == inn.law)
    try platform.restart()
    #expect(try hotel.standing == standing)
  }

  private func startDetectors(_ platform: TestPlatform) throws -> [RunningThread] {
    let cases = try #require(platform.cases)
    return try (0..<3).map { detector in
      try spawnThread(name: "detector \(detector)", stackSize: 4 << 20) {
        for look: UInt64 in 1...10 {
          let seen = Anomaly(detector: "volume-\(detector)", text: "high", since: look, until: look + 1)
          #expect(cases.note(.reportAnomaly(seen), by: .platform, tenantID: "hotel").reason == .noReason)
        }
      }
    }
  }

  @Test func aRefusedOperationMayBeTriedAgain() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    let operation = try randomBytes(16)
    try hotel.expect(.documentMissing) { try hotel.ask(.apply(hotel.dossier), operation: operation) }
    try hotel.uploadMaterials()
    #expect(try hotel.ask(.apply(hotel.dossier), operation: operation).step.number == 1)
  }
}

extension TestPlatform {
  /// Makes the disk refuse what the ledger appends.
  func failLedger() throws {
    try ledger {
      try $0.execute(
        "CREATE TEMP TRIGGER fail BEFORE INSERT ON main.events BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"
      )
    }
  }

  func mendLedger() throws { try ledger { try $0.execute("DROP TRIGGER temp.fail") } }

  private func ledger(_ act: (Database) throws -> Void) throws {
    try #require(cases).ledger.store.state.withLock { try act($0.database) }
  }
}
