import PassgateDomain
import Testing

struct AttemptBudgetTests {
  private let start: UInt64 = 1_800_000_000_000
  private let day: UInt64 = 24 * 60 * 60 * 1000

  private func digest(_ value: Int) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: value >> ($0 % 4 * 8)) }
  }

  private func wrong(
    _ budget: inout AttemptBudget, _ set: Int?, of tenant: String = "bank", document: Int = 1,
    after: UInt64 = 0
  ) -> AttemptBudget.Admission {
    budget.admit(
      document: digest(document), tenant: tenant, wrongSet: set.map(digest), wallMilliseconds: start + after)
  }

  @Test func aTenantHasFiveDistinctSets() {
    var budget = AttemptBudget()
    for set in 0..<5 { #expect(wrong(&budget, set) == .allowed(recorded: true)) }
    #expect(wrong(&budget, 5) == .exhausted(newlySpent: true))
    #expect(wrong(&budget, 0) == .exhausted(newlySpent: false), "a known set is no exception")
    #expect(wrong(&budget, nil) == .exhausted(newlySpent: false), "nor is a right claim")
    #expect(wrong(&budget, 6, of: "hotel") == .allowed(recorded: true), "another tenant has its own")
    #expect(wrong(&budget, 7, document: 2) == .allowed(recorded: true), "and so has another number")
  }

  @Test func repeatsAndRightClaimsCostNothing() {
    var budget = AttemptBudget()
    for round in 0..<100 {
      #expect(wrong(&budget, 1) == .allowed(recorded: round == 0))
      #expect(wrong(&budget, nil) == .allowed(recorded: false))
    }
    #expect(budget.count == 1)
  }

  @Test func aNumberHasTenDistinctSetsOverAllTenants() {
    var budget = AttemptBudget()
    for set in 0..<10 { #expect(wrong(&budget, set, of: "tenant-\(set)") == .allowed(recorded: true)) }
    #expect(wrong(&budget, 10, of: "bank") == .exhausted(newlySpent: true))
    #expect(wrong(&budget, nil, of: "hotel") == .exhausted(newlySpent: false))
  }

  @Test func theSameSetFromManyTenantsIsOne() {
    var budget = AttemptBudget()
    for tenant in 0..<50 { #expect(wrong(&budget, 1, of: "tenant-\(tenant)") == .allowed(recorded: true)) }
    #expect(wrong(&budget, 1, of: "tenant-50") == .exhausted(newlySpent: true), "but a swarm is refused")
  }

  @Test func aDayLaterTheBudgetIsWhole() {
    var budget = AttemptBudget()
    for set in 0..<5 { _ = wrong(&budget, set, after: UInt64(set)) }
    #expect(wrong(&budget, nil, after: day - 1) == .exhausted(newlySpent: true))
    #expect(wrong(&budget, nil, after: day) == .allowed(recorded: false), "the first set has gone")
    #expect(wrong(&budget, 9, after: day) == .allowed(recorded: true))
    #expect(wrong(&budget, 10, after: day) == .exhausted(newlySpent: true), "spent anew")
  }

  @Test func whatIsExpiredAndStillHeldDoesNotCount() {
    var budget = AttemptBudget()
    for document in 10..<20 { _ = wrong(&budget, 1, document: document) }
    for set in 0..<5 { _ = wrong(&budget, set) }
    #expect(wrong(&budget, nil, after: day - 1) == .exhausted(newlySpent: true))
    #expect(wrong(&budget, nil, after: day) == .allowed(recorded: false))
    #expect(budget.count > 5)
  }

  @Test func survivesARestart() {
    var budget = AttemptBudget()
    for set in 0..<5 {
      budget.restore(
        .init(document: digest(1), tenant: "bank", wrongSet: digest(set), atMilliseconds: start))
    }
    #expect(wrong(&budget, nil, after: 1) == .exhausted(newlySpent: true))
    #expect(wrong(&budget, nil, of: "hotel", after: 1) == .allowed(recorded: false))
  }

  @Test func aClockThatStepsBackForgetsNothing() {
    var budget = AttemptBudget()
    for set in 0..<3 { _ = wrong(&budget, set, after: 10_000) }
    for set in 3..<5 { _ = wrong(&budget, set, after: 0) }
    #expect(wrong(&budget, nil, after: 1) == .exhausted(newlySpent: true))
    #expect(wrong(&budget, nil, after: day + 5000) == .exhausted(newlySpent: false))
  }

  @Test func holdsNoMoreThanItsCapacity() {
    var limits = AttemptBudget.Limits()
    limits.capacity = 100
    var budget = AttemptBudget(limits: limits)
    for document in 0..<1000 { _ = wrong(&budget, 1, document: document) }
    #expect(budget.count == 100)
    #expect(wrong(&budget, 1, document: 999) == .allowed(recorded: false), "the newest are known")
    #expect(wrong(&budget, 1, document: 0) == .allowed(recorded: true), "the oldest are forgotten")
  }

  @Test func shrinksAsAttemptsExpire() {
    var budget = AttemptBudget()
    for document in 0..<100 { _ = wrong(&budget, 1, document: document) }
    for _ in 0..<50 { _ = wrong(&budget, nil, document: 5000, after: day) }
    #expect(budget.count == 0)
  }

  /// Against a plain model: a list of all attempts, searched each time.
  @Test func agreesWithAPlainModel() {
    struct Row: Hashable { let tenant: Int, set: Int, at: UInt64 }
    var budget = AttemptBudget()
    var model: [Int: [Row]] = [:]
    var generator = SystemRandomNumberGenerator()
    for step in 0..<20_000 {
      let after = UInt64(step) * 60_000
      let (document, tenant, set) = (
        Int.random(in: 0..<20, using: &generator), Int.random(in: 0..<4, using: &generator),
        Int.random(in: 0..<15, using: &generator)
      )
      let rows = (model[document] ?? []).filter { $0.at + day > after }
      let isSpent = Set(rows.map(\.set)).count >= 10 || rows.count { $0.tenant == tenant } >= 5
      let isKnown = rows.contains { $0.tenant == tenant && $0.set == set }
      model[document] = isSpent || isKnown ? rows : rows + [Row(tenant: tenant, set: set, at: after)]
      switch wrong(&budget, set, of: "tenant-\(tenant)", document: document, after: after) {
      case .allowed(let recorded): #expect(!isSpent && recorded == !isKnown)
      case .exhausted: #expect(isSpent)
      }
    }
  }
}

struct RateWindowTests {
  @Test func admitsTheRateAndNoMore() {
    var window = RateWindow()
    for _ in 0..<60 { #expect(window.admit(1, limit: 60, monotonicMilliseconds: 500) == .admitted) }
    #expect(
      window.admit(1, limit: 60, monotonicMilliseconds: 500) == .refused(retryAfterMilliseconds: 59_500))
    #expect(
      window.admit(1, limit: 60, monotonicMilliseconds: 59_999) == .refused(retryAfterMilliseconds: 1))
    #expect(window.admit(60, limit: 60, monotonicMilliseconds: 60_000) == .admitted)
  }

  @Test func tellsWhenABatchWillFit() {
    var window = RateWindow()
    for second in 0..<10 { _ = window.admit(10, limit: 100, monotonicMilliseconds: UInt64(second) * 1000) }
    let refusal = window.admit(25, limit: 100, monotonicMilliseconds: 9000)
    #expect(refusal == .refused(retryAfterMilliseconds: 53_000))
    #expect(window.admit(25, limit: 100, monotonicMilliseconds: 61_999) != .admitted)
    #expect(window.admit(25, limit: 100, monotonicMilliseconds: 62_000) == .admitted)
  }

  @Test func refusesABatchLargerThanTheRate() {
    var window = RateWindow()
    #expect(
      window.admit(101, limit: 100, monotonicMilliseconds: 0) == .refused(retryAfterMilliseconds: 60_000))
  }

  @Test func followsALimitThatChanges() {
    var window = RateWindow()
    #expect(window.admit(50, limit: 60, monotonicMilliseconds: 0) == .admitted)
    #expect(window.admit(1, limit: 20, monotonicMilliseconds: 10) != .admitted)
    #expect(window.admit(50, limit: 100, monotonicMilliseconds: 20) == .admitted)
  }
}
