/// What a revocation list shall say, apart from its issuer.
package struct RevocationListTemplate: Sendable {
  /// Higher than that of every list before.
  package let number: SerialNumber
  /// The time of the list and the last second at which it is current, in seconds since 1970.
  package let validity: ClosedRange<Int64>
  /// What is revoked, in any order.
  package let entries: [RevokedCertificate]

  package init(number: SerialNumber, validity: ClosedRange<Int64>, entries: [RevokedCertificate]) {
    self.number = number
    self.validity = validity
    self.entries = entries
  }
}

extension CertificateIssuer {
  /// A signed list that says what `template` says.
  ///
  /// - Throws: `.wrongPurpose` when the issuer's certificate does not allow it to sign lists; what the signer
  ///   throws.
  package func issue(_ template: RevocationListTemplate) throws(CryptoError) -> RevocationList {
    guard certificate.maySignRevocationLists else {
      throw CryptoError(
        .wrongPurpose, "the key usage of the issuer's certificate does not allow it to sign revocation lists")
    }
    let version2 = DER.integer([1])
    let body = DER.sequence(
      version2, signer.algorithm.identifier, try certificate.encodedSubject(),
      try DER.time(template.validity.lowerBound), try DER.time(template.validity.upperBound),
      try template.encodedEntries(),
      DER.tagged(
        0, constructed: true, try template.extensions(issuerKeyIdentifier: certificate.keyIdentifier)))
    let signature = try signer.sign(body.span)
    return try RevocationList(
      der: DER.sequence(body, signer.algorithm.identifier, DER.bitString(signature)))
  }
}

extension RevocationListTemplate {
  /// Left out when nothing is revoked.
  fileprivate func encodedEntries() throws(CryptoError) -> [UInt8] {
    guard !entries.isEmpty else { return [] }
    let codes = try Self.encodedReasons()
    var all: [UInt8] = []
    all.reserveCapacity(entries.count * 52)
    for entry in entries {
      all += DER.sequence(
        DER.integer(entry.serial.bytes), try DER.time(entry.revokedAt), codes[entry.reason] ?? [])
    }
    return DER.element(0x30, all)
  }

  /// The entry's Extensions for each reason; "unspecified" is said by leaving them out (RFC 5280 section 5.3.1).
  private static func encodedReasons() throws(CryptoError) -> [RevocationReason: [UInt8]] {
    var codes: [RevocationReason: [UInt8]] = [:]
    for reason in RevocationReason.allCases where reason != .unspecified {
      let code = DER.element(0x0a, [reason.rawValue])
      codes[reason] = DER.sequence(try CertificateTemplate.extensionItem("2.5.29.21", code))
    }
    return codes
  }

  fileprivate func extensions(issuerKeyIdentifier: [UInt8]) throws(CryptoError) -> [UInt8] {
    DER.sequence(
      try CertificateTemplate.extensionItem("2.5.29.35", DER.sequence(DER.tagged(0, issuerKeyIdentifier))),
      try CertificateTemplate.extensionItem("2.5.29.20", DER.integer(number.bytes)))
  }
}
