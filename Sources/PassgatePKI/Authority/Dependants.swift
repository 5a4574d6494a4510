import PassgateCrypto
import PassgateSystem

/// The certificates that rest on one issuing key, by what became of them.
package struct Dependants: Sendable {
  /// One certificate.
  package struct Dependant: Sendable {
    /// Where it stands.
    package enum State: String, Sendable, CaseIterable {
      /// Nothing has taken its place yet.
      case open
      /// Its holder has one for the same purpose from an authority that is not suspected.
      case replaced
      case revoked
      case expired
    }

    package let record: CertificateRecord
    package let state: State
  }

  /// In the order of their issue.
  package let all: [Dependant]

  /// Those that nothing has taken the place of.
  package var open: [CertificateRecord] { all.filter { $0.state == .open }.map(\.record) }

  /// Reads them out of the journal; `now` in seconds since 1970.
  init(of keyID: [UInt8], in journal: AuthorityJournal, at now: Int64) throws(PKIError) {
    var records: [CertificateRecord] = []
    var revoked: Set<[UInt8]> = []
    var others: [[String]: [UInt8]] = [:]
    var suspected: Set<[UInt8]> = [keyID]
    try journal.forEach { event in
      switch event {
      case .issued(let record) where record.issuer == keyID: records.append(record)
      case .issued(let record):
        if record.notAfter >= now, !suspected.contains(record.issuer) {
          others[record.holderAndPurpose] = record.serial
        }
      case .revoked(let record): revoked.insert(record.serial)
      case .tainted(let record): suspected.insert(record.keyID)
      case .listed: break
      }
    }
    all = records.map { record in
      let successor = others[record.holderAndPurpose]
      let state: Dependant.State =
        if revoked.contains(record.serial) {
          .revoked
        } else if record.notAfter < now {
          .expired
        } else if let successor, !revoked.contains(successor) {
          .replaced
        } else {
          .open
        }
      return Dependant(record: record, state: state)
    }
  }
}

extension CertificateRecord {
  /// What a successor has in common with it.
  var holderAndPurpose: [String] { [purpose, tenant ?? "", subject] }

  /// Who holds it, for people.
  var holder: String { tenant ?? subject }
}
