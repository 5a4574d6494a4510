import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Where tenants' keys live from the request to the end: whatever is done to one becomes an event in the ledger, and
/// the directory of its deployment follows.
///
/// Acts come one at a time, under the ledger's lock.
final class KeyDesk: Sendable {
  /// What a deployment brings.
  struct Counter: Sendable {
    let directory: Published<Directory>
    let configuration: Published<DeploymentConfiguration>
  }

  let ledger: Ledger
  let certificates: TenantCertificates
  let clock: any Clock
  let log: Log
  /// How often each key was used.
  let uses = KeyUseBoard()
  let watch = KeyClock()
  private let book: Mutex<KeyBook>
  private let counters = Mutex<[Deployment: Counter]>([:])
  /// When keys were used last before the platform started.
  let past: KeyPast

  /// Folds the ledger.
  init(_ ledger: Ledger, certificates: TenantCertificates, clock: any Clock, log: Log) throws {
    self.ledger = ledger
    self.certificates = certificates
    self.clock = clock
    self.log = log
    past = KeyPast(try ledger.store.lastUses(), started: clock.wallMilliseconds())
    let folded = try KeyBook(ledger.events())
    for issuer in folded.taintedIssuers { certificates.trust.taint(issuer: issuer) }
    book = Mutex(folded)
  }

  // MARK: Deployments

  /// The directory of a deployment follows the keys from now on; what is stated of its tenants is in it already.
  func publish(
    to directory: Published<Directory>, of deployment: Deployment,
    _ configuration: Published<DeploymentConfiguration>
  ) throws(ProvisionFault) {
    counters.withLock { $0[deployment] = Counter(directory: directory, configuration: configuration) }
    var next = directory.read()
    for facts in folded(of: deployment) {
      try restore(facts, to: &next)
    }
    directory.replace(next)
    for facts in read.replaced(in: deployment) { plan(facts.name) }
  }

  /// Each key before those that replace it, so that equal ledgers give equal directories.
  private func folded(of deployment: Deployment) -> [KeyFacts] {
    read.all(of: deployment).sorted {
      ($0.lifecycle.published ?? 0, $0.name.keyID.hex) < ($1.lifecycle.published ?? 0, $1.name.keyID.hex)
    }
  }

  private func restore(_ facts: KeyFacts, to directory: inout Directory) throws(ProvisionFault) {
    let name = facts.name
    if facts.lifecycle.published != nil {
      let (key, mode) = try tenantKey(of: facts, in: directory)
      try directory.add(key, for: mode, to: name.tenantID)
    }
    if facts.lifecycle.revoked != nil { directory.revoke(name.keyID, of: name.tenantID) }
    if let end = facts.lifecycle.retired {
      directory.retire(name.keyID, of: name.tenantID, at: Int64(clamping: end / 1_000))
    }
  }

  /// What was registered, as the directory has it.
  private func tenantKey(of facts: KeyFacts, in directory: Directory) throws(ProvisionFault)
    -> (TenantKey, PassgateDomain.AccessMode)
  {
    let mode = Self.mode(of: facts.certificate)
    var key = try certificates.key(
      PassgateWire.TenantKey(facts), of: facts.name.tenantID, mode, path: "key", at: nil)
    if let replaced = facts.request?.replaces, facts.tlsCertificate.isEmpty {
      key.tlsFingerprint =
        directory.lookup(tenantID: facts.name.tenantID, keyID: replaced)?.key.tlsFingerprint
    }
    return (key, mode)
  }

  /// The way of access that a certificate is for.
  //= Measures art.8
  static func mode(of certificate: [UInt8]) -> PassgateDomain.AccessMode {
    let isMobile = (try? Certificate(der: certificate.span))?.has(purpose: .tenantMobile) ?? false
    return isMobile ? .mobileCertificate : .signingServer
  }

  // MARK: What there is

  var read: KeyBook { book.withLock { $0 } }

