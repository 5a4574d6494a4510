/// What the lives of its keys have made of a tenant, beside what is stated of it.
struct KeyLives: Sendable {
  /// A key that replaced another, with the way of access that it was made for.
  private struct Replacement: Sendable {
    let key: TenantKey
    let mode: AccessMode
  }

  private var replacements: [Replacement] = []
  /// Seconds since 1970 from which on a key is refused.
  private var ends: [DigestKey: Int64] = [:]
  private var revoked: Set<DigestKey> = []

  mutating func add(_ key: TenantKey, for mode: AccessMode) {
    replacements.append(Replacement(key: key, mode: mode))
  }

  mutating func retire(_ keyID: [UInt8], at end: Int64?) { ends[DigestKey(keyID)] = end }

  mutating func revoke(_ keyID: [UInt8]) { revoked.insert(DigestKey(keyID)) }

  /// The tenant as it is stated, with the keys that it really has.
  func applied(to stated: Tenant) -> Tenant {
    var tenant = stated
    let named = Set(stated.keys.map(\.keyID))
    tenant.keys += replacements.filter { $0.mode == stated.mode && !named.contains($0.key.keyID) }.map(\.key)
    for index in tenant.keys.indices {
      let id = DigestKey(tenant.keys[index].keyID)
      tenant.keys[index].retires = ends[id]
      if revoked.contains(id) { tenant.keys[index].isRevoked = true }
    }
    return tenant
  }
}
