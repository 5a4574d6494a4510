import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What a case makes of its tenant in the directory of a deployment.
struct CaseTenants: Sendable {
  let certificates: TenantCertificates

  /// Nil while no certificate is registered there. What was registered is a fact: an expired certificate stands in
  /// the way of its own key alone, never of a step of the case.
  func tenant(of law: Case, in deployment: Deployment) throws(ProvisionFault) -> Tenant? {
    let isProduction = deployment == .production
    let registered = law.certificates.filter { $0.isProduction == isProduction }
    guard !registered.isEmpty, let assessment = law.assessment else { return nil }
    let mode = mode(of: law, assessment, in: deployment, having: registered)
    var keys: [PassgateDomain.TenantKey] = []
    for (index, certificate) in registered.enumerated() where certificate.serves(mode) {
      // A terminated tenant's keys stay, so that it is told and recorded why it is refused.
      keys.append(
        try certificates.key(
          PassgateWire.TenantKey(certificate, isRevoked: false), of: law.tenantID, mode,
          path: "certificates[\(index)]", at: nil))
    }
    return Tenant(
      id: law.tenantID, name: law.dossier.organisation.name, mode: mode,
      state: state(of: law, in: deployment), ground: law.suspensionGround,
      policy: policy(of: law, assessment, in: deployment), keys: keys,
      throttle: isProduction ? law.throttle : nil)
  }

  /// What is wrong with a certificate that is to be registered now, in seconds since 1970. Keys of the mode that was
  /// assessed last are registered before the agreement on it is in force, so that nobody is cut off by its change.
  //= Measures art.8
  func check(_ certificate: PassgateDomain.RegisteredCertificate, in law: Case, at now: Int64)
    throws(ProvisionFault)
  {
    let agreed = certificate.isProduction ? law.agreementInForce?.mode : nil
    guard let mode = law.assessment?.mode else { return }
    let isAgreed = agreed.map { certificate.serves($0) } ?? false
    _ = try certificates.key(
      PassgateWire.TenantKey(certificate, isRevoked: false), of: law.tenantID,
      isAgreed ? agreed ?? mode : mode, path: "act.register_certificate", at: now)
  }

  /// What was agreed holds until a new version is in force; the sandbox follows the latest assessment. As long as
  /// only certificates of the other mode are there, nobody but an open tenant is bound to have others.
  private func mode(
    of law: Case, _ assessment: PassgateDomain.Assessment, in deployment: Deployment,
    having registered: [PassgateDomain.RegisteredCertificate]
  ) -> PassgateDomain.AccessMode {
    if deployment == .production, let agreed = law.agreementInForce?.mode { return agreed }
    let usable = PassgateDomain.AccessMode.allCases.filter { mode in registered.contains { $0.serves(mode) } }
    return usable.contains(assessment.mode) ? assessment.mode : usable.first ?? assessment.mode
  }

  /// The same for a list of tenants.
  func statement(of law: Case, in deployment: Deployment) throws -> PassgateWire.Tenant? {
    guard let tenant = try tenant(of: law, in: deployment) else { return nil }
    let keys = law.certificates.filter {
      $0.isProduction == (deployment == .production) && $0.serves(tenant.mode)
    }
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

  /// The agreement in production; in the sandbox everything in the scenes applied for, as joint debugging tries all
  /// that a check may state, at the pace that the platform takes.
  private func policy(of law: Case, _ assessment: PassgateDomain.Assessment, in deployment: Deployment)
    -> Policy
  {
    if deployment == .production {
      return law.agreementInForce.map { Policy($0) } ?? Policy(scopes: [], quota: assessment.quota)
    }
    return Policy(allowingAllIn: law.dossier.scopes.map(\.scene))
  }
}

extension PassgateDomain.RegisteredCertificate {
  /// Whether it is one for this way of access.
  //= Measures art.8
  fileprivate func serves(_ mode: PassgateDomain.AccessMode) -> Bool {
    guard let certificate = try? Certificate(der: certificate.span) else { return false }
    return switch mode {
    case .mobileCertificate: certificate.has(purpose: .tenantMobile)
    // An outside authority does not know our purposes.
    case .signingServer: certificate.has(purpose: .tenantSigning) || certificate.namesNoPurpose
    }
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
