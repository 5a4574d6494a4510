extension Clause: LegalTerm {
  /// What the clause says, in the words of the Measures, shortened where they name what the clause's own number does,
  /// and in English.
  package var text: Bilingual { Self.texts[self] ?? Bilingual(description, description) }

  /// The clauses that a case can cite.
  static let texts: [Clause: Bilingual] = [
    Clause(5): Bilingual("使用单位应当符合的条件", "conditions that a using organisation meets"),
    Clause(6, 1): Bilingual("申请开通应当提供的材料", "materials that an application is made with"),
    Clause(6, 2): Bilingual(
      "材料登记事项发生变更或者失效的，应当自变更或者失效之日起十五日内重新提交",
      "materials that changed or expired are submitted anew within fifteen days"),
    Clause(7, 1): Bilingual("在线申请并提交材料", "application with its materials"),
    Clause(7, 2): Bilingual(
      "对申请材料进行核查，发出通过核查、不通过核查和补充申请材料通知",
      "review of the materials: passed, not passed, or to be supplemented"),
    Clause(7, 3): Bilingual("双方开展平台对接调试", "joint debugging"),
    Clause(7, 4): Bilingual("双方签订使用和安全保密协议", "signing of the agreement on use, security and confidentiality"),
    Clause(7, 5): Bilingual("开通出入境证件身份认证业务", "opening of the service"),
    Clause(8): Bilingual(
      "评估使用单位认证量需求，确定采用移动数字证书或者签名验签服务器方式接入",
      "access by mobile certificate or signing server, as the assessed volume demands"),
    Clause(9): Bilingual("使用和安全保密协议应当包括的内容", "content of the agreement on use, security and confidentiality"),
    Clause(9, 3): Bilingual("保证平台能足够满足正常的认证需求", "the platform's capacity for everybody's ordinary need"),
    Clause(10): Bilingual(
      "指导和监督使用单位依规正确规范使用认证平台", "guidance and supervision of the organisation's use of the platform"),
    Clause(11): Bilingual(
      "不得利用认证业务以任何理由向任何单位或者个人收取费用", "no fees from anybody for any reason"),
    Clause(12): Bilingual(
      "应当在接到提示通知之日起十日内改正并反馈结果",
      "what a notice names is corrected, with feedback, within ten days of its receipt"),
    Clause(12, 1): Bilingual(
      "未遵守、执行安全管理制度和管理措施", "rules or measures of security management not kept or carried out"),
    Clause(12, 2): Bilingual("访问流量异常", "abnormal traffic"),
    Clause(12, 3): Bilingual("使用运营中存在安全风险", "a security risk in use or operation"),
    Clause(13): Bilingual(
      "应当在接到暂停通知之日起三十日内改正，改正并经核查确认后可以重新开通",
      "corrected within thirty days of the suspension's receipt and verified, the service may be reopened"),
    Clause(13, 1): Bilingual(
      "接到提示通知后，未能在十日内改正", "not corrected within ten days of a notice's receipt"),
    Clause(13, 2): Bilingual(
      "未按照第六条第二款规定重新提交材料", "materials not submitted anew as art.6(2) demands"),
    Clause(13, 3): Bilingual("超范围使用", "use beyond the agreed scope"),
    Clause(13, 4): Bilingual(
      "因信息系统存在管理问题，影响认证平台正常运行",
      "mismanagement of the information system that disturbs the platform's operation"),
    Clause(13, 5): Bilingual("违反使用和安全保密协议的行为", "a breach of the agreement"),
    Clause(13, 6): Bilingual(
      "违反法律法规、本办法的其他行为", "another breach of laws, regulations or the Measures"),
    Clause(14, 1): Bilingual(
      "接到暂停认证通知后，未能在三十日内改正", "not corrected within thirty days of a suspension's receipt"),
    Clause(14, 2): Bilingual("提交不真实或者虚假资料", "untrue or false materials submitted"),
    Clause(14, 3): Bilingual("不再符合第五条规定条件", "conditions of art.5 no longer met"),
    Clause(14, 4): Bilingual(
      "转让认证功能或者泄露身份认证结果", "the function passed on to others, or results disclosed"),
    Clause(14, 5): Bilingual(
      "利用认证业务向任何单位或者个人收取任何费用", "fees of any kind collected from anybody"),
    Clause(14, 6): Bilingual("将身份认证用于违法违规用途", "use for an unlawful purpose"),
    Clause(14, 7): Bilingual("其他违反协议的严重行为", "another grave breach of the agreement"),
    Clause(14, 8): Bilingual(
      "违反法律法规、本办法的其他行为，情节严重",
      "another grave breach of laws, regulations or the Measures"),
    Clause(15): Bilingual(
      "发现有违法犯罪嫌疑的，应当及时报告有关部门依法查处", "suspicion of a crime is reported to the authorities"),
  ]
}
