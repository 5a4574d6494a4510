import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateWire

/// A case with what finds its record in the ledger.
struct CaseFolder: Sendable {
  var law: Case
  /// The key that applied, SHA-256 of its SubjectPublicKeyInfo: what the tenant's own acts are signed with.
  let owner: [UInt8]
  /// SHA-256 of the last event, which the next one names as its `previous`.
  var head: [UInt8]
  /// The numbers of its events in the ledger.
  var places: [UInt64]
}

/// All cases: the fold of the ledger's steps.
struct CaseBook: Sendable {
  private var folders: [String: CaseFolder] = [:]

  /// In the order of their tenants' ids.
  var all: [CaseFolder] { folders.values.sorted { $0.law.tenantID < $1.law.tenantID } }

  subscript(tenantID: String) -> CaseFolder? { folders[tenantID] }

  /// The earliest time at which the clock has something to do, milliseconds since 1970.
  var nextDue: UInt64? { folders.values.compactMap(\.law.nextDue).min() }

  /// Takes a case in as it stands after its last step: no step costs more for there being other cases.
  mutating func put(_ folder: CaseFolder) { folders[folder.law.tenantID] = folder }
}

extension CaseFolder {
  /// A case after one more step.
  ///
  /// - Parameters:
  ///   - former: as it stood before; nil when the step is its first.
  ///   - digest: of the event's bytes.
  ///   - place: its number in the ledger.
  ///   - signer: whose request ordered it; counts for the first event, whose signer owns the case.
  init(
    _ former: CaseFolder?, taking event: PassgateDomain.CaseEvent, digest: [UInt8], place: UInt64,
    signer: [UInt8]
  ) throws(CaseFault) {
    guard let former else {
      self.init(law: try Case(first: event), owner: signer, head: digest, places: [place])
      return
    }
    self = former
    try law.apply(event)
    head = digest
    places.append(place)
  }
}

extension CaseBook {
  /// Takes in what the ledger holds of a case; other events are none of it.
  mutating func take(_ recorded: LedgerEvent) throws {
    guard !recorded.caseEvent.isEmpty else { return }
    let event = try PassgateDomain.CaseEvent(PassgateWire.CaseEvent(decoding: recorded.caseEvent.span))
    let signer =
      try recorded.requestHeader.isEmpty
      ? [] : RequestHeader(decoding: recorded.requestHeader.span).keyID
    put(
      try CaseFolder(
        self[event.tenantID], taking: event, digest: sha256(recorded.caseEvent.span), place: recorded.number,
        signer: signer))
  }
}
