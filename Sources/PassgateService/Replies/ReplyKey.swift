package import PassgateCrypto
import PassgateRPC
import PassgateWire

/// A key of the platform's replies over its life, with the certificates that lead to the platform's root.
package struct ReplyKey: Sendable {
  package let algorithm: SignatureAlgorithm
  /// The leaf first, without the root.
  package let chain: [Certificate]
  /// Nil where the private half is no longer here: the key verifies what it signed.
  package let signer: (any Signer)?
  package let lifecycle: KeyLifecycle
  /// SHA-256 of the leaf's SubjectPublicKeyInfo.
  package let keyID: [UInt8]

  package init(
    _ algorithm: SignatureAlgorithm, chain: [Certificate], signer: (any Signer)?, lifecycle: KeyLifecycle
  ) {
    self.algorithm = algorithm
    self.chain = chain
    self.signer = signer
    self.lifecycle = lifecycle
    keyID = chain.first?.publicKey.keyID ?? []
  }
}

/// A reply key that signs now.
package struct SigningKey: Sendable {
  package let signer: any Signer
  /// The leaf first, without the root.
  package let chain: [Certificate]

  package init(signer: any Signer, chain: [Certificate]) {
    self.signer = signer
    self.chain = chain
  }

  /// As a client verifies it.
  var announcement: PassgateWire.ReplyKey {
    PassgateWire.ReplyKey(
      state: .active, algorithm: signer.algorithm.rawValue, certificates: chain.map(\.der))
  }
}

/// Which reply key answers: SM2 for those who sign with SM2, P-256 for everybody else.
enum ReplyFamily: Hashable, CaseIterable {
  case p256
  case sm2

  init(requestAlgorithm: UInt32) {
    self = requestAlgorithm == SignatureAlgorithm.sm2SM3.rawValue ? .sm2 : .p256
  }

  /// What its replies are signed with, the preferred algorithm first.
  fileprivate var algorithms: [SignatureAlgorithm] {
    self == .sm2 ? [.sm2SM3, .ecdsaP256SHA256] : [.ecdsaP256SHA256]
  }
}

/// The reply keys of a deployment, and what each of them is at a time. Times are milliseconds since 1970.
package struct ReplyKeys: Sendable {
  package var keys: [ReplyKey]

  package init(_ keys: [ReplyKey]) { self.keys = keys }

  /// The key that signs with `algorithm` at `now`; never two.
  private func active(_ algorithm: SignatureAlgorithm, at now: UInt64) -> ReplyKey? {
    let keys = keys.filter { $0.algorithm == algorithm && $0.signer != nil }
    return KeySchedule.signing(keys.map(\.lifecycle), at: now).map { keys[$0] }
  }

  private func active(for family: ReplyFamily, at now: UInt64) -> ReplyKey? {
    family.algorithms.lazy.compactMap { active($0, at: now) }.first
  }

  /// The key that signs for a family at `now`.
  func signing(for family: ReplyFamily, at now: UInt64) throws(CryptoError) -> SigningKey {
    guard let key = active(for: family, at: now), let signer = key.signer else {
      throw CryptoError(.mismatch, "no active reply key of algorithm ecdsa-p256-sha256 is configured")
    }
    return SigningKey(signer: signer, chain: key.chain)
  }

  /// What `Hello` announces at `now`: every key from its publication to its end, with what it is to clients.
  func announced(at now: UInt64) -> [PassgateWire.ReplyKey] {
    let signing = Set(keys.map(\.algorithm)).compactMap { active($0, at: now)?.keyID }
    return keys.filter { $0.lifecycle.verifies(at: now) }.map { key in
      let hasBeenActive = key.lifecycle.active.map { $0 <= now } ?? false
      return PassgateWire.ReplyKey(
        state: signing.contains(key.keyID) ? .active : hasBeenActive ? .retiring : .next,
        algorithm: key.algorithm.rawValue, certificates: key.chain.map(\.der))
    }
  }

  /// The id of the key that will sign for a family next and is announced already; empty when none is.
  func nextKeyID(for family: ReplyFamily, at now: UInt64) -> [UInt8] {
    let current = active(for: family, at: now)?.keyID
    var time = now
    while let change = nextChange(after: time) {
      time = change
      guard let next = active(for: family, at: time), next.keyID != current else { continue }
      return next.lifecycle.verifies(at: now) ? next.keyID : []
    }
    return []
  }

  /// The next time after `now` at which something of this changes; nil when nothing more is to come.
  package func nextChange(after now: UInt64) -> UInt64? {
    KeySchedule.nextChange(keys.map(\.lifecycle), after: now)
  }
}

extension ReplyKeys {
  /// Has each key that a device holds, and that signs now or will, sign once: a sentence for each that did not.
  package func unproven(at now: UInt64) -> [String] {
    keys.compactMap { key in
      guard let signer = key.signer, signer.isRemote, key.lifecycle.isNeeded(at: now) else { return nil }
      do throws(CryptoError) {
        try signer.prove()
        return nil
      } catch {
        return "the reply key \(key.keyID.hex): \(error)"
      }
    }
  }
}

extension KeyLifecycle {
  /// Whether it is in use or will be: nothing has replaced it.
  package func isNeeded(at now: UInt64) -> Bool {
    switch state(at: now) {
    case .pending, .published, .active, .tainted: true
    case .retiring, .retired, .revoked: false
    }
  }
}
