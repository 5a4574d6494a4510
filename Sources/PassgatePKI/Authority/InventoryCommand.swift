import PassgateCrypto
import PassgateSettings
import PassgateSystem

extension AuthorityCommand {
  private static let roles = KeyPurpose.allCases.map(\.rawValue) + ["root", "issuing", "registry"]

  static let inventory = AuthorityCommand(
    row: .init(
      path: ["inventory"],
      options: [
        directory,
        .init(
          name: "--within", value: "DAYS", range: 0...36_500,
          help:
            "Only what ends within so many days and still counts for something; the exit status is 1 if there is any."
        ),
        .init(name: "--role", value: "ROLE", choices: roles, help: "Only keys and certificates of one role."),
      ],
      summary: "list every key and certificate, with state and days left",
      details: """
        Everything that the folder knows of: the root, the keys of the key sets (*.keys.json) and every certificate of \
        the journal. What ends first comes first.

        State: for keys of a set that of their lifecycle (pending, published, active, retiring, retired, tainted, \
        revoked); for others issued, expired, revoked, or tainted, when their authority is under suspicion. Place: the \
        file or the PKCS#11 URI of the private key; the holder's unless said. Uses: how many certificates an authority \
        has issued. What ends within 60, 30, 14, 7, 3 or 1 days is marked with the number.

        The exit status is 0, or 1 when --within finds something: for a nightly job that writes to officers.
        """,
      examples: [
        .init("passgate-pki inventory --directory pki", "List everything."),
        .init("passgate-pki inventory --directory pki --within 30", "Find what is to be renewed this month."),
        .init(
          "passgate-pki inventory --directory pki --role tenant-mobile --json", "Hand a role to a program."),
      ]),
    run: { invocation, clock throws(PKIError) in
      let inventory = try Inventory(try folder(invocation), at: clock.wallMilliseconds())
      let within = invocation.integer("--within")
      let items = inventory.items.filter { item in
        (invocation.value("--role").map { $0 == item.role } ?? true)
          && (within.map { limit in inventory.daysLeft(item).map { $0 <= limit } ?? false } ?? true)
      }
      return answer(invocation, status: within != nil && !items.isEmpty ? 1 : 0) {
        inventory.text(items)
      } json: { json in
        inventory.write(items, &json)
      }
    })
}

extension Inventory {
  fileprivate func text(_ items: [Item]) -> String {
    guard !items.isEmpty else { return "Nothing." }
    return items.map(line).joined(separator: "\n")
  }

  private func line(_ item: Item) -> String {
    let mark = warning(item).map { "!\($0)" } ?? ""
    let left = daysLeft(item).map { "\($0) days left" } ?? item.notAfter.map { "to \(day($0))" } ?? "no end"
    let parts = [
      mark.padded(4), item.state.padded(10), left.padded(16), item.role.padded(17), item.algorithm.padded(18),
      terminalSafe(item.holder),
    ]
    let uses = item.uses.map { "  issued \($0)" } ?? ""
    return parts.joined() + uses + (item.place.map { "  \(terminalSafe($0))" } ?? "")
  }

  fileprivate func write(_ items: [Item], _ json: inout JSONWriter) {
    json.array("items") { json in
      for item in items { json.object { json in write(item, &json) } }
    }
  }

  private func write(_ item: Item, _ json: inout JSONWriter) {
    json.string("role", item.role)
    json.string("holder", item.holder)
    json.string("state", item.state)
    json.string("keyId", Hex.encode(item.keyID))
    if let serial = item.serial { json.string("serial", Hex.encode(serial)) }
    json.string("algorithm", item.algorithm)
    if let place = item.place { json.string("place", place) }
    if let notAfter = item.notAfter { json.string("notAfter", timestamp(notAfter)) }
    if let days = daysLeft(item) { json.number("daysLeft", days) }
    if let warning = warning(item) { json.number("warning", warning) }
    if let uses = item.uses { json.number("uses", uses) }
  }
}

extension String {
  /// Filled up with blanks to a column, and one blank at least.
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
