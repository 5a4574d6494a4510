import PassgateCrypto
import PassgateSystem

extension AuthorityCommand {
  /// Reasons that a complete list of certificates of keys can have; the others of RFC 5280 are for delta lists,
  /// suspensions and attributes.
  private static let reasons: [RevocationReason] = [
    .unspecified, .keyCompromise, .caCompromise, .affiliationChanged, .superseded, .cessationOfOperation,
    .privilegeWithdrawn,
  ]

  static let revoke = AuthorityCommand(
    row: .init(
      path: ["revoke"], arguments: ["[CERTIFICATE]"],
      options: [
        directory,
        .init(
          name: "--serial", value: "HEX", repeated: true,
          help: "Revoke the certificate with this serial number."),
        .init(
          name: "--key-id", value: "HEX", repeated: true,
          help: "Revoke every certificate of the key with this id."),
        .init(
          name: "--from", value: "FILE",
          help: "Revoke those that a file names: serial numbers and key ids, one a line; # begins a remark."),
        .init(
          name: "--reason", value: "REASON", required: true, choices: reasons.map(\.name),
          help: "Why, in the words of RFC 5280."),
        .init(
          name: "--at", value: "TIME",
          help:
            "From when on they count as withdrawn: 2026-11-23 or 2026-11-23T14:00:00Z, not in the future; now "
            + "unless given. For a theft that is found later."),
        .init(
          name: "--despite-dependants",
          help: "Revoke an issuing authority though certificates rest on it that nothing has replaced."),
        .init(name: "--dry-run", help: "Show what would be revoked, and change nothing."),
        .init(name: "--crl", help: "Make the lists at once, as 'passgate-pki crl' would."),
      ],
      summary: "revoke certificates",
      details: """
        Enters the withdrawal in the authority's journal. It is known elsewhere when the next list is carried there: \
        run 'crl', or give --crl. On the platform itself tenants and officers are stopped at once by the directory, \
        not by a list: 'passgate operator key revoke', and for lost keys do that first.

        What was revoked before stays as it is, with its date and its reason, and is no failure: the command can be \
        repeated. A certificate that was not issued here stops the command before anything is entered.

        A revoked certificate does not come back: certify a new key with 'issue'.
        """,
      examples: [
        .init(
          "passgate-pki revoke hotel-17.crt.pem --directory pki --reason keyCompromise --at 2026-11-20 --crl",
          "Withdraw a certificate whose key was stolen three days ago, and make the list."),
        .init(
          "passgate-pki revoke --directory pki --key-id 4f…e1 --reason cessationOfOperation --dry-run",
          "See which certificates a key has that is given up."),
        .init(
          "passgate-pki revoke --directory pki --from closed-tenants.txt --reason cessationOfOperation",
          "Withdraw all certificates that a file names."),
      ]),
    run: { invocation, clock throws(PKIError) in
      let revocation = try revocation(invocation)
      let result = try revocation.run(clock)
      let wantsLists = invocation.flag("--crl") && !revocation.isRehearsal
      let lists = wantsLists ? try RevocationLists(folder: revocation.folder).run(clock) : nil
      return answer(invocation, status: lists?.status ?? 0) {
        result.text(revocation) + (lists.map { "\n\n" + $0.text } ?? "")
      } json: { json in
        result.write(&json, revocation)
        if let lists { lists.write(&json) }
      }
    })

  private static func revocation(_ invocation: Invocation) throws(PKIError) -> Revocation {
    var targets = invocation.arguments.map { Revocation.Target.certificate(path: $0) }
    for text in invocation.values("--serial") { targets.append(.serial(try hex(text, "--serial", 1...20))) }
    for text in invocation.values("--key-id") { targets.append(.key(try hex(text, "--key-id", 32...32))) }
    if let path = invocation.value("--from") { targets.append(.list(path: path)) }
    guard !targets.isEmpty else {
      throw .policy("name what to revoke: a certificate's file, --serial, --key-id or --from")
    }
    return Revocation(
      folder: try folder(invocation), targets: targets,
      reason: invocation.value("--reason").flatMap(RevocationReason.init(name:)) ?? .unspecified,
      since: try time(invocation, "--at"), isRehearsal: invocation.flag("--dry-run"),
      despiteDependants: invocation.flag("--despite-dependants"))
  }

  /// Bytes in hexadecimal digits, as OpenSSL writes them too: in capitals, and with colons.
  static func hex(_ text: String, _ option: String, _ length: ClosedRange<Int>) throws(PKIError) -> [UInt8] {
    guard let bytes = Hex.decode(text.filter { $0 != ":" }), length.contains(bytes.count) else {
      let digits = length.upperBound * 2
      throw .policy(
        length.count == 1
          ? "\(option) must be \(digits) hexadecimal digits"
          : "\(option) must be at most \(digits) hexadecimal digits")
    }
    return bytes
  }

  /// A time in seconds since 1970; nil where the option was not given.
  private static func time(_ invocation: Invocation, _ option: String) throws(PKIError) -> Int64? {
    guard let text = invocation.value(option) else { return nil }
    guard let time = CivilTime(text) else {
      throw .policy("\(option) must be a time such as 2026-11-23 or 2026-11-23T14:00:00Z")
    }
    return Int64(time.milliseconds / 1000)
  }
}

extension Revocation.Result {
  fileprivate func text(_ revocation: Revocation) -> String {
    let verb = isRehearsal ? "Would revoke" : "Revoked"
    let rows = revoked.map { record in
      "  \(Hex.encode(record.serial))  \(record.purpose)  \(terminalSafe(record.holder))  valid to \(day(record.notAfter))"
    }
    let known = before.map {
      "  \(Hex.encode($0.serial))  revoked before, on \(day($0.revoked)): \($0.reason)"
    }
    // An authority is on the list of the root.
    let root = revoked.contains { $0.purpose == "issuing" } ? " --root" : ""
    let next =
      isRehearsal || revoked.isEmpty
      ? "" : "\n\nThe next list carries it out: passgate-pki crl --directory \(revocation.folder.path)\(root)"
    return (["\(verb) \(revoked.count) for \(revocation.reason.name):"] + rows + known).joined(
      separator: "\n") + next
  }

  fileprivate func write(_ json: inout JSONWriter, _ revocation: Revocation) {
    json.bool("dryRun", isRehearsal)
    json.string("reason", revocation.reason.name)
    json.array("revoked") { json in
      for record in revoked { json.object { json in record.writeMembers(&json) } }
    }
    json.array("revokedBefore") { json in
      for record in before { json.string(Hex.encode(record.serial)) }
    }
  }
}
