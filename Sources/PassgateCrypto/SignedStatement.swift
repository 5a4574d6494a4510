/// The bytes that are signed. Protos/README.md is the specification.
package enum SignedStatement {
  /// What a signed header is, so that a signature of one kind never passes for another.
  package enum Label: String, CaseIterable, Sendable {
    /// The header of a request.
    case request = "passgate/1 request"
    /// The header of a reply.
    case response = "passgate/1 response"
    /// What a capture device says of a live picture.
    case capture = "passgate/1 capture"
    /// Documents of the platform, from here on.
    case notice = "passgate/1 notice"
    case agreement = "passgate/1 agreement"
    case event = "passgate/1 event"
    case conformance = "passgate/1 conformance"
    case statement = "passgate/1 statement"
  }

  private static let zero: [UInt8] = [0]
  private static let prefix = Array("passgate/1 signature".utf8) + zero

  /// The leaf hash H(0x00 || label || 0x00 || header), 32 bytes.
  package static func leaf(_ label: Label, header: Span<UInt8>, hasher: Hasher) -> [UInt8] {
    hasher.update(zero.span)
    hasher.update(label.rawValue.utf8.span)
    hasher.update(zero.span)
    return hasher.digest(header)
  }

  /// The message of the signature: `"passgate/1 signature"`, 0x00, tree size as 8 bytes big-endian, root.
  package static func statement(treeSize: UInt64, root: [UInt8]) -> [UInt8] {
    var statement = prefix
    statement.reserveCapacity(prefix.count + 8 + root.count)
    for shift in stride(from: 56, through: 0, by: -8) {
      statement.append(UInt8(truncatingIfNeeded: treeSize >> UInt64(shift)))
    }
    statement += root
    return statement
  }
}

/// The longest signature value of the wire, in bytes: that of RSA with 4096 bits.
package let signatureLimit = 512

/// The one form of a signature on the wire: over the root of a tree, with one leaf's way up to it.
///
/// A direct signature is a tree of one leaf with an empty path.
package struct MerkleSignature: Sendable, Equatable {
  /// The signature of the statement, at most 512 bytes.
  package var value: [UInt8]
  /// How many leaves the tree has, 1...65,536.
  package var treeSize: UInt64
  /// Which leaf this one is, from 0.
  package var leafIndex: UInt64
  /// The inclusion path, 32 bytes each, from the bottom up.
  package var path: [[UInt8]]

  /// Puts the four parts together as they arrived; nothing is checked yet.
  package init(value: [UInt8], treeSize: UInt64, leafIndex: UInt64, path: [[UInt8]]) {
    self.value = value
    self.treeSize = treeSize
    self.leafIndex = leafIndex
    self.path = path
  }

  /// Signs all `leaves`, the 32-byte leaf hashes, with one operation of `signer`; results are in their order.
  ///
  /// - Throws: `.mismatch` when `hasher` is not of the signer's hash, `.malformed` for the leaves that
  ///   `MerkleTree` refuses, and what the signer throws.
  package static func sign(
    leaves: [[UInt8]], with signer: any Signer, hasher: Hasher
  ) throws(CryptoError) -> [MerkleSignature] {
    guard hasher.function == signer.algorithm.hash else {
      throw CryptoError(.mismatch, "the tree of \(signer.algorithm.name) signatures has another hash")
    }
    let tree = try MerkleTree(leaves: leaves, hasher: hasher)
    let size = UInt64(leaves.count)
    let value = try signer.sign(SignedStatement.statement(treeSize: size, root: tree.root).span)
    return leaves.indices.map {
      MerkleSignature(value: value, treeSize: size, leafIndex: UInt64($0), path: tree.path(at: $0))
    }
  }

  /// The root that must have been signed if `leaf` is in the tree; nil, before any hashing, when a bound is
  /// broken.
  package func root(leaf: [UInt8], hasher: Hasher) -> [UInt8]? {
    guard (1...signatureLimit).contains(value.count) else { return nil }
    return MerkleTree.root(leaf: leaf, index: leafIndex, size: treeSize, path: path, hasher: hasher)
  }
}

extension Verifier {
  /// Whether `signature` is this key's over `leaf`, hashed with the hash of its algorithm by `hasher`.
  package func isValid(_ signature: MerkleSignature, leaf: [UInt8], hasher: Hasher) -> Bool {
    guard hasher.function == algorithm.hash, let root = signature.root(leaf: leaf, hasher: hasher) else {
      return false
    }
    let statement = SignedStatement.statement(treeSize: signature.treeSize, root: root)
    return isValid(signature: signature.value.span, of: statement.span)
  }
}
