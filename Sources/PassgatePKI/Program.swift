import PassgateCrypto
package import PassgateSystem

/// The commands of passgate-pki.
package enum Program {
  /// What the program understands.
  package static let commandLine = PassgateSystem.CommandLine(
    program: "passgate-pki",
    summary: "make and use the certification authority of a Passgate platform",
    details: """
      Works offline on one folder: the authority's keys and certificates, and a journal of every certificate \
      it issued. Private keys are written to files that their owner alone may read, or made in a token, and \
      nowhere else. No key and no certificate is ever overwritten. PKI/README.md has the certificate policy and \
      the ceremony.
      """,
    options: [.init(name: "--json", help: "Report as one JSON object on standard output.")],
    exitStatus: [
      .init(0, "Done."),
      .init(
        1,
        "Done, and something needs attention: a list that was not made, a fault that 'check' found, a certificate with a "
          + "fault, or one that ends within what 'inventory --within' asked for."),
      .init(2, "Not done; standard error says what was wrong, where, and what to do about it."),
    ],
    commands: [initCommand, issueCommand] + tabled.map(\.row))

  /// The commands that a table of their own describes.
  private static let tabled =
    AuthorityCommand.all + AuthorityCommand.rotations + AuthorityCommand.tokens
    + [LintCommand.command, AuthorityCommand.drill]

  /// What a command has to say.
  package struct Answer: Sendable {
    /// The report to print.
    package let text: String
    /// What the program ends with.
    package var status: Int32 = 0
  }

  /// Does what was asked.
  package static func run(
    _ invocation: PassgateSystem.CommandLine.Invocation, clock: any Clock
  ) throws(PKIError) -> Answer {
    if let command = tabled.first(where: { $0.row.path == invocation.command.path }) {
      return try command.run(invocation, clock)
    }
    if invocation.value("--orders") != nil { return try AuthorityCommand.issueOrders(invocation, clock) }
    return Answer(text: try report(invocation, clock: clock))
  }

  private static func report(
    _ invocation: PassgateSystem.CommandLine.Invocation, clock: any Clock
  ) throws(PKIError) -> String {
    let json = invocation.flag("--json")
    if invocation.command.path == initCommand.path {
      let result = try initialization(invocation).run(clock)
      return json ? result.json : result.text
    }
    let result = try issuance(invocation).run(clock)
    return json ? result.json : result.text
  }
}

// MARK: - init

extension Program {
  private static let initCommand = PassgateSystem.CommandLine.Command(
    path: ["init"],
    options: [
      .init(
        name: "--directory", value: "DIR", required: true,
        help: "The folder to make; it must be empty or not exist."),
      .init(
        name: "--server-name", value: "NAME", repeated: true,
        help:
          "A DNS name or an IP address that tenants reach the platform's TLS server by. Without any: "
          + "localhost, 127.0.0.1 and ::1, for trying things out."),
      .init(
        name: "--years", value: "N", range: 2...(CertificateProfiles.root.maximumDays / 365),
        help: "How long the root is valid; the issuing authority is valid half as long. "
          + "\(CertificateProfiles.root.defaultDays / 365) unless given."),
    ],
    summary: "make a root, an issuing authority and the platform's own keys",
    details: """
      Makes five keys with their certificates: the root (P-256, self-signed); the issuing authority under \
      it, which signs everything else; the platform's TLS server; and two reply keys, P-256 and SM2.

      All files are made in DIR.incomplete, which is then renamed to DIR: after a power cut there is all of \
      it or nothing, and running the command again starts afresh.

      The root's private key is needed again only to make another issuing authority. Move it to offline media.
      """,
    examples: [
      .init(
        "passgate-pki init --directory /media/ceremony/pki --server-name gate.example.cn",
        "Make a platform's authority during the ceremony."),
      .init("passgate-pki init --directory pki", "Make one to try things out on this machine."),
    ])

  private static func initialization(
    _ invocation: PassgateSystem.CommandLine.Invocation
  ) throws(PKIError) -> Initialization {
    let given = invocation.values("--server-name")
    return Initialization(
      folder: AuthorityFolder(path: try path(invocation, "--directory")),
      serverNames: try serverNames(
        given.isEmpty ? ["localhost", "127.0.0.1", "::1"] : given, "--server-name"),
      years: invocation.integer("--years") ?? CertificateProfiles.root.defaultDays / 365)
  }
}

// MARK: - issue

