import PassgateCrypto
package import PassgateSystem

/// The making of the revocation lists of an authority: one for each key that still has certificates in force.
///
/// A number is in the journal before its list is written, so that no number is used twice, whatever happens between.
package struct RevocationLists: Sendable {
  /// What became of one issuer's list.
  package enum Outcome: Sendable {
    case made(ListRecord, path: String)
    /// It is not needed before this time, seconds since 1970.
    case current(until: Int64, path: String)
    /// Its key could not be used.
    case failed(PKIError)
  }

  /// What was done, by the name of the issuer's certificate file.
  package struct Result: Sendable {
    package internal(set) var lists: [(issuer: String, outcome: Outcome)] = []
  }

  /// How long a list is valid unless asked otherwise, and what may be asked for, in days.
  package static let days = 30
  package static let daysAllowed = 1...397

  package let folder: AuthorityFolder
  package let days: Int
  /// Make only what has passed half of its time, or lacks a revocation.
  package let onlyIfDue: Bool
  /// Make the root's list of issuing authorities, and no other.
  package let ofRoot: Bool

  package init(
    folder: AuthorityFolder, days: Int = RevocationLists.days, onlyIfDue: Bool = false, ofRoot: Bool = false
  ) {
    self.folder = folder
    self.days = days
    self.onlyIfDue = onlyIfDue
    self.ofRoot = ofRoot
  }

  /// Makes the lists that are due; one that cannot be made does not keep the others back.
  package func run(_ clock: any Clock) throws(PKIError) -> Result {
    let journal = try AuthorityJournal(folder)
    let now = clock.wallMilliseconds()
    let state = try ListState(journal)
    let keys = ofRoot ? [try folder.rootKey()] : try folder.issuingKeys()
    var result = Result()
    for key in keys where state.isNeeded(key.keyID, at: Int64(now / 1000)) || ofRoot {
      result.lists.append((key.name, outcome(key, state, journal, at: now)))
    }
    return result
  }

  private func outcome(
    _ key: IssuingKey, _ state: ListState, _ journal: AuthorityJournal, at now: UInt64
  ) -> Outcome {
    let path = "\(folder.path)/\(key.name).crl.pem"
    let last = state.last[key.keyID]
    if let last, onlyIfDue, !state.unlisted.contains(key.keyID), Files.exists(path),
      Int64(now / 1000) < last.halfLife
    {
      return .current(until: last.halfLife, path: path)
    }
    do {
      return .made(try make(key, state, journal, at: now, path), path: path)
    } catch {
      return .failed(error)
    }
  }

  private func make(
    _ key: IssuingKey, _ state: ListState, _ journal: AuthorityJournal, at now: UInt64, _ path: String
  ) throws(PKIError) -> ListRecord {
    let issuer = try key.issuer()
    let thisUpdate = Int64(now / 1000)
    let last = state.last[key.keyID]
    guard thisUpdate >= last?.thisUpdate ?? 0 else {
      throw .policy(
        "this machine's clock is behind the last list of \(key.name), of \(timestamp(last?.thisUpdate ?? 0)); set it right"
      )
    }
    let entries = try state.entries(of: key.keyID, since: last?.thisUpdate ?? thisUpdate)
    let record = ListRecord(
      entered: now, issuer: key.keyID, number: (last?.number ?? 0) + 1, thisUpdate: thisUpdate,
      nextUpdate: thisUpdate + Int64(days) * 86_400 - 1, entries: entries.count)
    let text = try content(of: key.name) { () throws(CryptoError) in
      let template = RevocationListTemplate(
        number: SerialNumber(UInt64(record.number)), validity: record.thisUpdate...record.nextUpdate,
        entries: entries)
      return try issuer.issue(template).pem()
    }
    try journal.append([.listed(record)])
    try onFiles { () throws(SystemError) in try Files.writeDurably(text, to: path) }
    return record
  }
}

extension ListRecord {
  /// When half of its time is over, seconds since 1970.
  var halfLife: Int64 { thisUpdate + (nextUpdate - thisUpdate) / 2 }
}

/// What the journal says about lists.
private struct ListState {
  private(set) var last: [[UInt8]: ListRecord] = [:]
  /// Issuers with a revocation that their last list cannot have.
  private(set) var unlisted: Set<[UInt8]> = []
  private var revoked: [[UInt8]: [RevocationRecord]] = [:]
  /// The end of the certificate of each issuer that lasts longest.
  private var ends: [[UInt8]: Int64] = [:]

  init(_ journal: AuthorityJournal) throws(PKIError) {
    try journal.forEach { event in
      switch event {
      case .issued(let record): ends[record.issuer] = max(ends[record.issuer] ?? 0, record.notAfter)
      case .revoked(let record):
        revoked[record.issuer, default: []].append(record)
        unlisted.insert(record.issuer)
      case .listed(let record):
        // A number is never given up, not even by a line that was moved.
        if record.number > last[record.issuer]?.number ?? 0 { last[record.issuer] = record }
        unlisted.remove(record.issuer)
      case .tainted: break
      }
    }
  }

  func isNeeded(_ issuer: [UInt8], at now: Int64) -> Bool { ends[issuer].map { $0 >= now } ?? true }

  /// What is still in force or was when the last list was made: a certificate that has expired is on one more list, so
  /// that nobody misses it who asks late.
  func entries(of issuer: [UInt8], since: Int64) throws(PKIError) -> [RevokedCertificate] {
    var entries: [RevokedCertificate] = []
    for record in revoked[issuer] ?? [] where record.notAfter >= since {
      guard let serial = SerialNumber(record.serial), let reason = RevocationReason(name: record.reason)
      else {
        throw .damaged("the journal has a revocation of \(Hex.encode(record.serial)) that no list can say")
      }
      entries.append(RevokedCertificate(serial: serial, reason: reason, revokedAt: record.revoked))
    }
    return entries
  }
}
