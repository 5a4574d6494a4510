import Testing

@testable import PassgateDomain

/// The three ladders: 12 to 13(1) to 14(1), 13(2)-(6) at once, 14(2)-(8) from anywhere; and their clocks.
struct CaseLadderTests {
  //= Measures art.12
  //= type=test
  @Test(arguments: [
    // received at the last minute of a day and at the first of the next
    ("2026-03-03 23:59", "2026-03-14 00:00"),
    ("2026-03-04 00:00", "2026-03-17 00:00"),
    ("2026-03-04 23:59", "2026-03-17 00:00"),
  ])
  func aNoticeRunsTenDaysFromItsReceipt(_ row: (String, String)) throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    #expect(desk.stage(notice) == .issued)
    #expect(desk.due(notice) == nil, "nothing runs before the receipt")
    desk.set(row.0)
    let receipt = try desk.tenant(.acknowledge(subject: notice))
    #expect(receipt.dueAt == beijing(row.1))
    #expect(receipt.clause == Clause(12))
    #expect(desk.due(notice) == beijing(row.1))
    #expect(desk.law?.nextDue == beijing(row.1))
    #expect(desk.state == .open, "the service goes on")
    #expect(desk.refusal(.acknowledge(subject: notice), by: .tenant) == .wrongState)
  }

  @Test func aNoticeCountsAsReceivedAfterTheAgreementsDays() throws {
    var desk = try CaseDesk.open(at: "2026-03-03 09:00")
    let notice = try desk.notice()
    // five days: Sunday the 8th, rolled to Monday the 9th
    #expect(desk.law?.matter(notice)?.receiptDueAt == beijing("2026-03-10 00:00"))
    desk.set("2026-03-09 23:59")
    #expect(desk.law?.dueActs(at: desk.now) == [])
    #expect(desk.refusal(.deemReceived(subject: notice), by: .clock) == .wrongState, "not due yet")
    // the server was down for two days: the term runs from the day of the receipt all the same
    desk.set("2026-03-12 10:00")
    try desk.runClock()
    #expect(desk.stage(notice) == .received)
    #expect(desk.due(notice) == beijing("2026-03-20 00:00"))
    #expect(desk.events.last?.actors == [.clock])
  }

  @Test func theDaysOfTheDeemedReceiptAreTheAgreements() throws {
    var desk = try CaseDesk.open(at: "2026-03-03 09:00")
    try desk.sign(CaseDesk.agreement(2, deemedReceiptDays: 10))
    let notice = try desk.notice()
    #expect(desk.law?.matter(notice)?.receiptDueAt == beijing("2026-03-14 00:00"))
  }

  @Test func aCorrectedNoticeIsClosed() throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    #expect(desk.refusal(.giveFeedback(subject: notice, text: "done"), by: .tenant) == .stepMissing)
    try desk.tenant(.acknowledge(subject: notice))
    try desk.tenant(.giveFeedback(subject: notice, text: "done"))
    #expect(desk.law?.nextDue == beijing("2030-01-02 00:00"), "the term stands still; materials expire later")
    #expect(desk.refusal(.giveFeedback(subject: notice, text: "more"), by: .tenant) == .wrongState)
    try desk.act(.verifyCorrection(subject: notice, isAccepted: true, text: "seen"))
    #expect(desk.stage(notice) == .corrected)
    #expect(desk.refusal(.giveFeedback(subject: notice, text: "again"), by: .tenant) == .noSuchSubject)
    try desk.pass(until: "2026-12-31 00:00")
    #expect(desk.state == .open)
  }

  //= Measures art.13(1)
  //= type=test
  @Test func aNoticeNotCorrectedInTimeSuspends() throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    try desk.tenant(.acknowledge(subject: notice))
    desk.now = try #require(desk.due(notice))
    #expect(
      desk.refusal(.giveFeedback(subject: notice, text: "late"), by: .tenant) == .termOver,
      "the clock is first")
    desk.now -= 1
    #expect(desk.refusal(.giveFeedback(subject: notice, text: "in time"), by: .tenant) == nil)
    #expect(desk.refusal(.lapse(.correction(notice: notice)), by: .clock) == .wrongState)
    desk.now += 1
    try desk.runClock()
    #expect(desk.state == .suspended)
    #expect(desk.events.last?.clause == Clause(13, 1))
    #expect(desk.stage(notice) == .lapsed)
    #expect(desk.stage(desk.last) == .issued, "the suspension waits for its own receipt")
    #expect(desk.refusal(.giveFeedback(subject: notice, text: "late"), by: .tenant) == .termOver)
  }

  @Test func refusedFeedbackLetsTheSameTermGoOn() throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    try desk.tenant(.acknowledge(subject: notice))
    let due = desk.due(notice)
    desk.set("2026-03-05 10:00")
    try desk.tenant(.giveFeedback(subject: notice, text: "done"))
    desk.set("2026-03-06 10:00")
    try desk.act(.verifyCorrection(subject: notice, isAccepted: false, text: "not so"))
    #expect(desk.stage(notice) == .received)
    #expect(desk.due(notice) == due)
    #expect(desk.law?.nextDue == due)
    try desk.tenant(.giveFeedback(subject: notice, text: "now"))
    // the officer looks at it a week after the term, and does not accept it
    desk.set("2026-03-20 10:00")
    try desk.runClock()
    #expect(desk.state == .open)
    try desk.act(.verifyCorrection(subject: notice, isAccepted: false, text: "still not"))
    #expect(desk.law?.dueActs(at: desk.now) == [.lapse(.correction(notice: notice))], "at once")
    #expect(desk.refusal(.giveFeedback(subject: notice, text: "once more"), by: .tenant) == .termOver)
    try desk.runClock()
    #expect(desk.state == .suspended)
  }

  @Test func acceptedFeedbackInTimeIsGoodHoweverLateItIsVerified() throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    try desk.tenant(.acknowledge(subject: notice))
    try desk.tenant(.giveFeedback(subject: notice, text: "done"))
    try desk.pass(until: "2026-05-20 10:00")
    try desk.act(.verifyCorrection(subject: notice, isAccepted: true, text: "seen"))
    #expect(desk.state == .open)
  }

  @Test func noticesStackAndEachHasItsOwnTerm() throws {
    var desk = try CaseDesk.open()
    let first = try desk.notice(Clause(12, 1))
    try desk.tenant(.acknowledge(subject: first))
    desk.set("2026-03-05 09:00")
    let second = try desk.notice(Clause(12, 3))
    try desk.tenant(.acknowledge(subject: second))
    #expect(desk.due(first) == beijing("2026-03-13 00:00"))
    #expect(desk.due(second) == beijing("2026-03-17 00:00"))
    try desk.tenant(.giveFeedback(subject: first, text: "done"))
    try desk.act(.verifyCorrection(subject: first, isAccepted: true, text: "seen"))
    try desk.pass(until: "2026-03-17 00:00")
    #expect(desk.state == .suspended)
    #expect(desk.stage(first) == .corrected)
    #expect(desk.stage(second) == .lapsed)
  }

  //= Measures art.13
  //= type=test
  @Test func aSuspensionIsReopenedOnlyWhenCorrectedAndVerified() throws {
    var desk = try CaseDesk.open()
    let suspension = try desk.suspend()
    #expect(desk.state == .suspended)
    #expect(desk.refusal(.reopen(text: "please")) == .stepMissing)
    try desk.tenant(.acknowledge(subject: suspension))
    // thirty days: Wednesday the 1st of April
    #expect(desk.due(suspension) == beijing("2026-04-02 00:00"))
    try desk.tenant(.giveFeedback(subject: suspension, text: "done"))
    #expect(desk.refusal(.reopen(text: "please")) == .stepMissing)
    try desk.act(.verifyCorrection(subject: suspension, isAccepted: true, text: "seen"))
    #expect(desk.state == .suspended, "verified, it may be reopened, and is not by itself")
    try desk.pass(until: "2026-06-01 09:00")
    #expect(desk.state == .suspended)
    try desk.act(.reopen(text: "corrected"))
    #expect(desk.state == .open)
  }

  //= Measures art.14(1)
  //= type=test
  @Test func aSuspensionNotCorrectedInTimeTerminates() throws {
    var desk = try CaseDesk.open(at: "2026-08-31 09:00")
    let suspension = try desk.suspend(Clause(13, 5))
    try desk.tenant(.acknowledge(subject: suspension))
    #expect(
      desk.due(suspension) == beijing("2026-10-01 00:00"), "30 September is the day before the holidays")
    try desk.pass(until: "2026-09-30 23:59")
    #expect(desk.state == .suspended)
    try desk.pass(until: "2026-10-01 00:00")
    #expect(desk.state == .terminated)
    #expect(desk.events.last?.clause == Clause(14, 1))
    #expect(desk.law?.nextDue == nil)
  }

  @Test func theWholeLadderRunsByItselfIfNobodyActs() throws {
    var desk = try CaseDesk.open()
    try desk.notice()
    let events = try Rehearsal.run(
      try #require(desk.law), until: beijing("2027-01-01 00:00"), calendar: desk.calendar)
    #expect(
      events.map(\.act.kind) == [.deemReceived, .lapse, .deemReceived, .lapse])
    #expect(
      events.map(\.at)
        == ["2026-03-10 00:00", "2026-03-20 00:00", "2026-03-26 00:00", "2026-04-25 00:00"]
        .map(beijing))
    #expect(events.map(\.clause) == [Clause(12), Clause(13, 1), Clause(13), Clause(14, 1)])
    #expect(desk.state == .open, "a rehearsal changes nothing")
  }

  @Test func aFurtherGroundHasTheEarliestEndAndAllMustBeCorrected() throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    try desk.tenant(.acknowledge(subject: notice))
    let first = try desk.suspend(Clause(13, 4))
    try desk.tenant(.acknowledge(subject: first))
    desk.set("2026-03-10 09:00")
    let second = try desk.suspend(Clause(13, 5))
    try desk.tenant(.acknowledge(subject: second))
    #expect(desk.due(second) == desk.due(first))
    // the older notice's term goes on while the case is suspended, and its lapse is a ground
    #expect(desk.due(notice) == beijing("2026-03-13 00:00"))
    try desk.pass(until: "2026-03-13 00:00")
    let third = desk.last
    try desk.tenant(.acknowledge(subject: third))
    #expect(desk.due(third) == desk.due(first))
    for ground in [first, second, third] {
      #expect(desk.refusal(.reopen(text: "early")) == .stepMissing)
      try desk.tenant(.giveFeedback(subject: ground, text: "done"))
      try desk.act(.verifyCorrection(subject: ground, isAccepted: true, text: "seen"))
    }
    try desk.act(.reopen(text: "all corrected"))
    #expect(desk.state == .open)
  }

  @Test(arguments: Clause.texts.keys.sorted())
  func groundsAreThoseOfTheirArticle(_ clause: Clause) throws {
    let desk = try CaseDesk.open()
    //= Measures art.12(1)
    //= type=test
    //= Measures art.12(3)
    //= type=test
    let isNotice = [Clause(12, 1), Clause(12, 2), Clause(12, 3)].contains(clause)
    #expect(desk.refusal(.notice(text: "x"), clause) == (isNotice ? nil : .groundsRefused))
    //= Measures art.13(3)
    //= type=test
    //= Measures art.13(4)
    //= type=test
    //= Measures art.13(5)
    //= type=test
    //= Measures art.13(6)
    //= type=test
    let isSuspension = [Clause(13, 3), Clause(13, 4), Clause(13, 5), Clause(13, 6)].contains(clause)
    #expect(desk.refusal(.suspend(text: "x"), clause) == (isSuspension ? nil : .groundsRefused))
    let isTermination = clause.article == 14 && (2...8).contains(clause.item)
    #expect(desk.refusal(.terminate(text: "x"), clause) == (isTermination ? nil : .groundsRefused))
    #expect(desk.refusal(.inspect(text: "x"), clause) == (clause == Clause(10) ? nil : .groundsRefused))
  }

  @Test func ordersNameTheirGrounds() throws {
    let desk = try CaseDesk.open()
    for act in [CaseAct.notice(text: "x"), .suspend(text: "x"), .terminate(text: "x")] {
      #expect(desk.refusal(act) == .groundsRefused)
    }
    #expect(desk.refusal(.suspend(text: ""), Clause(13, 3)) == .groundsRefused)
    #expect(desk.refusal(.suspend(text: "two\nlines"), Clause(13, 3)) == .groundsRefused)
  }

  /// In every state, by two officers within a day, on each of the grounds.
  //= Measures art.14(2)
  //= type=test
  //= Measures art.14(3)
  //= type=test
  //= Measures art.14(4)
  //= type=test
  //= Measures art.14(5)
  //= type=test
  //= Measures art.14(6)
  //= type=test
  //= Measures art.14(7)
  //= type=test
  //= Measures art.14(8)
  //= type=test
  @Test(arguments: CaseState.allCases, 2...8)
  func twoOfficersTerminate(_ state: CaseState, _ item: Int) throws {
    var desk = try CaseSpecimens.desk(in: state)
    let clause = Clause(14, UInt8(item))
    guard state != .terminated else {
      #expect(desk.refusal(.terminate(text: "x"), clause) == .wrongState)
      return
    }
    let before = desk.law
    let proposal = try desk.act(.terminate(text: "forged licence"), clause)
    #expect(proposal.isInternal && desk.state == state)
    #expect(desk.refusal(.confirm(proposal: proposal.number)) == .secondOfficer, "the same officer")
    #expect(desk.refusal(.confirm(proposal: 1), by: CaseDesk.bela) == .noSuchSubject)
    #expect(desk.refusal(.confirm(proposal: proposal.number), by: .tenant) == .wrongState)
    #expect(
      desk.refusal(.confirm(proposal: proposal.number), by: CaseDesk.bela, Clause(14, item == 8 ? 2 : 8))
        == .groundsRefused)
    desk.now += CaseRules.confirmationTime
    #expect(desk.refusal(.confirm(proposal: proposal.number), by: CaseDesk.bela) == nil)
    desk.now += 1
    #expect(desk.refusal(.confirm(proposal: proposal.number), by: CaseDesk.bela) == .secondOfficer)
    desk.now -= 1
    let end = try desk.act(.confirm(proposal: proposal.number), by: CaseDesk.bela)
    #expect(end.actors == [CaseDesk.anna, CaseDesk.bela])
    #expect(end.act == .terminate(text: "forged licence") && end.clause == clause && !end.isInternal)
    #expect(desk.state == .terminated)
    #expect(desk.law?.matters == before?.matters, "what was recorded stays")
  }

  //= Measures art.15
  //= type=test
  @Test func aReferralIsHiddenFromTheTenant() throws {
    var desk = try CaseDesk.open()
    let report = try desk.both(.refer(text: "suspected fraud"))
    #expect(report.isInternal && report.clause == Clause(15))
    #expect(desk.law?.isReferred == true)
    try desk.both(.terminate(text: "fraud"), Clause(14, 6))
    try desk.both(.refer(text: "more of it"))
    // the tenant's reader has the other events, and comes to the same state
    var reader = try Case(first: desk.events[0])
    for event in desk.events.dropFirst() {
      if event.isInternal { reader.applyHidden() } else { try reader.apply(event) }
    }
    #expect(reader.state == .terminated && reader.lastNumber == desk.last)
    #expect(!reader.isReferred)
  }

  @Test func aTerminationThatNobodyProposedDoesNotFold() throws {
    var desk = try CaseDesk.open()
    try desk.both(.terminate(text: "fraud"), Clause(14, 6))
    var event = try #require(desk.events.last)
    let open = try CaseDesk.open()
    var law = try #require(open.law)
    event.number = law.lastNumber + 1
    #expect(throws: CaseFault.self) { try law.apply(event) }
    law.applyHidden()
    event.number += 1
    try law.apply(event)
    #expect(law.state == .terminated)
  }

  //= Measures art.9(3)
  //= type=test
  @Test func aRestrictionIsNoSuspensionAndEndsByItself() throws {
    var desk = try CaseDesk.open()
    let until = desk.now + CaseDesk.day
    #expect(desk.refusal(.throttle(checksPerMinute: 0, until: until, text: "x")) == .groundsRefused)
    #expect(desk.refusal(.throttle(checksPerMinute: 1, until: desk.now, text: "x")) == .groundsRefused)
    #expect(
      desk.refusal(.throttle(checksPerMinute: 1, until: desk.now + 31 * CaseDesk.day, text: "x"))
        == .groundsRefused)
    let event = try desk.act(.throttle(checksPerMinute: 10, until: until, text: "load"))
    #expect(desk.state == .open && event.clause == Clause(9, 3) && event.dueAt == until && !event.isInternal)
    #expect(desk.law?.throttle(at: until - 1)?.checksPerMinute == 10)
    #expect(desk.law?.throttle(at: until) == nil)
    #expect(desk.law?.dueActs(at: until) == [], "no act of the clock")
  }

  @Test func timeDoesNotRunBackwardsInACase() throws {
    var desk = try CaseDesk.open()
    let at = desk.now
    desk.now -= 3 * CaseDesk.day
    let notice = try desk.act(.notice(text: "x"), Clause(12, 1))
    #expect(notice.at == at)
    var law = try #require(desk.law)
    var older = notice
    older.number += 1
    older.at -= 1
    #expect(throws: CaseFault.self) { try law.apply(older) }
  }
}
