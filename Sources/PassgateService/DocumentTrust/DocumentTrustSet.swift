import PassgateCrypto
import PassgateWire

/// The contents of all sources in force, by name.
typealias DocumentTrustContents = [String: DocumentTrustContent]

extension DocumentTrustContents {
  /// What chips are judged by.
  var trust: DocumentTrust {
    let issuers = named(.issuers)
    let certificates = issuers.flatMap(\.certificates)
    return DocumentTrust(
      authorities: unique(certificates.filter(\.isCA)), signers: unique(certificates.filter { !$0.isCA }),
      pinned: unique(named(.pinned).flatMap(\.certificates)), lists: issuers.flatMap(\.lists))
  }

  /// What signers of master lists must lead to: the anchors, and the CSCAs that are trusted already.
  var anchors: [DocumentCertificate] {
    unique(
      named(.anchors).flatMap(\.certificates) + named(.issuers).flatMap(\.certificates).filter(\.isCA))
  }

  /// The places of the lists of one source that no CSCA of any source has signed.
  func refusedLists(of source: String) -> [Int] {
    guard let lists = self[source]?.lists, !lists.isEmpty else { return [] }
    let authorities = named(.issuers).flatMap(\.certificates).filter(\.isCA)
    return DocumentTrust(authorities: unique(authorities), lists: lists).refusedLists
  }

  private func named(_ use: TrustUse) -> [DocumentTrustContent] {
    filter { $0.value.use == use }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// In their order, each once.
  private func unique(_ certificates: [DocumentCertificate]) -> [DocumentCertificate] {
    var seen: Set<DocumentCertificate> = []
    return certificates.filter { seen.insert($0).inserted }
  }
}
