import PassgateDomain
import PassgateRPC
import PassgateWire

/// Decides whether an authentic request may run: method, tenant state, scene, quota, deadline, size.
/// Each refusal has its own reason, article and remedy.
struct Admission {
  let deployment: Deployment

  /// Checks a minute for tenants whose record names none.
  static let defaultChecksPerMinute = 60_000

  /// The refusal, or nil when the call may run.
  func fault(_ principal: Principal, _ header: RequestHeader, _ method: Method, bodyCount: Int) -> Reason? {
    if !method.deployments.contains(deployment) || !isPermitted(principal.who, method.caller) {
      return .notPermitted
    }
    if bodyCount > method.bodyLimit { return .bodyTooLarge }
    guard case .tenant(let tenant) = principal.who else { return nil }
    return stateFault(tenant, method) ?? sceneFault(tenant, header)
  }

  private func isPermitted(_ who: Principal.Who, _ required: Method.Caller) -> Bool {
    switch (who, required) {
    case (.tenant, .tenant), (.selfDeclared, .selfDeclared): true
    case (.officer(let officer), .officer(let roles)): !officer.roles.isDisjoint(with: roles)
    default: false
    }
  }

  private func stateFault(_ tenant: Tenant, _ method: Method) -> Reason? {
    switch tenant.state {
    case .open: return nil
    //= Measures art.7(5)
    case .notOpen: return method.allowedWhileSuspended ? nil : .tenantNotOpen
    //= Measures art.13
    case .suspended: return method.allowedWhileSuspended ? nil : .tenantSuspended
    //= Measures art.14
    case .terminated: return .tenantTerminated
    }
  }

  /// Each call names a business scene of the agreement.
  //= Measures art.9(1)
  private func sceneFault(_ tenant: Tenant, _ header: RequestHeader) -> Reason? {
    tenant.scenes.contains(header.sceneID) ? nil : .sceneNotAgreed
  }

  /// When the call is no longer wanted, monotonic nanoseconds.
  static func deadline(of header: RequestHeader, method: Method, arrived: UInt64) -> UInt64 {
    arrived &+ UInt64(method.timeoutMilliseconds(requested: header.timeoutMilliseconds)) * 1_000_000
  }
}
