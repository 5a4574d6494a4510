import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// What each order comes to in each phase, by one word.
private let matrix:
  [(order: RotationOrder, settled: String, announced: String, overlapping: String, ended: String)] =
    [
      (.rotate, "begin", "report", "report", "put away"),
      (.now, "begin at once", "hasten", "report", "put away"),
      (.cancel, "refuse", "withdraw", "refuse", "refuse"),
      (.taint, "taint", "taint", "taint", "taint"),
      (.destroyRetired, "destroy", "destroy", "refuse", "put away"),
    ]

private func word(_ action: RotationAction) -> String {
  switch action {
  case .begin(let atOnce): atOnce ? "begin at once" : "begin"
  case .hasten: "hasten"
  case .withdraw: "withdraw"
  case .taint: "taint"
  case .putAway: "put away"
  case .destroy: "destroy"
  case .report: "report"
  case .refuse: "refuse"
  }
}

@Suite struct RotationMatrixTests {
  @Test func hasALineForEachOrder() {
    #expect(matrix.map(\.order) == RotationOrder.allCases)
    for row in matrix {
      let found = RotationPhase.allCases.map { word(RotationAction.action(for: row.order, in: $0)) }
      #expect(found == [row.settled, row.announced, row.overlapping, row.ended], "\(row.order)")
    }
  }

  /// The phases that the keys of a role can be in.
  private static let reachable: [(KeySet.Role, RotationPhase)] = [
    (.reply, .settled), (.reply, .announced), (.server, .settled), (.issuing, .settled),
    (.issuing, .announced), (.issuing, .ended), (.registry, .settled), (.registry, .announced),
    (.registry, .overlapping), (.registry, .ended),
  ]

  /// Every order in every phase of every role does what the table says, and leaves one key in use.
  @Test(arguments: reachable, RotationOrder.allCases)
  func doesWhatTheTableSays(_ start: (KeySet.Role, RotationPhase), _ order: RotationOrder) throws {
    let (role, phase) = start
    let site = try RotationSite()
    try site.bring(role, to: phase)
    let before = try site.set(role)
    let expected = RotationAction.action(for: order, in: phase)
    if case .refuse(let reason) = expected {
      #expect(sentence { try site.rotate(role, order) }?.contains(reason) == true)
      #expect(try site.set(role) == before)
    } else {
      #expect(try site.rotate(role, order).action == expected)
    }
    let after = try site.set(role)
    for algorithm in Set(after.entries.map(\.algorithm)) {
      let keys = after.entries.filter { $0.algorithm == algorithm }
      #expect(keys.count { $0.lifecycle.signs(at: site.now) } == 1)
      #expect(keys.allSatisfy { $0.lifecycle.fault == nil })
    }
  }

  @Test(arguments: reachable)
  func findsThePhase(_ role: KeySet.Role, _ phase: RotationPhase) throws {
    let site = try RotationSite()
    try site.bring(role, to: phase)
    let refused = sentence { try site.rotate(role, .cancel) } != nil
    #expect(refused == (phase != .announced))
  }
}
