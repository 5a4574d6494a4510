import PassgateClient
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire
import Testing

@testable import PassgateService

/// Portrait checks over the wire: every answer, what it says and what it keeps to itself.
@Suite(.serialized) struct PortraitCheckTests {
  /// What is claimed of the guest's document.
  enum Claimed: String, CaseIterable, Sendable {
    case right, wrongName, wrongBirth, unknown

    var claim: PassgateWire.IdentityClaim {
      switch self {
      case .right: Guest.claim()
      case .wrongName: Guest.claim(name: "陳大文")
      case .wrongBirth: Guest.claim(birthDate: "1985-03-15")
      case .unknown: Guest.claim(number: "H7654321001")
      }
    }
  }

  /// What the worker finds.
  enum Found: String, CaseIterable, Sendable {
    case alike, near, unlike, onePhotograph, blurred, noFace, badImage

    var finding: @Sendable (PortraitTask) -> PortraitFinding {
      switch self {
      case .alike: { StandInExaminer.alike($0, score: 600) }
      case .near: { StandInExaminer.alike($0, score: 599, distance: 0.45) }
      case .unlike: { StandInExaminer.alike($0, score: 399, distance: 0.7) }
      case .onePhotograph:
        {
          var finding = StandInExaminer.alike($0, score: 1000, distance: 0.05)
          finding.isSamePhotograph = true
          return finding
        }
      case .blurred: { _ in PortraitFinding(liveFault: 4, pictureHash: [UInt8](repeating: 1, count: 32)) }
      case .noFace: { _ in PortraitFinding(liveFault: 1) }
      case .badImage: { _ in PortraitFinding(liveFault: 8) }
      }
    }

    /// Told whatever is on record.
    var ofThePicture: IdentityVerdict? {
      switch self {
      case .blurred: .undetermined(.blurred)
      case .noFace: .undetermined(.noFace)
      case .badImage: .undetermined(.badImage)
      case .alike, .near, .unlike, .onePhotograph: nil
      }
    }

    /// Told where all three match.
    var ofTheFace: IdentityVerdict {
      switch self {
      case .alike: .consistent
      case .near: .undetermined(.nearThreshold)
      case .onePhotograph: .undetermined(.replayed)
      default: .inconsistent
      }
    }
  }

  /// Every claim with every finding, each one examination and one answer; what does not match is compared with nobody.
  //= Measures art.4(2)
  //= type=test
  @Test func theAnswersAreThoseOfTheTable() throws {
    let booth = try PortraitBooth()
    for found in Found.allCases {
      booth.examiner.find(found.finding)
      for claimed in Claimed.allCases {
        let reply = try #require(try booth.verify(PortraitBooth.body(claimed.claim)).portrait)
        let expected = found.ofThePicture ?? (claimed == .right ? found.ofTheFace : .inconsistent)
        #expect(reply.result == expected, "\(claimed) \(found)")
        #expect(reply.presentationAttackCheck == .noCheck)
        let tasks = booth.examiner.takeTasks()
        #expect(tasks.count == 1, "\(claimed) \(found)")
        let vector = try #require(tasks.first).referenceVector
        #expect(vector.count == 512 && tasks[0].referenceImage.isEmpty)
        #expect((vector == PortraitBooth.portrait.vector) == (claimed == .right))
      }
      // Wrong claims and pictures are guesses, and the budget of a day is small.
      booth.platform.clock.advance(milliseconds: 25 * 3_600_000)
    }
  }

  /// Unknown, wrong and not the person: the same bytes but for what is random, and the same work.
  @Test func whatDoesNotMatchReadsAlike() throws {
    let booth = try PortraitBooth()
    booth.examiner.find(Found.unlike.finding)
    var replies: Set<[UInt8]> = []
    for claimed in Claimed.allCases {
      var reply = try #require(try booth.verify(PortraitBooth.body(claimed.claim)).portrait)
      reply.salt = [UInt8](repeating: 0, count: 16)
      replies.insert(reply.encoded())
      #expect(booth.examiner.takeTasks().count == 1)
    }
    #expect(replies.count == 1)
  }

