package import PassgateCrypto
import PassgateDomain
package import PassgateWire

/// An officer of the platform: an id, a certificate whose key signs both the connection and the requests, and
/// roles.
package struct Officer: Sendable {
  package let id: String
  package let certificate: Certificate
  package let algorithm: SignatureAlgorithm
  package let roles: Set<OfficerRole>

  package init(id: String, certificate: Certificate, algorithm: SignatureAlgorithm, roles: Set<OfficerRole>) {
    self.id = id
    self.certificate = certificate
    self.algorithm = algorithm
    self.roles = roles
  }
}

/// Whose key signed a request, and what that key is allowed to be used with.
struct Principal {
  enum Who {
    case tenant(Tenant)
    case officer(Officer)
    /// Anybody, by the key in the header.
    case selfDeclared
  }

  let who: Who
  let keyID: [UInt8]
  let spki: [UInt8]
  let algorithm: SignatureAlgorithm
  /// The key and the connection's certificate are live, registered and belong together.
  let isUsable: Bool

  /// The article and item that a refusal rests on, where the tenant's case knows them.
  func ground(of reason: Reason) -> String? {
    guard reason == .tenantSuspended, case .tenant(let tenant) = who else { return nil }
    return tenant.ground.map { "Measures \($0)" }
  }
}
