import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire

/// `passgate operator key`: keys of tenants go out to be certified and come back, are listed and withdrawn.
enum KeyOfficerCommands {
  private static let purposes: [AccessMode: KeyPurpose] = [
    .mobileCertificate: .tenantMobile, .signingServer: .tenantSigning,
  ]

  // MARK: Orders

  /// `passgate operator key orders`
  static func orders(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    guard let orders = try readOrders(platform) else { return .refused }
    if let folder = invocation.value("--out") { try write(orders, to: folder, platform) }
    if platform.asJSON {
      printJSON { json in
        json.array("orders") { json in
          for order in orders { json.object { json in write(order, platform, to: &json) } }
        }
      }
      return .done
    }
    if orders.isEmpty { note("no key waits for a certificate") }
    for order in orders {
      print(
        "\(Hex.encode(order.key.keyID))  \(order.key.tenantID)  \(modeNames[order.mode] ?? "")  "
          + "\(Words.algorithm(order.key.algorithm))  \(order.cause)")
    }
    if let folder = invocation.value("--out"), !orders.isEmpty {
      note(
        "compare the ids with the tenants, then: passgate-pki issue --orders \(folder), "
          + "passgate operator key register \(folder)")
    }
    return .done
  }

  private static func readOrders(_ platform: PlatformCalls) throws -> [KeyOrder]? {
    var (orders, after): ([KeyOrder], [UInt8]) = ([], [])
    repeat {
      let answer = try platform.call("passgate.v1.Supervision/ListKeyOrders") { salt in
        ListKeyOrdersRequest(salt: salt, after: after, limit: 100)
      }
      guard let page = try platform.success(answer, as: ListKeyOrdersReply.self) else { return nil }
      orders += page.orders
      after = page.next
    } while !after.isEmpty
    return orders
  }

  /// The requests, each in a file of its own, and the list of them, which comes last.
  private static func write(_ orders: [KeyOrder], to folder: String, _ platform: PlatformCalls) throws {
    try Files.createDirectory(folder)
    for order in orders {
      let name = Hex.encode(order.key.keyID)
      try Files.writeDurably(
        try CertificateRequest(der: order.request.span).pem(), to: "\(folder)/\(name).csr.pem")
      guard !order.tlsRequest.isEmpty else { continue }
      try Files.writeDurably(
        try CertificateRequest(der: order.tlsRequest.span).pem(), to: "\(folder)/\(name).tls.csr.pem")
    }
    var json = JSONWriter(pretty: true)
    json.array { json in
      for order in orders { json.object { json in write(order, platform, to: &json) } }
    }
    try Files.writeDurably(json.bytes + [UInt8(ascii: "\n")], to: "\(folder)/orders.json")
  }

  private static func write(_ order: KeyOrder, _ platform: PlatformCalls, to json: inout JSONWriter) {
    let name = Hex.encode(order.key.keyID)
    json.string("tenant", order.key.tenantID)
    json.string("keyId", name)
    json.string("deployment", "\(platform.profile.deployment)")
    json.string("algorithm", Words.algorithm(order.key.algorithm))
    json.string("purpose", purposes[order.mode]?.rawValue ?? "")
    json.string("request", "\(name).csr.pem")
    if !order.tlsRequest.isEmpty { json.string("tlsRequest", "\(name).tls.csr.pem") }
  }

  // MARK: Registration

  /// `passgate operator key register`
  static func register(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let issued = try issued(invocation)
    let platform = try PlatformCalls(invocation)
    var refused = 0
    for item in issued where item.deployment == nil || item.deployment == "\(platform.profile.deployment)" {
      if try !register(item, invocation, platform) { refused += 1 }
    }
    return refused == 0 ? .done : .refused
  }

  /// A certificate that is to be registered.
  private struct Issued {
    let tenant: String
    /// Nil for whichever the profile names.
    let deployment: String?
    let certificate: String
    let tlsCertificate: String?
  }

  /// What the authority has left in a folder, or the one certificate that the command line names.
  private static func issued(_ invocation: CommandLine.Invocation) throws -> [Issued] {
    let place = invocation.arguments[0]
    if let file = invocation.value("--certificate") {
      return [
        Issued(
          tenant: try invocation.tenantArgument(), deployment: nil, certificate: file,
          tlsCertificate: invocation.value("--tls-certificate"))
      ]
    }
    guard case .array(let list) = try parseJSON(try Files.read("\(place)/issued.json", limit: 64 << 20))
    else {
      throw Failure("\(place)/issued.json: must be a list, as 'passgate-pki issue --orders' writes it")
    }
    return try list.map { entry in
      guard case .object(let members) = entry, let tenant = members.text("tenant"),
        let certificate = members.text("certificate")
      else { throw Failure("\(place)/issued.json: each entry has a tenant and a certificate") }
      return Issued(
        tenant: tenant, deployment: members.text("deployment"), certificate: "\(place)/\(certificate)",
        tlsCertificate: members.text("tlsCertificate").map { "\(place)/\($0)" })
    }
  }

