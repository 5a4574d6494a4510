import PassgateCrypto
import PassgateWire

/// Certificates and revocation lists as officers read them.
enum DocumentTrustEntries {
  /// All of a source.
  static func all(_ content: DocumentTrustContent, of source: String) -> [TrustEntry] {
    let certificates = content.certificates.map { TrustEntry($0, of: source, content.use) }
    return certificates + content.lists.map { TrustEntry($0, of: source) }
  }

  /// What a source would gain, lose and have replaced, and how much would stay.
  static func changes(
    from former: DocumentTrustContent, to next: DocumentTrustContent, of source: String
  ) -> (entries: [TrustEntry], unchanged: Int) {
    let before = Dictionary(all(former, of: source).map { ($0.identity, $0) }) { first, _ in first }
    let after = Dictionary(all(next, of: source).map { ($0.identity, $0) }) { first, _ in first }
    var gone = Dictionary(grouping: before.filter { after[$0.key] == nil }.values, by: \.holder)
    var entries: [TrustEntry] = []
    for entry in after.filter({ before[$0.key] == nil }).values.sorted(by: precedes) {
      var changed = entry
      changed.change = .added
      if let replaced = gone[entry.holder]?.popLast() {
        changed.change = .replaced
        changed.replaces = replaced.fingerprint
      }
      entries.append(changed)
    }
    for entry in gone.values.joined() {
      var removed = entry
      removed.change = .removed
      entries.append(removed)
    }
    return (entries.sorted(by: precedes), before.count { after[$0.key] != nil })
  }

  /// By source, change, kind, country, subject and fingerprint.
  static func precedes(_ one: TrustEntry, _ other: TrustEntry) -> Bool {
    if one.source != other.source { return one.source < other.source }
    if one.change != other.change { return one.change.rawValue < other.change.rawValue }
    if one.kind != other.kind { return one.kind.rawValue < other.kind.rawValue }
    if one.country != other.country { return one.country < other.country }
    if one.subject != other.subject { return one.subject < other.subject }
    return one.fingerprint.lexicographicallyPrecedes(other.fingerprint)
  }
}

/// What an entry is the same by.
private struct EntryIdentity: Hashable {
  let kind: TrustEntry.Kind
  let fingerprint: [UInt8]
}

/// Whose an entry is: another of the same holder takes its place.
private struct EntryHolder: Hashable {
  let kind: TrustEntry.Kind
  let subject: String
  let keyID: [UInt8]
}

extension TrustEntry {
  fileprivate var identity: EntryIdentity { EntryIdentity(kind: kind, fingerprint: fingerprint) }
  fileprivate var holder: EntryHolder { EntryHolder(kind: kind, subject: subject, keyID: keyID) }

  init(_ certificate: DocumentCertificate, of source: String, _ use: TrustUse) {
    self.init(
      source: source, kind: Kind(certificate, use), change: .none,
      country: wireText(certificate.country ?? "", limit: 8), subject: wireText(certificate.subject),
      issuer: wireText(certificate.issuer), serial: Array(certificate.serial.prefix(64)),
      keyID: Array((certificate.subjectKeyIdentifier ?? []).prefix(64)),
      fingerprint: certificate.fingerprint,
      beginsMilliseconds: UInt64(clamping: certificate.notBefore) * 1_000,
      endsMilliseconds: UInt64(clamping: certificate.notAfter) * 1_000, replaces: [])
  }

  init(_ list: DocumentRevocationList, of source: String) {
    self.init(
      source: source, kind: .crl, change: .none, country: wireText(list.issuer.country ?? "", limit: 8),
      subject: wireText(list.issuer.text), issuer: wireText(list.issuer.text), serial: [], keyID: [],
      fingerprint: sha256(list.der.span), beginsMilliseconds: UInt64(clamping: list.thisUpdate) * 1_000,
      endsMilliseconds: UInt64(clamping: list.nextUpdate ?? 0) * 1_000, replaces: [])
  }
}

extension TrustEntry.Kind {
  fileprivate init(_ certificate: DocumentCertificate, _ use: TrustUse) {
    switch use {
    case .anchors: self = .anchor
    case .pinned: self = .pinnedSigner
    case .issuers: self = certificate.isCA ? .csca : .documentSigner
    }
  }
}

/// Text out of a certificate as it may travel and be shown: no controls, and not endless.
func wireText(_ text: String, limit: Int = 400) -> String {
  var clean = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(limit) {
    let isPlain =
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
      default: true
      }
    clean.append(isPlain ? scalar : "\u{FFFD}")
  }
  return String(clean)
}
