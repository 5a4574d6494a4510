import PassgateCaseFile
import PassgateDomain

/// One value of every act, as the domain has it.
enum CaseActs {
  static let digest = [UInt8](repeating: 0x3C, count: 32)
  static let volume = Volume(checksPerDay: 20_000, peakPerMinute: 300)
  static let day = LegalCalendar.day(of: 1_820_000_000_000)

  static let scope = SceneScope(
    scene: "account-opening", field: .finance, checks: [.chip, .realName], elements: [.mrz, .sex],
    documentTypes: [.passport, .permit], hours: DailyHours(from: 480, until: 1_440), legalBasis: "反洗錢法")
  static let dossier = Dossier(
    organisation: Organisation(name: "银行甲", kind: .foundation, creditCode: "91350100M000100Y43"),
    scopes: [scope], volume: volume,
    materials: MaterialKind.allCases.map {
      Material(
        kind: $0, mediaType: .png, title: "營業執照", digest: digest, byteCount: 400_000, expiresOn: day)
    })
  static let findings = [
    ConditionFinding(condition: 5, isMet: true, evidence: digest, reviewBy: day),
    ConditionFinding(condition: 1, isMet: false, evidence: digest, reviewBy: day),
  ]
  static let text = "一\n\n二\n"
  static let agreement = Agreement(
    version: 2, mode: .signingServer, quota: volume, scopes: [scope], deemedReceiptDays: 5, text: text,
    digest: Agreement.digest(ofText: text))

  /// Each kind once, in their order.
  static let all: [CaseAct] = [
    .apply(dossier), .supplement(dossier), .declareChange(.systemRights, on: day), .renewMaterials(dossier),
    .acknowledge(subject: 7), .giveFeedback(subject: 7, text: "改正"), .signAgreement(digest: digest),
    .requestCertificate(
      CertificateOrder(isProduction: true, algorithm: 5, request: digest, keyID: digest)),
    .review(.pass(findings)),
    .assess(
      Assessment(mode: .mobileCertificate, declared: volume, measured: nil, quota: volume, reason: "small")),
    .draftAgreement(agreement), .countersignAgreement(digest: digest),
    .registerCertificate(
      RegisteredCertificate(
        isProduction: false, algorithm: 5, certificate: digest, keyID: digest, tlsCertificate: digest)),
    .open, .inspect(text: "i"), .notice(text: "n"),
    .verifyCorrection(subject: 7, isAccepted: true, text: "v"), .suspend(text: "s"), .reopen(text: "r"),
    .terminate(text: "t"), .recheckEligibility(findings),
    .throttle(checksPerMinute: 10, until: 1_790_000_000_000, text: "load"), .refer(text: "r"),
    .direct(text: "d"), .propose(.terminate(text: "t")), .confirm(proposal: 9),
    .passConformance(ConformancePass(suite: 1, cases: 64, report: digest)),
    .reportAnomaly(Anomaly(detector: "off-hours", text: "40 in a row", since: 1, until: 2)),
    .deemReceived(subject: 7), .expireMaterial(.lawfulness), .lapse(.suspension(subject: 7)),
    .complain(caseID: [UInt8](repeating: 1, count: 16), digest: digest),
  ]

  /// What the acts above leave out.
  static let variants: [CaseAct] = [
    .review(.fail(reasons: ["a"])), .review(.supplement(reasons: ["a", "b"])), .propose(.refer(text: "r")),
    .lapse(.correction(notice: 7)), .lapse(.material(.systemSecurity)),
    .assess(
      Assessment(mode: .signingServer, declared: volume, measured: volume, quota: volume, reason: "large")),
  ]
}
