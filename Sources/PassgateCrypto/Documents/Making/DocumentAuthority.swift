/// A Country Signing CA that is made for software chips and tests, with its private key.
package struct DocumentAuthority: Sendable {
  /// What a certificate is for.
  package enum Role: Sendable {
    /// A CSCA, or a link to one.
    case authority
    case documentSigner
    case masterListSigner
    /// Of a computer that exchanges documents' certificates with others (ICAO 9303-12 section 7.1.1).
    case communication

    fileprivate var purposes: [OID] {
      switch self {
      case .authority, .documentSigner: []
      case .masterListSigner: [MasterList.signerPurpose]
      case .communication: [OID(1, 3, 6, 1, 5, 5, 7, 3, 1), OID(1, 3, 6, 1, 5, 5, 7, 3, 2)]
      }
    }
  }

  /// Its own certificate, signed with its own key.
  package let certificate: DocumentCertificate
  package let key: DocumentPrivateKey
  /// How it signs.
  package let algorithm: DocumentSignatureAlgorithm

  /// Certifies `key` with itself.
  ///
  /// - Parameters:
  ///   - country: two letters.
  ///   - name: the common name.
  ///   - validity: in seconds since 1970.
  package init(
    country: String, name: String, key: DocumentPrivateKey, _ algorithm: DocumentSignatureAlgorithm,
    validity: ClosedRange<Int64>
  ) throws(CryptoError) {
    let subject = Self.name(country: country, name)
    let draft = DocumentCertificateDraft(
      subject: subject, issuer: subject, key: key.publicKey, role: .authority, validity: validity,
      issuerKeyIdentifier: Self.keyIdentifier(key.publicKey))
    certificate = try draft.signed(by: key, algorithm)
    (self.key, self.algorithm) = (key, algorithm)
  }

  /// The authority of a certificate that was made otherwise.
  package init(
    _ certificate: DocumentCertificate, key: DocumentPrivateKey, _ algorithm: DocumentSignatureAlgorithm
  ) {
    (self.certificate, self.key, self.algorithm) = (certificate, key, algorithm)
  }

  /// A certificate for the public half of somebody's key.
  ///
  /// - Parameter country: nil for the authority's own.
  package func certify(
    _ subjectKey: DocumentKey, country: String? = nil, name: String, role: Role, validity: ClosedRange<Int64>
  ) throws(CryptoError) -> DocumentCertificate {
    let subject = Self.name(country: country ?? certificate.country ?? "UT", name)
    let identifier = keyIdentifier
    let draft = DocumentCertificateDraft(
      subject: subject, issuer: certificate.subjectName.der, key: subjectKey, role: role, validity: validity,
      issuerKeyIdentifier: identifier)
    return try draft.signed(by: key, algorithm)
  }

  /// A signer with this key, certified by this authority.
  package func signer(
    _ signerKey: DocumentPrivateKey, _ algorithm: DocumentSignatureAlgorithm,
    name: String = "Document Signer",
    role: Role = .documentSigner, validity: ClosedRange<Int64>
  ) throws(CryptoError) -> DocumentSigner {
    let certificate = try certify(signerKey.publicKey, name: name, role: role, validity: validity)
    return DocumentSigner(certificate: certificate, key: signerKey, algorithm: algorithm)
  }

  /// A revocation list in DER.
  ///
  /// - Parameter serials: of the revoked certificates, as `DocumentCertificate.serial`.
  package func revocationList(
    of serials: [[UInt8]], number: Int, thisUpdate: Int64, nextUpdate: Int64
  ) throws(CryptoError) -> [UInt8] {
    var entries: [UInt8] = []
    for serial in serials { entries += DER.sequence(DER.element(0x02, serial), try DER.time(thisUpdate)) }
    let identifier = keyIdentifier
    let extensions = DER.sequence(
      try CertificateTemplate.extensionItem("2.5.29.35", DER.sequence(DER.tagged(0, identifier))),
      try CertificateTemplate.extensionItem("2.5.29.20", DER.integer(number)))
    let body = DER.sequence(
      DER.integer([1]), algorithm.identifier, certificate.subjectName.der, try DER.time(thisUpdate),
      try DER.time(nextUpdate), entries.isEmpty ? [] : DER.sequence(entries),
      DER.tagged(0, constructed: true, extensions))
    let signature = try key.sign(body, algorithm)
    return DER.sequence(body, algorithm.identifier, DER.bitString(signature))
  }

  private static func name(country: String, _ name: String) -> [UInt8] {
    let country = DER.sequence(OID(2, 5, 4, 6).der, DER.element(0x13, Array(country.utf8)))
    let name = DER.sequence(OID(2, 5, 4, 3).der, DER.utf8String(name))
    return DER.sequence(DER.set(country), DER.set(name))
  }

  private var keyIdentifier: [UInt8] {
    certificate.subjectKeyIdentifier ?? Self.keyIdentifier(key.publicKey)
  }

  static func keyIdentifier(_ key: DocumentKey) -> [UInt8] {
    DocumentDigest.sha1.digest(key.spki)
  }
}

/// A certificate of a travel document's PKI before its signature.
struct DocumentCertificateDraft {
  /// Names in DER.
  let subject: [UInt8]
  let issuer: [UInt8]
  let key: DocumentKey
  let role: DocumentAuthority.Role
  let validity: ClosedRange<Int64>
  let issuerKeyIdentifier: [UInt8]

  func signed(
    by signer: DocumentPrivateKey, _ algorithm: DocumentSignatureAlgorithm
  ) throws(CryptoError) -> DocumentCertificate {
    let body = DER.sequence(
      DER.tagged(0, constructed: true, DER.integer([2])), DER.integer(try Self.randomSerial()),
      algorithm.identifier, issuer,
      DER.sequence(try DER.time(validity.lowerBound), try DER.time(validity.upperBound)), subject, key.spki,
      DER.tagged(3, constructed: true, try extensions()))
    let signature = try signer.sign(body, algorithm)
    return try DocumentCertificate(der: DER.sequence(body, algorithm.identifier, DER.bitString(signature)))
  }

  /// ICAO 9303-12 table 6.
  private func extensions() throws(CryptoError) -> [UInt8] {
    var list =
      try CertificateTemplate.extensionItem(
        "2.5.29.14", DER.octetString(DocumentAuthority.keyIdentifier(key)))
      + CertificateTemplate.extensionItem("2.5.29.35", DER.sequence(DER.tagged(0, issuerKeyIdentifier)))
    switch role {
    case .authority:
      list += try CertificateTemplate.extensionItem(
        "2.5.29.19", critical: true, DER.sequence(DER.yes, DER.integer([])))
      list += try CertificateTemplate.extensionItem(
        "2.5.29.15", critical: true, DER.bitString([0x06], unused: 1))
    case .documentSigner, .masterListSigner, .communication:
      list += try CertificateTemplate.extensionItem(
        "2.5.29.15", critical: true, DER.bitString([0x80], unused: 7))
    }
    if !role.purposes.isEmpty {
      list += try CertificateTemplate.extensionItem(
        "2.5.29.37", critical: true, DER.sequence(role.purposes.flatMap(\.der)))
    }
    return DER.sequence(list)
  }

  /// 16 bytes with the first bit clear and the second set: positive, and of one length.
  private static func randomSerial() throws(CryptoError) -> [UInt8] {
    var serial = try randomBytes(16)
    serial[0] = serial[0] & 0x3f | 0x40
    return serial
  }
}
