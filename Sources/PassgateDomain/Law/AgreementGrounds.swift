/// The grounds of a suspension and of a termination in the whole wording of the Measures, by their items: an
/// agreement's text is a document of law, and stays what it is while other texts are worded for the screen.
//= Measures art.9(5)
enum AgreementGrounds {
  //= Measures art.13
  static let suspension = [
    Bilingual("接到提示通知后，未能在十日内改正的", "no correction within ten days of receiving a notice"),
    Bilingual(
      "未按照《办法》第六条第二款规定重新提交材料的", "materials not submitted anew as art.6, second paragraph, demands"),
    Bilingual("超范围使用出入境证件身份认证的", "use beyond the agreed scope"),
    Bilingual(
      "因使用单位的信息系统存在管理问题，影响出入境证件身份认证平台正常运行的",
      "faulty management of the user's information system that disturbs the platform"),
    Bilingual("违反使用和安全保密协议的行为", "acts against this agreement"),
    Bilingual("违反法律法规、《办法》的其他行为", "other acts against laws, regulations or the Measures"),
  ]

  //= Measures art.14
  static let termination = [
    Bilingual("接到暂停认证通知后，未能在三十日内改正的", "no correction within thirty days of receiving a suspension"),
    Bilingual("提交不真实或者虚假资料的", "untrue or false materials"),
    Bilingual("不再符合《办法》第五条规定条件的", "a condition of art.5 no longer met"),
    Bilingual(
      "转让出入境证件身份认证功能或者泄露身份认证结果的", "passing on the authentication or disclosing its results"),
    Bilingual(
      "利用出入境证件身份认证业务向任何单位或者个人收取任何费用的",
      "charging anybody any fee by means of the authentication"),
    Bilingual("将出入境证件身份认证用于违法违规用途的", "use for unlawful purposes"),
    Bilingual("其他违反双方使用和安全保密协议的严重行为的", "other grave acts against this agreement"),
    Bilingual(
      "违反法律法规、《办法》的其他行为，情节严重", "other acts against laws, regulations or the Measures, if grave"),
  ]
}
