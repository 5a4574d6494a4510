import Testing

@testable import PassgateDomain

/// The table of joint debugging holds what it promises.
@Suite struct ConformanceSuiteTests {
  private static let all = ConformanceSuite.all

  //= Measures art.7(3)
  //= type=test
  @Test func thereAreMoreThanSixtyCasesOfEveryGroup() {
    #expect(Self.all.count == 131)
    for group in ConformanceCase.Group.allCases {
      #expect(Self.all.filter { $0.group == group }.count >= 3, "\(group)")
    }
    #expect(Self.all.filter { $0.kind == .reply(isRight: true) }.count >= 8)
    #expect(Self.all.filter { $0.kind == .reply(isRight: false) }.count >= 24)
  }

  @Test func idsAndSentencesAreInOrder() {
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
    #expect(Set(Self.all.map(\.id)).count == Self.all.count)
    #expect(Set(Self.all.map(\.shows)).count == Self.all.count)
    #expect(Set(Self.all.map(\.showsChinese)).count == Self.all.count)
    for row in Self.all {
      #expect((1...32).contains(row.id.count) && row.id.allSatisfy(allowed.contains), "\(row.id)")
      #expect(row.shows.hasSuffix(".") && row.showsChinese.hasSuffix("。"), "\(row.id)")
      #expect(ConformanceSuite.named(row.id) == row)
    }
    #expect(ConformanceSuite.named("no-such-case") == nil)
  }

  // MARK: Claims

  @Test func everyClaimAndEveryPersonReads() throws {
    for check in ConformanceSuite.checks { _ = try Self.claim(check.claim) }
    for person in ConformanceSuite.persons {
      let record = try DocumentRecord(
        type: person.type, number: person.number, hanName: person.hanName, latinName: person.latinName,
        formerNames: person.formerNames.isEmpty ? [] : [person.formerNames], birthDate: person.birthDate,
        sex: person.sex, expiry: person.expiry,
        previousNumbers: person.previousNumbers.split(separator: ";").map(String.init))
      #expect(record.number.text == person.number)
    }
  }

  /// Wrong claims of one number add up against whoever asks about it next.
  @Test func noNumberHasTwoWrongClaims() throws {
    let wrong = ConformanceSuite.checks.filter { $0.verdict == .inconsistent }
    let numbers = try wrong.map { try Self.claim($0.claim).number.key }
    #expect(Set(numbers).count == numbers.count)
  }

  private static func claim(_ claim: SuiteClaim) throws -> IdentityClaim {
    try IdentityClaim(
      type: claim.type, number: claim.number, name: claim.name, birthDate: claim.birthDate, sex: claim.sex,
      expiry: claim.expiry, mrz: claim.mrz)
  }

  // MARK: Patterns

  private static let requestCases = all.filter { if case .requests = $0.kind { true } else { false } }

  @Test func aCaseIsPassedByItsPatternAlone() throws {
    for row in Self.requestCases {
      guard case .requests(let pattern, let instead) = row.kind else { continue }
      let seen = pattern.sightings
      #expect(row.isPassed(by: seen, under: []), "\(row.id)")
      #expect(!row.isPassed(by: [], under: Set(Circumstance.allCases)), "\(row.id)")
      #expect(!row.isPassed(by: seen + [seen[0]], under: []), "\(row.id)")
      #expect(!row.isPassed(by: Array(repeating: [], count: seen.count), under: []), "\(row.id)")
      #expect(!row.isPassed(by: seen.altered, under: Set(Circumstance.allCases)), "\(row.id)")
      let plain = RequestPattern(pattern.outcomes, pattern.relation).sightings
      #expect(row.isPassed(by: plain, under: []) == (pattern.check == nil), "\(row.id)")
      for (circumstance, pattern) in instead {
        #expect(row.isPassed(by: pattern.sightings, under: [circumstance]), "\(row.id)")
        #expect(!row.isPassed(by: pattern.sightings, under: []), "\(row.id)")
      }
    }
  }

  @Test func relationsMatter() {
    let relations: [RequestPattern.Relation] = [
      .oneSignature, .differentConnections, .differentKeys, .sameSequence, .fallingSequence,
    ]
    let outcomes = [[ConformanceOutcome.consistent], [.consistent]]
    for relation in relations {
      let kept = RequestPattern(outcomes, relation)
      #expect(kept.matches(kept.sightings))
      #expect(RequestPattern(outcomes).matches(kept.sightings))
      for other in relations where other != relation {
        #expect(!kept.matches(RequestPattern(outcomes, other).sightings), "\(relation) \(other)")
      }
    }
  }

  @Test func whatWasSeenIsSaidInFewWords() {
    let pattern = RequestPattern([
      [.consistent, .refused("SEQUENCE_USED")], [.consistent], [.consistent],
      [.verdicts([.consistent, .consistent, .undetermined])],
    ])
    #expect(
      pattern.sightings.inWords
        == "CONSISTENT then SEQUENCE_USED, 2 CONSISTENT, 2 CONSISTENT+UNDETERMINED")
    #expect([[Sighting]]().inWords.isEmpty)
  }

  @Test func thePersonsAreARegistryFile() throws {
    let lines = ConformanceSuite.personsFile.split(separator: "\n")
    #expect(lines.count == ConformanceSuite.persons.count + 1)
    #expect(lines[1] == #"permit,H1234567802,陳美玲,"CHAN, MEI LING",,1985-03-14,F,2031-06-30,"#)
  }
}

extension RequestPattern {
  /// Sightings that keep this pattern and, where it asks for no relation, none.
  fileprivate var sightings: [[Sighting]] {
    var number = 0
    return outcomes.map { outcomes in
      outcomes.map { outcome in
        defer { number += 1 }
        return Sighting(
          outcome: outcome, connection: [relation == .differentConnections ? UInt8(number) : 0],
          keyID: [relation == .differentKeys ? UInt8(number) : 0],
          treeSize: relation == .oneSignature ? UInt64(self.outcomes.count) : 1, sequence: sequence(number),
          check: check)
      }
    }
  }

  private func sequence(_ number: Int) -> UInt64 {
    switch relation {
    case .sameSequence: 7
    case .fallingSequence: UInt64(1_000 - number)
    default: UInt64(number)
    }
  }
}

extension [[Sighting]] {
  /// The same, but for the last outcome.
  fileprivate var altered: [[Sighting]] {
    var seen = self
    guard let last = seen.last?.last else { return seen }
    seen[count - 1].removeLast()
    seen[count - 1].append(
      Sighting(
        outcome: .refused("INTERNAL"), connection: last.connection, keyID: last.keyID,
        treeSize: last.treeSize, sequence: last.sequence))
    return seen
  }
}
