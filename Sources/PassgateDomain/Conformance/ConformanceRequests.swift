// The cases in which more than a claim matters: what is signed, on which connection, when, and what comes after a
// refusal.

private func requests(
  _ id: String, _ group: ConformanceCase.Group, _ outcomes: [[ConformanceOutcome]], _ shows: String,
  _ showsChinese: String, _ relation: RequestPattern.Relation = .any,
  instead: [Circumstance: RequestPattern] = [:]
) -> ConformanceCase {
  ConformanceCase(
    id: id, group: group, shows: shows, showsChinese: showsChinese,
    kind: .requests(RequestPattern(outcomes, relation), instead: instead))
}

/// One request that is refused.
private func refused(
  _ id: String, _ reason: String, _ shows: String, _ showsChinese: String,
  instead: [Circumstance: RequestPattern] = [:]
) -> ConformanceCase {
  requests(id, .bad, [[.refused(reason)]], shows, showsChinese, instead: instead)
}

private let notAuthentic = ConformanceOutcome.refused("NOT_AUTHENTIC")
/// A header that its signing server does not sign is sent with the signature of another.
private let byAnotherSignature = [Circumstance.signingServer: RequestPattern([[notAuthentic]])]

extension ConformanceSuite {
  /// Claims of the largest batch.
  package static let batchLimit = 256
  /// Requests that are under way at once.
  package static let manyInFlight = 24
  /// Requests that are not authentic after which the platform ends a connection.
  package static let unauthenticLimit = 16
  /// Distinct wrong claims for one number that one tenant may make in a day.
  package static let wrongClaims = 5
  /// Requests of one tree.
  package static let treeSize = 9

  static let requestCases =
    together + alterations + bodies + refusals + edges + recoveries + keyRoll

  private static let together = [
    requests(
      "batch-of-three", .good, [[.verdicts([.consistent, .inconsistent, .undetermined])]],
      "A batch has a verdict for each claim, in order.", "批量核验按顺序返回每项结果。"),
    requests(
      "one-signature-for-nine", .good, Array(repeating: [.consistent], count: treeSize),
      "Nine requests are signed with one signature over their tree.", "九个请求共用一次默克尔树签名。", .oneSignature),
  ]

  // MARK: Changed after signing

  private static let alterations = [
    refused(
      "altered-deployment", "WRONG_DEPLOYMENT", "A request for the other deployment is refused.",
      "环境被篡改,请求被拒绝。"),
    refused("altered-tenant", "NOT_AUTHENTIC", "Another tenant's name is noticed.", "单位编号被篡改,请求被拒绝。"),
    refused("altered-key-id", "NOT_AUTHENTIC", "Another key's id is noticed.", "密钥编号被篡改,请求被拒绝。"),
    refused("altered-algorithm", "NOT_AUTHENTIC", "Another algorithm is noticed.", "签名算法被篡改,请求被拒绝。"),
    refused("altered-method", "NOT_AUTHENTIC", "Another method is noticed.", "方法名被篡改,请求被拒绝。"),
    refused("altered-scene", "NOT_AUTHENTIC", "Another business scene is noticed.", "业务场景被篡改,请求被拒绝。"),
    refused("altered-created", "NOT_AUTHENTIC", "A time moved by a millisecond is noticed.", "时间被篡改,请求被拒绝。"),
    refused("altered-timeout", "NOT_AUTHENTIC", "Another timeout is noticed.", "超时被篡改,请求被拒绝。"),
    refused(
      "altered-channel-binding", "WRONG_CHANNEL", "A request bound to another connection is refused.",
      "通道绑定值被篡改,请求被拒绝。"),
    refused("altered-sequence", "NOT_AUTHENTIC", "Another sequence number is noticed.", "序号被篡改,请求被拒绝。"),
    refused(
      "altered-body-digest", "NOT_AUTHENTIC", "Another digest of the body is noticed.", "报文体摘要被篡改,请求被拒绝。"),
    refused("altered-trace-id", "NOT_AUTHENTIC", "Another trace id is noticed.", "跟踪编号被篡改,请求被拒绝。"),
    refused("altered-public-key", "NOT_AUTHENTIC", "A key that is brought along is refused.", "夹带公钥的请求被拒绝。"),
    refused("altered-body", "NOT_AUTHENTIC", "One changed bit of the body is noticed.", "报文体被改动一位,请求被拒绝。"),
    refused(
      "altered-signature", "NOT_AUTHENTIC", "One changed bit of the signature is noticed.", "签名被改动一位,请求被拒绝。"),
    refused("altered-tree-size", "NOT_AUTHENTIC", "Another size of the tree is noticed.", "签名树大小被篡改,请求被拒绝。"),
    refused("altered-leaf-index", "NOT_AUTHENTIC", "Another place in the tree is noticed.", "叶序号被篡改,请求被拒绝。"),
    refused("altered-path", "NOT_AUTHENTIC", "A longer path of the tree is noticed.", "签名路径被加长,请求被拒绝。"),
    requests(
      "exchanged-signatures", .bad, [[notAuthentic], [notAuthentic]],
      "Two requests with each other's signatures are refused.", "两个请求互换签名,均被拒绝。"),
    refused(
      "stranger-signs", "NOT_AUTHENTIC", "A signature by a key that is not registered is refused.",
      "未登记密钥的签名被拒绝。"),
    refused(
      "stranger-names-itself", "NOT_AUTHENTIC", "A key that is not registered is refused under its own id.",
      "未登记密钥以自身编号签名,被拒绝。"),
  ]

