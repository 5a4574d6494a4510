/// What one issuer has revoked, from a list that was verified once: lookups verify nothing again.
///
/// 32 bytes for each entry.
package struct Revocations: Sendable {
  /// The key id of the issuer, the SHA-256 of its SubjectPublicKeyInfo: names may be shared, keys are not.
  package let issuerKeyID: [UInt8]
  /// The number of the list.
  package let number: SerialNumber
  /// When the list was made, in seconds since 1970.
  package let thisUpdate: Int64
  /// The last second at which the list is current, in seconds since 1970.
  package let nextUpdate: Int64
  private let entries: [RevokedCertificate]

  fileprivate init(_ list: RevocationList, issuer: Certificate, number: SerialNumber, nextUpdate: Int64) {
    issuerKeyID = issuer.publicKey.keyID
    self.number = number
    thisUpdate = list.thisUpdate
    self.nextUpdate = nextUpdate
    entries = list.entries
  }

  /// How many certificates it lists.
  package var count: Int { entries.count }

  /// The entry of a certificate of this issuer, by its serial number, big-endian; nil when it is not listed.
  package func entry(for serial: [UInt8]) -> RevokedCertificate? {
    entries.entry(for: serial)
  }

  /// Whether the next list is not overdue at `unixSeconds` by more than `grace` seconds.
  package func isCurrent(at unixSeconds: Int64, grace: Int64 = 0) -> Bool {
    unixSeconds - grace <= nextUpdate
  }
}

extension RevocationList {
  /// How far the clock of who makes a list may be ahead of ours, in seconds: one who is careful must not be heard later.
  private static let skew: Int64 = 300

  /// Believes the list, or says why not: it is its issuer's, signed by a key that may sign lists, current, and no
  /// older than the list of before.
  ///
  /// An SM2 signature is over the id of GM/T 0009: OpenSSL's own check would take one over the empty id.
  ///
  /// - Parameters:
  ///   - issuer: a certificate that has been found to lead to a trusted root.
  ///   - grace: seconds for which the list may be overdue.
  ///   - former: what was believed of this issuer last.
  /// - Throws: `.mismatch` for another issuer's list; `.wrongPurpose` when the issuer's key may not sign lists;
  ///   `.notAuthentic`; `.outsideValidity` for one of the future or one that has run out; `.malformed` without a
  ///   number or a next update; `.superseded` when `former` is newer; what `PublicKey.check(for:)` throws.
  package func verify(
    issuer: Certificate, at unixSeconds: Int64, grace: Int64 = 0, after former: Revocations? = nil
  ) throws(CryptoError) -> Revocations {
    try checkIssuer(issuer)
    guard let number, let nextUpdate else {
      throw CryptoError(
        .malformed, "the revocation list is refused: it must say its number and when the next one is due")
    }
    guard thisUpdate - Self.skew <= unixSeconds else {
      throw CryptoError(
        .outsideValidity, "the revocation list is of the future; check this machine's clock")
    }
    guard nextUpdate >= thisUpdate, unixSeconds - grace <= nextUpdate else {
      throw CryptoError(
        .outsideValidity, "the revocation list has run out; fetch or make the next one")
    }
    try checkSignature(of: issuer)
    let found = Revocations(self, issuer: issuer, number: number, nextUpdate: nextUpdate)
    try found.requireNotOlder(than: former)
    return found
  }

  private func checkIssuer(_ candidate: Certificate) throws(CryptoError) {
    // Compared byte by byte: an issuer writes its name in its lists as in its certificate.
    guard try issuer == candidate.encodedSubject() else {
      throw CryptoError(.mismatch, "the revocation list is of another issuer")
    }
    guard candidate.maySignRevocationLists else {
      throw CryptoError(
        .wrongPurpose, "the key usage of the issuer's certificate does not allow it to sign revocation lists")
    }
    // An issuer without an identifier of its own is told by its signature alone.
    let identifier = candidate.statedKeyIdentifier
    guard identifier.isEmpty || identifier == authorityKeyIdentifier else {
      throw CryptoError(.mismatch, "the revocation list does not name the issuer's key; it is of another key")
    }
  }

  private func checkSignature(of issuer: Certificate) throws(CryptoError) {
    try issuer.publicKey.check(for: algorithm)
    let verifier = try Verifier(issuer.publicKey, algorithm)
    let bytes = der.span
    guard verifier.isValid(signature: bytes.extracting(signature), of: bytes.extracting(body)) else {
      throw CryptoError(.notAuthentic, "the signature of the revocation list is not its issuer's")
    }
  }
}

extension Revocations {
  fileprivate func requireNotOlder(than former: Revocations?) throws(CryptoError) {
    guard let former, former.issuerKeyID == issuerKeyID else { return }
    guard number >= former.number, thisUpdate >= former.thisUpdate else {
      throw CryptoError(
        .superseded,
        "the revocation list \(number) is older than list \(former.number), which was accepted before")
    }
  }
}

extension [RevokedCertificate] {
  /// The entry of a serial number, big-endian, among entries in the order of theirs; nil when it is not listed.
  func entry(for serial: [UInt8]) -> RevokedCertificate? {
    guard let serial = SerialNumber(serial) else { return nil }
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle].serial < serial { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].serial == serial ? self[low] : nil
  }
}
