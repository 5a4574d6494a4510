import PassgateCrypto
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
