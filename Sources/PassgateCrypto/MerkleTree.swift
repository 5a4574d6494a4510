/// The hash tree of RFC 9162 section 2.1 over leaf hashes, with the inner nodes kept for the paths.
package struct MerkleTree: Sendable {
  /// The most leaves a tree may have.
  package static let leafLimit: UInt64 = 65_536

  /// The leaves, then each level above; the last level is the root alone.
  private let levels: [[[UInt8]]]

  /// Builds the tree over `leaves`, the 32-byte leaf hashes in order.
  ///
  /// - Throws: `.malformed` when there are none, more than 65,536, or one has not 32 bytes.
  package init(leaves: [[UInt8]], hasher: Hasher) throws(CryptoError) {
    guard (1...Self.leafLimit).contains(UInt64(leaves.count)) else {
      throw CryptoError(.malformed, "a tree has 1 to \(Self.leafLimit) leaves, not \(leaves.count)")
    }
    guard leaves.allSatisfy({ $0.count == HashFunction.digestLength }) else {
      throw CryptoError(.malformed, "a leaf hash has \(HashFunction.digestLength) bytes")
    }
    var levels = [leaves]
    var level = leaves
    while level.count > 1 {
      level = Self.parents(of: level, hasher)
      levels.append(level)
    }
    self.levels = levels
  }

  /// The next level up; a last node without a sibling moves up unchanged and is never hashed with itself.
  private static func parents(of level: [[UInt8]], _ hasher: Hasher) -> [[UInt8]] {
    stride(from: 0, to: level.count, by: 2).map { left in
      left + 1 < level.count ? node(level[left], level[left + 1], hasher) : level[left]
    }
  }

  /// H(0x01 || left || right).
  private static func node(_ left: [UInt8], _ right: [UInt8], _ hasher: Hasher) -> [UInt8] {
    hasher.digest(nodePrefix.span, left.span, right.span)
  }

  private static let nodePrefix: [UInt8] = [1]

  /// The root hash, 32 bytes.
  package var root: [UInt8] {
    levels[levels.count - 1][0]
  }

  /// The inclusion path of the leaf at `index`, from the bottom up; `index` is below the number of leaves.
  package func path(at index: Int) -> [[UInt8]] {
    var path: [[UInt8]] = []
    var position = index
    for level in levels {
      let sibling = position ^ 1
      if sibling < level.count { path.append(level[sibling]) }
      position >>= 1
    }
    return path
  }

  /// How many hashes the path of leaf `index` has in a tree of `size` leaves, 1 or more.
  static func pathLength(index: UInt64, size: UInt64) -> Int {
    var (length, position, last) = (0, index, size - 1)
    while last > 0 {
      if position & 1 == 1 || position < last { length += 1 }
      (position, last) = (position >> 1, last >> 1)
    }
    return length
  }

  /// The root that `leaf` at `index` has in a tree of `size` leaves along `path` (RFC 9162 section 2.1.3.2).
  ///
  /// Nil, and nothing hashed, when `size` is not 1...65,536, `index` is not below it, the path has not
  /// exactly the length that they demand, or a hash has not 32 bytes.
  package static func root(
    leaf: [UInt8], index: UInt64, size: UInt64, path: [[UInt8]], hasher: Hasher
  ) -> [UInt8]? {
    guard (1...leafLimit).contains(size), index < size, path.count == pathLength(index: index, size: size),
      leaf.count == HashFunction.digestLength, path.allSatisfy({ $0.count == HashFunction.digestLength })
    else { return nil }
    var (hash, position, last) = (leaf, index, size - 1)
    for sibling in path {
      while position & 1 == 0 && position == last { (position, last) = (position >> 1, last >> 1) }
      hash = position & 1 == 1 ? node(sibling, hash, hasher) : node(hash, sibling, hasher)
      (position, last) = (position >> 1, last >> 1)
    }
    return hash
  }
}
