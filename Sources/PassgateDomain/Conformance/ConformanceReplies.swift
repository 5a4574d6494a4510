// Replies as they might have come. The platform makes them when a run starts, in an order that it draws; the
// tenant's side says which it believes.

private func right(
  _ id: String, _ shows: String, _ showsChinese: String,
  _ group: ConformanceCase.Group = .replyVerification
) -> ConformanceCase {
  ConformanceCase(
    id: "reply-" + id, group: group, shows: shows, showsChinese: showsChinese, kind: .reply(isRight: true))
}

private func wrong(
  _ id: String, _ shows: String, _ showsChinese: String,
  _ group: ConformanceCase.Group = .replyVerification
) -> ConformanceCase {
  ConformanceCase(
    id: "reply-" + id, group: group, shows: shows, showsChinese: showsChinese, kind: .reply(isRight: false))
}

extension ConformanceSuite {
  package static let replyCases = rightReplies + alteredReplies + misplacedReplies + mistrustedReplies

  private static let rightReplies = [
    right("direct", "A reply with a signature of its own is believed.", "单独签名的应答应予采信。"),
    right("undetermined", "An UNDETERMINED is a verdict and is believed.", "“无法确定”是有效结果,应予采信。"),
    right("refusal", "A signed refusal is believed.", "经签名的拒绝应予采信。"),
    right(
      "refusal-elsewhere", "A refusal by the deployment that was reached by mistake is believed.",
      "误连环境的拒绝应予采信。"),
    right(
      "later-reason", "A refusal for a reason of a later release is believed by its status.",
      "原因编号为新版本所定的拒绝,按状态采信。"),
    right("of-two", "A reply under a signature over two is believed.", "两个应答共用签名,应予采信。"),
    right("last-of-nine", "The last leaf of an uneven tree is believed.", "不平衡签名树的末叶应予采信。"),
    right("of-256", "A reply under a signature over 256 is believed.", "二百五十六个应答共用签名,应予采信。"),
    right(
      "beside-unreadable-key", "A key that cannot be read spoils no other.", "无法识别的密钥不影响其他密钥。"),
    right(
      "by-next-key", "A reply by the next key is believed once Hello has announced it.",
      "已公告的下一把密钥签名的应答应予采信。", .keyRoll),
  ]

  private static let alteredReplies = [
    wrong("header-bit", "One changed bit of a reply's header is noticed.", "应答头被改动一位,不得采信。"),
    wrong("body-bit", "One changed bit of a reply's body is noticed.", "应答体被改动一位,不得采信。"),
    wrong("verdict-turned", "A verdict that was turned round is noticed.", "结果被颠倒,不得采信。"),
    wrong("signature-bit", "One changed bit of a reply's signature is noticed.", "签名被改动一位,不得采信。"),
    wrong("path-bit", "One changed bit of the tree's path is noticed.", "签名路径被改动一位,不得采信。"),
    wrong("path-too-long", "A path that is too long is noticed.", "签名路径过长,不得采信。"),
    wrong("path-too-short", "A path that is too short is noticed.", "签名路径过短,不得采信。"),
    wrong("tree-size-zero", "A tree without leaves is noticed.", "签名树大小为零,不得采信。"),
    wrong("tree-size-larger", "A tree that is said to be larger is noticed.", "签名树大小被改大,不得采信。"),
    wrong("leaf-outside-tree", "A leaf outside its tree is noticed.", "叶序号越界,不得采信。"),
    wrong("leaf-of-neighbour", "A neighbour's place in the tree is noticed.", "叶序号属于相邻应答,不得采信。"),
    wrong("other-label", "A signature of a header as a request's is noticed.", "以请求标签签名的应答不得采信。"),
    wrong("bare-root", "A signature over the root without its statement is noticed.", "直接对树根签名的应答不得采信。"),
  ]

  private static let misplacedReplies = [
    wrong("to-other-request", "The answer to another request is not believed.", "对其他请求的应答不得采信。"),
    wrong("of-other-deployment", "A verdict of the other deployment is not believed.", "其他环境的结果不得采信。"),
    wrong("for-other-tenant", "An answer for another tenant is not believed.", "给其他单位的应答不得采信。"),
    wrong("status-ok-with-reason", "A success with a reason to refuse is not believed.", "状态成功却带拒绝原因,不得采信。"),
    wrong(
      "status-of-other-reason", "A status that its reason does not have is not believed.", "状态与原因矛盾,不得采信。"),
    wrong("refusal-as-success", "A refusal's body under a success is not believed.", "状态成功而内容为拒绝,不得采信。"),
    wrong("verdict-as-refusal", "A verdict's body under a refusal is not believed.", "状态拒绝而内容为结果,不得采信。"),
    wrong(
      "header-unknown-field", "A header with a field that does not exist is not believed.", "应答头含未知字段,不得采信。"),
  ]

  private static let mistrustedReplies = [
    wrong("key-not-announced", "A key that Hello did not announce is not believed.", "未公告的密钥不得采信。"),
    wrong("no-keys", "Without announced keys no reply is believed.", "未公告任何密钥时,应答不得采信。"),
    wrong(
      "strange-authority", "A certificate of an authority that is not pinned is not believed.",
      "非信任机构签发的证书不得采信。"),
    wrong(
      "authority-missing", "A certificate that does not lead to the root is not believed.", "证书链不完整,不得采信。"),
    wrong(
      "other-purpose", "A key that was certified for another purpose is not believed.", "其他用途证书的密钥不得采信。"),
    wrong(
      "expired-key", "A strange authority's certificate that has ended is not believed.",
      "过期证书(且非信任机构签发)不得采信。"),
    wrong(
      "other-algorithm", "A reply that names another algorithm than its key's is not believed.",
      "算法与密钥不符,不得采信。"),
    wrong(
      "announced-algorithm", "A key that is announced for an algorithm it has not is not believed.",
      "公告算法与证书密钥不符,不得采信。"),
    wrong(
      "key-replaced", "A key that the latest Hello no longer announces is not believed.", "已被替换的密钥不得采信。",
      .keyRoll),
  ]
}
