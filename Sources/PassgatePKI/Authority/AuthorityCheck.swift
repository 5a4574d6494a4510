import PassgateCrypto
import PassgateSettings
package import PassgateSystem

/// The examination of an authority's folder: whether what it holds is what was written, and belongs together.
package struct AuthorityCheck: Sendable {
  /// What was found.
  package struct Result: Sendable {
    /// A sentence each, with its place.
    package internal(set) var faults: [String] = []
    /// How many certificates of the journal were examined.
    package internal(set) var certificates = 0
    package internal(set) var revocations = 0
    package internal(set) var keys = 0
  }

  package let folder: AuthorityFolder

  package init(folder: AuthorityFolder) {
    self.folder = folder
  }

  /// Examines everything, whatever is found on the way.
  package func run(_ clock: any Clock) throws(PKIError) -> Result {
    let now = clock.wallMilliseconds()
    var repairs: [String] = []
    let journal: AuthorityJournal
    do throws(PKIError) {
      journal = try AuthorityJournal(folder) { repairs.append($0) }
    } catch {
      guard case .damaged(let sentence) = error else { throw error }
      return Result(faults: [sentence])
    }
    let examination = try JournalExamination(folder, journal)
    let broken = faults { () throws(PKIError) in
      try examination.run()
      return []
    }
    var result = Result()
    result.certificates = examination.certificates
    result.revocations = examination.revocations.count
    result.faults = repairs + examination.faults + broken
    for role in KeySet.Role.allCases where Files.exists(folder.keySet(of: role)) {
      checkSet(role, journal, &result, at: now)
    }
    result.faults += secretFileFaults() + listFaults(examination, journal, at: now)
    return result
  }

  /// What `body` finds, or what keeps it from finding more.
  private func faults(_ body: () throws(PKIError) -> [String]) -> [String] {
    do throws(PKIError) { return try body() } catch { return [error.description] }
  }
}

// MARK: - Keys

extension AuthorityCheck {
  private func checkSet(
    _ role: KeySet.Role, _ journal: AuthorityJournal, _ result: inout Result, at now: UInt64
  ) {
    let path = folder.keySet(of: role)
    let set: KeySet
    do throws(SettingsError) { set = try KeySet(file: path) } catch {
      result.faults.append(error.description)
      return
    }
    let signing = set.entries.filter { $0.lifecycle.signs(at: now) }
    if set.role != role { result.faults.append("\(path): is a set of the role \(set.role.rawValue)") }
    if signing.isEmpty { result.faults.append("\(path): no key is in use now") }
    if Set(signing.map(\.algorithm?.name)).count < signing.count {
      result.faults.append("\(path): two keys of one algorithm are in use at once")
    }
    result.keys += set.entries.count
    for entry in set.entries {
      guard let fault = fault(of: entry, journal, at: now) else { continue }
      result.faults.append("\(path): key \(Hex.encode(entry.keyID)): \(fault)")
    }
  }

  private func fault(of entry: KeySet.Entry, _ journal: AuthorityJournal, at now: UInt64) -> String? {
    do throws(PKIError) {
      if let fault = try certificateFault(of: entry, journal) { return fault }
      return try keyFault(of: entry, at: now)
    } catch {
      return error.description
    }
  }

  private func certificateFault(of entry: KeySet.Entry, _ journal: AuthorityJournal) throws(PKIError)
    -> String?
  {
    guard let file = entry.certificate else { return nil }
    let certificate = try folder.certificate(at: Files.resolve(file, relativeTo: folder.path))
    if certificate.publicKey.keyID != entry.keyID { return "\(file) certifies another key" }
    guard try journal.certificate(serial: certificate.serial)?.fingerprint == certificate.fingerprint else {
      return "\(file) is a certificate that the journal does not have"
    }
    return nil
  }

  /// The secret of a key that is at its end may have been destroyed; a token is asked only for keys that still count.
  private func keyFault(of entry: KeySet.Entry, at now: UInt64) throws(PKIError) -> String? {
    let isOver = [.retired, .revoked].contains(entry.lifecycle.state(at: now))
    guard let algorithm = entry.algorithm else { return nil }
    let reference = KeyReference(entry.key, in: folder.path)
    if isOver {
      if case .file(let path) = reference, Files.exists(path) {} else { return nil }
    }
    let held = try signer(for: reference, algorithm).publicKey.keyID
    return held == entry.keyID ? nil : "\(entry.key) is another key"
  }

