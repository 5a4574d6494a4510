import PassgateCrypto
import PassgateSystem

extension CommandLine.Option {
  fileprivate static let reason = CommandLine.Option(
    name: "--reason", value: "TEXT", required: true, help: "Why; it is recorded. Never a holder's data.")
  fileprivate static let yes = CommandLine.Option(name: "--yes", help: "Do not ask whether to go on.")
  fileprivate static func algorithm(_ help: String) -> CommandLine.Option {
    CommandLine.Option(name: "--algorithm", value: "NAME", choices: signatureAlgorithmNames, help: help)
  }
}

/// A tenant's own keys.
let keyCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["key", "list"], options: commonOptions, summary: "list the tenant's keys, with states and ends",
      details: """
        A key is pending (requested), published (registered, not ready yet), active (sign with it), retiring (its \
        successor is in use), retired, tainted (suspected: replace it) or revoked. ENDS moves on while a key that was \
        replaced is still used. Times are UTC.

        列出本单位的密钥、状态与到期时间。
        """,
      examples: [CommandLine.Example("passgate key list --profile hotel.json5", "See which keys there are.")]),
    KeyCommands.list
  ),
  (
    CommandLine.Command(
      path: ["key", "renew"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--new-key", value: "FILE",
          help: "The new private key; it is made, for this user alone, where there is none."),
        CommandLine.Option(
          name: "--csr", value: "FILE",
          help:
            "A certificate request, PEM, of a key that is made elsewhere: in the signing server or a token."),
        .algorithm("Of the new key; the default is the profile's. Another is a change of algorithm."),
        CommandLine.Option(
          name: "--new-tls-key", value: "FILE",
          help: "A new key of the connection, made like --new-key: for SM2 keys of mobile certificates."),
        CommandLine.Option(
          name: "--suspected", help: "The present key may be known to others: renew before it is due."),
        .out("Where to write the certificate; the default is beside the key.", required: false),
        .dryRun,
      ],
      summary: "replace the key that signs; run it again to fetch the certificate",
      details: """
        The first run makes the key and asks for its certificate, in a call that the present key signs. Tell the \
        platform the key's id over another channel. Run the same command again: once the certificate is registered it \
        is checked (it is of this key and leads to the trusted root) and written beside the key. Then \
        'passgate key switch'. The present key goes on for 30 days at least; nothing has to stop.

        A key may be renewed from one third of its certificate's life left, a suspected one at any time. No key file \
        is ever overwritten. With a signing server its operator makes the key; send its request with --csr.

        更新密钥:首次运行生成新密钥并提交证书请求,再次运行取回证书;新旧密钥并行有效。
        """,
      examples: [
        CommandLine.Example("passgate key renew --new-key new.key.pem", "Ask, and later fetch."),
        CommandLine.Example(
          "passgate key renew --new-key sm2.key.pem --algorithm sm2-sm3 --new-tls-key tls.key.pem",
          "Change to SM2."),
        CommandLine.Example(
          "passgate key renew --csr signer.csr.pem --out new.crt.pem", "A signing server's."),
      ]),
    KeyRenewCommand.run
  ),
  (
    CommandLine.Command(
      path: ["key", "switch"],
      options: commonOptions + [
        CommandLine.Option(name: "--key", value: "FILE", help: "The private key to sign with from now on."),
        CommandLine.Option(name: "--certificate", value: "FILE", help: "Its certificate, PEM."),
        CommandLine.Option(
          name: "--tls-key", value: "FILE",
          help: "The connection's private key, with --tls-certificate: where it is another than --key."),
        CommandLine.Option(
          name: "--tls-certificate", value: "FILE", help: "The connection's certificate, PEM."),
        CommandLine.Option(
          name: "--key-id", value: "HEX",
          help: "The signing server's key, for a profile with a signing server."),
        .algorithm("Where it is another than the profile's and fits the key."), .dryRun,
      ],
      summary: "make a profile sign with a new key, once it works",
      details: """
        The changed profile is tried with a signed call first. Only when the platform answers that the key is ready \
        is the profile replaced, in one step; the former one stays beside it as .bak, with its comments. With \
        --dry-run the key is tried and nothing is changed. The first call of the new key makes the old one retiring.

        先以新密钥试签,成功后再替换配置;原配置保存为 .bak。
        """,
      examples: [
        CommandLine.Example(
          "passgate key switch --profile hotel.json5 --key new.key.pem --certificate new.crt.pem", "Switch.")
      ]),
    KeySwitchCommand.run
  ),
  (
    CommandLine.Command(
      path: ["key", "revoke"], arguments: ["KEYID"],
      options: actOptions + [
        .reason, CommandLine.Option(name: "--last", help: "Even if it is the last key that works."), .yes,
      ],
      summary: "withdraw one of the tenant's keys at once",
      details: """
        KEYID is the beginning of the key's id, at least 8 digits. Nothing that the key signs is accepted any more, \
        and its connections end within a second. It cannot be undone. A key that was replaced needs no revoking: it \
        ends by itself. Whoever revokes the last key that works has to apply for a certificate anew.

        立即撤销密钥,不可恢复。
        """,
      examples: [
        CommandLine.Example(
          "passgate key revoke 3f9a22c1 --reason 'The laptop was stolen.'", "Withdraw a lost key.")
      ]),
    KeyCommands.revoke
  ),
]

