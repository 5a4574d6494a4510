import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What a case makes of its tenant in the directory of a deployment.
struct CaseTenants: Sendable {
  let certificates: TenantCertificates

  /// Nil while no certificate is registered there. `now` is nil for certificates that were judged before.
  func tenant(of law: Case, in deployment: Deployment, at now: Int64?) throws(ProvisionFault)
    -> Tenant?
  {
    let registered = law.certificates.filter { $0.isProduction == (deployment == .production) }
    guard !registered.isEmpty, let assessment = law.assessment else { return nil }
    let isProduction = deployment == .production
    // What was agreed holds until a new version is in force; the sandbox follows the latest assessment.
    let mode = isProduction ? law.agreementInForce?.mode ?? assessment.mode : assessment.mode
    var keys: [PassgateDomain.TenantKey] = []
    for (index, certificate) in registered.enumerated() {
      keys.append(
        try certificates.key(
          PassgateWire.TenantKey(certificate, isRevoked: law.state == .terminated), of: mode,
          path: "certificates[\(index)]", at: now))
    }
    return Tenant(
      id: law.tenantID, name: law.dossier.organisation.name, mode: mode,
      state: state(of: law, in: deployment), policy: policy(of: law, assessment, in: deployment),
      keys: keys,
      throttle: isProduction ? law.throttle : nil)
  }

  /// The same for a list of tenants.
  func statement(of law: Case, in deployment: Deployment) throws -> PassgateWire.Tenant? {
    guard let tenant = try tenant(of: law, in: deployment, at: nil) else { return nil }
    let keys = law.certificates.filter { $0.isProduction == (deployment == .production) }
    return PassgateWire.Tenant(
      id: tenant.id, name: tenant.name, mode: PassgateWire.AccessMode(tenant.mode),
      state: PassgateWire.TenantState(tenant.state), scenes: tenant.policy.scenes,
      keys: keys.map { PassgateWire.TenantKey($0, isRevoked: tenant.state == .terminated) },
      checksPerMinute: UInt32(clamping: tenant.policy.checksPerMinute ?? 0), tlsCertificate: [])
  }

  private func state(of law: Case, in deployment: Deployment) -> PassgateDomain.TenantState {
    switch law.state {
    //= Measures art.14
    case .terminated: .terminated
    // Suspended tenants go on debugging: correction may need it.
    case _ where deployment == .sandbox: .open
    //= Measures art.7(5)
    case .open: .open
    //= Measures art.13
    case .suspended: .suspended
    default: .notOpen
    }
  }

  /// The agreement in production; in the sandbox what was applied for.
  private func policy(of law: Case, _ assessment: PassgateDomain.Assessment, in deployment: Deployment)
    -> Policy
  {
    if deployment == .production {
      return law.agreementInForce.map { Policy($0) } ?? Policy(scopes: [], quota: assessment.quota)
    }
    return Policy(scopes: law.dossier.scopes, quota: assessment.quota)
  }
}

extension PassgateWire.TenantKey {
  fileprivate init(_ registered: PassgateDomain.RegisteredCertificate, isRevoked: Bool) {
    self.init(
      certificate: registered.certificate, algorithm: registered.algorithm,
      state: isRevoked ? .revoked : .live, tlsCertificate: registered.tlsCertificate)
  }
}

extension PassgateWire.TenantState {
  fileprivate init(_ state: PassgateDomain.TenantState) {
    switch state {
    case .open: self = .open
    case .suspended: self = .suspended
    case .terminated: self = .terminated
    case .notOpen: self = .notOpen
    }
  }
}
