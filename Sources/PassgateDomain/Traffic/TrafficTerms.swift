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
