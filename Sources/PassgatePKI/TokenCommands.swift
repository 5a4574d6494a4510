import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// `passgate-pki key`: keys that are made in a PKCS#11 token and never leave it.
extension AuthorityCommand {
  /// In the order of the help.
  static let tokens = [
    AuthorityCommand(row: makeRow) { invocation, _ throws(PKIError) in try make(invocation) },
    AuthorityCommand(row: requestRow) { invocation, _ throws(PKIError) in
      let key = try key(invocation)
      let algorithm = try algorithm(invocation)
      let request = try Request(invocation)
      let signer = try content(of: "--key") { () throws(CryptoError) in
        try PKCS11Signer(key, algorithm, token: PKCS11Token.shared(key))
      }
      try request?.write(signer)
      return report("The token holds the key", key, signer, request, invocation)
    },
    AuthorityCommand(row: listRow) { invocation, _ throws(PKIError) in
      let token = try key(invocation)
      let keys = try content(of: "--key") { () throws(CryptoError) in try PKCS11Token.shared(token).keys() }
      return report(keys, of: token, invocation)
    },
  ]

  private static func make(_ invocation: Invocation) throws(PKIError) -> Program.Answer {
    let key = try key(invocation)
    let algorithm = try algorithm(invocation)
    let request = try Request(invocation)
    let bits = invocation.integer("--rsa-bits") ?? 3072
    let signer = try content(of: "--key") { () throws(CryptoError) in
      try PKCS11Token.shared(key).generate(key, algorithm, rsaBits: bits)
    }
    try request?.write(signer)
    return report("Made a key in the token", key, signer, request, invocation)
  }

  private static func key(_ invocation: Invocation) throws(PKIError) -> PKCS11URI {
    let text = invocation.value("--key") ?? ""
    return try content(of: "--key") { () throws(CryptoError) in try PKCS11URI(text) }
  }

  private static func algorithm(_ invocation: Invocation) throws(PKIError) -> SignatureAlgorithm {
    invocation.value("--algorithm").flatMap(SignatureAlgorithm.init(name:)) ?? .ecdsaP256SHA256
  }
}

/// The request for a certificate of a key in a token.
private struct Request {
  let path: String
  private let subject: DistinguishedName

  /// Nil where none is asked for. What would stand in its way is found before a key is made.
  init?(_ invocation: AuthorityCommand.Invocation) throws(PKIError) {
    guard let path = invocation.value("--csr") else { return nil }
    guard let name = invocation.value("--name") else {
      throw .policy("--csr needs --name, the holder's name in the request")
    }
    guard !Files.exists(path) else { throw .exists(path: path, advice: "choose another --csr") }
    self.path = path
    subject = try content(of: "--name") { () throws(CryptoError) in try DistinguishedName(commonName: name) }
  }

  func write(_ signer: any Signer) throws(PKIError) {
    let pem = try content(of: path) { () throws(CryptoError) in
      try CertificateRequest(subject: subject, signer: signer).pem()
    }
    try onFiles { () throws(SystemError) in try Files.writeDurably(pem, to: path, replace: false) }
  }
}

// MARK: - Reports

extension AuthorityCommand {
  private static func report(
    _ title: String, _ key: PKCS11URI, _ signer: PKCS11Signer, _ request: Request?, _ invocation: Invocation
  ) -> Program.Answer {
    let keyID = Hex.encode(signer.publicKey.keyID)
    return answer(
      invocation,
      text: {
        """
        \(title):

          key          \(terminalSafe(key.description))
          algorithm    \(signer.algorithm.name)
          key id       \(keyID)
        """ + (request.map { "\n  request      \($0.path)" } ?? "")
      },
      json: { json in
        json.string("key", key.description)
        json.string("algorithm", signer.algorithm.name)
        json.string("keyId", keyID)
        if let request { json.string("request", request.path) } else { json.null("request") }
      })
  }

