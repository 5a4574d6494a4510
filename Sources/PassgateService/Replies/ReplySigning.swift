import PassgateCrypto
import PassgateRPC
import PassgateWire

/// Signs a loop's replies: one signature for all replies of a tick of one family.
final class ReplySigning {
  private struct Key {
    let signer: any Signer
    let hasher: Hasher

    init(_ key: SigningKey) throws(CryptoError) {
      // Loops sign at the same time.
      signer = try key.signer.duplicate()
      hasher = try Hasher(signer.algorithm.hash)
    }
  }

  private let p256: Key
  private let sm2: Key
  private let deployment: Deployment
  private let individually: Bool

  /// With the keys that sign at `now`.
  init(_ configuration: DeploymentConfiguration, at now: UInt64) throws(CryptoError) {
    p256 = try Key(configuration.replyKeys.signing(for: .p256, at: now))
    sm2 = try Key(configuration.replyKeys.signing(for: .sm2, at: now))
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

  private func key(_ family: ReplyFamily) -> Key { family == .sm2 ? sm2 : p256 }

  private func header(for answer: Answer, _ key: Key, _ now: UInt64) -> [UInt8] {
    ResponseHeader(
      deployment: deployment, tenantID: answer.draft.header.tenantID, keyID: key.signer.publicKey.keyID,
      algorithm: key.signer.algorithm.rawValue, requestDigest: answer.draft.leaf,
      status: answer.outcome.reason.code, reason: answer.outcome.reason, createdMilliseconds: now,
      bodyDigest: key.hasher.digest(answer.outcome.body.span)
    ).encoded()
  }
}
