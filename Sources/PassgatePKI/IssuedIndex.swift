package import PassgateCrypto
import PassgateSystem

/// One certificate that an authority has issued.
package struct IssuedCertificate: Sendable {
  /// The certificate.
  package let certificate: Certificate
  /// A purpose, or "root" or "issuing".
  package let purpose: String

  /// The members that describe the certificate wherever it is reported.
  func writeMembers(_ json: inout JSONWriter) {
    json.string("purpose", purpose)
    json.string("serial", Hex.encode(certificate.serial))
    json.string("subject", certificate.subject)
    json.string("notBefore", timestamp(certificate.notBefore))
    json.string("notAfter", timestamp(certificate.notAfter))
    json.string("keyId", Hex.encode(certificate.publicKey.keyID))
    json.string("fingerprint", Hex.encode(certificate.fingerprint))
  }
}

/// A second since 1970 in ISO 8601.
func timestamp(_ unixSeconds: Int64) -> String {
  CivilTime.timestamp(milliseconds: UInt64(max(0, unixSeconds)) * 1000)
}

/// The day of a second since 1970 in ISO 8601.
func day(_ unixSeconds: Int64) -> String {
  CivilTime(milliseconds: UInt64(max(0, unixSeconds)) * 1000).date
}
