import PassgateCrypto
import PassgateDomain
import PassgateWire
import Testing

@testable import PassgateService

/// What a run comes to when one thing is not as it should be.
@Suite struct ConformanceRunTests {
  private typealias Finish = FinishConformanceRequest

  /// A run in which everything was as the table has it, and what its client says of it.
  private struct Played {
    var run: ConformanceRun
    var finish: Finish

    init(altering altered: String? = nil) {
      let replies = ConformanceSuite.replyCases.map(\.id).shuffled()
      run = ConformanceRun(id: [UInt8](repeating: 1, count: 16), until: 1, specimens: replies)
      finish = Finish(
        salt: [UInt8](repeating: 0, count: 16), operationID: [UInt8](repeating: 2, count: 16), run: run.id,
        requests: [], believed: replies.map { ConformanceSuite.named($0)?.kind == .reply(isRight: true) })
      for row in ConformanceSuite.all { play(row, isAltered: row.id == altered) }
    }

    private mutating func play(_ row: ConformanceCase, isAltered: Bool) {
      guard case .requests(let pattern, _) = row.kind else { return }
      for (place, outcomes) in pattern.outcomes.enumerated() {
        let digest = sha256("\(row.id) \(place)".utf8.span)
        for (time, outcome) in outcomes.enumerated() {
          let number = UInt8(place * 2 + time)
          run.note(sighting(isAltered ? .refused("INTERNAL") : outcome, pattern, number), of: digest)
        }
        finish.requests.append(CaseRequest(name: row.id, requestDigest: digest))
      }
    }

    private func sighting(
      _ outcome: ConformanceOutcome, _ pattern: RequestPattern, _ number: UInt8
    ) -> Sighting {
      Sighting(
        outcome: outcome, connection: [pattern.relation == .differentConnections ? number : 0],
        keyID: [pattern.relation == .differentKeys ? number : 0],
        treeSize: pattern.relation == .oneSignature ? UInt64(pattern.outcomes.count) : 1,
        sequence: pattern.relation == .fallingSequence ? 1_000 - UInt64(number) : 7, check: pattern.check)
    }

    var failures: Set<String> {
      Set(run.results(finish, under: []).filter { !$0.passed }.map(\.name))
    }
  }

  private static let requestIDs = ConformanceSuite.all.map(\.id).filter { !$0.hasPrefix("reply-") }
  private static let rightReplies = replies(isRight: true)
  private static let wrongReplies = replies(isRight: false)

  private static func replies(isRight: Bool) -> Set<String> {
    Set(ConformanceSuite.replyCases.filter { $0.kind == .reply(isRight: isRight) }.map(\.id))
  }

  //= Measures art.7(3)
  //= type=test
  @Test func everyCaseCanFailAlone() {
    #expect(Played().failures.isEmpty)
    for id in Self.requestIDs { #expect(Played(altering: id).failures == [id]) }
    for index in Played().run.specimens.indices {
      var played = Played()
      played.finish.believed[index].toggle()
      #expect(played.failures == [played.run.specimens[index]])
    }
  }

  @Test func aCaseThatIsLeftOutFails() {
    for id in Self.requestIDs {
      var played = Played()
      played.finish.requests.removeAll { $0.name == id }
      #expect(played.failures == [id])
    }
  }

  @Test func whoBelievesEverythingOrNothingFails() {
    var credulous = Played()
    credulous.finish.believed = credulous.finish.believed.map { _ in true }
    #expect(credulous.failures == Self.wrongReplies)
    var suspicious = Played()
    suspicious.finish.believed = suspicious.finish.believed.map { _ in false }
    #expect(suspicious.failures == Self.rightReplies)
    var silent = Played()
    silent.finish.believed.removeLast()
    #expect(silent.failures == Self.rightReplies.union(Self.wrongReplies))
  }

  @Test func aRequestShowsOneCase() {
    var played = Played()
    let plain = played.finish.requests.first { $0.name == "permit-han-name" }?.requestDigest ?? []
    played.finish.requests.removeAll { $0.name == "sequence-gap" }
    played.finish.requests.append(CaseRequest(name: "sequence-gap", requestDigest: plain))
    #expect(played.failures == ["permit-han-name", "sequence-gap"])
    var unseen = Played()
    unseen.finish.requests[0].requestDigest[0] ^= 1
    #expect(unseen.failures == [unseen.finish.requests[0].name])
  }

  @Test func theOldestRequestsAreForgotten() {
    var run = ConformanceRun(id: [], until: 1, specimens: [])
    let sighting = Sighting(
      outcome: .consistent, connection: [], keyID: [], treeSize: 1, sequence: 1)
    func digest(_ number: Int) -> [UInt8] { sha256("\(number)".utf8.span) }
    for number in 0..<ConformanceRun.capacity + 10 {
      run.note(sighting, of: digest(number))
      run.note(sighting, of: digest(number))
    }
    #expect((0..<10).allSatisfy { run.sightings(of: digest($0)).isEmpty })
    #expect((10..<ConformanceRun.capacity + 10).allSatisfy { run.sightings(of: digest($0)).count == 2 })
  }

  @Test func aTenantHasOneRunAtATimeAndForAnHour() {
    let runs = ConformanceRuns()
    func run(_ id: UInt8, until: UInt64) -> ConformanceRun {
      ConformanceRun(id: [id], until: until, specimens: [])
    }
    #expect(!runs.isAnyUnderWay)
    runs.begin(run(1, until: 100), of: "hotel", now: 0)
    runs.begin(run(2, until: 100), of: "hotel", now: 0)
    runs.begin(run(3, until: 100), of: "airline", now: 0)
    #expect(runs.end([1], of: "hotel", now: 1) == nil)
    #expect(runs.end([3], of: "hotel", now: 1) == nil)
    #expect(runs.end([2], of: "hotel", now: 1) != nil)
    #expect(runs.end([2], of: "hotel", now: 1) == nil)
    #expect(runs.isAnyUnderWay)
    #expect(runs.end([3], of: "airline", now: 100) == nil)
    #expect(!runs.isAnyUnderWay)
    runs.begin(run(4, until: 200), of: "hotel", now: 150)
    runs.begin(run(5, until: 900), of: "airline", now: 300)
    #expect(runs.end([4], of: "hotel", now: 160) == nil)
  }

  @Test func everyReplyCaseHasItsRecipe() {
    #expect(Set(specimenRecipes.keys) == Set(ConformanceSuite.replyCases.map(\.id)))
  }

  @Test func aRequestThatComesAgainAndAgainFillsNoMemory() {
    var run = Played().run
    let digest = sha256("again".utf8.span)
    let sighting = Sighting(
      outcome: .refused("SEQUENCE_USED"), connection: [0], keyID: [0], treeSize: 1, sequence: 7, check: nil)
    for _ in 0..<1_000 { run.note(sighting, of: digest) }
    #expect(run.sightings(of: digest).count == 8)
  }
}
