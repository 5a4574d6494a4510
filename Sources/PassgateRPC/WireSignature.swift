package import PassgateCrypto
package import PassgateWire

extension Signature {
  /// The wire's form of a signature.
  package init(_ signature: MerkleSignature) {
    self.init(
      value: signature.value, treeSize: signature.treeSize, leafIndex: signature.leafIndex,
      path: signature.path)
  }
}
