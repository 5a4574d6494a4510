import Foundation
import PassgateCrypto
import Testing

/// Trees and paths against `Tests/Vectors/merkle.json`, which an independent program wrote.
@Suite struct MerkleVectorTests {
  struct Vectors: Decodable {
    let label: String
    let trees: [Tree]
  }

  struct Tree: Decodable, Sendable, CustomTestStringConvertible {
    struct Leaf: Decodable, Sendable {
      let index: UInt64
      let leaf: String
      let path: [String]
    }

    let hash: String
    let size: UInt64
    let root: String
    let statement: String
    let leaves: [Leaf]
    var testDescription: String { "\(hash), \(size) leaves" }
    var function: HashFunction { hash == "sm3" ? .sm3 : .sha256 }
  }

  static let vectors: Vectors? = try? JSONDecoder().decode(
    Vectors.self, from: Data(contentsOf: packageRoot.appending(path: "Tests/Vectors/merkle.json")))

  /// The leaf hashes of the vectors: the header of leaf i is i as 4 bytes big-endian.
  static func leaves(_ size: UInt64, _ hasher: Hasher) -> [[UInt8]] {
    (0..<UInt32(size)).map { index in
      let header = bigEndianBytes(index)
      return SignedStatement.leaf(.request, header: header.span, hasher: hasher)
    }
  }

  private static func bigEndianBytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  @Test func theVectorsAreThere() throws {
    let vectors = try #require(Self.vectors)
    #expect(vectors.label == SignedStatement.Label.request.rawValue)
    #expect(Set(vectors.trees.map(\.size)) == Set([UInt64](1...9) + [255, 256, 257, 65536]))
    #expect(vectors.trees.count == 26 && Set(vectors.trees.map(\.hash)) == ["sha256", "sm3"])
  }

  @Test(arguments: vectors?.trees ?? [])
  func treesAndPathsAgree(_ vector: Tree) throws {
    let hasher = try Hasher(vector.function)
    let leaves = Self.leaves(vector.size, hasher)
    let tree = try MerkleTree(leaves: leaves, hasher: hasher)
    #expect(tree.root == bytes(vector.root))
    #expect(SignedStatement.statement(treeSize: vector.size, root: tree.root) == bytes(vector.statement))
    #expect(!vector.leaves.isEmpty)
    for expected in vector.leaves {
      #expect(leaves[Int(expected.index)] == bytes(expected.leaf))
      #expect(tree.path(at: Int(expected.index)) == expected.path.map(bytes))
      #expect(
        MerkleTree.root(
          leaf: bytes(expected.leaf), index: expected.index, size: vector.size,
          path: expected.path.map(bytes), hasher: hasher) == bytes(vector.root))
    }
  }
}

/// The rules of RFC 9162 that a hostile path tries.
@Suite struct MerkleTests {
  static let sizes = [UInt64](1...9) + [255, 256, 257]

  @Test(arguments: sizes)
  func everyLeafLeadsToTheRootAndToNoOther(_ size: UInt64) throws {
    let hasher = try Hasher(.sha256)
    let leaves = MerkleVectorTests.leaves(size, hasher)
    let tree = try MerkleTree(leaves: leaves, hasher: hasher)
    for index in 0..<size {
      let path = tree.path(at: Int(index))
      let root = { (leaf: [UInt8], index: UInt64) in
        MerkleTree.root(leaf: leaf, index: index, size: size, path: path, hasher: hasher)
      }
      #expect(root(leaves[Int(index)], index) == tree.root)
      #expect(size == 1 || root(leaves[Int(index)], index ^ 1) != tree.root)
      #expect(size == 1 || root(leaves[Int((index + 1) % size)], index) != tree.root)
    }
  }

  @Test(arguments: sizes)
  func everyOtherPathLengthIsRefused(_ size: UInt64) throws {
    let hasher = try Hasher(.sha256)
    let leaf = [UInt8](repeating: 1, count: 32)
    let tree = try MerkleTree(leaves: MerkleVectorTests.leaves(size, hasher), hasher: hasher)
    for index in 0..<size {
      let right = tree.path(at: Int(index)).count
      for length in 0...20 {
        let path = [[UInt8]](repeating: leaf, count: length)
        let root = MerkleTree.root(leaf: leaf, index: index, size: size, path: path, hasher: hasher)
        #expect((root != nil) == (length == right), "leaf \(index) of \(size), path of \(length)")
      }
    }
  }

  @Test(
    arguments: [
      (0, 0), (0, 65_537), (1, 1), (2, 2), (65_536, 65_536), (UInt64.max, 65_536), (0, UInt64.max),
      (UInt64.max, UInt64.max),
    ] as [(UInt64, UInt64)])
  func boundsAreKeptForEveryPath(_ index: UInt64, _ size: UInt64) throws {
    let hasher = try Hasher(.sha256)
    let leaf = [UInt8](repeating: 1, count: 32)
    for length in 0...65 {
      let path = [[UInt8]](repeating: leaf, count: length)
      #expect(MerkleTree.root(leaf: leaf, index: index, size: size, path: path, hasher: hasher) == nil)
    }
  }

