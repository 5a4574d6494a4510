/// Why a provisioning is refused: nothing of it was applied.
package struct ProvisionFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The place in the request: "tenants[2].keys[0].algorithm".
  package let field: String
  /// What is wrong and what is expected.
  package let problem: String

  package init(field: String, problem: String) {
    self.field = field
    self.problem = problem
  }

  package var description: String { "\(field): \(problem)" }
}

/// Tenants and their keys: what is stated of them, by provisioning or a case, and what became of their keys since.
package struct Directory: Sendable {
  private struct Place: Sendable {
    let tenant: String
    let key: Int
  }

  private struct Registration: Sendable {
    let tenant: String
    var isRevoked: Bool
  }

  private var stated: [String: Tenant] = [:]
  private var lives: [String: KeyLives] = [:]
  /// As they are: stated, with the keys that they have now.
  private var byID: [String: Tenant] = [:]
  /// By tenant, keys and connections of revoked keys alone.
  private var withdrawn: [String: Set<DigestKey>] = [:]
  private var places: [DigestKey: Place] = [:]
  /// Everything that ever identified a tenant, so that it never passes to another.
  private var registrations: [DigestKey: Registration] = [:]

  /// Grows with each change.
  package private(set) var epoch: UInt64 = 0

  package init() {}

  /// All tenants, in the order of their ids.
  package var tenants: [Tenant] { byID.values.sorted { $0.id < $1.id } }

  /// The tenant of this id.
  package func tenant(_ id: String) -> Tenant? { byID[id] }

  /// The tenant and its key when this tenant has registered this key; state and validity are the caller's.
  package func lookup(tenantID: String, keyID: [UInt8]) -> (tenant: Tenant, key: TenantKey)? {
    guard let place = places[DigestKey(keyID)], place.tenant == tenantID, let tenant = byID[tenantID] else {
      return nil
    }
    return (tenant, tenant.keys[place.key])
  }

  /// True when this key id or connection's fingerprint is some tenant's and not revoked.
  package func isRegistered(_ identity: [UInt8]) -> Bool {
    registrations[DigestKey(identity)]?.isRevoked == false && !isWithdrawn(identity)
  }

  /// True when this key id or connection's fingerprint is some tenant's, or was.
  package func isKnown(_ identity: [UInt8]) -> Bool { registrations[DigestKey(identity)] != nil }

  /// True when this key id or connection's fingerprint is of revoked keys alone.
  package func isWithdrawn(_ identity: [UInt8]) -> Bool {
    let id = DigestKey(identity)
    return registrations[id].flatMap { withdrawn[$0.tenant] }?.contains(id) ?? false
  }

  /// Makes each tenant named exactly what is stated, or refuses all of them.
  ///
  /// Returns the ids of the tenants that changed, in the order stated.
  package mutating func apply(tenants stated: [Tenant]) throws(ProvisionFault) -> [String] {
    var next = self
    var changed: [String] = []
    var named: Set<String> = []
    for (index, tenant) in stated.enumerated() {
      let path = "tenants[\(index)]"
      guard named.insert(tenant.id).inserted else {
        throw ProvisionFault(field: "\(path).id", problem: "this tenant is stated twice")
      }
      if try next.replace(with: tenant, at: path) { changed.append(tenant.id) }
    }
    if !changed.isEmpty { next.epoch += 1 }
    self = next
    return changed
  }

  private mutating func replace(with tenant: Tenant, at path: String) throws(ProvisionFault) -> Bool {
    try TenantRules.check(tenant, at: path)
    let former = stated[tenant.id]
    //= Measures art.14
    if former?.state == .terminated && tenant.state != .terminated {
      throw ProvisionFault(field: "\(path).state", problem: "termination is final (Measures art.14)")
    }
    try register(tenant, at: path)
    stated[tenant.id] = tenant
    refresh(tenant)
    return former != tenant
  }

  /// Makes the tenant what is stated and what its keys' lives have added.
  private mutating func refresh(_ stated: Tenant) {
    let tenant = lives[stated.id]?.applied(to: stated) ?? stated
    for key in byID[tenant.id]?.keys ?? [] { places[DigestKey(key.keyID)] = nil }
    for (index, key) in tenant.keys.enumerated() {
      places[DigestKey(key.keyID)] = Place(tenant: tenant.id, key: index)
    }
    let live = Set(tenant.keys.filter { !$0.isRevoked }.compactMap(\.tlsFingerprint))
    withdrawn[tenant.id] = Set(
      tenant.keys.filter(\.isRevoked).flatMap { key in
        [key.keyID] + [key.tlsFingerprint].compactMap(\.self).filter { !live.contains($0) }
      }.map(DigestKey.init))
    byID[tenant.id] = tenant
  }

  private mutating func register(_ tenant: Tenant, at path: String) throws(ProvisionFault) {
    if let fingerprint = tenant.tlsFingerprint {
      try claim(fingerprint, for: tenant.id, isRevoked: false, at: "\(path).tls_certificate")
    }
    for (index, key) in tenant.keys.enumerated() {
      let place = "\(path).keys[\(index)]"
      try claim(key.keyID, for: tenant.id, isRevoked: key.isRevoked, at: "\(place).certificate")
      if let fingerprint = key.tlsFingerprint {
        try claim(fingerprint, for: tenant.id, isRevoked: false, at: "\(place).tls_certificate")
      }
    }
  }

  private mutating func claim(
    _ identity: [UInt8], for tenant: String, isRevoked: Bool, at field: String
  ) throws(ProvisionFault) {
    let former = registrations[DigestKey(identity)]
    if let former, former.tenant != tenant {
      throw ProvisionFault(field: field, problem: "this key or certificate belongs to another tenant")
    }
    if former?.isRevoked == true && !isRevoked {
      throw ProvisionFault(field: field, problem: "a revoked key stays revoked; register a new one")
    }
    registrations[DigestKey(identity)] = Registration(tenant: tenant, isRevoked: isRevoked)
  }
}

// MARK: - The lives of keys

extension Directory {
  /// Adds a key that replaces another of this tenant, for a way of access; it stays whatever is stated later.
  package mutating func add(_ key: TenantKey, for mode: AccessMode, to tenantID: String)
    throws(ProvisionFault)
  {
    guard byID[tenantID] != nil else {
      throw ProvisionFault(field: "tenant_id", problem: "there is no such tenant")
    }
    try TenantRules.check(key, of: mode, at: "key")
    var next = self
    try next.claim(key.keyID, for: tenantID, isRevoked: false, at: "certificate")
    if let fingerprint = key.tlsFingerprint {
      try next.claim(fingerprint, for: tenantID, isRevoked: false, at: "tls_certificate")
    }
    next.change(tenantID) { $0.add(key, for: mode) }
    self = next
  }

  /// Refuses a key of this tenant from a time on, seconds since 1970; nil when nothing replaces it any more.
  package mutating func retire(_ keyID: [UInt8], of tenantID: String, at end: Int64?) {
    change(tenantID) { $0.retire(keyID, at: end) }
  }

  /// Refuses a key of this tenant from now on and for good.
  package mutating func revoke(_ keyID: [UInt8], of tenantID: String) {
    change(tenantID) { $0.revoke(keyID) }
  }

  private mutating func change(_ tenantID: String, _ change: (inout KeyLives) -> Void) {
    change(&lives[tenantID, default: KeyLives()])
    guard let tenant = stated[tenantID] else { return }
    refresh(tenant)
    epoch += 1
  }
}
