package import PassgateCrypto

/// What alone is wrong with a certificate, by the rule that its profile is broken in.
package enum ProfileFault: String, CaseIterable, Sendable {
  /// It lives a second longer than it may.
  case tooLong = "passgate-days"
  /// It names nobody where it should, or a tenant where it should not.
  case misnamed = "passgate-names"
  /// Its extended key usage is that of another purpose.
  case misused = "passgate-purpose"
}

extension TestAuthority {
  /// A certificate for `key` and, where tenants hold such, of the tenant `name`, that was to be one for `purpose`.
  package func issue(
    _ purpose: KeyPurpose, with fault: ProfileFault, name: String = "test", key: PrivateKey,
    around unixSeconds: Int64 = clockStart
  ) throws(CryptoError) -> TestIdentity {
    let names = CertificateProfiles.profile(for: purpose).names
    let life = Self.life(purpose, around: unixSeconds)
    let (isNamed, isTenants) = (fault != .misnamed, names == .tenant)
    let template = CertificateTemplate(
      subject: try DistinguishedName(commonName: name),
      use: .purpose(fault == .misused ? Self.other(than: purpose, names) : purpose),
      validity: fault == .tooLong ? life.lowerBound...life.upperBound + 1 : life,
      serverNames: names == .server && isNamed ? [try ServerName("localhost")] : [],
      tenantID: isTenants == isNamed ? name : nil)
    let certificate = try CertificateIssuer(issuing, signer: signer).issue(template, for: key.publicKey)
    return TestIdentity(chain: [certificate, issuing], key: key)
  }

  private static func other(than purpose: KeyPurpose, _ names: CertificateProfile.Names) -> KeyPurpose {
    let alike = CertificateProfiles.all.filter { $0.names == names }.compactMap(\.purpose)
    return alike.first { $0 != purpose } ?? purpose
  }
}
