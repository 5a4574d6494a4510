/// What the platform believes about issuers of travel documents: immutable, shared by all threads.
package struct DocumentTrust: Sendable {
  /// The Country Signing CAs, each trusted for itself: no chain leads further.
  package let authorities: [DocumentCertificate]
  /// Document signers that may be missing in EF.SOD. They are believed when an authority has signed them.
  package let signers: [DocumentCertificate]
  /// Document signers that are trusted for themselves, because their authority is not known.
  package let pinned: [DocumentCertificate]

  package init(
    authorities: [DocumentCertificate], signers: [DocumentCertificate] = [],
    pinned: [DocumentCertificate] = [],
    lists: [DocumentRevocationList] = []
  ) {
    (self.authorities, self.signers, self.pinned) = (authorities, signers, pinned)
  }
}
