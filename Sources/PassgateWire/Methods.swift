/// What an officer of the platform may be entrusted with.
package enum OfficerRole: String, Sendable, CaseIterable {
  case registrar
  case reviewer
  case legal
  case keyOfficer = "key-officer"
  case supervisor
}

/// One row of the table of methods: everything the server must know of a method before it runs.
package struct Method: Sendable, Equatable {
  package enum Caller: Sendable, Equatable {
    /// Anybody, with the key that the header carries.
    case selfDeclared
    case tenant
    /// An officer with one of these roles.
    case officer(Set<OfficerRole>)

    /// `officer: key-officer or supervisor`
    package var who: String {
      switch self {
      case .selfDeclared: "self-declared"
      case .tenant: "tenant"
      case .officer(let roles): "officer: " + roles.map(\.rawValue).sorted().joined(separator: " or ")
      }
    }
  }

  /// `passgate.v1.Service/Method`
  package let name: String
  package let caller: Caller
  package let deployments: Set<Deployment>
  /// Its body carries an operation id, and repeating it returns the recorded outcome.
  package let changesState: Bool
  /// Largest body in bytes.
  package let bodyLimit: Int
  package let defaultTimeoutMilliseconds: UInt32
  /// Whether its header names a business scene of the agreement.
  package let namesScene: Bool
  /// What its body, an `ActRequest`, does in a case; nil where it does nothing in one, or is no such body.
  package let act: CaseAct.Kind?
  /// Whether a suspended tenant may still call it, and one that is not open yet.
  package let allowedWhileSuspended: Bool

  /// Longest time a caller may ask for.
  package static let maximumTimeoutMilliseconds: UInt32 = 30_000

  /// The time the call has: the default for 0, the maximum above it.
  package func timeoutMilliseconds(requested: UInt32) -> UInt32 {
    requested == 0 ? defaultTimeoutMilliseconds : min(requested, Method.maximumTimeoutMilliseconds)
  }

  /// The table, in the order of the specification.
  package static let all: [Method] =
    verification + registry + onboarding + supervision + conformance + keys + trust + anybody

  private static let verification = [
    Method("Verification/VerifyIdentity", .tenant, namesScene: true),
    Method("Verification/VerifyBatch", .tenant, bodyLimit: oneMebibyte, namesScene: true),
    Method("Verification/VerifyChip", .tenant, bodyLimit: chipFiles, namesScene: true),
    Method("Verification/StartChipReading", .tenant, namesScene: true),
    Method("Verification/ContinueChipReading", .tenant, bodyLimit: 256 * 1024, namesScene: true),
    Method("Verification/StartCapture", .tenant, namesScene: true),
    Method("Verification/VerifyPortrait", .tenant, bodyLimit: oneMebibyte, namesScene: true),
  ]

  private static let registry = [
    Method("Registry/ImportChunk", .officer([.registrar]), changesState: true, bodyLimit: oneMebibyte),
    Method("Registry/ImportStatus", .officer([.registrar])),
    Method("Registry/DeleteRecord", .officer([.registrar]), changesState: true),
  ]

  private static let onboarding = [
    Method(applicants: "Apply", .apply, bodyLimit: document),
    Method(applicants: "Supplement", .supplement, bodyLimit: document),
    Method(applicants: "DeclareChange", .declareChange),
    Method(applicants: "RenewMaterials", .renewMaterials, bodyLimit: document),
    Method(applicants: "Acknowledge", .acknowledge),
    Method(applicants: "GiveFeedback", .giveFeedback),
    Method(applicants: "SignAgreement", .signAgreement),
    Method(applicants: "RequestCertificate", .requestCertificate),
    Method("Onboarding/GetCase", .selfDeclared, in: [.production]),
    Method("Onboarding/GetFigures", .selfDeclared, in: [.production]),
    Method("Onboarding/PutDocument", .selfDeclared, in: [.production], bodyLimit: chunk),
    Method("Onboarding/Complain", .selfDeclared, in: [.production], changesState: true),
  ]

  private static let supervision = [
    Method(officers: "Review", [.reviewer], .review),
    Method(officers: "Assess", [.reviewer], .assess),
    Method(officers: "DraftAgreement", [.legal], .draftAgreement, bodyLimit: document),
    Method(officers: "CountersignAgreement", [.legal], .countersignAgreement),
    Method(officers: "RegisterCertificate", [.keyOfficer], .registerCertificate),
    Method(officers: "Open", [.legal], .open),
    Method(officers: "Inspect", [.reviewer], .inspect),
    Method(officers: "Notice", [.reviewer], .notice),
    Method(officers: "VerifyCorrection", [.reviewer], .verifyCorrection),
    Method(officers: "Suspend", [.legal], .suspend),
    Method(officers: "Reopen", [.legal], .reopen),
    Method(officers: "Terminate", [.legal], .terminate),
    Method(officers: "RecheckEligibility", [.reviewer], .recheckEligibility),
    Method(officers: "Throttle", [.reviewer], .throttle),
    Method(officers: "Refer", [.legal], .refer),
    Method(officers: "Direct", [.supervisor], .direct),
    Method(officers: "Confirm", [.legal], .confirm),
    Method("Supervision/GetCase", .officer(readers), in: [.production]),
    Method("Supervision/ListCases", .officer(readers), in: [.production]),
    Method("Supervision/AttestCase", .officer(readers), in: [.production]),
    Method("Supervision/GetFigures", .officer(readers), in: [.production]),
    Method("Supervision/GetDocument", .officer([.reviewer, .legal]), in: [.production]),
    Method("Supervision/ListComplaints", .officer([.reviewer, .legal]), in: [.production]),
    Method(
      "Supervision/Provision", .officer([.keyOfficer]), in: [.sandbox], changesState: true,
      bodyLimit: oneMebibyte),
    Method("Supervision/ListTenants", .officer([.keyOfficer, .supervisor])),
    Method("Supervision/ListEvidence", .officer([.supervisor])),
    Method("Supervision/GetComparison", .officer([.supervisor])),
    Method("Supervision/ListKeyOrders", .officer([.keyOfficer, .supervisor])),
    Method("Supervision/RegisterKey", .officer([.keyOfficer]), changesState: true, bodyLimit: document),
    Method("Supervision/ListKeys", .officer([.keyOfficer, .supervisor])),
    Method("Supervision/RevokeKey", .officer([.keyOfficer]), changesState: true),
    Method("Supervision/TaintIssuer", .officer([.keyOfficer]), changesState: true),
  ]

  private static let conformance = [
    Method("Conformance/Start", .tenant, in: [.sandbox]),
    Method("Conformance/Finish", .tenant, in: [.sandbox], changesState: true, bodyLimit: document),
  ]

  private static let keys = [
    Method("Keys/Renew", .tenant, changesState: true),
    Method("Keys/List", .tenant),
    Method("Keys/Revoke", .tenant, changesState: true),
  ]

  private static let trust = [
    Method("Trust/PutFile", .officer([.keyOfficer]), bodyLimit: oneMebibyte),
    Method("Trust/Propose", .officer([.keyOfficer]), changesState: true),
    Method("Trust/Activate", .officer([.keyOfficer, .supervisor]), changesState: true),
    Method("Trust/List", .officer([.keyOfficer, .supervisor])),
    Method("Trust/ListEntries", .officer([.keyOfficer, .supervisor])),
  ]

  private static let anybody = [
    Method("Health/Check", .selfDeclared), Method("Reflection/ListMethods", .selfDeclared),
  ]

  /// The method of this full name.
  package static func named(_ name: String) -> Method? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  private static let readers: Set<OfficerRole> = [.reviewer, .legal, .keyOfficer, .supervisor]
  private static let oneMebibyte = 1024 * 1024
  /// Up to 2 MiB of files in a frame of 3 MiB: too many of them are told from a frame that cannot be.
  private static let chipFiles = (3 * 1024 - 64) * 1024
  /// A dossier, an agreement, the requests of a conformance run.
  private static let document = 48 * 1024
  /// A chunk of a document with the other fields.
  private static let chunk = PutDocumentRequest.chunkLimit + 128
}

