import PassgateDomain
import PassgateEngines
import PassgateSystem
import PassgateWire

extension Asker {
  /// Who may go on with the readings that this asker begins.
  var owner: ReadingOwner { ReadingOwner(tenantID: tenantID, keyID: keyID, sceneID: sceneID) }

  /// Why a claim is outside of its scene's agreement: asked before anything is looked up, so that nothing is
  /// learnt about its document.
  //= Measures art.9(1)
  func fault(_ claim: PassgateDomain.IdentityClaim) -> Policy.Fault? {
    policy.fault(scene: sceneID, elements: claim.elements, documentType: claim.number.type)
  }

  /// Whether portraits may be compared for it now.
  func mayCompare(at clock: any Clock) -> Bool {
    policy.fault(scene: sceneID, check: .realPerson, at: clock.wallMilliseconds()) == nil
  }

  /// The elements that the agreement names for such documents.
  func elements(of type: PassgateDomain.DocumentType) -> ClaimElements {
    ClaimElements(PassgateDomain.OptionalElement.allCases.filter { mayLearn($0, of: type) })
  }

  /// Whether the agreement names an element of such documents.
  func mayLearn(
    _ element: PassgateDomain.OptionalElement, of type: PassgateDomain.DocumentType
  ) -> Bool {
    policy.fault(scene: sceneID, elements: ClaimElements([element]), documentType: type) == nil
  }
}

extension AccessPassword {
  /// What opens the chip: the card access number, or without one number, birth date and expiry of the claim. Nil when
  /// the claim has no expiry.
  init?(_ claim: PassgateDomain.IdentityClaim, can: String) {
    guard can.isEmpty else {
      self = .can(can)
      return
    }
    guard let expiry = claim.expiry else { return nil }
    self = .mrz(
      documentNumber: claim.number.key, birthDate: claim.birthDate.printed, expiry: expiry.printed)
  }
}

extension CalendarDate {
  /// YYMMDD, as an MRZ prints it.
  fileprivate var printed: String {
    [year % 100, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
  }
}

extension ChipFault {
  /// The step at which a reading ended, as the field of its refusal names it.
  var step: String {
    switch self {
    case .accessDenied: "password"
    case .accessNotOffered: "access"
    case .downgraded: "downgrade"
    case .refused(let stage, _), .protocolViolation(let stage), .unavailable(let stage): stage.word
    case .notAnswered: "reader"
    case .messaging: "messaging"
    case .tooLarge(let file), .malformed(let file): file.name
    case .tooMany: "limits"
    case .timedOut: "time"
    case .chipChanged: "chip"
    }
  }
}

extension ChipStage {
  fileprivate var word: String {
    switch self {
    case .application: "application"
    case .bac: "bac"
    case .pace: "pace"
    case .chipAuthentication: "chip_authentication"
    case .activeAuthentication: "active_authentication"
    case .files: "files"
    }
  }
}
