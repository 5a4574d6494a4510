import PassgateDomain
import PassgateSettings

extension AssessmentPolicy {
  /// Reads the platform's figures for art.8, JSON5 as `AssessmentPolicy.example`; throws all problems at once.
  static func read(_ path: String) throws -> AssessmentPolicy {
    let reader = try SettingsReader(file: path)
    let percents = 1...100_000
    let limit = reader.volume("mobileCertificateUpTo")
    let quotaPercent = reader.integer("quotaPercent", in: 100...1_000)
    let smallest = reader.volume("smallestQuota")
    let band = reader.object("bandPercent", required: true)
    let from = band?.integer("from", in: percents) ?? 1
    let until = band?.integer("to", in: percents) ?? 1
    if from > until { reader.problem("bandPercent", "from is above to") }
    reader.finish()
    guard reader.problems.isEmpty else { throw Failure(reader.problems.joined(separator: "\n")) }
    let policy = AssessmentPolicy(
      mobileCertificateUpTo: limit, quotaPercent: UInt32(quotaPercent), smallestQuota: smallest,
      bandPercent: UInt32(from)...UInt32(until))
    guard policy.isValid else {
      throw Failure(
        "\(path): a minute has at least a 1,440th of its day and at most all of it, and the band holds 100 percent"
      )
    }
    return policy
  }
}
