import PassgateDomain
import PassgateSystem
import Testing

@testable import passgate

/// The story of a case as `passgate operator explain` and `passgate status` tell it.
@Suite struct StoryTests {
  /// A hotel that was opened, got a notice, let it lapse and is suspended.
  private func suspended() throws -> StoryDesk {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToOpen()
    try desk.at("2026-04-01 10:30")
    let notice = try desk.act(
      .notice(text: "Numbers were tried in sequence on 30 March."), by: StoryDesk.reviewer, Clause(12, 2))
    try desk.at("2026-04-02 16:00")
    try desk.act(.acknowledge(subject: notice), by: .tenant)
    try desk.pass(until: "2026-04-15 08:00")
    return desk
  }

  //= Measures art.13(1)
  //= type=test
  @Test func anOfficerReadsTheWholeStory() throws {
    let desk = try suspended()
    #expect(desk.current?.state == .suspended)
    #expect(try desk.story(.officer).text == Golden.officer)
  }

  @Test func theOrganisationReadsTheSameAndWhatToDo() throws {
    let desk = try suspended()
    let (theirs, ours) = (try desk.story(.officer), try desk.story(.organisation))
    #expect(ours.story.lines == theirs.story.lines)
    #expect(ours.text.contains("passgate notice acknowledge 15"))
    #expect(!ours.text.contains("MATERIALS"))
  }

  @Test func everyLineFitsAScreen() throws {
    for line in try suspended().story(.officer).text.split(separator: "\n") {
      #expect(line.count <= Columns.width, "\(line)")
    }
  }

  /// What is withheld from a reader is neither told nor counted.
  @Test func whatIsWithheldLeavesNoTrace() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.act(.apply(try StoryDesk.dossier()), by: .tenant)
    let before = try desk.story(.organisation).text
    try desk.act(.direct(text: "Look at their system."), by: .officer("supervisor"))
    desk.events.removeLast()
    #expect(try desk.story(.organisation).text == before)
  }

  /// A review ends in one of three ways, and is one thing that may happen.
  @Test func whatMayHappenIsSaidOnce() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.act(.apply(try StoryDesk.dossier()), by: .tenant)
    let text = try desk.story(.officer).text
    #expect(text.split(separator: "an officer may conclude the review").count == 2)
    #expect(text.contains("from 1 signed event, each verified"))
    #expect(text.contains("is waiting for its review."))
    var json = JSONWriter()
    let story = try desk.story(.officer)
    json.object { json in story.write(to: &json) }
    #expect(json.result.split(separator: "may conclude the review").count == 2)
  }

  @Test func theAnswerInJSONHasTheSame() throws {
    var json = JSONWriter()
    let story = try suspended().story(.organisation)
    json.object { json in story.write(to: &json) }
    #expect(json.result.contains("\"state\":\"suspended\""))
    #expect(json.result.contains("\"dueAt\":\"2026-04-20T16:00:00.000Z\""))
    #expect(json.result.contains("passgate notice acknowledge 15"))
  }
}

/// What waits for the organisation, step by step.
@Suite struct TaskListTests {
  private func commands(_ desk: StoryDesk) throws -> [String] {
    TaskList(try #require(desk.current), at: desk.now).tasks.map(\.command)
  }

  @Test func theStepsToTheOpening() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.act(.apply(try StoryDesk.dossier()), by: .tenant)
    #expect(try commands(desk).isEmpty)
    try desk.act(.review(.supplement(reasons: ["The licence is cut off."])), by: StoryDesk.reviewer)
    #expect(try commands(desk) == ["passgate supplement --dossier DIR"])
    try desk.act(.supplement(try StoryDesk.dossier()), by: .tenant)
    try desk.act(.review(.fail(reasons: ["There is no duty to check."])), by: StoryDesk.reviewer)
    #expect(try commands(desk) == ["passgate apply --dossier DIR"])
  }

  @Test func debuggingNeedsACertificateAndThenTheRun() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToDebugging()
    #expect(try commands(desk) == ["passgate certificate request --key FILE --new-key --deployment sandbox"])
    try desk.connect(production: false)
    #expect(
      try commands(desk)
        == ["passgate certificate fetch --out FILE, passgate conformance --profile FILE"])
  }

  @Test func anOpenCaseWaitsForNothing() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToOpen()
    #expect(try commands(desk).isEmpty)
    #expect(try desk.story(.organisation).text.contains("nothing: the service is open"))
    try desk.act(.declareChange(.registration, on: try day("2026-03-02")), by: .tenant)
    #expect(try commands(desk) == ["passgate materials renew --dossier DIR"])
  }

  @Test func aReceivedNoticeWaitsForItsAnswer() throws {
    var desk = try StoryDesk(at: "2026-03-02 09:00")
    try desk.comeToOpen()
    let notice = try desk.act(.notice(text: "No plan."), by: StoryDesk.reviewer, Clause(12, 1))
    #expect(try commands(desk) == ["passgate notice acknowledge \(notice)"])
    try desk.act(.acknowledge(subject: notice), by: .tenant)
    #expect(try commands(desk) == ["passgate notice feedback \(notice) --text FILE"])
    try desk.act(.giveFeedback(subject: notice, text: "There is a plan now."), by: .tenant)
    #expect(try commands(desk).isEmpty)
  }
}
