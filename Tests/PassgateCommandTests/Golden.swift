// The text is wrapped as it is shown, whose columns are not this file's.
// swift-format-ignore-file

/// Texts that people read, as they are to be.
enum Golden {
  static let officer = """
    Case hotel-17: 海港酒店有限公司, 91110000802100433B
    Told on 2026-04-15 08:00 Beijing time from 15 signed events, each verified.

    WHERE IT STANDS
      海港酒店有限公司 is suspended; 1 not closed: suspension #15 under art.13(1) (not received yet).

    TERMS THAT RUN
      2026-04-20 24:00  5 days left: the clock takes suspension #15 under art.13(1) as received (art.13)
      2027-12-31 24:00  625 days left: the clock notes that the form about the organisation has expired
                        (art.6(2))
      2027-12-31 24:00  625 days left: the clock notes that the copy of the business licence or
                        registration certificate has expired (art.6(2))
      2027-12-31 24:00  625 days left: the clock notes that the statement of lawfulness has expired
                        (art.6(2))
      2027-12-31 24:00  625 days left: the clock notes that the proof of rights in the information
                        system has expired (art.6(2))
      2027-12-31 24:00  625 days left: the clock notes that the statement on the information system's
                        security has expired (art.6(2))

    WHAT HAPPENED
      #1   2026-03-02 09:00  The organisation applied with 5 documents for 1 scene (lodging). (art.7(1))
      #2   2026-03-02 09:00  Officer reviewer passed the application: the five conditions of art.5 are
                             met. The case is now approved, and waiting for the assessment of its access
                             mode. (art.7(2))
      #3   2026-03-02 09:00  Officer reviewer decided on access by mobile digital certificate for 1500
                             checks a day, 60 in the busiest minute: 申报认证量每日1000次、峰值每分钟20
                             次，未超过移动数字证书上限（每日10000次、每分钟120次），采用移动数字证书；
                             约定认证量每日1500次、每分钟60次。 The declared volume, 1000 a day and 20
                             in the busiest minute, is within that of a mobile certificate (10000 and
                             120): access by mobile digital certificate, quota 1500 a day and 60 a
                             minute. The case is now in joint debugging. (art.8)
      #4   2026-03-02 09:00  The organisation requested a certificate for the sandbox. (art.7(3))
      #5   2026-03-02 09:00  Officer key-officer registered a certificate for the sandbox. (art.7(3))
      #6   2026-03-02 09:00  The platform attested that 64 conformance cases were passed (suite 1). The
                             case is now waiting for its agreement and its opening. (art.7(3))
      #7   2026-03-02 09:00  Officer legal drafted version 1 of the agreement. (art.9)
      #8   2026-03-02 09:00  The organisation signed the agreement. (art.7(4))
      #9   2026-03-02 09:00  Officer legal countersigned version 1 of the agreement: it is signed by
                             both. (art.7(4))
      #10  2026-03-02 09:00  The organisation requested a certificate for production. (art.8)
      #11  2026-03-02 09:00  Officer key-officer registered a certificate for production. (art.8)
      #12  2026-03-02 09:00  Officer legal opened the service. The case is now open. (art.7(5))
      #13  2026-04-01 10:30  Officer reviewer issued a notice: Numbers were tried in sequence on 30
                             March. The time to acknowledge ends at 2026-04-07 24:00 Beijing time.
                             (art.12(2))
      #14  2026-04-02 16:00  The organisation acknowledged the receipt of notice #13 under art.12(2).
                             The term to correct ends at 2026-04-13 24:00 Beijing time. (art.12)
      #15  2026-04-13 24:00  The clock suspends the service: notice #13 under art.12(2) was not
                             corrected in time. The time to acknowledge ends at 2026-04-20 24:00 Beijing
                             time. The case is now suspended. (art.13(1))

    WHAT MAY HAPPEN NEXT
      - the organisation may request a certificate for the sandbox (art.7(3))
      - the organisation may declare that a material has changed (art.6(2))
      - the organisation may submit materials anew (art.6(2))
      - the organisation may request a certificate for production (art.8)
      - the organisation may acknowledge the receipt of #15 (art.13)
      - an officer may reopen the service, but not yet: every ground of the suspension is corrected and
        verified first (art.13)
      - an officer may issue a notice (art.12(1), art.12(2), art.12(3))
      - an officer may suspend the service (art.13(3), art.13(4), art.13(5), art.13(6))
      - an officer may propose to terminate the service (a second officer confirms) (art.14(2),
        art.14(3), art.14(4), art.14(5), art.14(6), art.14(7), art.14(8))
      - an officer may inspect how the service is used (art.10)
      - an officer may give the supervisor's direction (art.10)
      - an officer may look at the conditions of art.5 again (art.5)
      - the platform may report abnormal traffic (art.12(2))
      - anybody may complain (art.11)
      - an officer may propose to report the case to the authorities (a second officer confirms)
        (art.15)

    MATERIALS
      (1) 使用单位基本情况表 (the form about the organisation), "使用单位基本情况表", valid until
          2027-12-31
          0101010101010101010101010101010101010101010101010101010101010101
      (2) 营业执照或者法人登记证书复印件 (the copy of the business licence or registration certificate),
          "营业执照或者法人登记证书复印件", valid until 2027-12-31
          0202020202020202020202020202020202020202020202020202020202020202
      (3) 合法性说明材料 (the statement of lawfulness), "合法性说明材料", valid until 2027-12-31
          0303030303030303030303030303030303030303030303030303030303030303
      (4) 信息系统权属证明 (the proof of rights in the information system), "信息系统权属证明", valid
          until 2027-12-31
          0404040404040404040404040404040404040404040404040404040404040404
      (5) 信息系统安全性说明材料 (the statement on the information system's security), "信息系统安全性说
          明材料", valid until 2027-12-31
          0505050505050505050505050505050505050505050505050505050505050505

    CITED
      art.5      使用单位应当符合的条件 (conditions that a using organisation meets)
      art.6(2)   材料登记事项发生变更或者失效的，应当自变更或者失效之日起十五日内重新提交 (materials
                 that changed or expired are submitted anew within fifteen days)
      art.7(1)   在线申请并提交材料 (application with its materials)
      art.7(2)   对申请材料进行核查，发出通过核查、不通过核查和补充申请材料通知 (review of the
                 materials: passed, not passed, or to be supplemented)
      art.7(3)   双方开展平台对接调试 (joint debugging)
      art.7(4)   双方签订使用和安全保密协议 (signing of the agreement on use, security and
                 confidentiality)
      art.7(5)   开通出入境证件身份认证业务 (opening of the service)
      art.8      评估使用单位认证量需求，确定采用移动数字证书或者签名验签服务器方式接入 (access by
                 mobile certificate or signing server, as the assessed volume demands)
      art.9      使用和安全保密协议应当包括的内容 (content of the agreement on use, security and
                 confidentiality)
      art.10     指导和监督使用单位依规正确规范使用认证平台 (guidance and supervision of the
                 organisation's use of the platform)
      art.11     不得利用认证业务以任何理由向任何单位或者个人收取费用 (no fees from anybody for any
                 reason)
      art.12     应当在接到提示通知之日起十日内改正并反馈结果 (what a notice names is corrected, with
                 feedback, within ten days of its receipt)
      art.12(1)  未遵守、执行安全管理制度和管理措施 (rules or measures of security management not kept
                 or carried out)
      art.12(2)  访问流量异常 (abnormal traffic)
      art.12(3)  使用运营中存在安全风险 (a security risk in use or operation)
      art.13     应当在接到暂停通知之日起三十日内改正，改正并经核查确认后可以重新开通 (corrected within
                 thirty days of the suspension's receipt and verified, the service may be reopened)
      art.13(1)  接到提示通知后，未能在十日内改正 (not corrected within ten days of a notice's receipt)
      art.13(3)  超范围使用 (use beyond the agreed scope)
      art.13(4)  因信息系统存在管理问题，影响认证平台正常运行 (mismanagement of the information system
                 that disturbs the platform's operation)
      art.13(5)  违反使用和安全保密协议的行为 (a breach of the agreement)
      art.13(6)  违反法律法规、本办法的其他行为 (another breach of laws, regulations or the Measures)
      art.14(2)  提交不真实或者虚假资料 (untrue or false materials submitted)
      art.14(3)  不再符合第五条规定条件 (conditions of art.5 no longer met)
      art.14(4)  转让认证功能或者泄露身份认证结果 (the function passed on to others, or results
                 disclosed)
      art.14(5)  利用认证业务向任何单位或者个人收取任何费用 (fees of any kind collected from anybody)
      art.14(6)  将身份认证用于违法违规用途 (use for an unlawful purpose)
      art.14(7)  其他违反协议的严重行为 (another grave breach of the agreement)
      art.14(8)  违反法律法规、本办法的其他行为，情节严重 (another grave breach of laws, regulations or
                 the Measures)
      art.15     发现有违法犯罪嫌疑的，应当及时报告有关部门依法查处 (suspicion of a crime is reported to
                 the authorities)
    """
}
