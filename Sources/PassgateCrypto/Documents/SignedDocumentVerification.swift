/// Where the certificate of a signer may be found beside the document itself.
package protocol DocumentSignerSource {
  /// The certificate with these bytes, from memory when it is there.
  func certificate(der: [UInt8]) throws(CryptoError) -> DocumentCertificate
  /// Certificates that may be the one a signature names, although the document does not hold them.
  func signers(issuer: DocumentName, serial: [UInt8]) -> [DocumentCertificate]
  func signers(keyIdentifier: [UInt8]) -> [DocumentCertificate]
}

extension SignedDocument {
  /// Who has signed it: one certificate for each signature, every one of which holds.
  ///
  /// - Throws: `.untrusted` when the certificate of a signer is neither here nor in `source`; `.notAuthentic` when one
  ///   signature does not hold.
  package func verified(by source: some DocumentSignerSource) throws(CryptoError) -> [DocumentCertificate] {
    // What cannot be read cannot have signed.
    let embedded = certificates.compactMap { try? source.certificate(der: $0) }
    var signers: [DocumentCertificate] = []
    for signature in signatures {
      guard signature.covers(content) else {
        throw CryptoError(.notAuthentic, "the signed digest is not that of the content")
      }
      signers.append(try signer(of: signature, embedded, source))
    }
    return signers
  }

  private func signer(
    of signature: DocumentSignature, _ embedded: [DocumentCertificate], _ source: some DocumentSignerSource
  ) throws(CryptoError) -> DocumentCertificate {
    let candidates = Self.candidates(for: signature, embedded, source)
    guard !candidates.isEmpty else {
      throw CryptoError(
        .untrusted,
        "the certificate of the signer is not in the document; import the issuer's document signers")
    }
    guard let signer = candidates.first(where: signature.isMade(by:)) else {
      throw CryptoError(.notAuthentic, "a signature of the document does not hold")
    }
    return signer
  }

  /// The certificate that is named; else the only one there is, because some issuers name it otherwise than it names
  /// itself; else one of the store. The signature decides.
  private static func candidates(
    for signature: DocumentSignature, _ embedded: [DocumentCertificate], _ source: some DocumentSignerSource
  ) -> [DocumentCertificate] {
    let named = embedded.filter(signature.names)
    if !named.isEmpty { return named }
    let stored =
      switch signature.name {
      case .issuerAndSerial(let issuer, let serial):
        DocumentName(der: issuer).map { source.signers(issuer: $0, serial: serial) } ?? []
      case .keyIdentifier(let identifier): source.signers(keyIdentifier: identifier)
      }
    return (embedded.count == 1 ? embedded : []) + stored.prefix(signatureLimit)
  }

  /// When the first signature was made, by its own account.
  package var signedAt: Int64? { signatures.first?.signedAt }

  /// Whether a hash function of a signature is below today's strength.
  package var isWeak: Bool { signatures.contains { $0.digest == .sha1 || $0.algorithm.isWeak } }
}
