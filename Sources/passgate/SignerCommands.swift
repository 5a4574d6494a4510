import PassgateClient
import PassgateCrypto
import PassgateProfile
import PassgateSystem
import PassgateWire

/// `passgate signer`: the tenant's own signing server, asked as an application asks it.
enum SignerCommands {
  private static func server(_ invocation: CommandLine.Invocation) throws -> SigningServerConnection {
    guard case .server(let server) = try PlatformCalls.profile(invocation).signing else {
      throw Failure("this profile signs with a key of its own: it names no signing server (signing.signer)")
    }
    return try SigningServerConnection(server)
  }

  private static func algorithm(_ key: SigningServerKey) -> String {
    SignatureAlgorithm(rawValue: key.algorithm)?.name ?? "unknown"
  }

  /// `passgate signer health`
  static func health(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    guard case .health(let health) = try server(invocation).call(.health) else { throw otherAnswer }
    if invocation.flag("--json") {
      printJSON { json in
        json.string("software", health.software)
        json.number("keys", health.keys)
        json.number("requestsSigned", health.signed)
        json.number("dataSigned", health.dataSigned)
        json.number("keysLost", health.lost)
      }
    } else {
      print("\(terminalSafe(health.software)), \(health.keys) keys of the platform")
      print("signed since the start: \(health.signed) requests, \(health.dataSigned) pieces of data")
      if health.lost > 0 { print("\(health.lost) keys cannot sign: their device does not answer") }
    }
    return health.lost == 0 ? .done : .refused
  }

  /// `passgate signer keys`
  static func keys(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let keys = try server(invocation).keys()
    if invocation.flag("--json") {
      printJSON { json in
        json.array("keys") { json in for key in keys { json.object { json in write(key, to: &json) } } }
      }
    } else {
      for key in keys { print(line(key)) }
    }
    return .done
  }

  private static func line(_ key: SigningServerKey) -> String {
    let use = key.registration.map {
      "\($0.tenantID)  \($0.deployment)\($0.isCurrent ? "  in use" : "")"
    }
    return "\(Hex.encode(key.keyID))  \(algorithm(key))  \(use ?? "data: \(terminalSafe(key.name))")"
  }

  private static func write(_ key: SigningServerKey, to json: inout JSONWriter) {
    json.string("keyId", Hex.encode(key.keyID))
    json.string("algorithm", algorithm(key))
    if let registration = key.registration {
      json.string("tenant", registration.tenantID)
      json.string("deployment", "\(registration.deployment)")
      json.bool("current", registration.isCurrent)
    } else {
      json.string("name", key.name)
    }
  }

  /// `passgate signer sign FILE`
  static func sign(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let server = try server(invocation)
    let key = try dataKey(invocation, server)
    let data = try Files.read(invocation.arguments[0], limit: SignData.length.upperBound)
    guard
      case .dataSignatures(let values) = try server.call(.signData(SignData(keyID: key.keyID, data: [data]))),
      let value = values.first
    else { throw otherAnswer }
    let out = invocation.value("--out") ?? invocation.arguments[0] + ".sig"
    try Files.writeDurably(value, to: out, replace: false)
    if let path = invocation.value("--certificate-out") {
      let certificate = try Certificate(der: key.certificate.span)
      try Files.writeDurably(try certificate.pem(), to: path)
    }
    print("\(out): \(algorithm(key)), key \(Hex.encode(key.keyID))")
    return .done
  }

  private static func dataKey(
    _ invocation: CommandLine.Invocation, _ server: SigningServerConnection
  ) throws -> SigningServerKey {
    let keys = try server.keys().filter { $0.registration == nil }
    let name = invocation.value("--key")
    let fitting = keys.filter { name == nil || $0.name == name }
    if fitting.count == 1, let key = fitting.first { return key }
    let names = keys.map { terminalSafe($0.name) }.joined(separator: ", ")
    throw Failure(
      names.isEmpty
        ? "the signing server has no key for data of this application" : "name one key with --key: \(names)",
      .refused)
  }

  /// `passgate signer verify FILE`
  static func verify(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let path = invocation.value("--certificate") ?? ""
    guard let certificate = try Certificate.parsePEM(try Files.read(path)).first else {
      throw Failure("\(path): no certificate in this file")
    }
    let named = invocation.value("--algorithm").flatMap(SignatureAlgorithm.init(name:))
    let fitting = SignatureAlgorithm.allCases.first { $0.keyKind == certificate.publicKey.kind }
    guard let algorithm = named ?? fitting else {
      throw Failure("\(path): no signature algorithm fits this key")
    }
    let order = VerifyData(
      certificate: certificate.der, algorithm: algorithm.rawValue,
      data: try Files.read(invocation.arguments[0], limit: SignData.length.upperBound),
      value: try Files.read(invocation.value("--signature") ?? "", limit: 512))
    guard case .dataVerdict(let isValid) = try server(invocation).call(.verifyData(order)) else {
      throw otherAnswer
    }
    if invocation.flag("--json") {
      printJSON { json in json.bool("valid", isValid) }
    } else {
      print(
        isValid
          ? "the signature is of this certificate's key" : "the signature is not of this certificate's key")
    }
    return isValid ? .done : .refused
  }

  private static var otherAnswer: Failure { Failure("the signing server answered another question") }
}
