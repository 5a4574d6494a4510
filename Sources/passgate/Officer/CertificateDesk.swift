import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// `passgate operator certificate`: requests go out to the issuing authority, certificates come back.
enum CertificateDesk {
  /// `operator certificate list TENANT`
  static func list(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let history = try calls.history() else { return .refused }
    let current = history.current
    let rows =
      current.orders.map { Row(false, $0.isProduction, $0.algorithm, $0.keyID) }
      + current.certificates.map { Row(true, $0.isProduction, $0.algorithm, $0.keyID) }
    if calls.platform.asJSON {
      printJSON { json in
        json.array("certificates") { json in for row in rows { row.write(to: &json) } }
      }
    } else {
      if rows.isEmpty { note("no certificate was asked for") }
      for row in rows { print(row.line) }
    }
    return .done
  }

  private struct Row {
    let isRegistered: Bool
    let deployment, algorithm, keyID: String

    init(_ isRegistered: Bool, _ isProduction: Bool, _ algorithm: UInt32, _ keyID: [UInt8]) {
      self.isRegistered = isRegistered
      deployment = Words.deployment(isProduction: isProduction)
      self.algorithm = Words.algorithm(algorithm)
      self.keyID = Hex.encode(keyID)
    }

    var state: String { isRegistered ? "registered" : "requested" }
    var line: String { "\(keyID)  \(deployment)  \(algorithm)  \(state)" }

    func write(to json: inout JSONWriter) {
      json.object { json in
        json.string("keyId", keyID)
        json.string("deployment", deployment)
        json.string("algorithm", algorithm)
        json.string("state", state)
      }
    }
  }

  /// What the issuing authority certifies it for.
  private static let purposes: [AccessMode: String] = [
    .mobileCertificate: "tenant-mobile", .signingServer: "tenant-signing",
  ]

  /// `operator certificate csr TENANT`
  static func request(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let history = try calls.history() else { return .refused }
    let order = try choose(history.current.orders, invocation.value("--key"))
    let request = try CertificateRequest(der: order.request.span)
    let path = invocation.value("--out") ?? ""
    try Files.writeDurably(try request.pem(), to: path)
    print(
      "\(path): key \(Hex.encode(order.keyID)), \(Words.deployment(isProduction: order.isProduction)), "
        + Words.algorithm(order.algorithm))
    if let purpose = history.current.assessment.flatMap({ purposes[$0.mode] }) {
      note(
        "compare the key's id with the organisation, then: passgate-pki issue --directory DIR --purpose \(purpose) "
          + "--tenant \(history.current.tenantID) --name \(history.current.tenantID) --csr \(path) --out PREFIX"
      )
    }
    return .done
  }

  private static func choose(_ orders: [CertificateOrder], _ key: String?) throws -> CertificateOrder {
    let fitting = orders.filter { key == nil || Hex.encode($0.keyID).hasPrefix(key?.lowercased() ?? "") }
    guard let order = fitting.first else {
      throw Failure("no such request waits for a certificate", .refused)
    }
    guard fitting.count == 1 else {
      throw Failure("\(fitting.count) requests wait: name one with --key, the beginning of its key's id")
    }
    return order
  }

  /// `operator certificate register TENANT`
  static func register(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let certificate = try read(invocation.value("--certificate") ?? "")
    let connection = try invocation.value("--tls-certificate").map(read)
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let history = try calls.history() else { return .refused }
    let keyID = certificate.publicKey.keyID
    guard let order = history.current.orders.first(where: { $0.keyID == keyID }) else {
      throw Failure(
        "its key was not asked for in this case, or is registered: \(Hex.encode(keyID))", .refused)
    }
    return try calls.perform(
      .registerCertificate(
        RegisteredCertificate(
          isProduction: order.isProduction, algorithm: order.algorithm, certificate: certificate.der,
          keyID: keyID, tlsCertificate: connection?.der ?? [])), invocation)
  }

  /// The first certificate of a PEM file.
  static func read(_ path: String) throws -> Certificate {
    let bytes = try Files.read(path, limit: 1 << 20)
    guard let first = try Certificate.parsePEM(bytes).first else {
      throw Failure("\(path): no certificate in this file")
    }
    return first
  }
}
