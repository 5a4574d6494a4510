import PassgateCrypto
package import PassgateDomain
package import PassgateWire

/// A case as its signed events tell it: every signature, every link of the chain and every step of the law verified.
package struct CaseFile: Sendable {
  /// What is known of the request that ordered an event.
  package enum RequestProof: Sendable, Hashable {
    /// The clock or the platform acted.
    case none
    /// The caller's own signature verified.
    case verified
    /// The caller's key was not given; the platform's signature covers the request's digest.
    case unchecked
  }

  /// An event at its place.
  package struct Entry: Sendable {
    package let number: UInt64
    /// SHA-256 of the event.
    package let digest: [UInt8]
    /// Nil when it is withheld from this reader.
    package let event: PassgateDomain.CaseEvent?
    package let proof: RequestProof
    /// As it was given.
    package let signed: SignedEvent
  }

  package private(set) var entries: [Entry] = []
  /// The fold of the events.
  package private(set) var law: Case
  /// The key that applied, SHA-256 of its SubjectPublicKeyInfo.
  package let owner: [UInt8]
  /// The digests of the requests so far: each orders one event.
  private var requests: Set<[UInt8]> = []

  package var tenantID: String { law.tenantID }
  /// SHA-256 of the last event. A withheld event at the end is proved by a statement alone.
  package var head: [UInt8] { entries.last?.digest ?? PassgateWire.CaseEvent.noPrevious }

  /// Reads a case from its first event on.
  package init(_ events: [SignedEvent], trust: CaseTrust) throws(CaseFileError) {
    guard let first = events.first else { throw CaseFileError(.file, .empty) }
    let place = CaseFileError.Place.event(1)
    guard !first.event.isEmpty else { throw CaseFileError(place, .withheld) }
    let event = try OpenedEvent(first, at: place, trust)
    do throws(CaseFault) {
      law = try Case(first: event.event)
    } catch {
      throw CaseFileError(place, .unlawful, error.description)
    }
    guard event.wire.previous == PassgateWire.CaseEvent.noPrevious else {
      throw CaseFileError(place, .otherPrevious)
    }
    guard let owner = event.header?.keyID else { throw CaseFileError(place, .requestMissing) }
    self.owner = owner
    keep(try entry(event, trust), event)
    try append(Array(events.dropFirst()), trust: trust)
  }

  /// Reads on behind the last event. When it throws, the events before the faulty one were taken.
  package mutating func append(_ events: [SignedEvent], trust: CaseTrust) throws(CaseFileError) {
    for signed in events {
      if signed.event.isEmpty { hide(signed) } else { try take(signed, trust) }
    }
  }

  private mutating func hide(_ signed: SignedEvent) {
    law.applyHidden()
    entries.append(
      Entry(number: law.lastNumber, digest: signed.digest, event: nil, proof: .none, signed: signed))
  }

  private mutating func take(_ signed: SignedEvent, _ trust: CaseTrust) throws(CaseFileError) {
    let number = law.lastNumber + 1
    let place = CaseFileError.Place.event(number)
    let event = try OpenedEvent(signed, at: place, trust)
    guard event.wire.number == number else { throw CaseFileError(place, .otherNumber) }
    guard event.wire.tenantID == tenantID else { throw CaseFileError(place, .otherTenant) }
    guard event.wire.previous == head else { throw CaseFileError(place, .otherPrevious) }
    let entry = try entry(event, trust)
    do throws(CaseFault) {
      try law.apply(event.event)
    } catch {
      throw CaseFileError(place, .unlawful, error.description)
    }
    keep(entry, event)
  }

  private mutating func keep(_ entry: Entry, _ event: OpenedEvent) {
    entries.append(entry)
    if !event.wire.requestDigest.isEmpty { requests.insert(event.wire.requestDigest) }
  }

  private func entry(_ event: OpenedEvent, _ trust: CaseTrust) throws(CaseFileError) -> Entry {
    guard !requests.contains(event.wire.requestDigest) else {
      throw CaseFileError(event.place, .repeatedRequest)
    }
    let check = RequestCheck(event: event, owner: owner, tenantID: event.wire.tenantID, entries: entries)
    return Entry(
      number: event.wire.number, digest: event.signed.digest, event: event.event,
      proof: try check.proof(trust), signed: event.signed)
  }

  /// Throws unless the platform's statement is about exactly this case, as far as it is read.
  package func check(
    statement bytes: [UInt8], signature: Signature, keyID: [UInt8], trust: CaseTrust
  ) throws(CaseFileError) -> CaseStatement {
    let statement: CaseStatement = try decode(bytes, at: .statement)
    let signatureFault = trust.fault(
      of: signature, by: keyID, over: bytes, as: .statement, at: statement.atMilliseconds)
    if let fault = signatureFault { throw CaseFileError(.statement, fault) }
    guard statement.tenantID == tenantID else { throw CaseFileError(.statement, .otherTenant) }
    guard statement.events == law.lastNumber else { throw CaseFileError(.statement, .otherCount) }
    guard statement.head == head else { throw CaseFileError(.statement, .otherHead) }
    guard statement.atMilliseconds >= law.lastAt else { throw CaseFileError(.statement, .tooEarly) }
    return statement
  }
}

/// A signed event whose digest and platform's signature are right.
struct OpenedEvent {
  let signed: SignedEvent
  let place: CaseFileError.Place
  let wire: PassgateWire.CaseEvent
  let event: PassgateDomain.CaseEvent
  /// Of the request; nil when there is none.
  let header: RequestHeader?

  init(_ signed: SignedEvent, at place: CaseFileError.Place, _ trust: CaseTrust) throws(CaseFileError) {
    (self.signed, self.place) = (signed, place)
    guard sha256(signed.event.span) == signed.digest else { throw CaseFileError(place, .otherDigest) }
    wire = try decode(signed.event, at: place)
    guard let signature = signed.signature else { throw CaseFileError(place, .badSignature) }
    let signatureFault = trust.fault(
      of: signature, by: signed.keyID, over: signed.event, as: .event, at: wire.atMilliseconds)
    if let fault = signatureFault { throw CaseFileError(place, fault) }
    do throws(WireError) {
      event = try PassgateDomain.CaseEvent(wire)
    } catch {
      throw CaseFileError(place, .undecodable, error.description)
    }
    header =
      signed.requestHeader.isEmpty ? nil : try decode(signed.requestHeader, at: place, .requestUndecodable)
  }
}
