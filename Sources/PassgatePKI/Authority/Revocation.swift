package import PassgateCrypto
package import PassgateSystem

/// The withdrawal of certificates: entered in the journal, and on the next list.
package struct Revocation: Sendable {
  /// Which certificates are meant.
  package enum Target: Sendable {
    /// The first certificate of a PEM file.
    case certificate(path: String)
    case serial([UInt8])
    /// Every certificate of a key that is not revoked yet.
    case key([UInt8])
    /// Serial numbers and key ids, one a line; empty lines and those that begin with # are passed over.
    case list(path: String)
  }

  /// What became of the certificates that were meant.
  package struct Result: Sendable {
    /// Newly revoked, or what would be.
    package internal(set) var revoked: [CertificateRecord] = []
    /// Revoked before; their date and reason stay.
    package internal(set) var before: [RevocationRecord] = []
    package let isRehearsal: Bool
  }

  package let folder: AuthorityFolder
  package let targets: [Target]
  package let reason: RevocationReason
  /// From when on they count as withdrawn, seconds since 1970; nil for now.
  package let since: Int64?
  /// Tell what would be revoked, and revoke nothing.
  package let isRehearsal: Bool
  /// Revoke an issuing authority though certificates rest on it.
  package let despiteDependants: Bool

  package init(
    folder: AuthorityFolder, targets: [Target], reason: RevocationReason, since: Int64? = nil,
    isRehearsal: Bool = false, despiteDependants: Bool = false
  ) {
    self.folder = folder
    self.targets = targets
    self.reason = reason
    self.since = since
    self.isRehearsal = isRehearsal
    self.despiteDependants = despiteDependants
  }

  /// This many certificates are entered at once: one synchronisation of the disk serves them all.
  private static let batch = 512

  /// Finds every certificate before it enters the first: an unknown one stops it all.
  package func run(_ clock: any Clock) throws(PKIError) -> Result {
    let journal = try AuthorityJournal(folder)
    let now = clock.wallMilliseconds()
    var result = Result(isRehearsal: isRehearsal)
    var met: Set<[UInt8]> = []
    for record in try records(journal) where met.insert(record.serial).inserted {
      if let before = try journal.revocation(serial: record.serial) {
        result.before.append(before)
      } else {
        try check(record, journal, at: now)
        result.revoked.append(record)
      }
    }
    if !isRehearsal { try enter(result.revoked, journal, at: now) }
    return result
  }

  private func enter(
    _ records: [CertificateRecord], _ journal: AuthorityJournal, at now: UInt64
  ) throws(PKIError) {
    var progress = Progress(label: "Revoking", total: records.count)
    for start in stride(from: 0, to: records.count, by: Self.batch) {
      let part = records[start..<min(start + Self.batch, records.count)]
      try journal.append(part.map { .revoked(revocation(of: $0, at: now)) })
      progress.update(start + part.count)
    }
    progress.finish(records.count)
  }

  private func revocation(of record: CertificateRecord, at now: UInt64) -> RevocationRecord {
    RevocationRecord(
      entered: now, revoked: since ?? Int64(now / 1000), reason: reason.name, serial: record.serial,
      keyID: record.keyID, issuer: record.issuer, notAfter: record.notAfter)
  }

  private func check(
    _ record: CertificateRecord, _ journal: AuthorityJournal, at now: UInt64
  ) throws(PKIError) {
    let since = since ?? Int64(now / 1000)
    guard since <= Int64(now / 1000) else { throw .policy("--at must not lie in the future") }
    guard since >= record.notBefore else {
      throw .policy(
        "--at lies before certificate \(Hex.encode(record.serial)) began, on \(day(record.notBefore))")
    }
    switch record.purpose {
    case "root":
      throw .policy(
        "the root cannot revoke itself: make a new authority with 'init', and give its root to everybody who trusts "
          + "this one")
    case "issuing" where !despiteDependants:
      let left = try Dependants(of: record.keyID, in: journal, at: Int64(now / 1000)).open.count
      guard left == 0 else {
        throw .policy(
          "\(left) certificates rest on this issuing authority and would fail with it: replace them first (taint "
            + "--progress counts them), or give --despite-dependants")
      }
    default: break
    }
  }
}

// MARK: - Targets

extension Revocation {
  private func records(_ journal: AuthorityJournal) throws(PKIError) -> [CertificateRecord] {
    var records: [CertificateRecord] = []
    for target in targets {
      switch target {
      case .certificate(let path):
        let certificate = try folder.certificate(at: path)
        let record = try Self.one(journal, serial: certificate.serial, place: path)
        guard record.fingerprint == certificate.fingerprint else {
          throw .policy("\(path): the certificate was not issued here, though one of its serial number was")
        }
        records.append(record)
      case .serial(let serial): records.append(try Self.one(journal, serial: serial, place: "--serial"))
      case .key(let keyID): records += try Self.all(journal, key: keyID, place: "--key-id")
      case .list(let path): records += try listed(path, journal)
      }
    }
    return records
  }

  private static func one(
    _ journal: AuthorityJournal, serial: [UInt8], place: String
  ) throws(PKIError) -> CertificateRecord {
    guard let record = try journal.certificate(serial: serial) else {
      throw .policy("\(place): no certificate \(Hex.encode(serial)) was issued here")
    }
    return record
  }

  private static func all(
    _ journal: AuthorityJournal, key: [UInt8], place: String
  ) throws(PKIError) -> [CertificateRecord] {
    let records = try journal.certificates(ofKey: key)
    guard !records.isEmpty else {
      throw .policy("\(place): no certificate of the key \(Hex.encode(key)) was issued here")
    }
    return records
  }

  private func listed(_ path: String, _ journal: AuthorityJournal) throws(PKIError) -> [CertificateRecord] {
    var lines: LineReader
    do throws(SystemError) { lines = try LineReader(path: path) } catch { throw .system(error) }
    var records: [CertificateRecord] = []
    while true {
      let read: [UInt8]?
      do throws(SystemError) { read = try lines.next() } catch { throw .system(error) }
      guard let line = read else { return records }
      let word = String(decoding: line.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
      if word.isEmpty || word.hasPrefix("#") { continue }
      let place = "\(path), line \(lines.lineNumber)"
      guard let bytes = Hex.decode(word), !bytes.isEmpty else {
        throw .policy("\(place): expected a serial number or a key id in hexadecimal digits")
      }
      if bytes.count == 32 {
        records += try Self.all(journal, key: bytes, place: place)
      } else {
        records.append(try Self.one(journal, serial: bytes, place: place))
      }
    }
  }
}
