/// How the provider decides on the way of access from a volume (art.8): the platform's figures, not a tenant's wish.
///
/// As a JSON5 file, see `example`.
package struct AssessmentPolicy: Sendable, Hashable {
  /// Up to this volume a mobile certificate serves; above it, in the day or in the minute, a signing server.
  package var mobileCertificateUpTo: Volume
  /// The quota in percent of the volume that is expected, 100 to 1,000.
  package var quotaPercent: UInt32
  /// The smallest quota; volumes below it are all alike.
  package var smallestQuota: Volume
  /// The band around the volume that is expected, in percent of it; outside of it a new assessment is due.
  package var bandPercent: ClosedRange<UInt32>

  package init(
    mobileCertificateUpTo: Volume, quotaPercent: UInt32, smallestQuota: Volume,
    bandPercent: ClosedRange<UInt32>
  ) {
    self.mobileCertificateUpTo = mobileCertificateUpTo
    self.quotaPercent = quotaPercent
    self.smallestQuota = smallestQuota
    self.bandPercent = bandPercent
  }

  /// What holds without a file.
  package static let standard = AssessmentPolicy(
    mobileCertificateUpTo: Volume(checksPerDay: 10_000, peakPerMinute: 120), quotaPercent: 150,
    smallestQuota: Volume(checksPerDay: 1_000, peakPerMinute: 60), bandPercent: 50...150)

  /// The figures make sense: a quota has room for what is expected, and what is expected lies in its band.
  package var isValid: Bool {
    mobileCertificateUpTo.isPlausible && smallestQuota.isPlausible && (100...1_000).contains(quotaPercent)
      && bandPercent.contains(100)
  }

  /// The file of the standard policy.
  package static let example = """
    {
      // 移动数字证书适用的认证量上限 · up to this volume a mobile certificate serves, above it a signing server
      mobileCertificateUpTo: { checksPerDay: 10000, peakPerMinute: 120 },
      // 约定认证量占预计认证量的百分比 · the quota in percent of the volume that is expected, 100 to 1000
      quotaPercent: 150,
      // 最小约定认证量 · the smallest quota; volumes below it are all alike
      smallestQuota: { checksPerDay: 1000, peakPerMinute: 60 },
      // 实测认证量超出此范围时重新评估 · a measured volume outside of these percents calls for a new assessment
      bandPercent: { from: 50, to: 150 },
    }
    """

  /// The assessment that the figures suggest; an officer decides.
  /// - Parameters:
  ///   - declared: plausible, like what is measured.
  ///   - measured: nil before the tenant was open.
  //= Measures art.8
  package func suggestion(declared: Volume, measured: Volume? = nil) -> Assessment {
    let expected = expected(declared, measured)
    let mode: AccessMode = expected.isWithin(mobileCertificateUpTo) ? .mobileCertificate : .signingServer
    let quota = quota(for: expected)
    return Assessment(
      mode: mode, declared: declared, measured: measured, quota: quota,
      reason: reason(mode, expected, isMeasured: expected != declared, quota))
  }

  /// What is measured counts once it has left the band around what was declared.
  func expected(_ declared: Volume, _ measured: Volume?) -> Volume {
    guard let measured, !VolumeBand(around: declared, by: self).contains(measured) else { return declared }
    return measured
  }

  /// As plausible as what is expected, because both figures rise alike.
  private func quota(for expected: Volume) -> Volume {
    Volume(
      checksPerDay: max(raised(expected.checksPerDay), smallestQuota.checksPerDay),
      peakPerMinute: max(raised(expected.peakPerMinute), smallestQuota.peakPerMinute))
  }

  private func raised(_ figure: UInt32) -> UInt32 {
    UInt32(clamping: (UInt64(figure) * UInt64(quotaPercent) + 99) / 100)
  }

  private func reason(_ mode: AccessMode, _ expected: Volume, isMeasured: Bool, _ quota: Volume) -> String {
    let (day, minute) = (expected.checksPerDay, expected.peakPerMinute)
    let isMobile = mode == .mobileCertificate
    let limit = mobileCertificateUpTo
    let chinese =
      "\(isMeasured ? "实测" : "申报")认证量每日\(day)次、峰值每分钟\(minute)次，\(isMobile ? "未超过" : "超过")移动数字证书上限（每日\(limit.checksPerDay)次、每分钟\(limit.peakPerMinute)次），采用\(mode.chinese)；约定认证量每日\(quota.checksPerDay)次、每分钟\(quota.peakPerMinute)次。"
    let english =
      "The \(isMeasured ? "measured" : "declared") volume, \(day) a day and \(minute) in the busiest minute, is \(isMobile ? "within" : "above") that of a mobile certificate (\(limit.checksPerDay) and \(limit.peakPerMinute)): access by \(mode.english), quota \(quota.checksPerDay) a day and \(quota.peakPerMinute) a minute."
    return "\(chinese) \(english)"
  }
}

/// The volume that a way of access is meant for (art.8), both ends included: outside of it a new assessment is due.
//= Measures art.8
package struct VolumeBand: Sendable, Hashable {
  package var least, most: Volume

  package init(least: Volume, most: Volume) {
    self.least = least
    self.most = most
  }

  /// The band of an assessment.
  package init(of assessment: Assessment, by policy: AssessmentPolicy) {
    self.init(around: policy.expected(assessment.declared, assessment.measured), by: policy)
  }

  /// - Parameter policy: a valid one.
  init(around expected: Volume, by policy: AssessmentPolicy) {
    let day = Self.band(expected.checksPerDay, policy.smallestQuota.checksPerDay, policy.bandPercent)
    let minute = Self.band(expected.peakPerMinute, policy.smallestQuota.peakPerMinute, policy.bandPercent)
    least = Volume(checksPerDay: day.least, peakPerMinute: minute.least)
    most = Volume(checksPerDay: day.most, peakPerMinute: minute.most)
  }

  /// Figures up to the smallest quota are all alike.
  private static func band(
    _ expected: UInt32, _ smallest: UInt32, _ percents: ClosedRange<UInt32>
  ) -> (least: UInt32, most: UInt32) {
    let around = UInt64(max(expected, smallest))
    let least = UInt32(clamping: (around * UInt64(percents.lowerBound) + 99) / 100)
    let most = UInt32(clamping: around * UInt64(percents.upperBound) / 100)
    return (least <= smallest ? 0 : least, most)
  }

  /// True when both figures lie in the band.
  package func contains(_ volume: Volume) -> Bool { least.isWithin(volume) && volume.isWithin(most) }
}

extension Volume {
  fileprivate func isWithin(_ limit: Volume) -> Bool {
    checksPerDay <= limit.checksPerDay && peakPerMinute <= limit.peakPerMinute
  }
}
