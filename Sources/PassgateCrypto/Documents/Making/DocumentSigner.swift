/// A signer of made travel documents or master lists: its certificate and private key.
package struct DocumentSigner: Sendable {
  package let certificate: DocumentCertificate
  package let key: DocumentPrivateKey
  /// How it signs.
  package let algorithm: DocumentSignatureAlgorithm

  /// Puts them together; nothing checks that they belong together, so that a forger can be played.
  package init(
    certificate: DocumentCertificate, key: DocumentPrivateKey, algorithm: DocumentSignatureAlgorithm
  ) {
    (self.certificate, self.key, self.algorithm) = (certificate, key, algorithm)
  }

  /// EF.SOD over the data groups (ICAO 9303-10 section 4.6.2), wrapped in its tag 77.
  ///
  /// - Parameters:
  ///   - groups: each whole file under its number.
  ///   - digest: the hash function of the groups, which may be another than the signer's.
  package func securityObject(
    over groups: [Int: [UInt8]], digest: DocumentDigest, signedAt unixSeconds: Int64? = nil
  ) throws(CryptoError) -> [UInt8] {
    var hashes: [UInt8] = []
    for (number, file) in groups.sorted(by: { $0.key < $1.key }) {
      hashes += DER.sequence(DER.integer(number), DER.octetString(digest.digest(file)))
    }
    let object = DER.sequence(DER.integer([]), digest.algorithmIdentifier(), DER.sequence(hashes))
    let draft = SignedDocumentDraft(.securityObject, object, signers: [self], signedAt: unixSeconds)
    return DER.element(0x77, try draft.encoded())
  }

  /// EF.CardSecurity over SecurityInfos in DER (ICAO 9303-11 section 9.2.11).
  package func cardSecurity(over securityInfos: [UInt8]) throws(CryptoError) -> [UInt8] {
    try SignedDocumentDraft(.cardSecurity, securityInfos, signers: [self]).encoded()
  }

  /// A master list of these certificates in DER, each of which may be anything (ICAO 9303-12 section 8).
  package func masterList(
    of certificates: [[UInt8]], signedAt unixSeconds: Int64, authority: DocumentCertificate
  ) throws(CryptoError) -> [UInt8] {
    let content = DER.sequence(DER.integer([]), DER.set(certificates.flatMap(\.self)))
    var draft = SignedDocumentDraft(.masterList, content, signers: [self], signedAt: unixSeconds)
    draft.certificates.append(authority.der)
    return try draft.encoded()
  }
}

/// A CMS SignedData (RFC 5652) before its signatures, as a travel document holds it. What it is made of can be
/// changed, so that a chip can be played whose EF.SOD is wrong.
package struct SignedDocumentDraft: Sendable {
  /// How a signature names its certificate.
  package enum Naming: Sendable {
    case issuerAndSerial
    case keyIdentifier
  }

  package var version = 3
  package var contentType: OID
  package var content: [UInt8]
  package var signers: [DocumentSigner]
  /// The certificates that go with it, in DER.
  package var certificates: [[UInt8]]
  package var naming = Naming.issuerAndSerial
  /// The signing time among the signed attributes; nil for none.
  package var signedAt: Int64?
  /// What the content type attribute says; nil for the truth.
  package var statedType: OID?

  package init(
    _ contentType: OID, _ content: [UInt8], signers: [DocumentSigner], signedAt unixSeconds: Int64? = nil
  ) {
    (self.contentType, self.content) = (contentType, content)
    (self.signers, signedAt) = (signers, unixSeconds)
    certificates = signers.map(\.certificate.der)
  }

  /// The ContentInfo in DER.
  package func encoded() throws(CryptoError) -> [UInt8] {
    let digests = Set(signers.map(\.algorithm.digest)).sorted { $0.rawValue < $1.rawValue }
    var infos: [UInt8] = []
    for signer in signers { infos += try info(signer) }
    let encapsulated = DER.sequence(
      contentType.der, DER.tagged(0, constructed: true, DER.octetString(content)))
    let embedded = certificates.flatMap(\.self)
    let signedData = DER.sequence(
      DER.integer(version), DER.set(digests.flatMap { $0.algorithmIdentifier() }), encapsulated,
      embedded.isEmpty ? [] : DER.tagged(0, constructed: true, embedded), DER.set(infos))
    return DER.sequence(SignedDocument.signedData.der, DER.tagged(0, constructed: true, signedData))
  }

  private func info(_ signer: DocumentSigner) throws(CryptoError) -> [UInt8] {
    let attributes = try attributes(signer.algorithm.digest)
    let signature = try signer.key.sign(DER.set(attributes), signer.algorithm)
    return DER.sequence(
      DER.integer(naming == .issuerAndSerial ? 1 : 3), name(signer.certificate),
      signer.algorithm.digest.algorithmIdentifier(), DER.tagged(0, constructed: true, attributes),
      signer.algorithm.identifier, DER.octetString(signature))
  }

  private func name(_ certificate: DocumentCertificate) -> [UInt8] {
    switch naming {
    case .issuerAndSerial:
      DER.sequence(certificate.issuerName.der, DER.element(0x02, certificate.serial))
    case .keyIdentifier: DER.tagged(0, certificate.subjectKeyIdentifier ?? [])
    }
  }

  private func attributes(_ digest: DocumentDigest) throws(CryptoError) -> [UInt8] {
    var list = [
      attribute(SignedDocument.contentTypeAttribute, (statedType ?? contentType).der),
      attribute(SignedDocument.messageDigest, DER.octetString(digest.digest(content))),
    ]
    if let signedAt { list.append(attribute(SignedDocument.signingTime, try DER.time(signedAt))) }
    return list.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self)
  }

  private func attribute(_ type: OID, _ value: [UInt8]) -> [UInt8] {
    DER.sequence(type.der, DER.set(value))
  }
}
