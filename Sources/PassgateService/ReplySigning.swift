package import PassgateCrypto
import PassgateRPC
import PassgateWire

/// A key that signs replies, with the certificates that lead to the platform's root.
package struct ReplyKey: Sendable {
  package let signer: any Signer
  /// The leaf first, without the root.
  package let chain: [Certificate]
  /// False while the key is only announced.
  package let isActive: Bool

  package init(signer: any Signer, chain: [Certificate], isActive: Bool) {
    self.signer = signer
    self.chain = chain
    self.isActive = isActive
  }

  var announcement: PassgateWire.ReplyKey {
    PassgateWire.ReplyKey(
      state: isActive ? .active : .next, algorithm: signer.algorithm.rawValue,
      certificates: chain.map(\.der))
  }
}

/// Which reply key answers: SM2 for those who sign with SM2, P-256 for everybody else.
enum ReplyFamily: Hashable {
  case p256
  case sm2

  init(requestAlgorithm: UInt32) {
    self = requestAlgorithm == SignatureAlgorithm.sm2SM3.rawValue ? .sm2 : .p256
  }
}

extension DeploymentConfiguration {
  /// The key that signs for a family now, with a signer of its own for another thread.
  func activeKey(for family: ReplyFamily) throws(CryptoError) -> ReplyKey {
    if family == .sm2, let key = try activeKey(of: .sm2SM3) { return key }
    if let key = try activeKey(of: .ecdsaP256SHA256) { return key }
    throw CryptoError(.mismatch, "no active reply key of algorithm ecdsa-p256-sha256 is configured")
  }

  /// Nil where no such key is active.
  fileprivate func activeKey(of algorithm: SignatureAlgorithm) throws(CryptoError) -> ReplyKey? {
    let active = replyKeys.first { $0.isActive && $0.signer.algorithm == algorithm }
    guard let active else { return nil }
    return ReplyKey(signer: try active.signer.duplicate(), chain: active.chain, isActive: true)
  }
}

/// Signs a loop's replies: one signature for all replies of a tick of one family.
final class ReplySigning {
  private struct Key {
    let signer: any Signer
    let hasher: Hasher

    init(_ key: ReplyKey) throws(CryptoError) {
      signer = key.signer
      hasher = try Hasher(signer.algorithm.hash)
    }
  }

  private let p256: Key
  private let sm2: Key?
  private let deployment: Deployment
  private let individually: Bool

  init(_ configuration: DeploymentConfiguration) throws(CryptoError) {
    p256 = try Key(configuration.activeKey(for: .p256))
    sm2 = try configuration.activeKey(of: .sm2SM3).map { (key) throws(CryptoError) in try Key(key) }
    deployment = configuration.deployment
    individually = configuration.signsIndividually
  }

  /// One signed response for each answer, in order. Replies to senders who were not verified get trees of their
  /// own, so that tree sizes tell a stranger nothing of the traffic.
  func sign(_ answers: [Answer], nowMilliseconds: UInt64) throws(CryptoError) -> [Response] {
    var responses = [Response?](repeating: nil, count: answers.count)
    for indices in trees(answers) {
      let key = key(answers[indices[0]].family)
      let headers = indices.map { header(for: answers[$0], key, nowMilliseconds) }
      let leaves = headers.map { SignedStatement.leaf(.response, header: $0.span, hasher: key.hasher) }
      let signatures = try MerkleSignature.sign(leaves: leaves, with: key.signer, hasher: key.hasher)
      for (position, index) in indices.enumerated() {
        responses[index] = Response(
          header: headers[position], body: answers[index].outcome.body,
          signature: Signature(signatures[position]))
      }
    }
    return responses.compactMap { $0 }
  }

  /// The answers of each tree, by their places.
  private func trees(_ answers: [Answer]) -> [[Int]] {
    if individually { return answers.indices.map { [$0] } }
    return Self.kinds.map { kind in
      answers.indices.filter { kind == (answers[$0].family, answers[$0].isRecorded) }
    }.filter { !$0.isEmpty }
  }

  private static let kinds = [(ReplyFamily.p256, true), (.p256, false), (.sm2, true), (.sm2, false)]

  private func key(_ family: ReplyFamily) -> Key { family == .sm2 ? sm2 ?? p256 : p256 }

  private func header(for answer: Answer, _ key: Key, _ now: UInt64) -> [UInt8] {
    ResponseHeader(
      deployment: deployment, tenantID: answer.draft.header.tenantID, keyID: key.signer.publicKey.keyID,
      algorithm: key.signer.algorithm.rawValue, requestDigest: answer.draft.leaf,
      status: answer.outcome.reason.code, reason: answer.outcome.reason, createdMilliseconds: now,
      bodyDigest: key.hasher.digest(answer.outcome.body.span)
    ).encoded()
  }
}
