import PassgateDomain
import PassgateRPC
import PassgateWire

/// Decides whether an authentic request may run: method, size, tenant's state, scene, way of checking, hours.
/// Each refusal has its own reason, article and remedy.
struct Admission {
  let deployment: Deployment

  /// Checks a minute for tenants whose record names none.
  static let defaultChecksPerMinute = 60_000

  /// The refusal, or nil when the call may run at this time, milliseconds since 1970.
  func fault(
    _ principal: Principal, _ header: RequestHeader, _ route: Route, bodyCount: Int,
    at wallMilliseconds: UInt64
  ) -> Reason? {
    let method = route.method
    if !method.deployments.contains(deployment) || !isPermitted(principal.who, method.caller) {
      return .notPermitted
    }
    if bodyCount > method.bodyLimit { return .bodyTooLarge }
    guard case .tenant(let tenant) = principal.who else { return nil }
    if let fault = stateFault(tenant, method) { return fault }
    guard method.namesScene else { return nil }
    //= Measures art.9(1)
    return tenant.policy.fault(scene: header.sceneID, check: route.check, at: wallMilliseconds)?.reason
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

  /// When the call is no longer wanted, monotonic nanoseconds.
  static func deadline(of header: RequestHeader, method: Method, arrived: UInt64) -> UInt64 {
    arrived &+ UInt64(method.timeoutMilliseconds(requested: header.timeoutMilliseconds)) * 1_000_000
  }
}

extension Policy.Fault {
  /// The refusal, with article and remedy of its own.
  //= Measures art.13(3)
  var reason: Reason {
    switch self {
    case .sceneNotAgreed: .sceneNotAgreed
    case .checkNotAgreed: .checkNotAgreed
    case .elementNotAgreed: .elementNotAgreed
    case .documentTypeNotAgreed: .documentTypeNotAgreed
    case .outsideHours: .outsideHours
    }
  }

  /// What of the claim below `path` is outside of the agreement.
  func refusal(at path: String) -> Outcome {
    switch self {
    case .elementNotAgreed(let element): .refusal(reason, field: "\(path).\(element.wireField)")
    case .documentTypeNotAgreed: .refusal(reason, field: "\(path).document_type")
    case .sceneNotAgreed, .checkNotAgreed, .outsideHours: .refusal(reason)
    }
  }
}

extension PassgateDomain.OptionalElement {
  /// The field of a claim that states it, or of what a chip tells.
  fileprivate var wireField: String {
    switch self {
    case .sex: "sex"
    case .expiry: "expiry"
    case .mrz: "mrz"
    case .portrait: "portrait"
    }
  }
}
