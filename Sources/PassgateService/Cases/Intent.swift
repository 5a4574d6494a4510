import PassgateCaseFile
import PassgateDomain
import PassgateWire

/// An act before it is decided: who wants what, on which grounds.
struct Intent {
  let act: PassgateDomain.CaseAct
  let actor: PassgateDomain.CaseActor
  let tenantID: String
  var clause: PassgateDomain.Clause?
  var evidence: [[UInt8]] = []
  /// The signed call; nil for the clock and the platform.
  var order: Order?

  init(act: PassgateDomain.CaseAct, actor: PassgateDomain.CaseActor, tenantID: String) {
    (self.act, self.actor, self.tenantID) = (act, actor, tenantID)
  }

  init(_ body: ActRequest, _ order: Order) throws(BodyFault) {
    do throws(WireError) {
      act = try PassgateDomain.CaseAct(body.act)
    } catch {
      throw BodyFault(field: "act.\(error.field)")
    }
    actor =
      switch order.who {
      case .officer(let id, _): .officer(id)
      case .tenant, .anyone: .tenant
      }
    tenantID = body.tenantID
    clause = body.clause.map { PassgateDomain.Clause($0) }
    evidence = body.evidence
    self.order = order
  }

  /// The key that signed the call.
  var keyID: [UInt8] { order?.header.keyID ?? [] }

  /// The act's place in the body, for the field of a refusal: "act.apply".
  var path: String { "act.\(act.kind.fieldName)" }

  /// The dossier that the act hands in.
  var dossier: PassgateDomain.Dossier? {
    switch act {
    case .apply(let dossier), .supplement(let dossier), .renewMaterials(let dossier): dossier
    default: nil
    }
  }
}

/// Why the office refuses an act before the law is asked.
struct Refused: Error {
  let reason: Reason
  let field: String

  init(_ reason: Reason, field: String = "") {
    (self.reason, self.field) = (reason, field)
  }
}

extension Reason {
  init(_ reason: CaseFault.Reason) {
    self =
      switch reason {
      case .wrongState: .wrongState
      case .groundsRefused: .groundsRefused
      case .noSuchCase: .noSuchCase
      case .caseExists: .caseExists
      case .secondOfficer: .secondOfficer
      case .noSuchSubject: .noSuchSubject
      case .termOver: .termOver
      case .dossierRefused: .dossierRefused
      case .agreementRefused: .agreementRefused
      case .stepMissing: .stepMissing
      case .certificateRefused: .certificateRefused
      }
  }
}
