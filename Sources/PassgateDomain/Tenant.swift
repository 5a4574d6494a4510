/// How a tenant connects: the platform's decision from the assessed volume (Measures art.8).
package enum AccessMode: UInt8, Sendable, Hashable, CaseIterable {
  /// 移動數字證書: the tenant's own key signs each request.
  case mobileCertificate = 1
  /// 簽名驗簽服務器: a signing server at the tenant's site signs.
  case signingServer = 2
}

/// Where a tenant stands.
package enum TenantState: UInt8, Sendable, Hashable, CaseIterable {
  case open = 1
  /// Checks are refused (Measures art.13).
  case suspended = 2
  /// Final (Measures art.14).
  case terminated = 3
  /// Registered, but the case has not come to the opening yet (Measures art.7(5)).
  case notOpen = 4
}

/// A key that may sign a tenant's requests.
package struct TenantKey: Sendable, Hashable {
  /// SHA-256 of the SubjectPublicKeyInfo, 32 bytes.
  package var keyID: [UInt8]
  /// SubjectPublicKeyInfo, DER, at most 600 bytes.
  package var spki: [UInt8]
  /// The number of the signature algorithm in the wire's table, 1 to 5.
  package var algorithm: UInt32
  /// SHA-256 of the certificate, 32 bytes.
  package var certificateFingerprint: [UInt8]
  /// Seconds since 1970, inclusive.
  package var notBefore: Int64
  /// Seconds since 1970, inclusive.
  package var notAfter: Int64
  package var isRevoked: Bool
  /// SHA-256 of the connection's certificate, 32 bytes: an SM2 key of a mobile certificate only.
  package var tlsFingerprint: [UInt8]?
  /// The authority key identifier of its certificate; empty when there is none.
  package var issuer: [UInt8]
  /// Seconds since 1970 from which on it is refused because another has replaced it; nil when none has.
  package var retires: Int64?

  package init(
    keyID: [UInt8], spki: [UInt8], algorithm: UInt32, certificateFingerprint: [UInt8],
    notBefore: Int64, notAfter: Int64, isRevoked: Bool = false, tlsFingerprint: [UInt8]? = nil,
    issuer: [UInt8] = [], retires: Int64? = nil
  ) {
    self.keyID = keyID
    self.spki = spki
    self.algorithm = algorithm
    self.certificateFingerprint = certificateFingerprint
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.isRevoked = isRevoked
    self.tlsFingerprint = tlsFingerprint
    self.issuer = issuer
    self.retires = retires
  }

  /// True while the key is neither revoked nor retired and its certificate is in its validity, both ends included.
  package func isLive(at unixSeconds: Int64) -> Bool {
    !isRevoked && unixSeconds >= notBefore && unixSeconds <= notAfter && unixSeconds < retires ?? .max
  }
}

/// An organisation that may ask (使用單位).
package struct Tenant: Sendable, Hashable {
  /// `[a-z0-9-]{1,32}`.
  package var id: String
  package var name: String
  package var mode: AccessMode
  package var state: TenantState
  /// What its suspension rests on; nil when it is not suspended, or was stated to be without a case.
  package var ground: Clause?
  /// What it may ask: the agreement, made ready to be held against every request.
  package var policy: Policy
  /// Fewer checks than agreed, for technical reasons.
  package var throttle: Throttle?
  package var keys: [TenantKey]
  /// SHA-256 of the pinned client certificate, 32 bytes: signing servers only.
  package var tlsFingerprint: [UInt8]?

  package init(
    id: String, name: String, mode: AccessMode, state: TenantState, ground: Clause? = nil, policy: Policy,
    keys: [TenantKey], throttle: Throttle? = nil, tlsFingerprint: [UInt8]? = nil
  ) {
    self.id = id
    self.name = name
    self.mode = mode
    self.state = state
    self.ground = ground
    self.policy = policy
    self.throttle = throttle
    self.keys = keys
    self.tlsFingerprint = tlsFingerprint
  }
}
