import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// One rotation to rehearse: a row of a table.
struct DrillRehearsal: Sendable {
  /// Begins the names of its files.
  let name: String
  let title: String
  /// Who goes on checking meanwhile.
  let profiles: [String]
  let act: @Sendable (Drill) throws(PKIError) -> Void

  static let all =
    [
      DrillRehearsal(
        name: "reply-p256", title: "reply key, P-256", profiles: ["mobile", "signing"],
        act: { drill throws(PKIError) in try reply(drill, .ecdsaP256SHA256) }),
      DrillRehearsal(
        name: "reply-sm2", title: "reply key, SM2", profiles: ["mobile-sm2", "signing-sm2"],
        act: { drill throws(PKIError) in try reply(drill, .sm2SM3) }),
      DrillRehearsal(
        name: "server", title: "TLS server", profiles: ["mobile", "signing"],
        act: { drill throws(PKIError) in try server(drill) }),
      DrillRehearsal(
        name: "issuing", title: "issuing authority", profiles: ["mobile", "signing"],
        act: { drill throws(PKIError) in try issuing(drill) }),
      DrillRehearsal(
        name: "registry", title: "registry key", profiles: ["mobile", "signing"],
        act: { drill throws(PKIError) in try registry(drill) }),
    ] + tenants
}

// MARK: - The rotations

extension DrillRehearsal {
  private static func reply(_ drill: Drill, _ algorithm: SignatureAlgorithm) throws(PKIError) {
    try drill.pass(days: 1)
    let rotation = try drill.rotate(
      .reply, ["--algorithm", algorithm.name, "--publish-for", drill.lapse(days: 7)])
    drill.note("\(rotation.newKey) is announced for 7 days")
    try drill.hangUp()
    try drill.pass(until: rotation.active, days: 0)
    drill.note("\(rotation.newKey) is in use; \(rotation.oldKey) verifies only")
    try drill.settle()
  }

  private static func server(_ drill: Drill) throws(PKIError) {
    try drill.pass(days: 1)
    let rotation = try drill.rotate(.server)
    drill.note("\(rotation.newKey) replaces \(rotation.oldKey)")
    try drill.hangUp()
    drill.note("new connections get the certificate of \(rotation.newKey); open ones go on")
    try drill.settle()
  }

  /// A new authority, and the first certificate that it issues: that of the TLS server, which every client checks.
  private static func issuing(_ drill: Drill) throws(PKIError) {
    try drill.pass(days: 1)
    let rotation = try drill.rotate(.issuing, ["--publish-for", drill.lapse(days: 1)])
    drill.note("\(rotation.newKey) is in the bundle for a day before it issues")
    try drill.hangUp()
    try drill.pass(until: rotation.active, days: 1)
    drill.note("\(rotation.newKey) issues; what \(rotation.oldKey) issued stays valid")
    let server = try drill.rotate(.server)
    try requireIssuer(drill, of: server.newKey, rotation.newKey)
    drill.note("\(server.newKey) is certified by \(rotation.newKey)")
    try drill.hangUp()
    try drill.settle()
  }

  private static func requireIssuer(_ drill: Drill, of key: String, _ issuer: String) throws(PKIError) {
    let folder = "\(drill.sandbox.path)/pki"
    let chain = try drill.sandbox.text("\(folder)/\(key).crt.pem")
    guard chain.contains(try drill.sandbox.text("\(folder)/\(issuer).crt.pem")) else {
      throw .policy("\(key) was not certified by \(issuer)")
    }
  }

  private static func registry(_ drill: Drill) throws(PKIError) {
    try drill.pass(days: 1)
    let rotation = try drill.rotate(.registry, ["--publish-for", drill.lapse(days: 1)])
    drill.note("\(rotation.newKey) is announced")
    try drill.hangUp()
    try drill.pass(until: rotation.active, days: 0)
    drill.note("\(rotation.newKey) seals; records are sealed anew")
    try retire(drill)
    drill.note("\(rotation.oldKey) is retired: no record needs it")
    try drill.hangUp()
    _ = try drill.rotate(.registry, ["--destroy-retired"])
    drill.note("secrets of retired keys are deleted, but for the first of all")
    try drill.hangUp()
    try drill.pass(days: 1)
  }

  /// Runs the command again until the last record is sealed anew, a hundred times at most.
  private static func retire(_ drill: Drill) throws(PKIError) {
    for _ in 0..<100 {
      if try drill.rotate(.registry).action == "put-away" { return }
      try drill.pass(days: 0.5)
    }
    throw .policy("passgated did not seal the last record anew")
  }
}