  // MARK: Bodies that are signed but wrong

  private static let bodies = [
    malformed("salt-missing", "salt", "A body without its salt is refused.", "缺少随机盐,请求被拒绝。"),
    malformed("salt-short", "salt", "A salt of eight bytes is refused.", "随机盐长度不足,请求被拒绝。"),
    malformed("body-empty", "salt", "An empty body is refused.", "空报文体被拒绝。"),
    malformed("body-truncated", "claim", "A body that was cut is refused.", "报文体被截断,请求被拒绝。"),
    malformed("field-unknown", "", "A field that the specification does not have is refused.", "未知字段被拒绝。"),
    malformed("number-malformed", "claim.number", "A number of no valid form is refused.", "证件号码格式错误,请求被拒绝。"),
    malformed(
      "number-of-other-type", "claim.number", "A permit's number of a passport is refused.",
      "证件种类与号码不符,请求被拒绝。"),
    malformed(
      "birth-date-impossible", "claim.birth_date", "The 30th of February is refused.", "不存在的出生日期被拒绝。"),
    malformed(
      "birth-date-missing", "claim.birth_date", "A claim without a birth date is refused.", "缺少出生日期,请求被拒绝。"),
    malformed(
      "expiry-impossible", "claim.expiry", "An expiry in a thirteenth month is refused.", "不存在的有效期被拒绝。"),
    malformed("name-missing", "claim.name", "A claim without a name is refused.", "缺少姓名,请求被拒绝。"),
    malformed("name-with-digit", "claim.name", "A digit in a name is refused.", "姓名含数字,请求被拒绝。"),
    malformed(
      "name-with-hidden-control", "claim.name", "A hidden control of direction in a name is refused.",
      "姓名含隐藏控制符,请求被拒绝。"),
    malformed(
      "mrz-check-digit", "claim.mrz", "A machine-readable zone with a wrong check digit is refused.",
      "机读码校验位错误,请求被拒绝。"),
    malformed("mrz-one-line", "claim.mrz", "Half a machine-readable zone is refused.", "机读码不完整,请求被拒绝。"),
    malformed("batch-empty", "claims", "A batch without claims is refused.", "空批量请求被拒绝。"),
    malformed("batch-too-long", "claims", "A batch of 257 claims is refused.", "批量超过二百五十六项,请求被拒绝。"),
    refused(
      "body-too-large", "BODY_TOO_LARGE", "A body beyond the method's limit is refused.", "报文体超过上限,请求被拒绝。"),
  ]

  /// - Parameter field: what the refusal names.
  private static func malformed(
    _ id: String, _ field: String, _ shows: String, _ showsChinese: String
  ) -> ConformanceCase {
    requests(id, .bad, [[.refused("MALFORMED_BODY", field: field)]], shows, showsChinese)
  }

  // MARK: Requests that may not be made

  private static let refusals = [
    refused("method-unknown", "UNKNOWN_METHOD", "A method that does not exist is refused.", "不存在的方法被拒绝。"),
    refused(
      "method-of-officers", "NOT_PERMITTED", "A method of officers is refused to a tenant.", "管理员方法对单位被拒绝。",
      instead: byAnotherSignature),
    refused(
      "scene-not-agreed", "SCENE_NOT_AGREED", "A scene that was not agreed is refused.", "未约定的业务场景被拒绝。",
      instead: byAnotherSignature),
    refused(
      "scene-missing", "SCENE_NOT_AGREED", "A check without a scene is refused.", "缺少业务场景,请求被拒绝。",
      instead: byAnotherSignature),
    refused("clock-behind", "CLOCK_SKEW", "A request of six minutes ago is refused.", "六分钟前的请求被拒绝。"),
    refused("clock-ahead", "CLOCK_SKEW", "A request from six minutes ahead is refused.", "时间超前六分钟的请求被拒绝。"),
    requests(
      "same-request-twice", .bad, [[.consistent, .refused("SEQUENCE_USED")]], "A request is good once.",
      "同一请求只能使用一次。"),
    requests(
      "sequence-again", .bad, [[.consistent], [.refused("SEQUENCE_USED")]],
      "A sequence number is good once, newly signed or not.", "同一序号重新签名后仍被拒绝。", .sameSequence),
    requests(
      "sequence-below-window", .bad, [[.consistent], [.refused("SEQUENCE_USED")]],
      "A sequence number far below the highest is refused.", "过小的序号被拒绝。", .fallingSequence),
    requests(
      "on-another-connection", .bad, [[.consistent, .refused("WRONG_CHANNEL")]],
      "A request is good on its own connection alone.", "请求不能在其他连接上使用。", .differentConnections),
  ]

