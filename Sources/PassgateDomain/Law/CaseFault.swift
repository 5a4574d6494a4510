/// Why something is not possible in a case: nothing of it was done.
package struct CaseFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault; each has its reason on the wire.
  package enum Reason: Sendable, CaseIterable {
    case wrongState
    case groundsRefused
    case noSuchCase
    case caseExists
    case secondOfficer
    case noSuchSubject
    case termOver
    case dossierRefused
    case agreementRefused
    case stepMissing
    case certificateRefused
  }

  package let reason: Reason
  /// The place in the act, "materials[2].expires_on"; empty when it is the act itself.
  package let field: String
  /// What is wrong and what is expected; never a holder's data.
  package let text: String

  package init(reason: Reason, field: String = "", text: String) {
    self.reason = reason
    self.field = field
    self.text = text
  }

  package var description: String { field.isEmpty ? text : "\(field): \(text)" }
}
