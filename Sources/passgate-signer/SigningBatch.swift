import PassgateCrypto

/// Headers gathered by key, so that each key signs once for all of them.
struct SigningBatch: Sendable {
  /// Where a header's signature will be.
  struct Place: Sendable {
    fileprivate let keyID: [UInt8]
    fileprivate let index: Int
  }

  /// The signatures of a batch; those of a key that failed are missing.
  struct Signatures: Sendable {
    fileprivate(set) var byKey: [[UInt8]: [MerkleSignature]] = [:]
    fileprivate(set) var faults: [[UInt8]: CryptoError] = [:]

    /// The signatures at `places`, in their order; nil when one is missing.
    func signatures(at places: [Place]) -> [MerkleSignature]? {
      let found = places.compactMap { byKey[$0.keyID]?[$0.index] }
      return found.count == places.count ? found : nil
    }

    /// Why one of `places` has no signature.
    func fault(at places: [Place]) -> CryptoError? { places.lazy.compactMap { faults[$0.keyID] }.first }
  }

  private struct Pending: Sendable {
    let key: HeldKey
    var leaves: [[UInt8]] = []
  }

  private let leafLimit: Int
  private var pending: [[UInt8]: Pending] = [:]

  /// - Parameter leafLimit: the most leaves that one signature covers.
  init(leafLimit: Int = Int(MerkleTree.leafLimit)) {
    self.leafLimit = leafLimit
  }

  /// Takes in the bytes of a header that `key` is to sign.
  mutating func add(_ header: [UInt8], for key: HeldKey, _ hashers: Hashers) -> Place {
    let id = key.signer.publicKey.keyID
    let leaf = SignedStatement.leaf(.request, header: header.span, hasher: hashers[key.algorithm.hash])
    let index = pending[id]?.leaves.count ?? 0
    pending[id, default: Pending(key: key)].leaves.append(leaf)
    return Place(keyID: id, index: index)
  }

  /// Signs everything: one signature for each key, or one for each `leafLimit` headers of it.
  func sign(_ hashers: Hashers) -> Signatures {
    var signatures = Signatures()
    for (id, pending) in pending {
      do throws(CryptoError) {
        signatures.byKey[id] = try sign(pending, hashers)
      } catch {
        signatures.faults[id] = error
      }
    }
    return signatures
  }

  private func sign(_ pending: Pending, _ hashers: Hashers) throws(CryptoError) -> [MerkleSignature] {
    var signatures: [MerkleSignature] = []
    for start in stride(from: 0, to: pending.leaves.count, by: leafLimit) {
      let leaves = Array(pending.leaves[start...].prefix(leafLimit))
      signatures += try MerkleSignature.sign(
        leaves: leaves, with: pending.key.signer, hasher: hashers[pending.key.algorithm.hash])
    }
    return signatures
  }
}

/// A thread's two hashers.
struct Hashers {
  private let sha256: Hasher
  private let sm3: Hasher

  init() throws(CryptoError) {
    sha256 = try Hasher(.sha256)
    sm3 = try Hasher(.sm3)
  }

  subscript(function: HashFunction) -> Hasher { function == .sm3 ? sm3 : sha256 }
}