  @Test func aDocumentWithoutAPortraitSaysSoOnlyToWhoKnowsIt() throws {
    let booth = try PortraitBooth(portrait: nil)
    let right = try booth.verify().portrait
    #expect(right?.result == .undetermined(.noReference))
    let wrong = try booth.verify(PortraitBooth.body(Guest.claim(name: "陳大文"))).portrait
    #expect(wrong?.result == .inconsistent)
    #expect(booth.examiner.takeTasks().count == 2)
  }

  @Test func aReplacedDocumentIsToldAsInTheRealNameCheck() throws {
    var record = Guest.record
    record.superseded = true
    let booth = try PortraitBooth(record: record)
    #expect(try booth.verify().portrait?.result == .undetermined(.superseded))
    let wrong = try booth.verify(PortraitBooth.body(Guest.claim(name: "陳大文"))).portrait
    #expect(wrong?.result == .inconsistent)
  }

  /// A portrait with a vector of another model, or with none.
  private static var unembedded: StoredPortrait {
    var portrait = PortraitBooth.portrait
    portrait.modelID = [UInt8](repeating: 8, count: 32)
    return portrait
  }

  /// A vector of another model is not compared with: the picture is, behind the work that every check is.
  @Test func aPortraitOfAnotherModelIsEmbeddedAnew() throws {
    let booth = try PortraitBooth(portrait: Self.unembedded)
    #expect(try booth.verify().portrait?.result == .consistent)
    let tasks = booth.examiner.takeTasks()
    #expect(tasks.map(\.referenceImage) == [[], Self.unembedded.image])
    #expect(tasks.map(\.referenceVector.count) == [512, 0])
    #expect(tasks[0].referenceVector != Self.unembedded.vector)
    booth.examiner.find { PortraitFinding(referenceFault: 4, pictureHash: Array($0.live.suffix(32))) }
    #expect(try booth.verify().portrait?.result == .undetermined(.noReference))
  }