  private static func report(
    _ keys: [PKCS11Key], of token: PKCS11URI, _ invocation: Invocation
  ) -> Program.Answer {
    answer(
      invocation,
      text: {
        keys.isEmpty
          ? "No keys in \(terminalSafe(token.place))."
          : "Keys of \(terminalSafe(token.with(object: nil).place)):\n\n"
            + keys.map(text).joined(separator: "\n")
      },
      json: { json in
        json.array("keys") { json in
          for key in keys { json.object { json in write(key, to: &json) } }
        }
      })
  }

  private static func text(_ key: PKCS11Key) -> String {
    """
      \(key.label.isEmpty ? "(no label)" : terminalSafe(key.label))
        kind       \(key.publicKey?.kind.rawValue ?? "unknown: its public half cannot be read, or is of no kind in use")
        key id     \(key.publicKey.map { Hex.encode($0.keyID) } ?? "-")
        id         \(Hex.encode(key.id))
        \(key.weakness.map { "refused    it \($0)" } ?? "stays in the token")
    """
  }

  private static func write(_ key: PKCS11Key, to json: inout JSONWriter) {
    json.string("label", key.label)
    json.string("id", Hex.encode(key.id))
    if let publicKey = key.publicKey {
      json.string("kind", publicKey.kind.rawValue)
      json.string("keyId", Hex.encode(publicKey.keyID))
    }
    json.bool("staysInToken", key.weakness == nil)
  }
}

// MARK: - The table

extension AuthorityCommand {
  private typealias Option = PassgateSystem.CommandLine.Option

  private static let example =
    "'pkcs11:token=passgate;object=reply-2?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:token.pin'"

  private static let keyOption = Option(
    name: "--key", value: "URI", required: true,
    help: "The key as RFC 7512 names it. The PIN is in a file that you alone can read, never in the URI.")
  private static let algorithmOption = Option(
    name: "--algorithm", value: "NAME", choices: SignatureAlgorithm.allCases.map(\.name),
    help: "What the key signs with; ecdsa-p256-sha256 unless given. No token has sm2-sm3 by the standard.")
  private static let nameOption = Option(
    name: "--name", value: "COMMON_NAME", help: "The holder's name in the request.")

  private static let makeRow = PassgateSystem.CommandLine.Command(
    path: ["key", "make"],
    options: [
      keyOption, algorithmOption,
      Option(
        name: "--rsa-bits", value: "N", range: 2048...4096,
        help: "The length of an RSA key; 3072 unless given."),
      Option(name: "--csr", value: "FILE", help: "Write a certificate request for the new key here, too."),
      nameOption,
    ],
    summary: "make a key in a PKCS#11 token, where it stays",
    details: """
      The token must be initialised, with the tool of its vendor; PKI/README.md shows it for SoftHSM2. The key is made \
      inside, marked as never to be read or taken out, and proven by a signature. A label that is in use is refused.
      """,
    examples: [
      .init("passgate-pki key make --key \(example)", "Make a reply key."),
      .init(
        "passgate-pki key make --key \(example) --csr reply-2.csr.pem --name reply-2",
        "Make it with a request, to be certified by 'issue --csr'."),
    ])

  private static let requestRow = PassgateSystem.CommandLine.Command(
    path: ["key", "request"],
    options: [
      keyOption, algorithmOption,
      Option(
        name: "--csr", value: "FILE", required: true,
        help: "Where to write the certificate request (PKCS#10, PEM)."),
      nameOption,
    ],
    summary: "make a certificate request for a key that is in a PKCS#11 token",
    examples: [
      .init(
        "passgate-pki key request --key \(example) --csr reply-2.csr.pem --name reply-2",
        "Ask for a certificate.")
    ])

  private static let listRow = PassgateSystem.CommandLine.Command(
    path: ["key", "list"], options: [keyOption],
    summary: "list the keys in a PKCS#11 token",
    details: "Shows which are taken, and which are refused because they could leave the token.",
    examples: [
      .init(
        "passgate-pki key list --key "
          + "'pkcs11:token=passgate?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:token.pin'",
        "See what is in a token.")
    ])
}
