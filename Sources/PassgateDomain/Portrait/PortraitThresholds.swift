/// From which score on two portraits are of one person, and below which they are not. Scores are 0 to 1000, 200 x
/// -log10 of how often different people reach them; between the two nobody says.
package struct PortraitThresholds: Sendable, Hashable {
  /// What a threshold may be.
  package static let scores = 1...1000
  /// 1 in 1,000 different people reaches the upper one, 1 in 100 the lower.
  package static let usual = PortraitThresholds(unchecked: 600, 400)

  /// The score from which portraits are alike.
  package let same: Int
  /// The score below which they are not.
  package let different: Int

  /// Nil unless both are scores and the lower one is below the upper.
  package init?(same: Int, different: Int) {
    guard Self.scores.contains(same), Self.scores.contains(different), different < same else { return nil }
    self.init(unchecked: same, different)
  }

  private init(unchecked same: Int, _ different: Int) { (self.same, self.different) = (same, different) }

  /// The stricter of each.
  package func raised(to other: PortraitThresholds) -> PortraitThresholds {
    PortraitThresholds(unchecked: max(same, other.same), max(different, other.different))
  }
}

/// The operator's thresholds: of scenes, and of tenants, for whom they are never less than for the scene.
package struct PortraitThresholdTable: Sendable, Hashable {
  /// Of scenes that are not named.
  package var usual: PortraitThresholds
  package var scenes: [String: PortraitThresholds]
  package var tenants: [String: PortraitThresholds]

  package init(
    usual: PortraitThresholds = .usual, scenes: [String: PortraitThresholds] = [:],
    tenants: [String: PortraitThresholds] = [:]
  ) {
    self.usual = usual
    self.scenes = scenes
    self.tenants = tenants
  }

  /// What a tenant's check in a scene is held against.
  package func thresholds(scene: String, tenant: String) -> PortraitThresholds {
    let ofScene = scenes[scene] ?? usual
    return tenants[tenant].map(ofScene.raised) ?? ofScene
  }
}
