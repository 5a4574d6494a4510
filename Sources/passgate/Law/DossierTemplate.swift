import PassgateDomain
import PassgateSystem

/// `apply --template`: a dossier to fill in, with what each line asks for.
enum DossierTemplate {
  /// Writes the template into the folder, which is made if need be; an existing dossier is never replaced.
  static func write(to folder: String) throws -> String {
    let path = Files.resolve(DossierFile.name, relativeTo: folder)
    guard !Files.exists(path) else { throw Failure("\(path) exists already: nothing was written") }
    try Files.createDirectory(folder)
    try Files.writeDurably(Array(text.utf8), to: path, replace: false)
    return path
  }

  /// "transport 交通 | finance 金融": the words of a table, with the names that the law has for them.
  private static func choices<Term: LegalTerm>(_ table: Words.Table<Term>) -> String {
    table.map { "\($0.value) \($0.key.chinese)" }.joined(separator: " | ")
  }

  static let text = """
    // 出入境证件身份认证 申请材料 · Application for exit-entry document identity authentication
    // Measures art.6. Fill in what is empty, put the documents beside this file, then run:
    // 请填写空白处,将材料文件放在本文件夹内,然后运行:
    //   passgate apply --dossier . --check
    {
      organisation: {
        // 单位全称 · the full name, as on the licence
        name: "",
        // enterprise 企业 | public-institution 事业单位 | social-organisation 社会团体
        // | foundation 基金会 | social-service 社会服务机构
        kind: "enterprise",
        // 统一社会信用代码 · unified social credit code, 18 characters
        creditCode: "",
      },

      // 预计认证量 · how many checks you expect; the platform decides the way of access from it (art.8)
      volume: {
        // 每日 · on a busy day
        checksPerDay: 1000,
        // 高峰每分钟 · in the busiest minute
        peakPerMinute: 20,
      },

      // 业务场景 · the business scenes in which you must check identity; the agreement can grant less, never more
      scopes: [
        {
          // 自定场景编号 · an id of your choice: a-z, 0-9 and -
          scene: "",
          // \(choices(Words.fields))
          field: "lodging",
          // \(choices(Words.checks)) (art.4)
          checks: ["real-name"],
          // 姓名、号码、出生日期以外的要素 · beyond name, number and birth date: \(choices(Words.elements))
          elements: [],
          // \(choices(Words.documentTypes))
          documentTypes: ["permit", "passport"],
          // 使用时段(北京时间),全天则删去 · hours of the day, Beijing time; leave away for all day
          // hours: "08:00-22:00",
          // 查验身份的法律法规依据 · the law or regulation that makes you check identity (art.5(2))
          legalBasis: "",
        },
      ],

      // 五类材料,每类至少一份,PDF、JPEG 或 PNG,每份不超过 16 MiB
      // The five sets of materials, at least one document each: PDF, JPEG or PNG, at most 16 MiB.
      // expiresOn: 有效期最后一日 · the last day on which the document is valid. 长期有效的填 2199-12-31 for one without end.
      materials: [
        // (一) 使用单位基本情况表 · the form on the organisation
        { kind: "organisation-form", file: "form.pdf", title: "基本情况表", expiresOn: "" },
        // (二) 营业执照或者法人登记证书复印件 · copy of the business licence or registration certificate
        { kind: "registration", file: "licence.pdf", title: "营业执照", expiresOn: "" },
        // (三) 合法性说明材料 · statement of lawfulness: legal basis, field, scenes, what is checked
        { kind: "lawfulness", file: "lawfulness.pdf", title: "合法性说明", expiresOn: "" },
        // (四) 信息系统所有权或者运营权权属证明 · proof that you own or operate the information system
        { kind: "system-rights", file: "rights.pdf", title: "权属证明", expiresOn: "" },
        // (五) 信息系统安全性说明材料 · statement on the system's security: environment, network, modules, protection
        { kind: "system-security", file: "security.pdf", title: "安全性说明", expiresOn: "" },
      ],
    }

    """
}
