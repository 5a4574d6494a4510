import COpenSSL

/// A certification authority at work: its certificate and what signs for it.
package struct CertificateIssuer: Sendable {
  /// The authority's certificate.
  package let certificate: Certificate
  let signer: any Signer

  /// Puts the two together.
  ///
  /// - Throws: `.mismatch` when the signer's key is not the certificate's; `.wrongPurpose` when that is no
  ///   CA.
  package init(_ certificate: Certificate, signer: any Signer) throws(CryptoError) {
    guard certificate.publicKey.keyID == signer.publicKey.keyID else {
      throw CryptoError(.mismatch, "the issuing key is not the key of the issuing certificate")
    }
    guard certificate.isCA else {
      throw CryptoError(.wrongPurpose, "the issuing certificate is not that of a certification authority")
    }
    self.certificate = certificate
    self.signer = signer
  }

  /// A certificate for `key` that says what `template` says, under a new random serial number.
  ///
  /// - Throws: `.malformed` or `.library`.
  package func issue(_ template: CertificateTemplate, for key: PublicKey) throws(CryptoError) -> Certificate {
    try CertificateDraft(
      template, key: key, issuer: certificate.encodedSubject(), issuerKeyIdentifier: certificate.keyIdentifier
    ).signed(by: signer)
  }
}

extension Certificate {
  /// The certificate of a root: `signer` certifies its own key.
  ///
  /// - Throws: `.malformed` or `.library`.
  package static func selfSigned(
    _ template: CertificateTemplate, by signer: any Signer
  ) throws(CryptoError) -> Certificate {
    let key = signer.publicKey
    return try CertificateDraft(
      template, key: key, issuer: template.subject.encoded(), issuerKeyIdentifier: key.keyID
    ).signed(by: signer)
  }

  /// What certificates and lists issued under this one name as their authority's key.
  package var keyIdentifier: [UInt8] { statedKeyIdentifier.isEmpty ? publicKey.keyID : statedKeyIdentifier }
}

/// A certificate of RFC 5280 before its signature.
struct CertificateDraft {
  private let serial: [UInt8]
  private let issuer: [UInt8]
  private let validity: [UInt8]
  private let subject: [UInt8]
  private let key: PublicKey
  /// The Extensions in DER.
  var extensions: [UInt8]

  init(
    _ template: CertificateTemplate, key: PublicKey, issuer: [UInt8], issuerKeyIdentifier: [UInt8]
  ) throws(CryptoError) {
    serial = try Self.randomSerial()
    self.issuer = issuer
    validity = DER.sequence(
      try DER.time(template.validity.lowerBound), try DER.time(template.validity.upperBound))
    subject = try template.subject.encoded()
    self.key = key
    extensions = try template.extensions(key: key, issuerKeyIdentifier: issuerKeyIdentifier)
  }

  func signed(by signer: any Signer) throws(CryptoError) -> Certificate {
    let version3 = DER.tagged(0, constructed: true, DER.integer([2]))
    let body = DER.sequence(
      version3, DER.integer(serial), signer.algorithm.identifier, issuer, validity, subject, key.spki,
      DER.tagged(3, constructed: true, extensions))
    let signature = try signer.sign(body.span)
    let der = DER.sequence(body, signer.algorithm.identifier, DER.bitString(signature))
    return try Certificate(der: der.span)
  }

  /// 16 bytes with the first bit clear and the second set: positive, and of one length.
  private static func randomSerial() throws(CryptoError) -> [UInt8] {
    var serial = try randomBytes(16)
    serial[0] = serial[0] & 0x3f | 0x40
    return serial
  }
}

extension CertificateTemplate {
  /// The Extensions in DER; RFC 5280 section 4.2.1 says which are critical.
  fileprivate func extensions(
    key: PublicKey, issuerKeyIdentifier: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    var list = try useExtensions()
    // RFC 7093 section 2 (4): the hash of the whole key, which is also the key id of the wire.
    list += try Self.extensionItem("2.5.29.14", DER.octetString(key.keyID))
    list += try Self.extensionItem("2.5.29.35", DER.sequence(DER.tagged(0, issuerKeyIdentifier)))
    var names = serverNames.flatMap(\.encoded)
    if let tenantID { names += DER.tagged(6, Array(try TenantURN.uri(tenantID).utf8)) }
    if !names.isEmpty { list += try Self.extensionItem("2.5.29.17", DER.sequence(names)) }
    return DER.sequence(list)
  }

  private func useExtensions() throws(CryptoError) -> [UInt8] {
    switch use {
    case .authority(let pathLength):
      let constraints = DER.sequence(DER.yes, DER.integer([pathLength]))
      let certificateAndListSigning = DER.bitString([0x06], unused: 1)
      return try Self.extensionItem("2.5.29.19", critical: true, constraints)
        + Self.extensionItem("2.5.29.15", critical: true, certificateAndListSigning)
    case .purpose(let purpose):
      var usages: [UInt8] = []
      for identifier in purpose.extendedKeyUsage { usages += try DER.objectIdentifier(identifier) }
      let digitalSignature = DER.bitString([0x80], unused: 7)
      return try Self.extensionItem("2.5.29.19", critical: true, DER.sequence())
        + Self.extensionItem("2.5.29.15", critical: true, digitalSignature)
        + Self.extensionItem("2.5.29.37", DER.sequence(usages))
    }
  }

  /// One Extension in DER.
  static func extensionItem(
    _ identifier: String, critical: Bool = false, _ value: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    DER.sequence(try DER.objectIdentifier(identifier), critical ? DER.yes : [], DER.octetString(value))
  }
}