  /// While the portrait on record has no vector, too, the work is one examination against a stand-in for whoever has no
  /// verdict over it: who guesses with pictures that count nothing learns neither that there is such a document nor that
  /// a guess was right.
  @Test func workTellsNothingOfAPortraitThatIsNotEmbedded() throws {
    let booth = try PortraitBooth(portrait: Self.unembedded)
    for claimed in Claimed.allCases {
      for found in [Found.blurred, .noFace, .badImage] {
        booth.examiner.find(found.finding)
        _ = try booth.verify(PortraitBooth.body(claimed.claim))
        #expect(booth.examiner.takeTasks().map(\.referenceImage) == [[]], "\(claimed) \(found)")
      }
    }
    // The same picture once more, and a document whose budget is spent.
    booth.examiner.find(Found.alike.finding)
    let sent = PortraitBooth.picture()
    #expect(
      try booth.verify(PortraitBooth.body(Claimed.unknown.claim, sent)).portrait?.result == .inconsistent)
    #expect(
      try booth.verify(PortraitBooth.body(Guest.claim(), sent)).portrait?.result == .undetermined(.replayed))
    #expect(booth.examiner.takeTasks().map(\.referenceImage) == [[], []])
    for day in 10..<14 { _ = try booth.verify(PortraitBooth.body(Guest.claim(birthDate: "1985-03-\(day)"))) }
    _ = try booth.verify(PortraitBooth.body(Guest.claim(birthDate: "1985-03-20")))
    #expect(try booth.verify().portrait?.result == .undetermined(.attemptsExhausted))
    #expect(Set(booth.examiner.takeTasks().map(\.referenceImage)) == [[]])
  }

  @Test func thresholdsAreTheScenesAndTheTenants() throws {
    let booth = try PortraitBooth()
    booth.examiner.find { StandInExaminer.alike($0, score: 700) }
    #expect(try booth.verify().portrait?.result == .consistent)
    try booth.platform.reload {
      let strict = try #require(PortraitThresholds(same: 800, different: 701))
      $0.portraitThresholds = PortraitThresholdTable(scenes: ["transport": strict])
    }
    #expect(try booth.verify().portrait?.result == .consistent)
    #expect(try booth.verify(scene: "transport").portrait?.result == .inconsistent)
    try booth.platform.reload {
      let strict = try #require(PortraitThresholds(same: 701, different: 500))
      $0.portraitThresholds = PortraitThresholdTable(tenants: ["hotel": strict])
    }
    #expect(try booth.verify().portrait?.result == .undetermined(.nearThreshold))
  }

  // MARK: Guesses

  /// Different pictures for one document are guesses; after five of one tenant there is no answer for the right face
  /// either, and real-name checks go on.
  @Test func picturesThatAreUnlikeSpendABudgetOfTheirOwn() throws {
    let booth = try PortraitBooth()
    booth.examiner.find(Found.unlike.finding)
    for _ in 0..<3 { #expect(try booth.verify().portrait?.result == .inconsistent) }
    booth.examiner.find(Found.near.finding)
    for _ in 0..<2 { #expect(try booth.verify().portrait?.result == .undetermined(.nearThreshold)) }
    booth.examiner.find(Found.alike.finding)
    #expect(try booth.verify().portrait?.result == .undetermined(.attemptsExhausted))
    // Who does not know the document is not told that somebody else does.
    let wrong = try booth.verify(PortraitBooth.body(Guest.claim(name: "陳大文"))).portrait
    #expect(wrong?.result == .inconsistent)
    #expect(try booth.session.call(Guest.draft()).verdict == .consistent)
    #expect(booth.platform.logged.count(of: "attempts_exhausted") == 1)
    booth.platform.clock.advance(milliseconds: 25 * 3_600_000)
    #expect(try booth.verify().portrait?.result == .consistent)
  }

  /// The budget outlives a restart, as that of claims does.
  @Test func theBudgetOfPicturesIsKept() throws {
    let booth = try PortraitBooth()
    booth.examiner.find(Found.unlike.finding)
    for _ in 0..<5 { _ = try booth.verify() }
    try booth.platform.restart()
    booth.examiner.find(Found.alike.finding)
    let session = try booth.platform.session(booth.platform.tenantProfile())
    #expect(try session.call(PortraitBooth.draft()).portrait?.result == .undetermined(.attemptsExhausted))
    #expect(try session.call(Guest.draft()).verdict == .consistent)
  }

  @Test func wrongClaimsAreCountedWithThoseOfOtherChecks() throws {
    let booth = try PortraitBooth()
    for day in 10..<15 {
      let claim = Guest.claim(birthDate: "1985-03-\(day == 14 ? 20 : day)")
      #expect(try booth.verify(PortraitBooth.body(claim)).portrait?.result == .inconsistent)
    }
    #expect(try booth.verify().portrait?.result == .undetermined(.attemptsExhausted))
    #expect(try booth.session.call(Guest.draft()).verdict == .undetermined(.attemptsExhausted))
    // A picture that cannot be compared tells nothing, so it counts nothing and is told of.
    booth.examiner.find(Found.blurred.finding)
    #expect(try booth.verify().portrait?.result == .undetermined(.blurred))
  }

  // MARK: Refusals

  @Test func whatIsTooLargeIsNamed() throws {
    let booth = try PortraitBooth()
    let large = [UInt8](repeating: 1, count: VerifyPortraitRequest.pictureLimit + 1)
    let answer = try booth.verify(PortraitBooth.body(Guest.claim(), large))
    #expect(answer.reason == .bodyTooLarge && answer.refusal?.field == "image")
    #expect(booth.examiner.takeTasks().isEmpty)
    let fits = [UInt8](repeating: 1, count: VerifyPortraitRequest.pictureLimit)
    #expect(try booth.verify(PortraitBooth.body(Guest.claim(), fits)).portrait?.result == .consistent)
  }

  @Test func aSceneThatIsNotAgreedIsRefusedUnread() throws {
    let booth = try PortraitBooth()
    #expect(try booth.verify(scene: "loan").reason == .sceneNotAgreed)
    #expect(try booth.startCapture(scene: "loan").reason == .sceneNotAgreed)
    #expect(booth.examiner.takeTasks().isEmpty)
  }

  @Test func aClaimThatCannotBeIsMalformed() throws {
    let booth = try PortraitBooth()
    let answer = try booth.verify(PortraitBooth.body(Guest.claim(birthDate: "1985-02-30")))
    #expect(answer.reason == .malformedBody && answer.refusal?.field == "claim.birth_date")
  }
}
