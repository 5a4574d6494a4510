/// What a tenant's traffic is measured against beside its own past.
package struct TrafficTerms: Sendable, Hashable {
  /// No bounds.
  package static let none = TrafficTerms(quota: Volume(checksPerDay: 0, peakPerMinute: 0), band: nil)

  /// Of the agreement; 0 where it has none.
  package var quota: Volume
  /// For which the way of access was assessed (art.8); nil where none was.
  package var band: VolumeBand?

  package init(quota: Volume, band: VolumeBand?) {
    self.quota = quota
    self.band = band
  }
}

/// The volume that a way of access is meant for (art.8), both ends included.
package struct VolumeBand: Sendable, Hashable {
  package var least, most: Volume

  package init(least: Volume, most: Volume) {
    self.least = least
    self.most = most
  }

  /// The band of an assessment: outside of it the policy calls for a new one.
  //= Measures art.8
  package init(of assessment: Assessment, by policy: AssessmentPolicy) {
    let expected = policy.expected(assessment.declared, assessment.measured)
    let day = Self.band(expected.checksPerDay, policy.smallestQuota.checksPerDay, policy.bandPercent)
    let minute = Self.band(expected.peakPerMinute, policy.smallestQuota.peakPerMinute, policy.bandPercent)
    least = Volume(checksPerDay: day.lowerBound, peakPerMinute: minute.lowerBound)
    most = Volume(checksPerDay: day.upperBound, peakPerMinute: minute.upperBound)
  }

  /// Figures up to the smallest quota are all alike.
  private static func band(
    _ expected: UInt32, _ smallest: UInt32, _ percents: ClosedRange<UInt32>
  ) -> ClosedRange<UInt32> {
    let around = UInt64(max(expected, smallest))
    let least = (around * UInt64(percents.lowerBound) + 99) / 100
    let most = UInt32(clamping: around * UInt64(percents.upperBound) / 100)
    return min(least <= UInt64(smallest) ? 0 : UInt32(clamping: least), most)...most
  }

  /// True when both figures lie in the band.
  package func contains(_ volume: Volume) -> Bool {
    (least.checksPerDay...max(least.checksPerDay, most.checksPerDay)).contains(volume.checksPerDay)
      && (least.peakPerMinute...max(least.peakPerMinute, most.peakPerMinute)).contains(volume.peakPerMinute)
  }
}
