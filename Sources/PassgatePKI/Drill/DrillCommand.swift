import PassgateSystem

extension AuthorityCommand {
  /// `passgate-pki drill`.
  static let drill = AuthorityCommand(
    row: .init(
      path: ["drill"],
      options: [
        .init(
          name: "--sandbox", value: "DIR", required: true,
          help: "The folder of a running sandbox that Tools/sandbox has made."),
        .init(
          name: "--day", value: "MILLISECONDS", range: 50...60_000,
          help: "How long a day of a plan lasts; 400 unless given."),
      ],
      summary: "rehearse every change of a key against a running sandbox",
      details: """
        Runs the commands that people type, while tenants of both access modes go on checking through open \
        connections and new ones: 'passgate-pki rotate' for each key of the platform; 'passgate key renew' and \
        'key switch' for a mobile tenant and for one with a signing server, certified by 'issue --orders'; \
        'passgate operator key revoke', after which the key that is revoked must be refused. The times of the plans \
        are shortened: a week of announcement lasts seven times --day.

        Reports for each what was done on which day, how many requests there were, which keys signed the \
        replies, how many requests failed and how many replies were signed by a key outside its time. Both must \
        be none; otherwise the exit status is 1.

        It changes keys for good, so it is for a sandbox alone, and refuses a folder that is none.
        """,
      examples: [
        .init("passgate-pki drill --sandbox /tmp/sandbox", "Rehearse, before doing it in earnest.")
      ])
  ) { invocation, clock throws(PKIError) in
    let sandbox = try DrillSandbox(path: try Program.path(invocation, "--sandbox"), clock: clock)
    let report = try Drill(sandbox, day: UInt64(invocation.integer("--day") ?? 400), clock: clock).run()
    let text = invocation.flag("--json") ? report.json : report.text
    return Program.Answer(text: text, status: report.isGood ? 0 : 1)
  }
}
