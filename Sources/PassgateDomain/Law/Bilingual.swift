/// What both sides read: the words of the Measures, and English.
package struct Bilingual: Sendable, Hashable {
  package let chinese: String
  package let english: String

  package init(_ chinese: String, _ english: String) {
    self.chinese = chinese
    self.english = english
  }

  /// Both, as one line shows them: "合法性说明材料 (the statement of lawfulness)".
  package var both: String { "\(chinese) (\(english))" }
}

/// A term of the law with a name for both sides.
package protocol LegalTerm {
  /// Its name or wording, that of the Measures first.
  var text: Bilingual { get }
}

extension LegalTerm {
  package var chinese: String { text.chinese }
  package var english: String { text.english }
}

extension MaterialKind: LegalTerm {
  /// The set's name (art.6(1)).
  package var text: Bilingual {
    switch self {
    case .organisationForm: Bilingual("使用单位基本情况表", "the form about the organisation")
    case .registration:
      Bilingual("营业执照或者法人登记证书复印件", "the copy of the business licence or registration certificate")
    case .lawfulness: Bilingual("合法性说明材料", "the statement of lawfulness")
    case .systemRights: Bilingual("信息系统权属证明", "the proof of rights in the information system")
    case .systemSecurity: Bilingual("信息系统安全性说明材料", "the statement on the information system's security")
    }
  }
}

/// The five conditions that an organisation must meet, by their item.
//= Measures art.5
package enum EligibilityCondition: UInt8, Sendable, Hashable, CaseIterable, LegalTerm {
  case legalPerson = 1
  case dutyToCheck = 2
  case systemRights = 3
  case securedSystem = 4
  case harmless = 5

  /// The items, 1 to 5.
  static let numbers = allCases.map(\.rawValue)

  /// The condition, in the words of the Measures and in English.
  package var text: Bilingual {
    switch self {
    case .legalPerson:
      Bilingual(
        "在中华人民共和国境内注册，具有独立法人资格，遵守中华人民共和国相关法律法规",
        "registered in mainland China, an independent legal person, and abiding by Chinese law")
    case .dutyToCheck:
      Bilingual("依法依规应当查验当事人身份", "bound by law or regulation to check the identity of the persons concerned")
    case .systemRights:
      Bilingual(
        "对使用出入境证件身份认证的信息系统具有所有权或者运营权",
        "owner or operator of the information system that uses the authentication")
    case .securedSystem:
      Bilingual("具备安全使用出入境证件身份认证的技术保障环境", "technically equipped to use the authentication securely")
    case .harmless:
      Bilingual(
        "使用出入境证件身份认证不会危害国家安全、损害公共利益和他人合法权益",
        "using the authentication without harm to national security, the public interest or others' rights")
    }
  }
}

extension PublicField: LegalTerm {
  /// The field's name in the publication.
  package var text: Bilingual {
    switch self {
    case .transport: Bilingual("交通", "transport")
    case .finance: Bilingual("金融", "finance")
    case .telecoms: Bilingual("通讯", "telecoms")
    case .education: Bilingual("教育", "education")
    case .medical: Bilingual("医疗", "medical")
    case .lodging: Bilingual("住宿", "lodging")
    case .employment: Bilingual("就业", "employment")
    case .internet: Bilingual("互联网", "internet")
    }
  }
}

extension CheckKind: LegalTerm {
  /// The way's name (art.4).
  package var text: Bilingual {
    switch self {
    case .realName: Bilingual("实名认证", "real-name check")
    case .realPerson: Bilingual("实人认证", "real-person check")
    case .chip: Bilingual("证件电子信息识读", "chip reading")
    }
  }
}

extension OptionalElement: LegalTerm {
  /// The element's name on a document.
  package var text: Bilingual {
    switch self {
    case .sex: Bilingual("性别", "sex")
    case .expiry: Bilingual("有效期限", "date of expiry")
    case .mrz: Bilingual("机读码", "machine-readable zone")
    case .portrait: Bilingual("芯片内人像", "portrait in the chip")
    }
  }
}

extension DocumentType: LegalTerm {
  /// The document's name.
  package var text: Bilingual {
    switch self {
    case .permit: Bilingual("港澳居民来往内地通行证", "Mainland Travel Permit for Hong Kong and Macao Residents")
    case .passport: Bilingual("中华人民共和国护照", "passport of the People's Republic of China")
    }
  }
}

extension AccessMode: LegalTerm {
  /// The mode's name (art.8).
  package var text: Bilingual {
    switch self {
    case .mobileCertificate: Bilingual("移动数字证书", "mobile digital certificate")
    case .signingServer: Bilingual("签名验签服务器", "signing and verification server")
    }
  }
}