extension Method {
  fileprivate init(
    _ shortName: String, _ caller: Caller, in deployments: Set<Deployment> = Set(Deployment.allCases),
    changesState: Bool = false, bodyLimit: Int = 8 * 1024, namesScene: Bool = false, act: CaseAct.Kind? = nil
  ) {
    name = "passgate.v1." + shortName
    self.caller = caller
    self.deployments = deployments
    self.changesState = changesState
    self.bodyLimit = bodyLimit
    self.namesScene = namesScene
    self.act = act
    defaultTimeoutMilliseconds = 5_000
    allowedWhileSuspended = caller == .selfDeclared || caller == .tenant && !namesScene
  }

  /// What applicants and tenants do in their case, with the key that applied.
  fileprivate init(applicants shortName: String, _ act: CaseAct.Kind, bodyLimit: Int = 8 * 1024) {
    self.init(
      "Onboarding/" + shortName, .selfDeclared, in: [.production], changesState: true, bodyLimit: bodyLimit,
      act: act)
  }

  /// What officers do in a case.
  fileprivate init(
    officers shortName: String, _ roles: Set<OfficerRole>, _ act: CaseAct.Kind, bodyLimit: Int = 8 * 1024
  ) {
    self.init(
      "Supervision/" + shortName, .officer(roles), in: [.production], changesState: true,
      bodyLimit: bodyLimit, act: act)
  }
}
