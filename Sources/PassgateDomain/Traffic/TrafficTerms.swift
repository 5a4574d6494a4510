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

  /// True when both figures lie in the band.
  package func contains(_ volume: Volume) -> Bool {
    (least.checksPerDay...max(least.checksPerDay, most.checksPerDay)).contains(volume.checksPerDay)
      && (least.peakPerMinute...max(least.peakPerMinute, most.peakPerMinute)).contains(volume.peakPerMinute)
  }
}
