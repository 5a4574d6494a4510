import Testing

@testable import PassgateDomain

/// The law held against everything that can happen.
struct CaseExplorationTests {
  //= Measures art.7
  //= type=test
  //= Measures art.12
  //= type=test
  //= Measures art.13
  //= type=test
  //= Measures art.14
  //= type=test
  @Test(arguments: [
    CaseExplorer.Extent(orders: 1, hasMaterials: true), CaseExplorer.Extent(orders: 3, hasMaterials: false),
  ])
  func nothingThatCanHappenBreaksTheLaw(_ range: CaseExplorer.Extent) throws {
    var explorer = CaseExplorer(range)
    try explorer.run(limit: 25_000)
    #expect(explorer.violations.isEmpty, "\(explorer.violations.prefix(3))")
    #expect(Set(explorer.nodes.map(\.law.state)) == Set(CaseState.allCases))
    if range.hasMaterials { #expect(explorer.unusedRows.isEmpty) }
    #expect(explorer.nodes.count > 5_000 && explorer.nodes.count < 25_000, "the walk came to its end")
    for index in stride(from: 0, to: explorer.nodes.count, by: 97) { try refold(explorer, index) }
  }

  /// The fold of the events is the case.
  private func refold(_ explorer: CaseExplorer, _ index: Int) throws {
    let events = explorer.events(to: index)
    var law = try Case(first: try #require(events.first))
    for event in events.dropFirst() { try law.apply(event) }
    #expect(law == explorer.nodes[index].law)
  }
}
