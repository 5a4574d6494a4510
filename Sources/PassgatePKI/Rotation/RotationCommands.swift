import PassgateCrypto
import PassgateSettings
import PassgateSystem

extension AuthorityCommand {
  /// `passgate-pki rotate`: one command for each role, and one for all.
  static let rotations = KeySet.Role.allCases.map(rotate) + [rotationStatus]

  private static func rotate(_ role: KeySet.Role) -> AuthorityCommand {
    AuthorityCommand(row: rotationRow(role)) { invocation, clock throws(PKIError) in
      let report = try rotation(role, invocation).run(clock)
      return Program.Answer(text: invocation.flag("--json") ? report.json : report.text)
    }
  }

  private static let rotationStatus = AuthorityCommand(row: statusRow) {
    invocation, clock throws(PKIError) in
    let folder = AuthorityFolder(path: try Program.path(invocation, "--directory"))
    let status = try RotationStatus(folder, at: clock.wallMilliseconds())
    return Program.Answer(text: invocation.flag("--json") ? status.json : status.text)
  }

  private static func rotation(
    _ role: KeySet.Role, _ invocation: Invocation
  ) throws(PKIError) -> Rotation {
    let folder = AuthorityFolder(path: try Program.path(invocation, "--directory"))
    let algorithm = invocation.value("--algorithm").flatMap(SignatureAlgorithm.init(name:))
    var rotation = Rotation(
      folder: folder, role: role, algorithm: algorithm, order: try order(invocation))
    rotation.isPlan = invocation.flag("--plan")
    rotation.announcement = try lapse("--publish-for", invocation)
    rotation.keepOldFor = try lapse("--keep-old-for", invocation)
    rotation.rootKey = invocation.value("--root-key")
    rotation.newKey = invocation.value("--key")
    return rotation
  }

  private static func order(
    _ invocation: Invocation
  ) throws(PKIError) -> RotationOrder {
    let given = RotationOrder.allCases.filter { invocation.flag("--\($0.rawValue)") }
    guard given.count < 2 else {
      throw .policy("give one of \(given.map { "--\($0.rawValue)" }.joined(separator: ", ")), not all")
    }
    return given.first ?? .rotate
  }

  private static func lapse(
    _ option: String, _ invocation: Invocation
  ) throws(PKIError) -> Lapse? {
    guard let text = invocation.value(option) else { return nil }
    guard let lapse = Lapse(text) else {
      throw .policy("\(option) is a number and a unit, such as 7d, 12h, 30m, 45s or 500ms")
    }
    return lapse
  }
}

// MARK: - The table

extension AuthorityCommand {
  private typealias Option = PassgateSystem.CommandLine.Option

  private static func rotationRow(_ role: KeySet.Role) -> PassgateSystem.CommandLine.Command {
    let rules = RotationRules.rules(for: role)
    let line =
      "passgate-pki rotate \(role.rawValue) --directory \(role == .registry ? "data/production" : "pki")"
    return PassgateSystem.CommandLine.Command(
      path: ["rotate", role.rawValue], options: rotationOptions(rules),
      summary: "replace the \(rules.name)",
      details: """
        Makes a new key \(role == .registry ? "" : "and its certificate ")under fresh names and then replaces \
        \(role.rawValue).keys.json once, with all times decided. From then on everything happens by itself at \
        its time. \(announcement(rules)) The old key comes to its end \(end(rules)).

        When the new key is announced: \(rules.meanings.announced).

        When it is in use: \(rules.meanings.active).

        When the old one is at its end: \(rules.meanings.ended).

        \(place(rules))

        Whatever interrupts the command leaves the old set or the new one; the same command finishes the job \
        with the key that was already made. While a rotation is under way the command says so and changes \
        nothing. Afterwards: \(rules.remains).\(rules.later.map { " Later: \($0)." } ?? "")
        """,
      examples: [
        .init(line + " --plan", "See what would happen and when."),
        .init(line, "Do it."),
        .init(line + " --now", "Do it at once, in an emergency."),
      ])
  }

  private static func announcement(_ rules: RotationRules) -> String {
    rules.announcement.milliseconds == 0
      ? "The new key is used at once unless --publish-for says otherwise."
      : "The new key is announced for \(rules.announcement.words) before it is used."
  }

  private static func end(_ rules: RotationRules) -> String {
    switch rules.end {
    case .certificate: "with its certificate; until then what it signed can be verified"
    case .replacement: "when the new one is in use"
    case .lastLeaf: "when the last certificate that it can have issued ends"
    case .lastRecord: "when the command is run after passgated has sealed the last record anew"
    }
  }

  private static func place(_ rules: RotationRules) -> String {
    rules.mayBeInToken
      ? "The new key is a file when the one in use is, and in the same token when that is; --key says otherwise."
      : "The key is a file always; a token cannot hold it."
  }

  private static func rotationOptions(_ rules: RotationRules) -> [Option] {
    let folder =
      rules.role == .registry
      ? "The data folder of the deployment, which has registry.keys.json."
      : "The authority's folder, which has \(rules.role.rawValue).keys.json."
    return [Option(name: "--directory", value: "DIR", required: true, help: folder)]
      + (own[rules.role] ?? []) + common
  }

  private static let own: [KeySet.Role: [Option]] = [
    .reply: [
      Option(
        name: "--algorithm", value: "NAME",
        choices: CertificateProfiles.profile(for: .replySigning).algorithms.map(\.name),
        help: "Which reply key; each is rotated by itself. ecdsa-p256-sha256 unless given."),
      newKeyOption,
    ],
    .issuing: [
      Option(
        name: "--root-key", value: "FILE",
        help: "The root's private key on its medium; DIR/root.key.pem unless given."),
      newKeyOption,
    ],
    .registry: [
      Option(
        name: "--destroy-retired",
        help:
          "Delete the secrets of retired keys, but for the first of all, which documents' numbers are hashed with. "
          + "Backups that were made with them become unreadable.")
    ],
  ]

  private static let newKeyOption = Option(
    name: "--key", value: "URI",
    help:
      "Make the new key in this PKCS#11 token, where it stays: 'pkcs11:token=...;object=LABEL?module-path=...'. "
      + "Without object= it is called like its certificate. 'file' for a file. Where the key in use is unless given."
  )

  private static let common = [
    Option(
      name: "--publish-for", value: "TIME",
      help: "From the announcement to the first use: 7d, 12h, 30m. As said above unless given."),
    Option(
      name: "--keep-old-for", value: "TIME",
      help: "From the new key's first use to the old key's end, where that depends on time alone."),
    Option(name: "--plan", help: "Print what would happen and when, and change nothing."),
    Option(
      name: "--now",
      help: "For emergencies: use the new key at once; one that is announced, ahead of its time."),
    Option(name: "--cancel", help: "Withdraw a key that is announced and not yet in use."),
    Option(
      name: "--taint",
      help: "Mark the key in use as suspect. It works on until it is replaced, and inventories show it."),
  ]

  private static let statusRow = PassgateSystem.CommandLine.Command(
    path: ["rotate", "status"],
    options: [
      Option(
        name: "--directory", value: "DIR", required: true,
        help: "A folder with key sets: the authority's, or the data folder of a deployment.")
    ],
    summary: "list all keys of a folder, what is under way, and what comes next",
    details: "Shows each key set, the state of each of its keys now, and when that changes by itself.",
    examples: [.init("passgate-pki rotate status --directory pki", "See how the platform's keys stand.")])
}