  func counter(of deployment: Deployment) -> Counter? { counters.withLock { $0[deployment] } }

  var deployments: [Deployment: Counter] { counters.withLock { $0 } }

  /// A key as it stands; nil when nobody has heard of it, or a provisioning has taken it away.
  func view(_ name: KeyName, in book: KeyBook, _ directory: Directory) -> KeyView? {
    let key = directory.lookup(tenantID: name.tenantID, keyID: name.keyID)?.key
    let facts = book[name]
    guard key != nil || facts?.request != nil else { return nil }
    return KeyView(
      name: name, key: key, facts: facts, use: uses[name.keyID],
      issuerTainted: key.flatMap { book.tainted(issuer: $0.issuer) }, usedBefore: past[name.keyID])
  }

  /// All keys of a deployment, or of one tenant, in the order of their ids.
  ///
  /// - Parameter book: nil for the book as it is.
  func views(of tenantID: String? = nil, in deployment: Deployment, _ book: KeyBook? = nil) -> [KeyView] {
    guard let directory = counter(of: deployment)?.directory.read() else { return [] }
    let book = book ?? read
    let tenants = tenantID.map { [directory.tenant($0)].compactMap(\.self) } ?? directory.tenants
    let registered = tenants.flatMap { tenant in
      tenant.keys.map { KeyName(deployment: deployment, tenantID: tenant.id, keyID: $0.keyID) }
    }
    let told = book.all(of: deployment).map(\.name).filter { tenantID == nil || $0.tenantID == tenantID }
    return Set(registered + told).compactMap { view($0, in: book, directory) }
      .sorted { $0.name.keyID.lexicographicallyPrecedes($1.name.keyID) }
  }

  // MARK: Acts

  /// An act that has been decided and not recorded yet.
  struct Draft {
    let act: KeyAct
    let directory: Directory
  }

  /// Makes an act visible after it is durable.
  func commit(_ draft: Draft?, in deployment: Deployment) {
    guard let draft else { return }
    take(draft.act)
    counter(of: deployment)?.directory.replace(draft.directory)
  }

  /// Takes an act in that changes no directory.
  func take(_ act: KeyAct) {
    if case .tainted(let issuer, _) = act { certificates.trust.taint(issuer: issuer) }
    book.withLock { $0.take(act) }
  }

  /// Carries an act out under the ledger's lock.
  ///
  /// - Parameter decide: reads directory and book again there, for another act may have come first; returns the
  ///   reply's body.
  func carryOut(
    _ order: Order, operationID: [UInt8], content: [UInt8],
    _ decide: (UInt64, inout Draft?) throws -> [UInt8]
  ) -> Outcome {
    var draft: Draft?
    let outcome = ledger.once(
      order, operationID: operationID, contentDigest: sha256(content.span), keepsBody: true,
      act: { event in
        do {
          return Deed(.success(try decide(event, &draft)))
        } catch {
          return Deed(refusal(of: error))
        }
      }, whenRecorded: { commit(draft, in: order.header.deployment) })
    return outcome
  }

  private func refusal(of error: any Error) -> Outcome {
    switch error {
    case let refused as Refused: return .refusal(refused.reason, field: refused.field)
    case let fault as ProvisionFault:
      // The key's own fields, as the caller has named them.
      let field = fault.description.hasPrefix("key.") ? String(fault.description.dropFirst(4)) : "\(fault)"
      return .refusal(.keyRefused, field: field)
    default:
      log.error("key_act_failed", ["problem": .string("\(error)")])
      return .refusal(.internal)
    }
  }
}

extension PassgateWire.TenantKey {
  /// What was registered by an officer.
  init(_ facts: KeyFacts) {
    self.init(
      certificate: facts.certificate, algorithm: facts.request?.body.algorithm ?? 0,
      state: .live, tlsCertificate: facts.tlsCertificate)
  }
}

extension [UInt8] {
  /// Lower-case hexadecimal digits.
  var hex: String { Hex.encode(self) }
}
