/// Why a certificate was revoked: CRLReason of RFC 5280 section 5.3.1.
///
/// `removeFromCRL` is for delta lists alone, which are not taken.
package enum RevocationReason: UInt8, Sendable, CaseIterable {
  case unspecified = 0
  /// The holder's key is or may be known to others.
  case keyCompromise = 1
  /// The issuer's key is or may be known to others.
  case caCompromise = 2
  /// The holder's name or membership has changed.
  case affiliationChanged = 3
  /// Another certificate has taken its place.
  case superseded = 4
  /// It is no longer needed.
  case cessationOfOperation = 5
  /// Suspended; here as final as the rest.
  case certificateHold = 6
  /// The holder has lost a right that the certificate states.
  case privilegeWithdrawn = 9
  /// The authority for attributes is compromised.
  case aaCompromise = 10

  /// The name in commands and in records, as RFC 5280 writes it.
  package var name: String { "\(self)" }

  /// The reason of this name; nil when there is none.
  package init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

/// One certificate that its issuer has revoked.
package struct RevokedCertificate: Sendable, Equatable {
  /// Its serial number.
  package let serial: SerialNumber
  /// Why.
  package let reason: RevocationReason
  /// When, in seconds since 1970.
  package let revokedAt: Int64

  package init(serial: SerialNumber, reason: RevocationReason, revokedAt: Int64) {
    self.serial = serial
    self.reason = reason
    self.revokedAt = revokedAt
  }
}
