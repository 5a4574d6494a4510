import Synchronization

/// What the platform believes about issuers of travel documents: never changed, shared by all threads.
package struct DocumentTrust: Sendable {
  /// The Country Signing CAs, each trusted for itself: no chain leads further, because a list holds many that another
  /// has signed, and their names are shared.
  package let authorities: [DocumentCertificate]
  /// Document signers that may be missing in EF.SOD. They are believed when an authority has signed them.
  package let signers: [DocumentCertificate]
  /// Document signers that are trusted for themselves, because no authority of theirs is known.
  package let pinned: Set<DocumentCertificate>
  /// The revocation lists that an authority has signed.
  package let lists: [DocumentRevocationList]
  /// The lists that are not used, because no authority here has signed them: their places among those given.
  package let refusedLists: [Int]

  private let authorityIndex: DocumentIndex
  private let signerIndex: DocumentIndex
  private let listsByIssuer: [DocumentName: [Int]]
  private let seen = SeenSigners()

  /// Puts the certificates in order and verifies each revocation list once.
  package init(
    authorities: [DocumentCertificate], signers: [DocumentCertificate] = [],
    pinned: [DocumentCertificate] = [],
    lists: [DocumentRevocationList] = []
  ) {
    (self.authorities, self.signers, self.pinned) = (authorities, signers, Set(pinned))
    let index = DocumentIndex(authorities) { $0.subjectName }
    authorityIndex = index
    signerIndex = DocumentIndex(signers) { $0.issuerName }
    let believed = lists.map { list in
      index.named(list.issuer).contains { list.isSigned(by: authorities[$0]) }
    }
    let used = zip(lists, believed).filter(\.1).map(\.0)
    self.lists = used
    refusedLists = believed.indices.filter { !believed[$0] }
    listsByIssuer = Dictionary(grouping: used.indices) { used[$0].issuer }
  }

  /// Every authority whose key verifies the signature of `certificate`: those that its key identifier names first,
  /// then all that have its issuer's name. Names decide nothing: 14 Chinese CSCAs share one.
  package func authorities(thatSigned certificate: DocumentCertificate) -> [DocumentCertificate] {
    candidates(for: certificate).filter(certificate.isSigned(by:))
  }

  /// The authorities that could have signed `certificate` by its key identifier or its issuer's name.
  package func candidates(for certificate: DocumentCertificate) -> [DocumentCertificate] {
    let byKey = certificate.authorityKeyIdentifier.map(authorityIndex.keyed) ?? []
    let byName = authorityIndex.named(certificate.issuerName).filter { !byKey.contains($0) }
    return (byKey + byName).map { authorities[$0] }
  }

  /// The lists of the issuer of `certificate` that were made until `unixSeconds`.
  private func lists(
    for certificate: DocumentCertificate, until unixSeconds: Int64
  ) -> [DocumentRevocationList] {
    (listsByIssuer[certificate.issuerName] ?? []).map { lists[$0] }
      .filter { $0.thisUpdate <= unixSeconds }
  }

  /// What the lists say of `certificate` at a time, in seconds since 1970. A revocation in an old list still counts.
  func revocation(
    of certificate: DocumentCertificate, at unixSeconds: Int64
  ) -> DocumentSignerJudgement.Revocation {
    let lists = lists(for: certificate, until: unixSeconds)
    guard let newest = lists.max(by: { $0.thisUpdate < $1.thisUpdate }) else { return .noList }
    if lists.contains(where: { $0.revokes(certificate.serial) }) { return .revoked }
    guard let nextUpdate = newest.nextUpdate, unixSeconds <= nextUpdate else { return .stale }
    return .good
  }

  /// The authorities that signed a document signer, from memory when it was seen before.
  func knownAuthorities(thatSigned certificate: DocumentCertificate) -> [DocumentCertificate] {
    if let known = seen.authorities(of: certificate.fingerprint) { return known }
    let found = authorities(thatSigned: certificate)
    // A stranger's certificate is not kept, or anybody could fill the memory.
    if !found.isEmpty { seen.remember(certificate, authorities: found) }
    return found
  }
}

extension DocumentTrust: DocumentSignerSource {
  package func certificate(der: [UInt8]) throws(CryptoError) -> DocumentCertificate {
    if let known = seen.certificate(fingerprint: sha256(der.span)) { return known }
    return try DocumentCertificate(der: der)
  }

  package func signers(issuer: DocumentName, serial: [UInt8]) -> [DocumentCertificate] {
    let named =
      signerIndex.named(issuer).map { signers[$0] }
      + pinned.filter { $0.issuerName == issuer }
    return named.filter { $0.serial == serial }
  }

  package func signers(keyIdentifier: [UInt8]) -> [DocumentCertificate] {
    signerIndex.keyed(keyIdentifier).map { signers[$0] }
      + pinned.filter { $0.subjectKeyIdentifier == keyIdentifier }
  }
}

/// Where certificates stand by their names and by their key identifiers.
private struct DocumentIndex: Sendable {
  private let byName: [DocumentName: [Int]]
  private let byKey: [[UInt8]: [Int]]

  init(_ certificates: [DocumentCertificate], name: (DocumentCertificate) -> DocumentName) {
    byName = Dictionary(grouping: certificates.indices) { name(certificates[$0]) }
    let identified = certificates.indices.filter { certificates[$0].subjectKeyIdentifier != nil }
    byKey = Dictionary(grouping: identified) { certificates[$0].subjectKeyIdentifier ?? [] }
  }

  func named(_ name: DocumentName) -> [Int] { byName[name] ?? [] }
  func keyed(_ identifier: [UInt8]) -> [Int] { byKey[identifier] ?? [] }
}

/// Document signers of trusted authorities that were seen: one signs a hundred thousand documents, and decoding and
/// verifying it costs more than everything else about a document.
private final class SeenSigners: Sendable {
  private struct Entry: Sendable {
    let certificate: DocumentCertificate
    let authorities: [DocumentCertificate]
  }

  private static let limit = 4096
  private let entries = Mutex<[[UInt8]: Entry]>([:])

  func certificate(fingerprint: [UInt8]) -> DocumentCertificate? {
    entries.withLock { $0[fingerprint]?.certificate }
  }

  func authorities(of fingerprint: [UInt8]) -> [DocumentCertificate]? {
    entries.withLock { $0[fingerprint]?.authorities }
  }

  func remember(_ certificate: DocumentCertificate, authorities: [DocumentCertificate]) {
    entries.withLock { entries in
      // Starting over is cheaper than keeping count of who was seen last.
      if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
      entries[certificate.fingerprint] = Entry(certificate: certificate, authorities: authorities)
    }
  }
}
