import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// Keys that are withdrawn or suspected, and what is left of them.
extension KeyDesk {
  private static let keysPerPage = 500

  func revokeOwn(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try RevokeOwnKeyRequest.body(order.request.body)
      let name = KeyName(
        deployment: order.header.deployment, tenantID: order.header.tenantID, keyID: body.keyID)
      return carryOut(order, operationID: body.operationID, content: body.content) { event, draft in
        // One event for each key: the ledger keeps them all.
        guard read[name]?.lifecycle.revoked == nil else {
          throw Refused(.noSuchKey, field: "key_id: it is revoked already")
        }
        if !body.last { try checkLast(name) }
        let key = try revoke(name, into: &draft)
        return RevokeOwnKeyReply(salt: freshSalt(), event: event, key: key).encoded()
      }
    } catch {
      return error.outcome
    }
  }

  func revoke(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try RevokeKeyRequest.body(order.request.body)
      let name = KeyName(deployment: order.header.deployment, tenantID: body.tenantID, keyID: body.keyID)
      return carryOut(order, operationID: body.operationID, content: body.content) { event, draft in
        let key = try revoke(name, into: &draft)
        return RevokeKeyReply(salt: freshSalt(), event: event, key: key).encoded()
      }
    } catch {
      return error.outcome
    }
  }

  private func revoke(_ name: KeyName, into draft: inout Draft?) throws -> KeyRecord {
    guard var next = counter(of: name.deployment)?.directory.read(), view(name, in: read, next) != nil else {
      throw Refused(.noSuchKey, field: "key_id")
    }
    let now = clock.wallMilliseconds()
    next.revoke(name.keyID, of: name.tenantID)
    let act = KeyAct.revoked(name, at: now)
    restoreReplaced(by: name, after: act, in: &next)
    draft = Draft(act: act, directory: next)
    log.warning("key_revoked", ["tenant": .string(name.tenantID), "key": .string(name.keyID.hex)])
    return try record(name, after: act, next, at: now)
  }

  /// A key whose only successor is withdrawn goes on.
  private func restoreReplaced(by name: KeyName, after act: KeyAct, in directory: inout Directory) {
    var book = read
    guard let replaced = book[name]?.request?.replaces else { return }
    book.take(act)
    let facts = book[name.with(replaced)]
    guard facts?.replacement == nil, facts?.lifecycle.retired == nil else { return }
    directory.retire(replaced, of: name.tenantID, at: nil)
  }

  private func checkLast(_ name: KeyName) throws(Refused) {
    let now = clock.wallMilliseconds()
    let working = views(of: name.tenantID, in: name.deployment).filter { $0.isAccepted(at: now) }
    guard working.map(\.name) != [name] else { throw Refused(.lastKey, field: "key_id") }
  }

  // MARK: Issuers

  func taintIssuer(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try TaintIssuerRequest.body(order.request.body)
      return carryOut(order, operationID: body.operationID, content: body.content) { event, draft in
        let now = clock.wallMilliseconds()
        let act = KeyAct.tainted(issuer: body.issuer, at: now)
        guard let directory = counter(of: order.header.deployment)?.directory.read() else {
          throw Refused(.internal)
        }
        draft = Draft(act: act, directory: directory)
        let count = tainted(after: act, at: now)
        log.warning("issuer_tainted", ["issuer": .string(body.issuer.hex), "keys": .number(count)])
        return TaintIssuerReply(
          salt: freshSalt(), event: event, taintedMilliseconds: now, tainted: UInt64(count)
        ).encoded()
      }
    } catch {
      return error.outcome
    }
  }

  private func tainted(after act: KeyAct, at now: UInt64) -> Int {
    var book = read
    book.take(act)
    return deployments.keys.reduce(0) { count, deployment in
      count + views(in: deployment, book).count { $0.isTainted(at: now) }
    }
  }

  // MARK: Inventory

  func list(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ListKeysRequest.body(order.request.body)
      let now = clock.wallMilliseconds()
      let all = views(in: order.header.deployment)
      let wanted = body.tenantID.isEmpty ? all : all.filter { $0.name.tenantID == body.tenantID }
      let keys = page(wanted, after: body.after, body.limit, atMost: Self.keysPerPage)
      return .success(
        ListKeysReply(
          salt: freshSalt(), keys: keys.items.map { $0.record(at: now, isFull: false) }, next: keys.next,
          tainted: UInt64(all.count { $0.isTainted(at: now) })
        ).encoded())
    } catch {
      return error.outcome
    }
  }

  /// Keys of a deployment by their states.
  func writeMetrics(of deployment: Deployment, to text: inout PrometheusText) {
    let now = clock.wallMilliseconds()
    let states = views(in: deployment).map { $0.record(at: now, isFull: false).state }
    for state in KeyRecord.State.allCases {
      text.metric(
        "passgate_tenant_keys", "gauge", "Keys of tenants, by state.",
        labels: ["deployment": "\(deployment)", "state": "\(state)"], states.count { $0 == state })
    }
  }
}