  // MARK: Edges

  private static let edges = [
    requests(
      "batch-of-256", .edge, [[.verdicts(Array(repeating: .consistent, count: batchLimit))]],
      "The largest batch is answered whole.", "最大批量(二百五十六项)完整返回。"),
    requests(
      "timeout-above-maximum", .edge, [[.consistent]], "A timeout above the maximum counts as the maximum.",
      "超过上限的超时按上限处理。"),
    requests(
      "clock-nearly-behind", .edge, [[.consistent]], "A clock that is four minutes behind is good enough.",
      "时钟落后四分钟仍可使用。"),
    requests("sequence-gap", .edge, [[.consistent]], "Sequence numbers may be left out.", "序号可以跳跃。"),
    requests(
      "sequence-out-of-order", .edge, [[.consistent], [.consistent]],
      "Requests within the window may come in any order.", "窗口内的请求可以乱序到达。", .fallingSequence),
    requests(
      "attempts-exhausted", .edge,
      Array(repeating: [.inconsistent], count: wrongClaims) + [[.undetermined]],
      "After five different wrong claims for a number there is no answer for it.",
      "同一号码五次不同错误申报后不再返回结果。"),
  ]

  // MARK: Error handling

  private static let recoveries = [
    requests(
      "clock-corrected", .errorHandling, [[.refused("CLOCK_SKEW")], [.consistent]],
      "After CLOCK_SKEW the time of Hello is taken.", "时钟偏差被拒后,改用平台时间重新签名。"),
    requests(
      "channel-corrected", .errorHandling, [[.refused("WRONG_CHANNEL")], [.consistent]],
      "After WRONG_CHANNEL the request is signed for this connection.", "通道错误被拒后,按本连接重新签名。"),
    requests(
      "sequence-renewed", .errorHandling, [[.consistent, .refused("SEQUENCE_USED")], [.consistent]],
      "After SEQUENCE_USED a higher number is taken.", "序号已用被拒后,使用更大的序号。"),
    requests(
      "body-corrected", .errorHandling,
      [[.refused("MALFORMED_BODY", field: "claim.birth_date")], [.consistent]],
      "After MALFORMED_BODY the named field is corrected.", "报文体错误被拒后,更正所指字段。"),
    requests(
      "deadline-retried", .errorHandling, [[.refused("DEADLINE_EXPIRED")], [.consistent]],
      "After DEADLINE_EXPIRED the check is signed anew with more time.", "超时被拒后,延长超时并重新签名。"),
    requests(
      "call-cancelled", .errorHandling, [[.consistent]],
      "A call that was given up is answered once all the same.",
      "取消的调用仍有一次应答。"),
    requests(
      "two-connections", .errorHandling, [[.consistent], [.consistent]],
      "Two connections are used at once.", "同时使用两条连接。", .differentConnections),
    requests(
      "many-in-flight", .errorHandling, Array(repeating: [.consistent], count: manyInFlight),
      "Many requests are under way at once, and each answer finds its request.", "多个请求并发,应答与请求一一对应。"),
    requests(
      "renewed-after-goaway", .errorHandling, [[.consistent], [.consistent]],
      "After a GoAway checks go on over a new connection.", "收到GoAway后,在新连接上继续核验。", .differentConnections),
    requests(
      "renewed-after-bad-requests", .errorHandling,
      Array(repeating: [notAuthentic], count: unauthenticLimit) + [[.consistent]],
      "A connection that the platform ended for bad requests is replaced.", "因错误请求被断开后,建立新连接。"),
  ]

  // MARK: Key roll

  private static let keyRoll = [
    requests(
      "connection-renewed", .keyRoll, [[.consistent], [.consistent]],
      "A connection is replaced by a new one with new keys.", "以新连接(新会话密钥)替换旧连接。", .differentConnections),
    requests(
      "second-key", .keyRoll, [[.consistent], [.consistent]],
      "Two keys of the tenant work side by side, as they must when one replaces the other.",
      "单位的两把密钥同时有效,可平稳轮换。", .differentKeys,
      instead: [.oneKey: RequestPattern([[.consistent], [.consistent]], .differentConnections)]),
  ]
}
