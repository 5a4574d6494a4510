package import PassgateCrypto
package import PassgateWire

/// Believes replies of the platform alone: keys whose certificates lead to the pinned root and were issued for
/// signing replies.
package final class ReplyVerifier {
  private struct Key {
    let verifier: Verifier
    let hasher: Hasher
    let algorithm: SignatureAlgorithm
  }

  private let anchors: [Certificate]
  private var keys: [[UInt8]: Key] = [:]
  /// Keys of earlier Hellos, for replies to calls that were under way when they were replaced.
  private var formerKeys: [[UInt8]: Key] = [:]

  package init(anchors: [Certificate]) { self.anchors = anchors }

  /// Takes the reply keys of a Hello over. One that is not in order is left out: replies signed with it fail.
  ///
  /// - Parameter keepsFormer: whether calls are under way, which the former keys may still answer.
  package func learn(_ hello: Hello, unixSeconds: Int64, keepsFormer: Bool = false) {
    formerKeys = keepsFormer ? formerKeys.merging(keys) { _, latest in latest } : [:]
    keys = [:]
    for announced in hello.replyKeys {
      guard let (id, key) = try? key(announced, unixSeconds) else { continue }
      keys[id] = key
    }
  }

  private func key(_ announced: ReplyKey, _ unixSeconds: Int64) throws -> ([UInt8], Key)? {
    var chain: [Certificate] = []
    for der in announced.certificates { chain.append(try Certificate(der: der.span)) }
    guard let leaf = chain.first, let algorithm = SignatureAlgorithm(rawValue: announced.algorithm) else {
      return nil
    }
    try ChainVerifier.verify(
      leaf, intermediates: Array(chain.dropFirst()), anchors: anchors, at: unixSeconds, purpose: .replySigning
    )
    try leaf.publicKey.check(for: algorithm)
    let key = Key(
      verifier: try Verifier(leaf.publicKey, algorithm), hasher: try Hasher(algorithm.hash),
      algorithm: algorithm)
    return (leaf.publicKey.keyID, key)
  }

  /// The header of a reply that is authentic and answers this request.
  ///
  /// - Parameters:
  ///   - digest: the leaf hash of the request.
  ///   - request: the header that was sent.
  ///   - wasUnderWay: whether it was sent before the last Hello.
  package func verify(
    _ response: Response, to request: RequestHeader, digest: [UInt8], wasUnderWay: Bool = false
  ) throws(ClientError) -> ResponseHeader {
    let header: ResponseHeader
    do throws(WireError) {
      header = try ResponseHeader(decoding: response.header.span)
    } catch {
      throw .notAuthentic("its header does not decode: \(error)")
    }
    guard let key = keys[header.keyID] ?? (wasUnderWay ? formerKeys[header.keyID] : nil),
      key.algorithm.rawValue == header.algorithm
    else {
      throw .notAuthentic("it is signed with a key that the platform has not announced")
    }
    let signature = MerkleSignature(response.signature)
    let leaf = SignedStatement.leaf(.response, header: response.header.span, hasher: key.hasher)
    let checks: [(Bool, String)] = [
      (key.verifier.isValid(signature, leaf: leaf, hasher: key.hasher), "its signature does not verify"),
      (key.hasher.digest(response.body.span) == header.bodyDigest, "its body is not the one that was signed"),
      (header.requestDigest == digest, "it answers another request"),
      // A server names itself in refusing what is for another one.
      (
        header.deployment == request.deployment || header.reason == .wrongDeployment,
        "it comes from another deployment"
      ),
      (header.tenantID == request.tenantID, "it is for another tenant"),
      (header.reasonFitsStatus, "its status and its reason contradict each other"),
    ]
    if let fault = checks.first(where: { !$0.0 }) { throw .notAuthentic(fault.1) }
    return header
  }
}

extension MerkleSignature {
  /// A signature as it came.
  package init(_ signature: Signature) {
    self.init(
      value: signature.value, treeSize: signature.treeSize, leafIndex: signature.leafIndex,
      path: signature.path)
  }
}
