/// The clauses of an agreement: the five that art.9 demands, by their item, then two on how it is applied.
package enum AgreementClause: UInt8, Sendable, Hashable, CaseIterable {
  case scope = 1
  case security = 2
  case capacity = 3
  case results = 4
  case suspensionAndTermination = 5
  case noticesAndTerms = 6
  case precedence = 7

  /// Art.9 demands it.
  package var isMandatory: Bool { rawValue <= 5 }

  /// The clause as these terms render it: its heading, then its sentences.
  package func lines(of agreement: Agreement) -> [Bilingual] { [heading] + sentences(of: agreement) }

  private var heading: Bilingual {
    let number = Numeral.chinese(Int(rawValue))
    let title = title
    let item =
      isMandatory ? Bilingual("（《办法》第九条第（\(number)）项）", " (Measures art.9(\(rawValue)))") : Bilingual("", "")
    return Bilingual(
      "第\(number)条　\(title.chinese)\(item.chinese)", "\(rawValue). \(title.english)\(item.english)")
  }

  private var title: Bilingual {
    switch self {
    case .scope: Bilingual("业务范围", "Scope")
    case .security: Bilingual("安全保障", "Security")
    case .capacity: Bilingual("平台能力", "Capacity")
    case .results: Bilingual("认证结果", "Results")
    case .suspensionAndTermination: Bilingual("暂停和终止", "Suspension and termination")
    case .noticesAndTerms: Bilingual("通知和期限", "Notices and terms")
    case .precedence: Bilingual("效力", "Precedence")
    }
  }

  private func sentences(of agreement: Agreement) -> [Bilingual] {
    switch self {
    case .scope: Self.scope(agreement)
    case .security: Self.security(agreement)
    case .capacity: Self.capacity(agreement)
    case .results: Self.timeliness
    case .suspensionAndTermination: Self.ends
    case .noticesAndTerms: Self.notices(agreement)
    case .precedence: Self.precedences
    }
  }

  //= Measures art.9(1)
  private static func scope(_ agreement: Agreement) -> [Bilingual] {
    [
      Bilingual(
        "使用单位应当在约定的业务范围内合法合规正当使用出入境证件身份认证，不得将出入境证件身份认证功能转让给任何的第三方使用。",
        "The user shall use the authentication lawfully and properly within the agreed scope and shall not pass it on to any third party."
      ),
      Bilingual(
        "约定的业务范围如下，未列明的不得使用：", "The agreed scope is the following; what is not listed is not allowed:"),
    ] + items(agreement.scopes.map(row)) + [
      //= Measures art.11
      Bilingual(
        "使用单位不得利用出入境证件身份认证业务以任何理由向任何单位或者个人收取费用。",
        "The user shall not, for whatever reason, charge anybody any fee by means of the authentication.")
    ]
  }

  //= Measures art.9(2)
  private static func security(_ agreement: Agreement) -> [Bilingual] {
    [
      Bilingual(
        "使用单位应当制定安全管理制度和应急预案，保障使用出入境证件身份认证的信息系统、移动数字证书和签名验签服务器的安全。",
        "The user shall have security rules and emergency plans and keep safe the information system that uses the authentication, the mobile digital certificates and the signing and verification servers."
      ),
      Bilingual(
        "接入方式：\(agreement.mode.chinese)。", "Way of access: \(agreement.mode.english)."),
    ]
  }

  //= Measures art.9(3)
  private static func capacity(_ agreement: Agreement) -> [Bilingual] {
    let (day, minute) = (agreement.quota.checksPerDay, agreement.quota.peakPerMinute)
    return [
      Bilingual(
        "提供方保证平台能足够满足正常的认证需求。", "The provider warrants that the platform suffices for normal demand."),
      Bilingual(
        "约定认证量：每日（北京时间）至多\(day)次，每分钟至多\(minute)次。",
        "Agreed volume: at most \(day) checks a day (Beijing time) and \(minute) a minute."),
    ]
  }

  //= Measures art.9(4)
  private static let timeliness = [
    Bilingual("提供方应当及时提供身份认证结果。", "The provider shall give the results of the authentication in time.")
  ]

  //= Measures art.9(5)
  private static let ends =
    [
      Bilingual(
        "使用单位具有以下情形之一的，提供方应当暂停认证服务（《办法》第十三条）：",
        "The provider shall suspend the service on any of these grounds (Measures art.13):")
    ] + items(AgreementGrounds.suspension) + [
      Bilingual(
        "使用单位具有以下情形之一的，提供方应当终止认证业务（《办法》第十四条）：",
        "The provider shall terminate the service on any of these grounds (Measures art.14):")
    ] + items(AgreementGrounds.termination)

  private static func notices(_ agreement: Agreement) -> [Bilingual] {
    let days = agreement.deemedReceiptDays
    return [
      Bilingual(
        "使用单位应当签收提示通知和暂停通知；自发出之日起满\(days)日未签收的，视为收到。",
        "The user shall acknowledge notices and suspensions; without acknowledgement they count as received \(days) days after they were issued."
      ),
      Bilingual(
        "使用单位应当在收到提示通知之日起十日内改正并反馈结果，在收到暂停通知之日起三十日内改正；在上述期限内改正并经核查确认的，提供方可以重新开通认证业务。",
        "The user shall correct what a notice names and give feedback within ten days of its receipt, and what a suspension names within thirty days; once a correction made in time was verified, the provider may reopen the service."
      ),
      Bilingual(
        "期限按北京时间的日历日计算，收到之日不计入，于最后一日二十四时届满；最后一日为休息日的，顺延至其后第一个工作日。",
        "Terms count calendar days in Beijing time without the day of receipt and end at 24:00 of the last day; if that is a day of rest, of the next working day."
      ),
    ]
  }

  private static let precedences = [
    Bilingual(
      "特别约定不得变更、限制或者替代以上各条；与以上各条相抵触的，以以上各条为准。",
      "Special terms cannot change, restrict or replace the clauses above; where they conflict, the clauses prevail."
    ),
    Bilingual("中文文本与英文文本不一致的，以中文文本为准。", "Where the two languages differ, the Chinese text prevails."),
  ]

  /// One row of the table of scenes.
  private static func row(_ scope: SceneScope) -> Bilingual {
    let hours = scope.hours.text
    let (checks, elements) = (list(scope.checks), list(scope.elements))
    let documents = list(scope.documentTypes)
    return Bilingual(
      "场景\(scope.scene)：领域为\(scope.field.chinese)；认证方式为\(checks.chinese)；可选要素为\(elements.chinese)；证件种类为\(documents.chinese)；时段为\(hours.chinese)；法律依据为\(scope.legalBasis)",
      "scene \(scope.scene): field \(scope.field.english); checks: \(checks.english); optional elements: \(elements.english); documents: \(documents.english); hours: \(hours.english); legal basis as stated in Chinese"
    )
  }

  private static func list<Term: LegalTerm & RawRepresentable<UInt8>>(_ terms: Set<Term>) -> Bilingual {
    guard !terms.isEmpty else { return Bilingual("无", "none") }
    let ordered = terms.sorted { $0.rawValue < $1.rawValue }
    return Bilingual(
      ordered.map(\.chinese).joined(separator: "、"), ordered.map(\.english).joined(separator: ", "))
  }

  private static func items(_ texts: [Bilingual]) -> [Bilingual] {
    texts.enumerated().map { index, text in
      let isLast = index == texts.count - 1
      return Bilingual(
        "（\(Numeral.chinese(index + 1))）\(text.chinese)\(isLast ? "。" : "；")",
        "(\(index + 1)) \(text.english)\(isLast ? "." : ";")")
    }
  }
}

extension DailyHours: LegalTerm {
  /// "每日08:00至次日02:00" and "08:00 to 02:00 of the next day".
  package var text: Bilingual {
    guard self != .allDay else { return Bilingual("全天", "all day") }
    let (start, end) = (Numeral.clock(from), Numeral.clock(until == 0 ? 1440 : until))
    let runsOver = from > until && until > 0
    return Bilingual(
      "每日\(start)至\(runsOver ? "次日" : "")\(end)", "\(start) to \(end)\(runsOver ? " of the next day" : "")")
  }
}

/// Numbers as the texts write them.
enum Numeral {
  private static let digits = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]

  /// 1 to 99: "一", "十", "十二", "三十".
  static func chinese(_ number: Int) -> String {
    let (tens, ones) = (number / 10 % 10, number % 10)
    return (tens > 1 ? digits[tens] : "") + (tens > 0 ? "十" : "") + digits[ones]
  }

  /// "07": at least two digits.
  static func two(_ number: some BinaryInteger) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// A minute of the day, 0 to 1440, as "00:00" to "24:00".
  static func clock(_ minute: UInt16) -> String { "\(two(minute / 60)):\(two(minute % 60))" }
}