  private static func register(
    _ item: Issued, _ invocation: CommandLine.Invocation, _ platform: PlatformCalls
  ) throws -> Bool {
    let certificate = try CertificateDesk.read(item.certificate)
    let connection = try item.tlsCertificate.map(CertificateDesk.read)
    let days = UInt64(invocation.value("--overlap").flatMap { Int($0) } ?? 0)
    // The same certificate is the same act: a second run is answered from the record.
    let operationID = Array(sha256((Array("key register".utf8) + certificate.fingerprint).span).prefix(16))
    let answer = try platform.call("passgate.v1.Supervision/RegisterKey") { salt in
      RegisterKeyRequest(
        salt: salt, operationID: operationID, tenantID: item.tenant, certificate: certificate.der,
        tlsCertificate: connection?.der ?? [], overlapMilliseconds: days * 86_400_000)
    }
    guard let reply = try platform.success(answer, as: RegisterKeyReply.self) else { return false }
    let ready = KeyText.time(reply.key.activeMilliseconds)
    KeyText.report(
      reply.key, "\(item.tenant): key \(Hex.encode(reply.key.keyID)) is ready from \(ready)",
      event: reply.event, answer, platform)
    return true
  }

  // MARK: Inventory and withdrawal

  /// `passgate operator key list`
  static func list(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let tenant = invocation.arguments.isEmpty ? "" : try invocation.tenantArgument()
    let platform = try PlatformCalls(invocation)
    guard let (keys, tainted, now) = try readKeys(of: tenant, platform) else { return .refused }
    let days = invocation.value("--within").flatMap { UInt64($0) }
    let shown = keys.filter { isDue($0, within: days, now: now) }
    if platform.asJSON {
      printJSON { json in
        json.number("tainted", tainted)
        json.array("keys") { json in
          for key in shown { json.object { json in KeyText.write(key, to: &json) } }
        }
      }
      return .done
    }
    print(Columns.pad("TENANT", 20) + KeyText.header)
    for key in shown.sorted(by: { $0.tenantID < $1.tenantID }) {
      print(Columns.pad(key.tenantID, 20) + KeyText.line(key))
    }
    if tainted > 0 { note("\(count(tainted, "key")) tainted and still accepted") }
    return .done
  }

  /// Whether an accepted key ends within so many days.
  private static func isDue(_ key: KeyRecord, within days: UInt64?, now: UInt64) -> Bool {
    guard let days else { return true }
    let isAccepted = ![.pending, .retired, .revoked].contains(key.state)
    return isAccepted && KeyText.end(of: key) <= now + days * 86_400_000
  }

  private static func readKeys(
    of tenant: String, _ platform: PlatformCalls
  ) throws -> (keys: [KeyRecord], tainted: UInt64, now: UInt64)? {
    var (keys, after): ([KeyRecord], [UInt8]) = ([], [])
    while true {
      let answer = try platform.call("passgate.v1.Supervision/ListKeys") { salt in
        ListKeysRequest(salt: salt, tenantID: tenant, after: after, limit: 500)
      }
      guard let page = try platform.success(answer, as: ListKeysReply.self) else { return nil }
      keys += page.keys
      after = page.next
      if after.isEmpty { return (keys, page.tainted, answer.header.createdMilliseconds) }
    }
  }

  /// `passgate operator key revoke TENANT KEYID`
  static func revoke(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let (tenant, reason) = (try invocation.tenantArgument(), try invocation.reason())
    let operationID = try invocation.operationID { try randomBytes(16) }
    let platform = try PlatformCalls(invocation)
    guard let (keys, _, _) = try readKeys(of: tenant, platform) else { return .refused }
    let key = try KeyCommands.choose(invocation.arguments[1], keys)
    let sentence = "Key \(Hex.encode(key.keyID)) of \(tenant), \(key.state), is refused at once and for good."
    if invocation.flag("--dry-run") {
      print("nothing was sent; \(sentence)")
      return .done
    }
    try invocation.confirm(sentence)
    platform.announce(operationID)
    let answer = try platform.call("passgate.v1.Supervision/RevokeKey") { salt in
      RevokeKeyRequest(
        salt: salt, operationID: operationID, tenantID: tenant, keyID: key.keyID, reason: reason)
    }
    guard let reply = try platform.success(answer, as: RevokeKeyReply.self) else { return .refused }
    KeyText.report(reply.key, "revoked", event: reply.event, answer, platform)
    return .done
  }

  /// `passgate operator key taint ISSUER.pem`
  static func taint(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let reason = try invocation.reason()
    let operationID = try invocation.operationID { try randomBytes(16) }
    let issuer = try CertificateDesk.read(invocation.arguments[0])
    let platform = try PlatformCalls(invocation)
    let sentence =
      "Every key under \(terminalSafe(issuer.subject)) is to be renewed, and none more registered."
    if invocation.flag("--dry-run") {
      print("nothing was sent; \(sentence)")
      return .done
    }
    try invocation.confirm(sentence)
    platform.announce(operationID)
    let answer = try platform.call("passgate.v1.Supervision/TaintIssuer") { salt in
      TaintIssuerRequest(
        salt: salt, operationID: operationID, issuer: issuer.keyIdentifier, reason: reason)
    }
    guard let reply = try platform.success(answer, as: TaintIssuerReply.self) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.number("event", reply.event)
          json.number("tainted", reply.tainted)
        })
    } else {
      print("\(count(reply.tainted, "key")) tainted; recorded as event \(reply.event) of the ledger")
      print("see how many are left with 'passgate operator key list'")
      platform.printSignatureLine(answer)
    }
    return .done
  }
}

extension [String: JSONValue] {
  fileprivate func text(_ name: String) -> String? {
    guard case .string(let text)? = self[name], !text.isEmpty else { return nil }
    return text
  }
}