  @Test(arguments: [0, 31, 33])
  func everyHashHas32Bytes(_ length: Int) throws {
    let hasher = try Hasher(.sha256)
    let (good, bad) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 1, count: length))
    let root = { (leaf: [UInt8], sibling: [UInt8]) in
      MerkleTree.root(leaf: leaf, index: 0, size: 2, path: [sibling], hasher: hasher)
    }
    #expect(root(good, good) != nil && root(bad, good) == nil && root(good, bad) == nil)
    #expect(
      fault { () throws(CryptoError) in _ = try MerkleTree(leaves: [good, bad], hasher: hasher) }
        == .malformed)
  }

  @Test(arguments: [0, 65_537])
  func aTreeHasOneTo65536Leaves(_ count: Int) throws {
    let hasher = try Hasher(.sha256)
    let leaves = [[UInt8]](repeating: [UInt8](repeating: 0, count: 32), count: count)
    #expect(
      fault { () throws(CryptoError) in _ = try MerkleTree(leaves: leaves, hasher: hasher) } == .malformed)
  }

  @Test func labelsSeparateLeaves() throws {
    let hasher = try Hasher(.sha256)
    let header: [UInt8] = [1, 2, 3]
    let hashed = [0] + Array("passgate/1 event".utf8) + [0, 1, 2, 3]
    let leaf = SignedStatement.leaf(.event, header: header.span, hasher: hasher)
    #expect(leaf == hasher.digest(hashed.span))
    let leaves = SignedStatement.Label.allCases.map {
      SignedStatement.leaf($0, header: header.span, hasher: hasher)
    }
    #expect(Set(leaves).count == SignedStatement.Label.allCases.count)
  }
}

/// The signature of the wire: one value over a tree.
@Suite struct MerkleSignatureTests {
  @Test(arguments: SignatureAlgorithm.allCases, [1, 2, 5])
  func everyLeafOfATreeVerifies(_ algorithm: SignatureAlgorithm, _ size: UInt64) throws {
    let hasher = try Hasher(algorithm.hash)
    let key = try TestKeys.key(for: algorithm)
    let leaves = MerkleVectorTests.leaves(size, hasher)
    let signatures = try MerkleSignature.sign(
      leaves: leaves, with: FileSigner(key, algorithm), hasher: hasher)
    let verifier = try Verifier(key.publicKey, algorithm)
    #expect(signatures.map(\.leafIndex) == Array(0..<size))
    #expect(Set(signatures.map(\.value)).count == 1)
    for (signature, leaf) in zip(signatures, leaves) {
      #expect(verifier.isValid(signature, leaf: leaf, hasher: hasher))
      var other = signature
      other.treeSize += 1
      #expect(!verifier.isValid(other, leaf: leaf, hasher: hasher))
      #expect(!verifier.isValid(signature, leaf: hasher.finish(), hasher: hasher))
    }
  }

  @Test func aDirectSignatureIsATreeOfOneLeaf() throws {
    let hasher = try Hasher(.sha256)
    let signer = try FileSigner(TestKeys.key(for: .ed25519), .ed25519)
    let leaf = [UInt8](repeating: 3, count: 32)
    let signature = try #require(try MerkleSignature.sign(leaves: [leaf], with: signer, hasher: hasher).first)
    #expect(signature.treeSize == 1 && signature.leafIndex == 0 && signature.path.isEmpty)
    let statement = Array("passgate/1 signature".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 1] + leaf
    #expect(try Verifier(signer.publicKey, .ed25519).accepts(signature.value, of: statement))
  }

  @Test func theHashMustBeTheAlgorithms() throws {
    let signer = try FileSigner(TestKeys.key(for: .ed25519), .ed25519)
    let leaf = [UInt8](repeating: 3, count: 32)
    let (sha256, sm3) = try (Hasher(.sha256), Hasher(.sm3))
    #expect(
      fault { () throws(CryptoError) in
        _ = try MerkleSignature.sign(leaves: [leaf], with: signer, hasher: sm3)
      } == .mismatch)
    let signature = try #require(try MerkleSignature.sign(leaves: [leaf], with: signer, hasher: sha256).first)
    let verifier = try Verifier(signer.publicKey, .ed25519)
    #expect(!verifier.isValid(signature, leaf: leaf, hasher: sm3))
  }

  @Test(arguments: [0, 513])
  func theValueHasOneTo512Bytes(_ length: Int) throws {
    let hasher = try Hasher(.sha256)
    let leaf = [UInt8](repeating: 3, count: 32)
    let signature = { (length: Int) in
      MerkleSignature(value: [UInt8](repeating: 0, count: length), treeSize: 1, leafIndex: 0, path: [])
    }
    #expect(signature(length).root(leaf: leaf, hasher: hasher) == nil)
    #expect(signature(512).root(leaf: leaf, hasher: hasher) == leaf)
  }
}
