package import PassgateStore
package import PassgateSystem
import PassgateWire
import Synchronization

/// The ledger of acts: an order is carried out and recorded once, and a repeat gets the recorded outcome.
package final class Ledger: Sendable {
  private let store: LedgerStore
  private let clock: any Clock
  private let log: Log
  /// The number of the last event; its lock keeps acts of all deployments in one order.
  private let last: Mutex<UInt64>

  package init(_ store: LedgerStore, clock: any Clock, log: Log) throws(StoreError) {
    self.store = store
    self.clock = clock
    self.log = log
    last = Mutex(try store.all().last?.number ?? 0)
  }

  /// Every event in order, decoded.
  func events() throws -> [LedgerEvent] {
    try store.all().map { try LedgerEvent(decoding: $0.event.span) }
  }

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
    act: (UInt64) -> Outcome, whenRecorded: () -> Void = {}
  ) -> Outcome {
    last.withLock { last in
      do throws(StoreError) {
        if let row = try store.find(operationID: operationID, actor: order.actor) {
          guard row.contentDigest == contentDigest else {
            return .refusal(.operationConflict, field: "operation_id")
          }
          return repeats ? act(row.number) : recorded(row)
        }
        let outcome = act(last + 1)
        guard outcome.reason == .noReason else { return outcome }
        try store.append(row(last + 1, order, operationID, contentDigest, keepsBody, outcome))
        last += 1
        whenRecorded()
        return outcome
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

  private func row(
    _ number: UInt64, _ order: Order, _ operationID: [UInt8], _ contentDigest: [UInt8], _ keepsBody: Bool,
    _ outcome: Outcome
  ) -> LedgerRow {
    let event = LedgerEvent(
      number: number, atMilliseconds: clock.wallMilliseconds(), actor: order.actor, operationID: operationID,
      contentDigest: contentDigest, requestHeader: order.request.header,
      requestBody: keepsBody ? order.request.body : [], requestSignature: order.request.signature,
      outcome: outcome.body)
    return LedgerRow(
      number: number, operationID: operationID, actor: order.actor, contentDigest: contentDigest,
      event: event.encoded())
  }
}
