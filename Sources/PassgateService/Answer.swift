import PassgateDomain
import PassgateRPC
import PassgateStore
import PassgateWire

/// What a call came to: `.noReason` as the reason means success, and the body is the method's reply.
struct Outcome: Sendable {
  let reason: Reason
  let body: [UInt8]
  /// Of each check that was made, for the evidence.
  var verdicts: [PassgateWire.Verdict] = []
  /// Wrong claims that a worker has counted, to be kept with the evidence.
  var attempts: [AttemptRow] = []
  /// Sealed records of comparisons, to be kept with the evidence.
  var comparisons: [ComparisonRow] = []
  /// Gives back what the call has used up: for a reply that never leaves, because the platform has failed.
  var undo: (@Sendable () -> Void)?

  static func success(
    _ body: [UInt8], verdicts: [PassgateWire.Verdict] = [], attempts: [AttemptRow] = []
  ) -> Outcome {
    Outcome(reason: .noReason, body: body, verdicts: verdicts, attempts: attempts)
  }

  /// - Parameters:
  ///   - field: the field at fault, never its value.
  ///   - retryAfter: milliseconds, when waiting helps.
  ///   - article: what it rests on, where that is more than the reason alone tells.
  static func refusal(
    _ reason: Reason, field: String = "", retryAfter: UInt32 = 0, article: String? = nil
  ) -> Outcome {
    let refusal = Refusal(
      salt: freshSalt(), article: article ?? reason.article, remedy: reason.remedy, field: field,
      retryAfterMilliseconds: retryAfter)
    return Outcome(reason: reason, body: refusal.encoded())
  }
}

/// A call with its outcome, ready to be signed and recorded.
struct Answer {
  let draft: Draft
  /// A registered key signed it: it is recorded in the evidence before its reply leaves.
  let isRecorded: Bool
  var outcome: Outcome

  var family: ReplyFamily { ReplyFamily(requestAlgorithm: draft.header.algorithm) }

  func reply(_ response: Response) -> Reply {
    Reply(
      connection: draft.call.peer.id, callID: draft.call.id, kind: .response(response),
      isUnauthentic: outcome.reason == .notAuthentic)
  }
}
