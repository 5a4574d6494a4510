import PassgateCrypto
import PassgateSystem

extension AuthorityCommand {
  static let check = AuthorityCommand(
    row: .init(
      path: ["check"], options: [directory],
      summary: "examine an authority's folder",
      details: """
        Examines every certificate of the journal (its signature, its profile, that the journal says of it what it \
        says, that its serial number is its own and its key one holder's), every key of the key sets (file or token, \
        mode, that it belongs to its certificate, and that one key of each algorithm is in use), every private key's \
        file, and the lists (signature, number, that nothing revoked is missing and the time has not run out).

        Changes nothing, but for what a crash has left of the journal's last line, which is cut off and reported. Every \
        fault is a line of the report, and the exit status is 1 if there is any. Run it after restoring a backup, \
        before a ceremony, and once a month.
        """,
      examples: [.init("passgate-pki check --directory pki", "Examine the folder.")]),
    run: { invocation, clock throws(PKIError) in
      let result = try AuthorityCheck(folder: try folder(invocation)).run(clock)
      return answer(invocation, status: result.faults.isEmpty ? 0 : 1) {
        let counts =
          "\(result.certificates) certificates, \(result.revocations) revocations and \(result.keys) keys examined"
        guard !result.faults.isEmpty else { return "\(counts); all is well." }
        return ([counts + ":"] + result.faults.map { "  \(terminalSafe($0))" }).joined(separator: "\n")
      } json: { json in
        json.number("certificates", result.certificates)
        json.number("revocations", result.revocations)
        json.number("keys", result.keys)
        json.array("faults") { json in
          for fault in result.faults { json.string(fault) }
        }
      }
    })
}
