import PassgateCrypto
import PassgateSystem

extension DocumentTrustDesk {
  /// What officers must renew: the anchors of master lists, and revocation lists whose next is due. Lists are short-lived:
  /// one is told of in the last quarter of its life, and three days before its end at the earliest.
  var watched: [Watched] {
    let (anchors, lists) = inForce
    return anchors.map {
      Watched(.documentAnchor, holder: wireText($0.subject), keyID: $0.fingerprint, notAfter: $0.notAfter)
    }
      + lists.compactMap { list in
        guard let end = list.nextUpdate, isDue(list, end: end) else { return nil }
        return Watched(
          .documentList, holder: wireText(list.issuer.text), keyID: sha256(list.der.span), notAfter: end)
      }
  }

  private func isDue(_ list: DocumentRevocationList, end: Int64) -> Bool {
    end - now <= min(3 * 86_400, (end - list.thisUpdate) / 4)
  }

  package func writeMetrics(deployment: String, to text: inout PrometheusText) {
    let trust = trust.read()
    let counts = [
      ("csca", trust.authorities.count), ("signer", trust.signers.count), ("pinned", trust.pinned.count),
      ("list", trust.lists.count),
    ]
    for (kind, count) in counts {
      text.metric(
        "passgate_document_trust", "gauge", "What chips are judged by: certificates and revocation lists.",
        labels: ["deployment": deployment, "kind": kind], count)
    }
  }
}
