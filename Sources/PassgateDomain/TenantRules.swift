/// What one provisioned tenant must satisfy by itself.
enum TenantRules {
  private static let rsaPKCS1: UInt32 = 4
  private static let sm2: UInt32 = 5
  private static let algorithms: ClosedRange<UInt32> = 1...5
  /// What the wire calls senders who declare their own key.
  private static let reservedID = "self"
  /// Characters of a name: the list of all tenants is one reply.
  private static let names = 1...128

  /// Throws the first fault, at a field below `path`.
  static func check(_ tenant: Tenant, at path: String) throws(ProvisionFault) {
    try require(CaseText.isIdentifier(tenant.id), "\(path).id", "an id is 1 to 32 of a-z, 0-9 and -")
    try require(tenant.id != reservedID, "\(path).id", "this id is that of self-declared calls")
    try require(
      names.contains(tenant.name.unicodeScalars.count), "\(path).name", "a name has 1 to 128 characters")
    try require(
      !tenant.policy.scenes.isEmpty || tenant.state == .notOpen || tenant.state == .terminated,
      "\(path).scenes", "an agreement names at least one scene")
    try check(tenant.policy, tenant.throttle, at: path)
    try checkConnection(of: tenant, at: path)
    var seen: Set<[UInt8]> = []
    for (index, key) in tenant.keys.enumerated() {
      let place = "\(path).keys[\(index)]"
      try check(key, of: tenant.mode, at: place)
      try require(seen.insert(key.keyID).inserted, "\(place).certificate", "this key is stated twice")
    }
  }

  private static func check(
    _ policy: Policy, _ throttle: Throttle?, at path: String
  ) throws(ProvisionFault) {
    try require(
      policy.scenes.allSatisfy(CaseText.isIdentifier), "\(path).scenes",
      "a scene is 1 to 32 of a-z, 0-9 and -")
    try require(policy.checksPerMinute ?? 0 >= 0, "\(path).checks_per_minute", "a rate is not negative")
    //= Measures art.13
    try require(
      throttle?.checksPerMinute ?? 1 > 0, "\(path).throttle",
      "a throttle leaves a check a minute at least; none at all is a suspension (art.13)")
  }

  private static func checkConnection(of tenant: Tenant, at path: String) throws(ProvisionFault) {
    let isMobile = tenant.mode == .mobileCertificate
    try require(
      !isMobile || !tenant.keys.isEmpty || tenant.state == .terminated, "\(path).keys",
      "a tenant with mobile certificates has at least one")
    guard let fingerprint = tenant.tlsFingerprint else { return }
    try require(
      !isMobile, "\(path).tls_certificate", "only the connection of a signing server is pinned here")
    try require(fingerprint.count == 32, "\(path).tls_certificate", "a fingerprint has 32 bytes")
  }

  static func check(
    _ key: TenantKey, of mode: AccessMode, at path: String
  ) throws(ProvisionFault) {
    try require(
      key.keyID.count == 32 && key.certificateFingerprint.count == 32
        && (1...600).contains(key.spki.count),
      "\(path).certificate", "key id and fingerprint have 32 bytes, the public key at most 600")
    try require(
      key.notBefore <= key.notAfter, "\(path).certificate", "the certificate ends before it begins")
    try require(algorithms.contains(key.algorithm), "\(path).algorithm", "no such algorithm")
    //= Measures art.8
    try require(
      key.algorithm != rsaPKCS1 || mode == .signingServer, "\(path).algorithm",
      "rsa-pkcs1-sha256 is for signing servers only")
    try checkBinding(key, of: mode, at: "\(path).tls_certificate")
  }

  private static func checkBinding(
    _ key: TenantKey, of mode: AccessMode, at field: String
  ) throws(ProvisionFault) {
    let needsBinding = mode == .mobileCertificate && key.algorithm == sm2
    try require(
      needsBinding == (key.tlsFingerprint != nil), field,
      "needed for an sm2-sm3 key of a mobile certificate, which TLS cannot use, and for no other")
    try require(key.tlsFingerprint?.count ?? 32 == 32, field, "a fingerprint has 32 bytes")
  }

  private static func require(
    _ condition: Bool, _ field: String, _ problem: String
  ) throws(ProvisionFault) {
    guard condition else { throw ProvisionFault(field: field, problem: problem) }
  }
}
