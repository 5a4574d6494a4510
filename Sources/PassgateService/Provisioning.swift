package import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// Tenants of the sandbox come from an officer's signed statement: each tenant named becomes what is stated.
struct Provisioning: Sendable {
  static let method = "passgate.v1.Supervision/Provision"

  let deployment: Deployment
  let directory: Published<Directory>
  let certificates: TenantCertificates
  let ledger: Ledger
  let clock: any Clock
  let cases: CaseOffice

  func provision(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ProvisionRequest.body(order.request.body)
      var next = directory.read()
      return ledger.once(
        order, operationID: body.operationID, contentDigest: sha256(body.content.span), keepsBody: true,
        act: { event in
          // Read again under the ledger's lock: another act may have come first.
          next = directory.read()
          return Deed(apply(body.tenants, to: &next, event: event))
        },
        whenRecorded: { directory.replace(next) })
    } catch {
      return error.outcome
    }
  }

  private func apply(_ stated: [PassgateWire.Tenant], to directory: inout Directory, event: UInt64) -> Outcome
  {
    do throws(ProvisionFault) {
      if let index = stated.firstIndex(where: { cases.hasCase($0.id) }) {
        throw ProvisionFault(
          field: "tenants[\(index)].id", problem: "this tenant is what its case says (Measures art.7)")
      }
      let now = Int64(clamping: clock.wallMilliseconds() / 1_000)
      let tenants = try certificates.tenants(stated, at: now)
      let changed = try directory.apply(tenants: tenants)
      return .success(ProvisionReply(salt: freshSalt(), event: event, changed: changed).encoded())
    } catch {
      return .refusal(.provisionRefused, field: error.description)
    }
  }

  /// The directory that a deployment's events in the ledger add up to.
  static func fold(
    _ events: [LedgerEvent], of deployment: Deployment, _ certificates: TenantCertificates
  ) throws -> Directory {
    var directory = Directory()
    for event in events {
      guard try event.isProvisioning(of: deployment) else { continue }
      let body = try ProvisionRequest(decoding: event.requestBody.span)
      // What was accepted then is a fact now: certificates are not judged again.
      _ = try directory.apply(tenants: certificates.tenants(body.tenants, at: nil))
    }
    return directory
  }

  func listTenants(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      _ = try ListTenantsRequest.body(order.request.body)
      let stated = try? statedTenants()
      guard let stated else { return .refusal(.internal) }
      return .success(ListTenantsReply(salt: freshSalt(), tenants: stated).encoded())
    } catch {
      return error.outcome
    }
  }

  /// The latest statement of each tenant, as it was signed, and what cases make of theirs.
  private func statedTenants() throws -> [PassgateWire.Tenant] {
    var latest: [String: PassgateWire.Tenant] = [:]
    for event in try ledger.events() {
      guard try event.isProvisioning(of: deployment) else { continue }
      for tenant in try ProvisionRequest(decoding: event.requestBody.span).tenants {
        latest[tenant.id] = tenant
      }
    }
    for tenant in try cases.tenants(of: deployment) { latest[tenant.id] = tenant }
    return latest.values.sorted { $0.id < $1.id }
  }
}

extension LedgerEvent {
  fileprivate func isProvisioning(of deployment: Deployment) throws -> Bool {
    // What the clock did carries no request.
    guard !requestHeader.isEmpty else { return false }
    let header = try RequestHeader(decoding: requestHeader.span)
    return header.method == Provisioning.method && header.deployment == deployment
  }
}

/// Judges the certificates of tenants when they are registered.
package struct TenantCertificates: Sendable {
  /// What certificates of tenants must lead to.
  let anchors: [Certificate]
  let intermediates: [Certificate]

  package init(anchors: [Certificate], intermediates: [Certificate]) {
    self.anchors = anchors
    self.intermediates = intermediates
  }

  /// What tells these from others.
  package var fingerprints: [[UInt8]] { (anchors + intermediates).map(\.fingerprint) }

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
      if let now {
        try ChainVerifier.verify(
          certificate, intermediates: intermediates, anchors: anchors, at: now, purpose: purpose)
        try certificate.check(tenantID: tenantID)
      }
      return certificate
    } catch {
      throw ProvisionFault(field: path, problem: "\(error)")
    }
  }
}

extension PassgateDomain.AccessMode {
  init(_ mode: PassgateWire.AccessMode) {
    switch mode {
    case .mobileCertificate: self = .mobileCertificate
    case .signingServer: self = .signingServer
    }
  }
}

extension PassgateDomain.TenantState {
  init(_ state: PassgateWire.TenantState) {
    switch state {
    case .open: self = .open
    case .suspended: self = .suspended
    case .terminated: self = .terminated
    case .notOpen: self = .notOpen
    }
  }
}
