/// The suite of joint debugging: one table that the platform and the tenant's side share.
//= Measures art.7(3)
package enum ConformanceSuite {
  /// Rises with every change of the table; both sides must have the same.
  package static let version: UInt32 = 1

  /// How long a run may take, milliseconds.
  package static let runMilliseconds: UInt64 = 60 * 60 * 1000

  /// Every case, in the order in which they are run and reported.
  package static let all: [ConformanceCase] =
    checks.map(\.conformanceCase) + requestCases + replyCases

  /// The case of this id.
  package static func named(_ id: String) -> ConformanceCase? { byID[id] }

  private static let byID = Dictionary(
    all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}