/// The keys of all tenants, for the platform's officers.
let keyOfficerCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["operator", "key", "orders"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--out", value: "DIR", help: "Write the requests and their list for the issuing authority.")
      ],
      summary: "list the keys that wait for certificates, and take their requests out",
      details: """
        DIR gets orders.json and a PEM request for each key. Compare each id with the tenant over another channel, \
        carry DIR to the authority, run 'passgate-pki issue --orders DIR' there, and bring it back to \
        'operator key register DIR'. Possession of each key was proven when it was asked for.
        """,
      examples: [CommandLine.Example("passgate operator key orders --out orders", "Take the requests out.")]),
    KeyOfficerCommands.orders
  ),
  (
    CommandLine.Command(
      path: ["operator", "key", "register"], arguments: ["PLACE"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--certificate", value: "FILE", help: "One certificate, PEM; PLACE is then the tenant's id."),
        CommandLine.Option(
          name: "--tls-certificate", value: "FILE", help: "The connection's, PEM, where one was asked for."),
        CommandLine.Option(
          name: "--overlap", value: "DAYS", range: 1...3_650,
          help: "How long the replaced key stays; the default is 30."),
      ],
      summary: "register issued certificates of keys that wait",
      details: """
        PLACE is the folder that 'passgate-pki issue --orders' has filled: every certificate of issued.json that is \
        of the profile's deployment is registered. What is refused is said, and the others go on; the same command \
        again finds those registered that are. Both keys are accepted from then on.
        """,
      examples: [
        CommandLine.Example("passgate operator key register orders", "Register what was issued."),
        CommandLine.Example(
          "passgate operator key register hotel-17 --certificate new.crt.pem --overlap 60", "Register one."),
      ]),
    KeyOfficerCommands.register
  ),
  (
    CommandLine.Command(
      path: ["operator", "key", "list"], arguments: ["[TENANT]"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--within", value: "DAYS", range: 0...36_500,
          help: "Only those accepted that end within DAYS.")
      ],
      summary: "list the keys of all tenants, or of one, with ends and use counts",
      details: """
        USES counts requests that verified since the platform started. What is tainted and still accepted is counted \
        at the end: renewals go on until none is left.
        """,
      examples: [
        CommandLine.Example("passgate operator key list --within 30", "See what ends this month."),
        CommandLine.Example("passgate operator key list hotel-17 --json", "One tenant's, for a program."),
      ]),
    KeyOfficerCommands.list
  ),
  (
    CommandLine.Command(
      path: ["operator", "key", "revoke"], arguments: ["TENANT", "KEYID"],
      options: actOptions + [.reason, .yes, .dryRun],
      summary: "withdraw a tenant's key at once",
      details: """
        KEYID is the beginning of the key's id, at least 8 digits. There is no overlap, and no way back; connections \
        of the key end within a second. If it is the tenant's last, nothing of the tenant is accepted any more.
        """,
      examples: [
        CommandLine.Example(
          "passgate operator key revoke hotel-17 3f9a22c1 --reason 'Reported lost.'", "Withdraw a key.")
      ]),
    KeyOfficerCommands.revoke
  ),
  (
    CommandLine.Command(
      path: ["operator", "key", "taint"], arguments: ["ISSUER"],
      options: actOptions + [.reason, .yes, .dryRun],
      summary: "call an issuing certificate suspected: every key under it is to be renewed",
      details: """
        ISSUER is the issuing authority's certificate, PEM. Keys under it stay accepted, tainted, so that tenants can \
        renew them at once under another issuer; none is registered under it any more. 'operator key list' counts \
        those that are left. Both deployments are meant.
        """,
      examples: [
        CommandLine.Example(
          "passgate operator key taint issuing.crt.pem --reason 'The token was stolen.'",
          "Begin to renew all.")
      ]),
    KeyOfficerCommands.taint
  ),
]
