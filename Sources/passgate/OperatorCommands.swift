import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire

/// `passgate operator provision`: states what sandbox tenants are to be.
enum ProvisionCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let file = try ProvisionFile.read(invocation.arguments[0])
    let operationID = try file.operationID ?? invocation.operationID { try randomBytes(16) }
    let platform = try PlatformCalls(invocation)
    platform.announce(operationID)
    let answer = try platform.call("passgate.v1.Supervision/Provision") { salt in
      ProvisionRequest(salt: salt, operationID: operationID, tenants: file.tenants)
    }
    guard let reply = try platform.success(answer, as: ProvisionReply.self) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.string("operationId", Hex.encode(operationID))
          json.number("event", reply.event)
          json.array("changed") { json in for id in reply.changed { json.string(id) } }
        })
    } else {
      let changed =
        reply.changed.isEmpty ? "nothing changed" : "changed: \(reply.changed.joined(separator: ", "))"
      print("recorded as event \(reply.event) of the ledger; \(changed)")
      platform.printSignatureLine(answer)
    }
    return .done
  }
}

/// `passgate operator tenants`: who is registered, with which keys.
enum TenantsCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation)
    let answer = try platform.call("passgate.v1.Supervision/ListTenants") { ListTenantsRequest(salt: $0) }
    guard let reply = try platform.success(answer, as: ListTenantsReply.self) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.array("tenants") { json in for tenant in reply.tenants { write(tenant, to: &json) } }
        })
    } else {
      if reply.tenants.isEmpty { writeError("no tenants\n") }
      for tenant in reply.tenants {
        print(
          "\(tenant.id)  \(modeNames[tenant.mode] ?? "")  \(stateNames[tenant.state] ?? "")  "
            + "keys: \(tenant.keys.count)  scenes: \(tenant.scenes.joined(separator: ", "))")
      }
    }
    return .done
  }

  private static func write(_ tenant: Tenant, to json: inout JSONWriter) {
    json.object { json in
      json.string("id", tenant.id)
      json.string("name", tenant.name)
      json.string("mode", modeNames[tenant.mode] ?? "")
      json.string("state", stateNames[tenant.state] ?? "")
      json.array("scenes") { json in for scene in tenant.scenes { json.string(scene) } }
      json.number("checksPerMinute", tenant.checksPerMinute)
      json.array("keys") { json in
        for key in tenant.keys {
          json.object { json in
            json.string(
              "keyId",
              (try? Certificate(der: key.certificate.span)).map { Hex.encode($0.publicKey.keyID) } ?? "")
            json.string("algorithm", SignatureAlgorithm(rawValue: key.algorithm)?.name ?? "")
            json.string("state", key.state == .live ? "live" : "revoked")
          }
        }
      }
    }
  }
}

/// The words for modes and states in files and answers.
let modeNames: [AccessMode: String] = [
  .mobileCertificate: "mobile-certificate", .signingServer: "signing-server",
]
let stateNames: [TenantState: String] = [
  .open: "open", .suspended: "suspended", .terminated: "terminated",
  .notOpen: "not-open",
]

/// The statement of tenants that an officer signs, in JSON5 (see Sources/passgate/README.md).
struct ProvisionFile {
  let operationID: [UInt8]?
  let tenants: [Tenant]

  static func read(_ path: String) throws -> ProvisionFile {
    let reader = try SettingsReader(file: path)
    let id = reader.optionalString("operationId").map { Hex.decode($0) }
    if let id, id?.count != 16 { reader.problem("operationId", "must be 32 hexadecimal digits") }
    let tenants = reader.objects("tenants", required: true).map(tenant)
    if reader.has("tenants"), tenants.isEmpty { reader.problem("tenants", "must name a tenant") }
    reader.finish()
    guard reader.problems.isEmpty else { throw Failure(reader.problems.joined(separator: "\n")) }
    return ProvisionFile(operationID: id ?? nil, tenants: tenants)
  }

  private static func tenant(_ reader: SettingsReader) -> Tenant {
    Tenant(
      id: reader.string("id"), name: reader.string("name"),
      mode: choice(reader, "mode", modeNames) ?? .mobileCertificate,
      // Only a case can be on its way to the opening.
      state: choice(reader, "state", stateNames.filter { $0.key != .notOpen }, default: .open) ?? .open,
      scenes: reader.list("scenes"), keys: reader.objects("keys").map(key),
      checksPerMinute: UInt32(reader.integer("checksPerMinute", in: 0...10_000_000, default: 0)),
      tlsCertificate: certificate(reader, "tlsCertificate", isOptional: true))
  }

  private static func key(_ reader: SettingsReader) -> TenantKey {
    let names = Dictionary(uniqueKeysWithValues: SignatureAlgorithm.allCases.map { ($0, $0.name) })
    return TenantKey(
      certificate: certificate(reader, "certificate", isOptional: false),
      algorithm: choice(reader, "algorithm", names, default: .ecdsaP256SHA256)?.rawValue ?? 1,
      state: choice(reader, "state", [.live: "live", .revoked: "revoked"], default: .live) ?? .live,
      tlsCertificate: certificate(reader, "tlsCertificate", isOptional: true))
  }

  private static func choice<Value: Hashable>(
    _ reader: SettingsReader, _ key: String, _ names: [Value: String], default standard: Value? = nil
  ) -> Value? {
    let name = reader.choice(key, of: names.values.sorted(), default: standard.flatMap { names[$0] })
    return names.first { $0.value == name }?.key
  }

  /// The DER of the first certificate of a PEM file; empty when it is optional and absent.
  private static func certificate(_ reader: SettingsReader, _ key: String, isOptional: Bool) -> [UInt8] {
    if isOptional, !reader.has(key) { return [] }
    let path = reader.path(key)
    guard !path.isEmpty else { return [] }
    do {
      guard let first = try Certificate.parsePEM(try Files.read(path)).first else { return [] }
      return first.der
    } catch {
      reader.problem(key, "\(path): \(error)")
      return []
    }
  }
}
