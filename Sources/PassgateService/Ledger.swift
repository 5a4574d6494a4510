import PassgateCrypto
package import PassgateStore
package import PassgateSystem
import PassgateWire
import Synchronization

/// A step of a case as it is recorded.
struct SealedStep: Sendable {
  /// The encoded `CaseEvent`.
  let event: [UInt8]
  /// The platform's, under the label "passgate/1 event".
  let signature: Signature
  /// DER, of the signing key, the leaf first.
  let certificates: [[UInt8]]
}

/// What an act came to.
struct Deed: Sendable {
  let outcome: Outcome
  /// Set when the act is a step of a case.
  var step: SealedStep?
  /// The encoded `KeyTurn` when the clock moves a tenant's key on.
  var keyTurn: [UInt8] = []

  init(_ outcome: Outcome, step: SealedStep? = nil, keyTurn: [UInt8] = []) {
    self.outcome = outcome
    self.step = step
    self.keyTurn = keyTurn
  }
}

/// The ledger of acts: an order is carried out and recorded once, and a repeat gets the recorded outcome.
package final class Ledger: Sendable {
  let store: LedgerStore
  private let clock: any Clock
  private let log: Log
  /// The number of the last event; its lock keeps acts of all deployments in one order.
  private let last: Mutex<UInt64>

  package init(_ store: LedgerStore, clock: any Clock, log: Log) throws(StoreError) {
    self.store = store
    self.clock = clock
    self.log = log
    last = Mutex(try store.lastNumber())
  }

  /// Every event in order, decoded.
  func events() throws -> [LedgerEvent] {
    try store.all().map { try LedgerEvent(decoding: $0.event.span) }
  }

  /// The events of these numbers, decoded.
  func events(_ numbers: some Sequence<UInt64>) throws -> [LedgerEvent] {
    try numbers.compactMap { try store.read($0) }.map { try LedgerEvent(decoding: $0.event.span) }
  }

  /// Runs while no act is under way.
  func between<Result>(_ body: () -> sending Result) -> sending Result { last.withLock { _ in body() } }

  /// Carries an act out unless this actor's operation was recorded before.
  ///
  /// - Parameters:
  ///   - contentDigest: tells a repeat from another act under the same id.
  ///   - keepsBody: false when the body holds personal data; the header still binds it by its digest.
  ///   - repeats: true for an act that does no harm twice and whose store may be older than the ledger, after a
  ///     restore: a repeat is carried out again instead of being answered from the record.
  ///   - act: gets the number its event will have; only a success is recorded.
  ///   - whenRecorded: makes the act visible, after it is durable.
  func once(
    _ order: Order, operationID: [UInt8], contentDigest: [UInt8], keepsBody: Bool, repeats: Bool = false,
    act: (UInt64) -> Deed, whenRecorded: () -> Void = {}
  ) -> Outcome {
    let signed = Signed(
      header: order.request.header, body: keepsBody ? order.request.body : [],
      signature: order.request.signature)
    let entry = Entry(
      actor: order.actor, operationID: operationID, contentDigest: contentDigest, signed: signed)
    return carryOut(entry, repeats: repeats, act: act, whenRecorded: whenRecorded)
  }

  /// Carries out what nobody ordered: a term has run out, or the platform itself has seen something.
  ///
  /// - Parameter operationID: derived from the act, so that a crash repeats nothing.
  func note(
    actor: String, operationID: [UInt8], act: (UInt64) -> Deed, whenRecorded: () -> Void
  ) -> Outcome {
    let entry = Entry(
      actor: actor, operationID: operationID, contentDigest: sha256(operationID.span), signed: nil)
    return carryOut(entry, repeats: false, act: act, whenRecorded: whenRecorded)
  }

  /// What a caller signed.
  private struct Signed {
    let header: [UInt8]
    let body: [UInt8]
    let signature: Signature
  }

  private struct Entry {
    let actor: String
    let operationID: [UInt8]
    let contentDigest: [UInt8]
    let signed: Signed?
  }

  private func carryOut(
    _ entry: Entry, repeats: Bool, act: (UInt64) -> Deed, whenRecorded: () -> Void
  ) -> Outcome {
    last.withLock { last in
      do throws(StoreError) {
        if let row = try store.find(operationID: entry.operationID, actor: entry.actor) {
          guard row.contentDigest == entry.contentDigest else {
            return .refusal(.operationConflict, field: "operation_id")
          }
          return repeats ? act(row.number).outcome : recorded(row)
        }
        let deed = act(last + 1)
        guard deed.outcome.reason == .noReason else { return deed.outcome }
        try store.append(row(last + 1, entry, deed))
        last += 1
        whenRecorded()
        return deed.outcome
      } catch {
        log.error("ledger_failed", ["problem": .string("\(error)")])
        return .refusal(.evidenceUnavailable, retryAfter: 1_000)
      }
    }
  }

  private func recorded(_ row: LedgerRow) -> Outcome {
    guard let event = try? LedgerEvent(decoding: row.event.span) else { return .refusal(.internal) }
    return .success(event.outcome)
  }

  private func row(_ number: UInt64, _ entry: Entry, _ deed: Deed) -> LedgerRow {
    let event = LedgerEvent(
      number: number, atMilliseconds: clock.wallMilliseconds(), actor: entry.actor,
      operationID: entry.operationID, contentDigest: entry.contentDigest,
      requestHeader: entry.signed?.header ?? [], requestBody: entry.signed?.body ?? [],
      requestSignature: entry.signed?.signature, outcome: deed.outcome.body,
      caseEvent: deed.step?.event ?? [], caseSignature: deed.step?.signature,
      caseCertificates: deed.step?.certificates ?? [], keyTurn: deed.keyTurn)
    return LedgerRow(
      number: number, operationID: entry.operationID, actor: entry.actor, contentDigest: entry.contentDigest,
      event: event.encoded())
  }
}