extension Program {
  private static let issueCommand = PassgateSystem.CommandLine.Command(
    path: ["issue"],
    options: [
      .init(
        name: "--directory", value: "DIR", required: true, help: "The authority's folder, made by 'init'."),
      .init(
        name: "--purpose", value: "PURPOSE", choices: KeyPurpose.allCases.map(\.rawValue),
        help: "What the key is for; a key serves one purpose."),
      .init(
        name: "--name", value: "COMMON_NAME",
        help: "The holder's name in the certificate, 1 to \(DistinguishedName.maximumLength) characters."),
      .init(
        name: "--algorithm", value: "NAME", choices: SignatureAlgorithm.allCases.map(\.name),
        help:
          "What the key signs with. Without it, a new key is P-256, and a request's key decides for itself."),
      .init(
        name: "--csr", value: "FILE",
        help:
          "Certify the key of this certificate request (PKCS#10, PEM) instead of making one. Its signature "
          + "must prove that the sender holds the private key; name and extensions in it are ignored."),
      .init(
        name: "--days", value: "N", range: 1...(CertificateProfiles.purposes.map(\.maximumDays).max() ?? 1),
        help: "How long the certificate is valid; as long as the policy allows unless given."),
      .init(
        name: "--tenant", value: "ID",
        help:
          "The tenant that the certificate belongs to: its id on the platform, written into the certificate as "
          + "\(TenantURN.prefix)ID. Needed for the certificates of tenants, and refused for all others."),
      .init(name: "--dns", value: "NAME", repeated: true, help: "A DNS name of a TLS server."),
      .init(name: "--ip", value: "ADDRESS", repeated: true, help: "An IP address of a TLS server."),
      .init(
        name: "--out", value: "PREFIX",
        help:
          "Where to write: PREFIX.crt.pem, the certificate and the issuing authority's after it, and for a "
          + "new key PREFIX.key.pem."),
      .init(
        name: "--orders", value: "PATH",
        help:
          "Issue for all tenants' keys that 'passgate operator key orders' has put into a folder, instead of one: the "
          + "folder, or its orders.json. Only --days is given beside it."),
    ],
    summary: "issue a certificate for one purpose, with a new key or for a request",
    details: "The purposes, for whom they are, and what the policy allows:\n\n" + purposeTable + """


      Every certificate is entered in DIR/journal.ndjson before it is written, and is checked against the \
      root before that. Neither the root's private key nor a network is needed.

      Refused are keys that the journal has for another holder or purpose, or in a revoked certificate: one key serves \
      one holder and one purpose. Whatever interrupts the command, running it again finishes with the same key and \
      the same certificate.

      With --orders, the certificates are PATH/issued/KEYID.crt.pem (and KEYID.tls.crt.pem where a TLS key came with \
      the order), and PATH/issued.json lists the orders that are done. An order that is refused keeps no other back: \
      the report says why, and the exit status is 1. What was issued before is given out again and never made twice.
      """,
    examples: [
      .init(
        "passgate-pki issue --directory pki --purpose operator-signing --name 'Officer 3' --out officer-3",
        "Make a key and a certificate for an officer."),
      .init(
        "passgate-pki issue --directory pki --orders /media/officer/orders",
        "Certify every tenant's new key that an officer has brought."),
      .init(
        "passgate-pki issue --directory pki --purpose tenant-signing --tenant hotel-17 --name hotel-17 "
          + "--csr hotel-17.csr.pem --out hotel-17",
        "Certify the key that a tenant made in its own signing server."),
      .init(
        "passgate-pki issue --directory pki --purpose server-tls --name gate --dns gate.example.cn "
          + "--ip 192.0.2.7 --out gate",
        "Renew the certificate of the platform's TLS server with a new key."),
    ])

  private static let purposeTable = CertificateProfiles.purposes.map { profile in
    let algorithms = profile.algorithms.map(\.name).joined(separator: ", ")
    return """
        \(profile.name): \(profile.holder)
          at most \(profile.maximumDays) days; \(algorithms)\(neededNames[profile.names] ?? "")
      """
  }.joined(separator: "\n")

  private static let neededNames: [CertificateProfile.Names: String] = [
    .server: "; --dns or --ip needed", .tenant: "; --tenant needed",
  ]

  private static func issuance(
    _ invocation: PassgateSystem.CommandLine.Invocation
  ) throws(PKIError) -> Issuance {
    for option in ["--purpose", "--name", "--out"] where invocation.value(option) == nil {
      throw .policy("\(option) is missing; only --orders goes without it")
    }
    guard let purpose = invocation.value("--purpose").flatMap(KeyPurpose.init(rawValue:)) else {
      throw .policy("--purpose is not one of \(KeyPurpose.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let algorithm = invocation.value("--algorithm").flatMap(SignatureAlgorithm.init(name:))
    let names =
      try serverNames(invocation.values("--dns"), "--dns")
      + serverNames(invocation.values("--ip"), "--ip")
    return Issuance(
      folder: AuthorityFolder(path: try path(invocation, "--directory")), purpose: purpose,
      commonName: invocation.value("--name") ?? "",
      keySource: invocation.value("--csr").map { .request(path: $0, algorithm) } ?? .new(algorithm),
      days: invocation.integer("--days"), serverNames: names, tenantID: invocation.value("--tenant"),
      outputPrefix: try path(invocation, "--out"))
  }
}

// MARK: - values

extension Program {
  /// The value of a required path, without slashes at its end.
  static func path(
    _ invocation: PassgateSystem.CommandLine.Invocation, _ option: String
  ) throws(PKIError) -> String {
    var path = invocation.value(option) ?? ""
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    guard !path.isEmpty, path != "/" else { throw .policy("\(option) must name a path") }
    return path
  }

  private static func serverNames(_ texts: [String], _ option: String) throws(PKIError) -> [ServerName] {
    var names: [ServerName] = []
    for text in texts {
      let name = try content(of: "\(option) \(text)") { () throws(CryptoError) in try ServerName(text) }
      switch (option, name) {
      case ("--dns", .address): throw .policy("--dns \(text): this is an address; give it with --ip")
      case ("--ip", .dns): throw .policy("--ip \(text): this is no address; give a name with --dns")
      default: names.append(name)
      }
    }
    return names
  }
}
