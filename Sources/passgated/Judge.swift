import PassgateCrypto

/// Judges certificates against the platform's root and their profiles.
struct Judge {
  let anchors: [Certificate]
  let intermediates: [Certificate]
  /// Milliseconds since 1970.
  let now: UInt64

  var unixSeconds: Int64 { Int64(clamping: now / 1_000) }

  /// What is wrong with a chain that clients are shown: they have the root alone, so it must hold the rest.
  func fault(ofShown chain: [Certificate], for purpose: KeyPurpose, at unixSeconds: Int64) -> String? {
    chain.first.flatMap {
      fault(of: $0, intermediates: Array(chain.dropFirst()), for: purpose, at: unixSeconds)
    }
  }

  /// What is wrong with a certificate under the platform's own intermediate authorities.
  func fault(of certificate: Certificate, for purpose: KeyPurpose, at unixSeconds: Int64) -> String? {
    let issuers = ChainVerifier.issuers(of: certificate, among: intermediates)
    return fault(of: certificate, intermediates: issuers, for: purpose, at: unixSeconds)
  }

  private func fault(
    of certificate: Certificate, intermediates: [Certificate], for purpose: KeyPurpose, at unixSeconds: Int64
  ) -> String? {
    // Without roots, which is a problem that is noted already, every certificate would be one more.
    guard !anchors.isEmpty else { return nil }
    do throws(CryptoError) {
      let profile = CertificateProfiles.profile(for: purpose)
      try ChainVerifier.verify(
        certificate, intermediates: intermediates, anchors: anchors, at: unixSeconds, profile: profile)
      try CertificateLint.check(certificate, under: profile)
      return nil
    } catch {
      return "\(error)"
    }
  }
}
