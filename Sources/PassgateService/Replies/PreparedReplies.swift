import PassgateCrypto
import PassgateRPC
import PassgateWire

/// Answers of one tree with the headers of their replies: everything of them but the signature.
struct PreparedReplies {
  let answers: [Answer]
  let headers: [[UInt8]]
  /// Of the tree, in the order of the answers.
  let leaves: [[UInt8]]
  let key: ReplySigning.Key

  init(_ answers: [Answer], _ key: ReplySigning.Key, _ deployment: Deployment, nowMilliseconds: UInt64) {
    self.answers = answers
    self.key = key
    headers = answers.map { answer in
      ResponseHeader(
        deployment: deployment, tenantID: answer.draft.header.tenantID, keyID: key.keyID,
        algorithm: key.algorithm.rawValue, requestDigest: answer.draft.leaf,
        status: answer.outcome.reason.code, reason: answer.outcome.reason,
        createdMilliseconds: nowMilliseconds, bodyDigest: key.hasher.digest(answer.outcome.body.span),
        nextKeyID: key.nextKeyID
      ).encoded()
    }
    leaves = headers.map { SignedStatement.leaf(.response, header: $0.span, hasher: key.hasher) }
  }

  /// The replies with the signatures of their leaves.
  func replies(_ signatures: [MerkleSignature]) -> [Reply] {
    answers.indices.map { place in
      answers[place].reply(
        Response(
          header: headers[place], body: answers[place].outcome.body,
          signature: Signature(signatures[place])))
    }
  }

  /// What the callers get when there is no signature: nothing unsigned ever leaves.
  var farewells: [Reply] { answers.map { .unsigned(to: $0.draft.call.peer) } }
}

extension Reply {
  /// Ends a connection whose calls cannot be answered.
  static func unsigned(to peer: Peer) -> Reply {
    let goAway = GoAway(
      reason: .unavailable, lastCallID: 0,
      detail: "the platform's signing device does not answer; calls were not answered and may be sent again")
    return Reply(connection: peer.id, callID: 0, kind: .goAway(goAway))
  }
}
