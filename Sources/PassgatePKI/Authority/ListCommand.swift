import PassgateCrypto
import PassgateSystem

extension AuthorityCommand {
  static let crl = AuthorityCommand(
    row: .init(
      path: ["crl"],
      options: [
        directory,
        .init(
          name: "--days", value: "N", range: RevocationLists.daysAllowed,
          help:
            "How long a list is valid; \(RevocationLists.days) unless given. Make the next one when half of that is "
            + "over: whoever uses the list needs time to fetch it."),
        .init(
          name: "--if-due",
          help:
            "Make only lists whose half is over, that lack a revocation, or that are missing: for a nightly job."
        ),
        .init(
          name: "--root",
          help:
            "Make the root's list of revoked issuing authorities instead. Needs root.key.pem in the folder."),
      ],
      summary: "make the lists of revoked certificates",
      details: """
        Makes one list (RFC 5280, version 2, PEM) for each issuing key that still has certificates in force, in \
        DIR/NAME.crl.pem, where NAME is that of the authority's certificate: issuing.crl.pem. Carry them to the \
        platform (trust.crls in passgated.json5) and to whoever relies on certificates of this authority without \
        asking the platform.

        Lists are numbered from 1, and a number is entered in the journal before its list is written: it never goes \
        down and never stands on two lists. Of a certificate that has expired one more list speaks, then none.

        A key that cannot be used, because it has been destroyed or its token is away, keeps no other list back: the \
        report names it, and the exit status is 1.
        """,
      examples: [
        .init("passgate-pki crl --directory pki", "Make every list now."),
        .init("passgate-pki crl --directory pki --if-due", "Make those that are due: once a day, from cron."),
        .init("passgate-pki crl --directory pki --root --days 180", "List revoked issuing authorities."),
      ]),
    run: { invocation, clock throws(PKIError) in
      let result = try RevocationLists(
        folder: try folder(invocation), days: invocation.integer("--days") ?? RevocationLists.days,
        onlyIfDue: invocation.flag("--if-due"), ofRoot: invocation.flag("--root")
      ).run(clock)
      return answer(invocation, status: result.status) {
        result.text
      } json: { json in
        result.write(&json)
      }
    })
}

extension RevocationLists.Result {
  /// 1 when a list could not be made.
  var status: Int32 {
    lists.contains { if case .failed = $0.outcome { true } else { false } } ? 1 : 0
  }

  var text: String {
    lists.map { issuer, outcome in
      switch outcome {
      case .made(let record, let path):
        "Made list \(record.number) of \(issuer): \(record.entries) revoked, valid to \(timestamp(record.nextUpdate)), "
          + "next one due \(day(record.halfLife))\n  \(path)"
      case .current(let until, let path): "\(path) is good; the next one is due \(timestamp(until))"
      case .failed(let error):
        "The list of \(issuer) was NOT made: \(error.description)"
          + (issuer == "root" ? "\nroot.key.pem must lie in the folder for as long as this takes." : "")
      }
    }.joined(separator: "\n")
  }

  func write(_ json: inout JSONWriter) {
    json.array("lists") { json in
      for (issuer, outcome) in lists { json.object { json in Self.write(issuer, outcome, &json) } }
    }
  }

  private static func write(
    _ issuer: String, _ outcome: RevocationLists.Outcome, _ json: inout JSONWriter
  ) {
    json.string("issuer", issuer)
    switch outcome {
    case .made(let record, let path):
      json.string("outcome", "made")
      json.string("file", path)
      json.number("number", record.number)
      json.number("entries", record.entries)
      json.string("thisUpdate", timestamp(record.thisUpdate))
      json.string("nextUpdate", timestamp(record.nextUpdate))
    case .current(let until, let path):
      json.string("outcome", "current")
      json.string("file", path)
      json.string("due", timestamp(until))
    case .failed(let error):
      json.string("outcome", "failed")
      json.string("problem", error.description)
    }
  }
}
