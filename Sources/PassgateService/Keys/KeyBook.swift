import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What became of tenants' keys: the fold of all acts on them.
struct KeyBook: Sendable {
  /// How long a replaced key stays unless an officer orders otherwise, milliseconds.
  static let overlap: UInt64 = 30 * 86_400_000

  private var facts: [KeyName: KeyFacts] = [:]
  /// Key ids that were ever asked for.
  private var known: Set<[UInt8]> = []
  /// When an issuer was tainted, by its key identifier.
  private var issuers: [[UInt8]: UInt64] = [:]

  init() {}

  /// Folds the ledger.
  init(_ events: [LedgerEvent]) throws {
    for event in events { if let act = try KeyAct(event) { take(act) } }
  }

  subscript(name: KeyName) -> KeyFacts? { facts[name] }

  /// In no order.
  func all(of deployment: Deployment) -> [KeyFacts] {
    facts.values.filter { $0.name.deployment == deployment }
  }

  /// The keys of a tenant that wait for their certificates.
  func pending(of tenantID: String, in deployment: Deployment) -> [KeyFacts] {
    all(of: deployment).filter { $0.isPending && $0.name.tenantID == tenantID }
  }

  /// How many keys the tenant of `name` has asked for after a time, milliseconds since 1970.
  func requests(of name: KeyName, since time: UInt64) -> Int {
    facts.values.count {
      $0.name.deployment == name.deployment && $0.name.tenantID == name.tenantID && $0.requested > time
    }
  }

  /// Keys that others replace and whose end is not recorded yet.
  func replaced(in deployment: Deployment) -> [KeyFacts] {
    all(of: deployment).filter {
      $0.replacement != nil && $0.lifecycle.retired == nil && $0.lifecycle.revoked == nil
    }
  }

  /// True when somebody has asked for a certificate of this key.
  func knows(_ keyID: [UInt8]) -> Bool { known.contains(keyID) }

  /// When this issuer was tainted; nil when it was not.
  func tainted(issuer: [UInt8]) -> UInt64? { issuer.isEmpty ? nil : issuers[issuer] }

  /// In no order.
  var taintedIssuers: [[UInt8]] { Array(issuers.keys) }

  mutating func take(_ act: KeyAct) {
    switch act {
    case .requested(let name, let request, let now): take(name, request, at: now)
    case .registered(let name, let body, let now, let active):
      register(name, body, at: now, active: active)
    case .revoked(let name, let now): revoke(name, at: now)
    case .tainted(let issuer, let now): issuers[issuer] = min(issuers[issuer] ?? .max, now)
    case .turned(let turn):
      change(KeyName(turn)) { facts in
        if turn.state == .retired { facts.lifecycle.retired = turn.atMilliseconds }
        if turn.state == .retiring { facts.lifecycle.retiring = turn.atMilliseconds }
      }
    }
  }

  private mutating func change(_ name: KeyName, _ change: (inout KeyFacts) -> Void) {
    change(&facts[name, default: KeyFacts(name)])
  }

  private mutating func take(_ name: KeyName, _ request: KeyFacts.Request, at now: UInt64) {
    known.insert(name.keyID)
    change(name) { facts in
      facts.request = request
      facts.requested = now
    }
    guard request.body.cause == .suspected else { return }
    change(name.with(request.replaces)) { $0.lifecycle.tainted = min($0.lifecycle.tainted ?? .max, now) }
  }

  private mutating func revoke(_ name: KeyName, at now: UInt64) {
    change(name) { $0.lifecycle.revoked = min($0.lifecycle.revoked ?? .max, now) }
    guard let replaced = facts[name]?.request?.replaces, facts[name.with(replaced)]?.replacement != nil else {
      return
    }
    change(name.with(replaced)) { facts in
      facts.replacement?.keyIDs.removeAll { $0 == name.keyID }
      guard facts.replacement?.keyIDs.isEmpty == true else { return }
      // Nobody is cut off because the new key had to be withdrawn.
      facts.replacement = nil
      facts.lifecycle.retiring = nil
    }
  }

  private mutating func register(
    _ name: KeyName, _ body: RegisterKeyRequest, at now: UInt64, active: UInt64
  ) {
    change(name) { facts in
      facts.lifecycle.published = now
      facts.lifecycle.active = active
      facts.certificate = body.certificate
      facts.tlsCertificate = body.tlsCertificate
    }
    guard let replaced = facts[name]?.request?.replaces else { return }
    let overlap = body.overlapMilliseconds == 0 ? Self.overlap : body.overlapMilliseconds
    change(name.with(replaced)) { facts in
      // The first that is ready sets the end; a second renewal does not defer it.
      var replacement =
        facts.replacement ?? KeyFacts.Replacement(since: active, overlap: overlap, keyIDs: [])
      replacement.keyIDs.append(name.keyID)
      facts.replacement = replacement
    }
  }
}

extension KeyName {
  /// Another key of the same tenant.
  func with(_ keyID: [UInt8]) -> KeyName {
    KeyName(deployment: deployment, tenantID: tenantID, keyID: keyID)
  }
}
