/// A revocation list of a CSCA (ICAO 9303-12 section 7.1.4), decoded and not yet believed: `DocumentTrust` judges it.
package struct DocumentRevocationList: Sendable {
  /// The list as received.
  package let der: [UInt8]

  /// Decodes one list in DER and nothing after it.
  package init(der: [UInt8]) throws(CryptoError) {
    _ = try SignedStructure(der)
    self.der = der
  }
}
