package import PassgateDomain

/// Real-person authentication (Measures art.4(2)): is the person before the camera the one whose document it is?
//= Measures art.4(2)
package struct PortraitEngine: Sendable {
  /// Why a live picture that can be compared is none of a person who is there.
  package enum PresentationFault: Sendable, Hashable, CaseIterable {
    /// It was sent before.
    case replayed
    /// The frames do not show the person turning the head as asked.
    case challengeFailed
  }

  /// A live picture beside the document's portrait.
  package struct Likeness: Sendable, Hashable, Confidential {
    /// 0 to 1000, 200 x -log10 of how often different people reach it.
    package let score: Int
    /// Whether the two are so alike that they are one photograph.
    package let isOnePhotograph: Bool

    package init(score: Int, isOnePhotograph: Bool) {
      self.score = score
      self.isOnePhotograph = isOnePhotograph
    }
  }

  package init() {}

  /// The verdict over document and face.
  ///
  /// What is told of the live picture is the same whatever is on record. What is told of the portrait on record, that
  /// it is missing, the same photograph, or neither like nor unlike, is told only to whom the real-name check would
  /// say CONSISTENT; for everybody else a record that differs and one that does not exist read alike.
  ///
  /// - Parameters:
  ///   - fields: what the real-name check says of the claim.
  ///   - live: why the live picture cannot be compared; nil where it can.
  ///   - presentation: nil where nothing speaks against it, or nothing was checked.
  ///   - likeness: nil where there is no portrait to compare with.
  package func judge(
    fields: Verdict, live: PortraitFault?, presentation: PresentationFault?, likeness: Likeness?,
    thresholds: PortraitThresholds
  ) -> Verdict {
    if let live { return .undetermined(.picture(live)) }
    if let presentation { return .undetermined(presentation.reason) }
    guard fields == .consistent else { return fields }
    guard let likeness else { return .undetermined(.noReference) }
    if likeness.isOnePhotograph { return .undetermined(.replayed) }
    if likeness.score >= thresholds.same { return .consistent }
    return likeness.score < thresholds.different ? .inconsistent : .undetermined(.nearThreshold)
  }
}

extension PortraitEngine.PresentationFault {
  fileprivate var reason: UndeterminedReason {
    switch self {
    case .replayed: .replayed
    case .challengeFailed: .challengeFailed
    }
  }
}
