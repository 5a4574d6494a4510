package import PassgateCrypto
package import PassgateWire

/// The keys that a case file is verified with: of the platform, by their certificates, and of those who called.
///
/// For one thread, as verifiers are.
package final class CaseTrust {
  private final class PlatformKey {
    let chain: [Certificate]
    let verifier: Verifier
    /// Seconds since 1970 at whose ends the chain was found valid, and so between them: a chain's validity has no
    /// holes.
    var found: ClosedRange<Int64>?

    /// Nil when it cannot be read.
    init?(_ key: ReplyKey) {
      guard let chain = try? key.certificates.map({ try Certificate(der: $0.span) }), let leaf = chain.first,
        let algorithm = SignatureAlgorithm(rawValue: key.algorithm),
        (try? leaf.publicKey.check(for: algorithm)) != nil,
        let verifier = try? Verifier(leaf.publicKey, algorithm)
      else { return nil }
      (self.chain, self.verifier) = (chain, verifier)
    }
  }

  private let anchors: [Certificate]
  private var platformKeys: [[UInt8]: [PlatformKey]] = [:]
  /// Ids of keys that no certificate given for them ever made one of the platform's.
  private var strangeKeys: Set<[UInt8]> = []
  private var callers: [[UInt8]: PublicKey] = [:]
  private let sha256Hasher: Hasher
  private let sm3Hasher: Hasher

  /// - Parameters:
  ///   - anchors: the platform's root certificates.
  ///   - callers: keys of officers, whose requests can then be verified too.
  package init(anchors: [Certificate], callers: [PublicKey] = []) throws(CryptoError) {
    self.anchors = anchors
    sha256Hasher = try Hasher(.sha256)
    sm3Hasher = try Hasher(.sm3)
    for key in callers { learn(caller: key) }
  }

  /// Takes keys of the platform as they were given. One that cannot be read is left out: what it signed fails. So is
  /// one whose chain is valid at no time, and one that is given again: a file with thousands takes no longer for it.
  package func learn(_ keys: [ReplyKey]) {
    for key in keys {
      guard let read = PlatformKey(key), let leaf = read.chain.first else { continue }
      let id = leaf.publicKey.keyID
      guard isEverValid(read) else {
        strangeKeys.insert(id)
        continue
      }
      let isKnown = platformKeys[id, default: []].contains {
        $0.chain.map(\.der) == read.chain.map(\.der) && $0.verifier.algorithm == read.verifier.algorithm
      }
      if !isKnown { platformKeys[id, default: []].append(read) }
    }
  }

  /// A chain that is valid at any time is so when the last of its certificates has begun.
  private func isEverValid(_ key: PlatformKey) -> Bool {
    Set((key.chain + anchors).map(\.notBefore)).contains { isValid(key, at: $0) }
  }

  /// Takes the key of somebody who calls the platform.
  package func learn(caller key: PublicKey) { callers[key.keyID] = key }

  func hasher(_ algorithm: SignatureAlgorithm) -> Hasher {
    algorithm.hash == .sha256 ? sha256Hasher : sm3Hasher
  }

  /// Why a signature of the platform is not believed; nil when it is.
  ///
  /// - Parameter milliseconds: when it was made, since 1970: the key's certificate was valid then.
  func fault(
    of signature: Signature, by keyID: [UInt8], over bytes: [UInt8], as label: SignedStatement.Label,
    at milliseconds: UInt64, algorithm: UInt32? = nil
  ) -> CaseFileError.Fault? {
    let named = platformKeys[keyID, default: []].filter {
      algorithm == nil || $0.verifier.algorithm.rawValue == algorithm
    }
    guard !named.isEmpty else { return strangeKeys.contains(keyID) ? .untrustedKey : .unknownKey }
    guard let key = named.first(where: { isValid($0, at: Int64(clamping: milliseconds / 1000)) }) else {
      return .untrustedKey
    }
    return isValid(signature, over: bytes, as: label, by: key.verifier) ? nil : .badSignature
  }

  private func isValid(_ key: PlatformKey, at seconds: Int64) -> Bool {
    if let found = key.found, found.contains(seconds) { return true }
    guard let leaf = key.chain.first,
      (try? ChainVerifier.verify(
        leaf, intermediates: Array(key.chain.dropFirst()), anchors: anchors, at: seconds,
        purpose: .replySigning)) != nil
    else { return false }
    let found = key.found ?? seconds...seconds
    key.found = min(found.lowerBound, seconds)...max(found.upperBound, seconds)
    return true
  }

  private func isValid(
    _ signature: Signature, over bytes: [UInt8], as label: SignedStatement.Label, by verifier: Verifier
  ) -> Bool {
    let hasher = hasher(verifier.algorithm)
    let leaf = SignedStatement.leaf(label, header: bytes.span, hasher: hasher)
    let merkle = MerkleSignature(
      value: signature.value, treeSize: signature.treeSize, leafIndex: signature.leafIndex,
      path: signature.path)
    return verifier.isValid(merkle, leaf: leaf, hasher: hasher)
  }

  /// Whether the caller's signature of a request verifies; nil when its key is not known.
  func isAuthentic(_ header: RequestHeader, _ bytes: [UInt8], _ signature: Signature) -> Bool? {
    let carried = header.publicKey.isEmpty ? nil : try? PublicKey(spki: header.publicKey.span)
    guard header.publicKey.isEmpty || carried?.keyID == header.keyID else { return false }
    guard let key = carried ?? callers[header.keyID] else { return nil }
    guard let algorithm = SignatureAlgorithm(rawValue: header.algorithm),
      (try? key.check(for: algorithm)) != nil, let verifier = try? Verifier(key, algorithm)
    else { return false }
    return isValid(signature, over: bytes, as: .request, by: verifier)
  }

  /// What a reply or an event names a request by.
  func digest(of header: RequestHeader, _ bytes: [UInt8]) -> [UInt8]? {
    SignatureAlgorithm(rawValue: header.algorithm).map {
      SignedStatement.leaf(.request, header: bytes.span, hasher: hasher($0))
    }
  }

  /// Whether the header was signed over this body.
  func covers(_ header: RequestHeader, _ body: [UInt8]) -> Bool {
    SignatureAlgorithm(rawValue: header.algorithm).map {
      hasher($0).digest(body.span) == header.bodyDigest
    } ?? false
  }
}
