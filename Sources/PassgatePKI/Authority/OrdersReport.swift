import PassgateCrypto
import PassgateSystem

extension AuthorityCommand {
  /// `issue --orders`.
  static func issueOrders(_ invocation: Invocation, _ clock: any Clock) throws(PKIError) -> Program.Answer {
    let alone = ["--purpose", "--name", "--algorithm", "--csr", "--tenant", "--dns", "--ip", "--out"]
    if let other = alone.first(where: { !invocation.values($0).isEmpty }) {
      throw .policy("\(other) does not go with --orders, which say it themselves")
    }
    let result = try OrderedIssuance(
      folder: try folder(invocation), path: try Program.path(invocation, "--orders"),
      days: invocation.integer("--days")
    ).run(clock)
    return answer(invocation, status: result.refused.isEmpty ? 0 : 1) {
      result.text
    } json: { json in
      result.write(&json)
    }
  }
}

extension OrderedIssuance.Result {
  fileprivate var text: String {
    let refusals = refused.map { order, fault in
      "  \(order.tenant) \(Hex.encode(order.keyID)): \(fault.description)"
    }
    let made =
      "Issued \(issued) certificates; \(known) were issued before. \(done.count) orders are done:\n  \(summary)"
    guard !refusals.isEmpty else { return made }
    return ([made, "", "Refused \(refused.count) orders:"] + refusals).joined(separator: "\n")
  }

  fileprivate func write(_ json: inout JSONWriter) {
    json.string("summary", summary)
    json.number("issued", issued)
    json.number("issuedBefore", known)
    json.number("done", done.count)
    json.array("refused") { json in
      for (order, fault) in refused {
        json.object { json in
          json.string("tenant", order.tenant)
          json.string("keyId", Hex.encode(order.keyID))
          json.string("problem", fault.description)
        }
      }
    }
  }
}
