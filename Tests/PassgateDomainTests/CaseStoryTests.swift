import Testing

@testable import PassgateDomain

/// A case as its readers are told of it.
struct CaseStoryTests {
  private func story(_ desk: CaseDesk) throws -> CaseStory {
    try CaseStory.tell(desk.events, at: desk.now, calendar: desk.calendar)
  }

  @Test func aStoryNamesStepsTermsAndWhatMayComeNext() throws {
    var desk = try CaseDesk.open()
    let notice = try desk.notice()
    try desk.tenant(.acknowledge(subject: notice))
    let story = try story(desk)
    #expect(story.lines.count == desk.events.count)
    #expect(
      story.lines[0].sentence
        == "The organisation applied with 5 documents for 1 scene (finance)."
    )
    #expect(
      story.lines.last?.sentence
        == "The organisation acknowledged the receipt of notice #\(notice) under art.12(2). "
        + "The term to correct ends at 2026-03-12 24:00 Beijing time.")
    #expect(story.lines.last?.clause == Clause(12))
    #expect(story.standing.hasPrefix("Example Bank is open; 1 not closed: notice #\(notice)"))
    #expect(story.terms.first?.dueAt == desk.due(notice))
    #expect(story.terms.first?.clause == Clause(13, 1))
    #expect(
      story.terms.first?.sentence
        == "the clock suspends the service: notice #\(notice) under art.12(2) was not corrected in time")
    #expect(
      story.next.contains {
        $0.who == "the organisation" && $0.sentence == "may report the correction of #\(notice)"
      })
    #expect(!story.next.contains { $0.sentence.contains("acknowledge") })
  }

  @Test func aStoryOfEveryActHasASentenceOfItsOwn() throws {
    var desk = try CaseDesk.open()
    let first = try desk.notice()
    try desk.tenant(.acknowledge(subject: first))
    try desk.tenant(.giveFeedback(subject: first, text: "done"))
    try desk.act(.verifyCorrection(subject: first, isAccepted: false, text: "not so."))
    try desk.tenant(.declareChange(.registration, on: LegalCalendar.day(of: desk.now)))
    try desk.act(.throttle(checksPerMinute: 5, until: desk.now + CaseDesk.day, text: "load"))
    try desk.both(.refer(text: "suspected fraud"))
    try desk.pass(until: "2027-01-01 00:00")
    #expect(desk.state == .terminated)
    let story = try story(desk)
    #expect(Set(story.lines.map(\.sentence)).count == story.lines.count)
    #expect(story.lines.allSatisfy { $0.sentence.hasSuffix(".") && !$0.sentence.contains("..") })
    #expect(story.terms.isEmpty)
    #expect(story.lines.last?.clause == Clause(14, 1))
    #expect(story.next.allSatisfy { !$0.sentence.contains("reopen") })
  }

  @Test func aStoryWithHiddenEventsIsToldToTheTenant() throws {
    var desk = try CaseDesk.open()
    try desk.both(.refer(text: "suspected fraud"))
    try desk.both(.terminate(text: "fraud"), Clause(14, 6))
    let shown = desk.events.filter { !$0.isInternal }
    let story = try CaseStory.tell(shown, at: desk.now, calendar: desk.calendar)
    #expect(story.standing == "Example Bank is terminated.")
    #expect(!story.lines.contains { $0.sentence.contains("suspected") || $0.sentence.contains("proposed") })
    #expect(
      story.lines.last?.sentence.hasPrefix("Officers anna and bela terminated the service: fraud")
        == true)
  }

  @Test func whatIsMissingBeforeTheOpeningIsNamed() throws {
    let desk = try CaseSpecimens.desk(in: .agreement)
    let next = try story(desk).next.map(\.sentence)
    #expect(next.contains { $0.hasPrefix("may open the service, but not yet: ") })
  }

  @Test func remindersAndUnknownHolidaysAreNoted() throws {
    var desk = try CaseDesk.open()
    #expect(try story(desk).notes.isEmpty)
    desk.set("2027-03-01 09:00")
    #expect(try story(desk).notes.count == 5)
    try desk.notice()
    #expect(
      try story(desk).notes.last
        == "The public holidays of 2027 are not known yet: a term computed in it counts weekends alone.")
  }

  @Test func proposalsAndRestrictionsAreTold() throws {
    var desk = try CaseDesk.open()
    try desk.act(.throttle(checksPerMinute: 5, until: desk.now + CaseDesk.day, text: "load"))
    let proposal = try desk.act(.terminate(text: "fraud"), Clause(14, 6))
    let story = try story(desk)
    #expect(
      story.standing.contains(
        "for technical reasons at most 5 checks a minute until 2026-03-03 09:00 Beijing time"))
    #expect(story.terms.contains { $0.sentence == "proposal #\(proposal.number) can no longer be confirmed" })
    #expect(story.next.contains { $0.sentence == "may confirm proposal #\(proposal.number)" })
    #expect(story.terms.map(\.dueAt) == story.terms.map(\.dueAt).sorted())
    try desk.both(.terminate(text: "fraud"), Clause(14, 6))
    #expect(try self.story(desk).standing == "Example Bank is terminated.")
  }

  @Test func nothingIsToldOfNoEvents() {
    #expect(throws: CaseFault.self) { try CaseStory.tell([], at: 0, calendar: .builtIn) }
  }
}
