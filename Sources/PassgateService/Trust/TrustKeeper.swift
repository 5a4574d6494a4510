import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import Synchronization

/// Keeps the authorities and their revocation lists, and says whose certificates may not be used.
///
/// A list is verified once, when it is read; a worse one than before changes nothing. Loops read the outcome as a set of
/// fingerprints that moves with its epoch.
package final class TrustKeeper: Sendable {
  /// A list and the file that it was read from.
  private struct Source: Sendable {
    let domain: Int
    let path: String
    var stamp: FileStamp?
  }

  private struct State {
    var sources: [Source]
    var paths: [DigestKey: [Trust.Link]] = [:]
    var standings: [DigestKey: Standing] = [:]
    /// When standings change by time alone or by a list, seconds since 1970.
    var due: Int64 = 0
  }

  /// Fingerprints of certificates that may not be used now.
  let withheld = Published<Set<DigestKey>>([])
  private let published: Published<Trust>
  private let state: Mutex<State>
  private let known = Mutex<[DigestKey: KnownCertificate]>([:])
  /// The key identifiers of issuers under suspicion.
  private let tainted = Mutex<Set<[UInt8]>>([])
  /// Keeps what is believed of each issuer, so that no list falls back over a restart.
  private let memory: LedgerStore?
  private let clock: any Clock
  private let log: Log
  private let refused = Atomic<Int>(0)
  /// Monotonic nanoseconds.
  private let nextLook = Atomic<UInt64>(0)

  package convenience init(_ settings: TrustSettings) {
    self.init(settings, memory: nil, clock: SystemClock(), log: Log())
  }

  init(_ settings: TrustSettings, memory: LedgerStore?, clock: any Clock, log: Log) {
    self.memory = memory
    self.clock = clock
    self.log = log
    published = Published(Trust(settings: settings, revocations: [:]))
    state = Mutex(State(sources: Self.sources(settings)))
    published.replace(Trust(settings: settings, revocations: remembered(settings)))
    refresh()
  }

  /// What is in force now.
  var trust: Trust { published.read() }

  private static func sources(_ settings: TrustSettings) -> [Source] {
    settings.domains.enumerated().flatMap { index, domain in
      domain.lists.map { Source(domain: index, path: $0, stamp: nil) }
    }
  }

  private var now: Int64 { Int64(clamping: clock.wallMilliseconds() / 1_000) }

  // MARK: What changes

  /// What was believed of the issuers whose lists are to be read; one that cannot be verified any more is left out.
  private func remembered(_ settings: TrustSettings) -> [DigestKey: Revocations] {
    let lists = (try? memory?.revocationLists()) ?? []
    let domains = settings.domains.filter { !$0.lists.isEmpty }
    let found = lists.compactMap { try? RevocationList(der: $0) }.flatMap { list in
      domains.compactMap { try? $0.revocations(of: list, at: now) }
    }
    return Dictionary(found.map { (DigestKey($0.issuerKeyID), $0) }) { first, _ in first }
  }

  /// Takes other authorities and list files over, at once. What was believed of an issuer stays while a file of
  /// its domain is named, so that no list falls back.
  package func replace(_ settings: TrustSettings) {
    state.withLock { state in
      let issuers = Set(
        settings.domains.filter { !$0.lists.isEmpty }.flatMap(\.authorities).map {
          DigestKey($0.publicKey.keyID)
        })
      let believed = trust.revocations.filter { issuers.contains($0.key) }
      published.replace(
        Trust(settings: settings, revocations: remembered(settings).merging(believed) { $1 }))
      state.sources = Self.sources(settings)
      state.paths = [:]
      state.due = 0
      read(&state)
      judge(&state)
    }
  }

  /// Twice a second, on the worker: lists whose files have changed are read, and what time brings about is done.
  func tend(on worker: Worker) {
    let (now, due) = (clock.monotonicNanoseconds(), nextLook.load(ordering: .relaxed))
    guard now >= due,
      nextLook.compareExchange(expected: due, desired: now + 500_000_000, ordering: .relaxed).exchanged
    else { return }
    _ = worker.submit { [self] in refresh() }
  }

  /// Reads what has changed, and judges all certificates.
  package func refresh() {
    state.withLock { state in
      if read(&state) { state.due = 0 }
      judge(&state)
    }
  }

  /// A certificate that is in use, or comes to be.
  func note(_ certificate: KnownCertificate) {
    known.withLock { $0[DigestKey(certificate.certificate.fingerprint)] = certificate }
  }

  /// Nothing that this issuer has issued is registered any more; what is registered goes on.
  func taint(issuer: [UInt8]) { tainted.withLock { _ = $0.insert(issuer) } }

  /// Whether a certificate comes anew from an issuer under suspicion.
  func isSuspect(_ certificate: Certificate) -> Bool {
    let issuer = certificate.authorityKeyIdentifier
    return !issuer.isEmpty && tainted.withLock { $0.contains(issuer) }
      && known.withLock { $0[DigestKey(certificate.fingerprint)] == nil }
  }

  /// Throws unless a certificate that is registered nowhere, but shown with each use, may be used now for this purpose.
  func checkShown(_ known: KnownCertificate, for purpose: KeyPurpose, at unixSeconds: Int64)
    throws(CryptoError)
  {
    let trust = trust
    guard !isSuspect(known.certificate) else { throw CryptoError(.untrusted, "its issuer is tainted") }
    try trust.checkPath(of: known, for: purpose, at: unixSeconds)
    guard trust.standing(of: known, path: trust.path(of: known), at: unixSeconds) == .good else {
      throw CryptoError(.untrusted, "its issuer has revoked it, or was revoked itself")
    }
  }

  /// - Returns: whether a list was taken.
  @discardableResult
  private func read(_ state: inout State) -> Bool {
    var hasChanged = false
    for index in state.sources.indices {
      let stamp = Files.stamp(state.sources[index].path)
      guard stamp != state.sources[index].stamp else { continue }
      state.sources[index].stamp = stamp
      hasChanged = take(state.sources[index]) || hasChanged
    }
    return hasChanged
  }

  private func take(_ source: Source) -> Bool {
    let (trust, domain) = (trust, trust.settings.domains[source.domain])
    do {
      let list = try domain.list(in: source.path)
      let found = try domain.revocations(of: list, at: now, after: trust.revocations)
      if trust.revocations[DigestKey(found.issuerKeyID)]?.number != found.number { keep(list, of: found) }
      published.replace(
        Trust(
          settings: trust.settings,
          revocations: trust.revocations.merging([DigestKey(found.issuerKeyID): found]) { $1 }))
      log.info(
        "revocation_list_taken",
        [
          "file": .string(source.path), "number": .string("\(found.number)"), "entries": .number(found.count),
        ])
      return true
    } catch {
      refused.add(1, ordering: .relaxed)
      log.error("revocation_list_refused", ["file": .string(source.path), "problem": .string("\(error)")])
      return false
    }
  }

  private func keep(_ list: RevocationList, of found: Revocations) {
    do throws(StoreError) {
      try memory?.keep(revocationList: list.der, of: found.issuerKeyID)
    } catch {
      log.error("revocation_list_not_kept", ["problem": .string("\(error)")])
    }
  }

  // MARK: What follows

  private func judge(_ state: inout State) {
    let (trust, now, known) = (trust, now, known.withLock { $0 })
    guard now >= state.due || known.count != state.standings.count else { return }
    state.due = trust.nextChange(after: now)
    var bad: Set<DigestKey> = []
    for (fingerprint, known) in known {
      let path = state.paths[fingerprint] ?? trust.path(of: known)
      state.paths[fingerprint] = path
      let standing = trust.standing(of: known, path: path, at: now)
      if standing != .good { bad.insert(fingerprint) }
      report(standing, of: known, former: state.standings.updateValue(standing, forKey: fingerprint))
    }
    // Unchanged most of the time: loops need not copy it then.
    if bad != withheld.read() { withheld.replace(bad) }
  }

  private func report(_ standing: Standing, of known: KnownCertificate, former: Standing?) {
    guard standing != former ?? .good else { return }
    let fields: KeyValuePairs<String, LogValue> = [
      "holder": .string(known.holder), "key": .string(Hex.encode(known.certificate.publicKey.keyID)),
      "reason": .string(standing.word ?? ""),
    ]
    if standing == .good {
      log.info("certificate_restored", fields)
    } else {
      log.warning("certificate_withheld", fields)
    }
  }

  package func writeMetrics(to text: inout PrometheusText) {
    text.metric(
      "passgate_revocation_lists_refused_total", "counter", "Revocation lists that were not taken.",
      refused.load(ordering: .relaxed))
    text.metric(
      "passgate_certificates_withheld", "gauge", "Registered certificates that are revoked or unproven.",
      withheld.read().count)
    for list in trust.revocations.values.sorted(by: {
      $0.issuerKeyID.lexicographicallyPrecedes($1.issuerKeyID)
    }) {
      text.metric(
        "passgate_revocation_list_entries", "gauge", "Entries of the revocation list in force.",
        labels: ["issuer": Hex.encode(list.issuerKeyID)], list.count)
    }
  }
}
