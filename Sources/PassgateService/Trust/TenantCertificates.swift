import PassgateCrypto
import PassgateDomain
import PassgateWire

/// Judges the certificates of tenants when they are registered.
package struct TenantCertificates: Sendable {
  /// What certificates of tenants must lead to, and what was revoked.
  let trust: TrustKeeper

  package init(_ trust: TrustKeeper) { self.trust = trust }

  /// The domain's tenants of a statement. `at` is nil for statements that were judged before.
  func tenants(_ stated: [PassgateWire.Tenant], at now: Int64?) throws(ProvisionFault) -> [PassgateDomain
    .Tenant]
  {
    var tenants: [PassgateDomain.Tenant] = []
    for (index, tenant) in stated.enumerated() {
      tenants.append(try self.tenant(tenant, path: "tenants[\(index)]", at: now))
    }
    return tenants
  }

  private func tenant(_ stated: PassgateWire.Tenant, path: String, at now: Int64?) throws(ProvisionFault)
    -> PassgateDomain.Tenant
  {
    let mode = PassgateDomain.AccessMode(stated.mode)
    var keys: [PassgateDomain.TenantKey] = []
    for (index, key) in stated.keys.enumerated() {
      keys.append(try self.key(key, of: stated.id, mode, path: "\(path).keys[\(index)]", at: now))
    }
    let pinned = try optional(
      stated.tlsCertificate, of: stated.id, for: .tenantTLS, path: "\(path).tls_certificate", at: now)
    let rate = stated.checksPerMinute == 0 ? nil : Int(stated.checksPerMinute)
    return PassgateDomain.Tenant(
      id: stated.id, name: stated.name, mode: mode, state: PassgateDomain.TenantState(stated.state),
      policy: Policy(allowingAllIn: stated.scenes, checksPerMinute: rate),
      keys: keys, tlsFingerprint: pinned?.fingerprint)
  }

  /// A key with its certificate, judged as `tenants` judges it.
  func key(
    _ stated: PassgateWire.TenantKey, of tenantID: String, _ mode: PassgateDomain.AccessMode, path: String,
    at now: Int64?
  ) throws(ProvisionFault) -> PassgateDomain.TenantKey {
    let purpose: KeyPurpose = mode == .mobileCertificate ? .tenantMobile : .tenantSigning
    // A revoked key may stay on record after its certificate has ended.
    let judged = stated.state == .revoked ? nil : now
    let certificate = try certificate(
      stated.certificate, of: tenantID, for: purpose, path: "\(path).certificate", at: judged)
    if judged != nil { try checkKey(certificate, stated.algorithm, path: path) }
    let connection = try optional(
      stated.tlsCertificate, of: tenantID, for: .tenantTLS, path: "\(path).tls_certificate", at: judged)
    return PassgateDomain.TenantKey(
      keyID: certificate.publicKey.keyID, spki: certificate.publicKey.spki, algorithm: stated.algorithm,
      certificateFingerprint: certificate.fingerprint, notBefore: certificate.notBefore,
      notAfter: certificate.notAfter, isRevoked: stated.state == .revoked,
      tlsFingerprint: connection?.fingerprint, issuer: certificate.authorityKeyIdentifier)
  }

  private func checkKey(_ certificate: Certificate, _ algorithm: UInt32, path: String) throws(ProvisionFault)
  {
    guard let algorithm = SignatureAlgorithm(rawValue: algorithm) else {
      throw ProvisionFault(field: "\(path).algorithm", problem: "no such algorithm")
    }
    do { try certificate.publicKey.check(for: algorithm) } catch {
      throw ProvisionFault(field: "\(path).certificate", problem: "\(error)")
    }
  }

  private func optional(
    _ der: [UInt8], of tenantID: String, for purpose: KeyPurpose, path: String, at now: Int64?
  ) throws(ProvisionFault) -> Certificate? {
    der.isEmpty ? nil : try certificate(der, of: tenantID, for: purpose, path: path, at: now)
  }

  private func certificate(
    _ der: [UInt8], of tenantID: String, for purpose: KeyPurpose, path: String, at now: Int64?
  ) throws(ProvisionFault) -> Certificate {
    do {
      let certificate = try Certificate(der: der.span)
      let known = KnownCertificate(certificate, of: tenantID, for: purpose)
      if let now {
        guard !trust.isSuspect(certificate) else { throw CryptoError(.untrusted, "its issuer is tainted") }
        try trust.trust.check(known, for: purpose, at: now)
      }
      trust.note(known)
      return certificate
    } catch {
      throw ProvisionFault(field: path, problem: "\(error)")
    }
  }
}
