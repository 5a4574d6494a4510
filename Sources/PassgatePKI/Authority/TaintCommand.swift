import PassgateCrypto
import PassgateSettings
package import PassgateSystem

extension AuthorityCommand {
  static let taint = AuthorityCommand(
    row: .init(
      path: ["taint"], arguments: ["[ISSUER]"],
      options: [
        directory,
        .init(
          name: "--key-id", value: "HEX",
          help: "The key id of the issuing authority, instead of its certificate."),
        .init(name: "--cause", value: "TEXT", help: "What is suspected; it is entered in the journal."),
        .init(
          name: "--progress",
          help:
            "Mark nothing: tell how many certificates of a suspected authority are replaced, and which are left."
        ),
      ],
      summary: "put an issuing authority under suspicion, and follow its replacement",
      details: """
        For a compromise of an issuing key, or the suspicion of one. The authority is marked in the journal and, when it \
        is the one in use, in the key set; from then on it issues nothing. What it has issued works on, so that nobody \
        is cut off, and is listed with holder, purpose and days left.

        Then, in this order: a new authority ('rotate issuing --now'); the platform's own keys ('rotate server', \
        'rotate reply'); officers and tenants, each with a new key ('renew', which a suspicion opens at once, or \
        'issue --orders'); 'taint --progress' until nothing is left; 'revoke' of the authority with caCompromise; \
        'crl --root' with the root's key. If somebody already issues with the stolen key, revoke first: \
        --despite-dependants.

        Repeating the command changes nothing. With --progress the exit status is 1 while certificates are left.
        """,
      examples: [
        .init(
          "passgate-pki taint pki/issuing.crt.pem --directory pki --cause 'laptop lost'", "Mark an authority."
        ),
        .init(
          "passgate-pki taint pki/issuing.crt.pem --directory pki --progress", "See what is left to replace."),
      ]),
    run: { invocation, clock throws(PKIError) in
      let suspicion = Suspicion(
        folder: try folder(invocation), keyID: try issuer(invocation),
        cause: invocation.value("--cause") ?? "suspected",
        isProgress: invocation.flag("--progress"))
      let dependants = try suspicion.run(clock)
      let isLeft = suspicion.isProgress && !dependants.open.isEmpty
      return answer(invocation, status: isLeft ? 1 : 0) {
        dependants.text(suspicion, at: Int64(clock.wallMilliseconds() / 1000))
      } json: { json in
        dependants.write(&json, suspicion)
      }
    })

  private static func issuer(_ invocation: Invocation) throws(PKIError) -> [UInt8] {
    switch (invocation.arguments.first, invocation.value("--key-id")) {
    case (let path?, nil): try folder(invocation).certificate(at: path).publicKey.keyID
    case (nil, let text?): try hex(text, "--key-id", 32...32)
    default: throw .policy("name one issuing authority: its certificate's file, or --key-id")
    }
  }
}

/// The suspicion against an issuing key, and what follows from it.
package struct Suspicion: Sendable {
  package let folder: AuthorityFolder
  package let keyID: [UInt8]
  /// In the officer's words.
  package let cause: String
  /// Mark nothing.
  package let isProgress: Bool

  package init(folder: AuthorityFolder, keyID: [UInt8], cause: String = "suspected", isProgress: Bool = false)
  {
    self.folder = folder
    self.keyID = keyID
    self.cause = cause
    self.isProgress = isProgress
  }

  /// Marks the authority, and lists what rests on it.
  package func run(_ clock: any Clock) throws(PKIError) -> Dependants {
    let dependants = try enter(clock)
    if !isProgress { try markSet(clock) }
    return dependants
  }

  private func enter(_ clock: any Clock) throws(PKIError) -> Dependants {
    let keyID = keyID
    let journal = try AuthorityJournal(folder)
    let now = clock.wallMilliseconds()
    guard try folder.issuingKeys().contains(where: { $0.keyID == keyID }) else {
      throw .policy("\(Hex.encode(keyID)) is the key of no issuing authority of \(folder.path)")
    }
    let isEntered = try journal.taint(ofKey: keyID) != nil
    guard isEntered || !isProgress else { throw .policy("this authority is under no suspicion") }
    if !isEntered { try journal.append([.tainted(TaintRecord(entered: now, keyID: keyID, cause: cause))]) }
    return try Dependants(of: keyID, in: journal, at: Int64(now / 1000))
  }

  /// The set is what the platform reads; only the key in use is marked there.
  private func markSet(_ clock: any Clock) throws(PKIError) {
    let now = clock.wallMilliseconds()
    let inUse = try folder.issuingKeys().last { $0.lifecycle.signs(at: now) }
    guard let inUse, inUse.keyID == keyID, inUse.lifecycle.tainted == nil else { return }
    _ = try Rotation(folder: folder, role: .issuing, algorithm: inUse.algorithm, order: .taint).run(clock)
  }
}

extension Dependants {
  fileprivate func text(_ suspicion: Suspicion, at now: Int64) -> String {
    let rows = open.map { record in
      "  \(record.purpose)  \(terminalSafe(record.holder))  \(Hex.encode(record.serial))  "
        + "\(daysLeft(until: record.notAfter, at: now)) days left"
    }
    let head = suspicion.isProgress ? "Under suspicion" : "Marked as suspect"
    let next =
      open.isEmpty
      ? "\n\nNothing is left. Revoke the authority with --reason caCompromise, and make the root's list with 'crl --root'."
      : suspicion.isProgress
        ? ""
        : "\n\nNext: 'rotate issuing --now', 'rotate server' and 'rotate reply', then renew what is listed, each with a new "
          + "key; 'taint --progress' tells what is left. The authority is revoked last."
    return (["\(head): \(Hex.encode(suspicion.keyID))", counts] + rows).joined(separator: "\n") + next
  }

  private var counts: String {
    let parts = Dependant.State.allCases.map { state in "\(all.count { $0.state == state }) \(state.rawValue)"
    }
    return "\(all.count) certificates: " + parts.joined(separator: ", ")
  }

  fileprivate func write(_ json: inout JSONWriter, _ suspicion: Suspicion) {
    json.string("keyId", Hex.encode(suspicion.keyID))
    for state in Dependant.State.allCases { json.number(state.rawValue, all.count { $0.state == state }) }
    json.array("left") { json in
      for record in open { json.object { json in record.writeMembers(&json) } }
    }
  }
}

/// Whole days from `now` to the end, seconds since 1970; negative after it.
func daysLeft(until end: Int64, at now: Int64) -> Int {
  Int(((end - now) < 0 ? end - now - 86_399 : end - now) / 86_400)
}