  private func secretFileFaults() -> [String] {
    faults { () throws(PKIError) in
      let names = try onFiles { () throws(SystemError) in try Files.list(folder.path) }
      var found: [String] = []
      for name in names where name.hasSuffix(".key.pem") || name.hasSuffix(".key") {
        let path = "\(folder.path)/\(name)"
        do throws(SystemError) { _ = try Files.readSecret(path) } catch { found.append(error.description) }
      }
      if Files.exists(folder.key(of: .root)) { _ = try folder.rootKey().issuer() }
      return found
    }
  }
}

// MARK: - Lists

extension AuthorityCheck {
  private func listFaults(
    _ examination: JournalExamination, _ journal: AuthorityJournal, at now: UInt64
  ) -> [String] {
    faults { () throws(PKIError) in
      try (folder.issuingKeys() + [folder.rootKey()]).flatMap { key in
        faults { () throws(PKIError) in try listFaults(of: key, examination, journal, at: Int64(now / 1000)) }
      }
    }
  }

  private func listFaults(
    of key: IssuingKey, _ examination: JournalExamination, _ journal: AuthorityJournal, at now: Int64
  ) throws(PKIError) -> [String] {
    guard let last = try journal.lastList(ofIssuer: key.keyID) else { return [] }
    let path = "\(folder.path)/\(key.name).crl.pem"
    let bytes = try onFiles { () throws(SystemError) in try Files.read(path) }
    let list = try content(of: path) { () throws(CryptoError) in
      try RevocationList(file: bytes).verify(issuer: key.certificate, at: now)
    }
    var found: [String] = []
    if list.number != SerialNumber(UInt64(last.number)) {
      found.append(
        "\(path): is list \(list.number) and the journal's last is \(last.number); make the next with 'crl'")
    }
    let revoked = examination.revocations.filter { $0.issuer == key.keyID && $0.notAfter >= now }
    let missing = revoked.count { list.entry(for: $0.serial) == nil }
    if missing > 0 { found.append("\(path): lacks \(missing) revocations; make the next list with 'crl'") }
    return found
  }
}

/// The examination of every line of the journal.
private final class JournalExamination {
  private let journal: AuthorityJournal
  /// The certificates of authorities by key id.
  private var authorities: [[UInt8]: Certificate] = [:]
  private var serials: Set<[UInt8]> = []
  private var holders: [[UInt8]: [String]] = [:]
  private(set) var faults: [String] = []
  private(set) var certificates = 0
  private(set) var revocations: [RevocationRecord] = []

  init(_ folder: AuthorityFolder, _ journal: AuthorityJournal) throws(PKIError) {
    self.journal = journal
    let path = folder.certificate(of: .root)
    let root = try folder.certificate(at: path)
    authorities[root.publicKey.keyID] = root
    if !root.isSigned(by: root) { faults.append("\(path) is not signed by its own key") }
  }

  func run() throws(PKIError) {
    try journal.forEach("Checking") { event throws(PKIError) in try examine(event) }
  }

  private func examine(_ event: JournalEvent) throws(PKIError) {
    switch event {
    case .issued(let record):
      certificates += 1
      let place = "certificate \(Hex.encode(record.serial)) of \(record.holder)"
      faults += try faults(of: record).map { "\(place): \($0)" }
    case .revoked(let record):
      if !serials.contains(record.serial) {
        faults.append("the journal revokes \(Hex.encode(record.serial)), which it has not issued before")
      }
      revocations.append(record)
    case .tainted, .listed: break
    }
  }

  private func faults(of record: CertificateRecord) throws(PKIError) -> [String] {
    let certificate: Certificate
    do throws(PKIError) { certificate = try record.certificate() } catch { return [error.description] }
    var faults: [String] = []
    let written = CertificateRecord(
      certificate, purpose: record.purpose, tenant: record.tenant, issuer: record.issuer,
      issued: record.issued)
    if written != record { faults.append("the journal says of it what it does not say") }
    if !serials.insert(record.serial).inserted { faults.append("its serial number was used before") }
    let holder = holders[record.keyID, default: record.holderAndPurpose]
    if holder != record.holderAndPurpose { faults.append("its key has another holder or purpose") }
    holders[record.keyID] = holder
    if record.purpose == "issuing" { authorities[record.keyID] = certificate }
    if let issuer = authorities[record.issuer] {
      if !certificate.isSigned(by: issuer) { faults.append("it is not signed by its authority") }
    } else {
      faults.append("its authority is none of this folder")
    }
    if let profile = CertificateProfiles.profile(named: record.purpose) {
      faults += CertificateLint.faults(of: certificate, under: profile, tenantID: record.tenant).map(
        \.description)
    } else {
      faults.append("no profile allows its purpose")
    }
    if try journal.certificate(serial: record.serial) == nil {
      faults.append("it is not found by its serial number; remove journal.index, and it is made again")
    }
    return faults
  }
}
