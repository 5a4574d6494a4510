import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// The keys of tenants: replaced by their tenants, issued offline, withdrawn by an officer.
extension DrillRehearsal {
  static let tenants = [
    DrillRehearsal(
      name: "tenant-mobile", title: "key of a mobile tenant", profiles: ["mobile", "signing"],
      act: { drill throws(PKIError) in try mobileKey(DrillTenant(drill, profile: "mobile")) }),
    DrillRehearsal(
      name: "tenant-signing", title: "key of a signing server's tenant", profiles: ["mobile", "signing"],
      act: { drill throws(PKIError) in try signingKey(DrillTenant(drill, profile: "signing")) }),
    DrillRehearsal(
      name: "revocation", title: "revocation of tenants' keys", profiles: ["mobile", "signing"],
      act: { drill throws(PKIError) in
        try drill.pass(days: 1)
        for profile in ["mobile", "signing"] { try revocation(DrillTenant(drill, profile: profile)) }
        try drill.settle()
      }),
  ]

  private static func mobileKey(_ tenant: DrillTenant) throws(PKIError) {
    try tenant.drill.pass(days: 1)
    let key = ["--new-key", tenant.file("key.pem")]
    let new = try tenant.renew(key)
    try tenant.change(
      to: new, with: ["--key", tenant.file("key.pem"), "--certificate", tenant.file("crt.pem")])
  }

  private static func signingKey(_ tenant: DrillTenant) throws(PKIError) {
    let drill = tenant.drill
    try drill.pass(days: 1)
    try tenant.makeRequest()
    let new = try tenant.renew(["--csr", tenant.file("csr.pem"), "--out", tenant.file("crt.pem")])
    try tenant.addToSigner(new)
    try drill.hangUp("passgate-signer")
    drill.note("the signing server has the new key beside the old one")
    try tenant.change(to: new, with: ["--key-id", new.id])
  }

  /// The key that the tenant's profile had before is withdrawn; the profile that is left of it shows that.
  private static func revocation(_ tenant: DrillTenant) throws(PKIError) {
    let drill = tenant.drill
    let old = try tenant.replacedKey()
    guard try tenant.checkWithFormerProfile().status == 0 else {
      throw .policy("a check signed by the key \(old.name) is refused before it is revoked")
    }
    try drill.command(
      "passgate",
      ["operator", "key", "revoke"] + tenant.officer
        + [old.tenant, old.id, "--reason", "rehearsal", "--yes"])
    drill.note("an officer has revoked the key \(old.name) of \(old.tenant)")
    let answer = try tenant.checkWithFormerProfile()
    guard answer.status != 0, answer.output.contains("\"NOT_AUTHENTIC\"") else {
      throw .policy("a check signed by the revoked key \(old.name) was not refused: \(answer.output)")
    }
    drill.note("a check that it signs is refused; all others go on")
  }
}

/// A tenant of the sandbox and its officer.
struct DrillTenant {
  let drill: Drill
  private let profile: String
  /// What the names of its new files begin with; new in each run.
  private let stem: String
  private let folder: String

  init(_ drill: Drill, profile name: String) {
    self.drill = drill
    folder = drill.sandbox.scratch
    stem = "\(folder)/tenant-\(name)"
    profile = "\(drill.sandbox.path)/profiles/\(name).json5"
  }

  /// A key as `passgate key ... --json` tells of it.
  struct Key {
    let tenant: String
    let id: String
    let state: String
    let algorithm: String
    let uses: Int64
    /// ISO 8601; nil while it waits for its certificate.
    let active: String?
    let replaces: String?

    init(_ value: JSONValue?) throws(PKIError) {
      guard case .object(let members) = value, case .string(let tenant) = members["tenant"],
        case .string(let id) = members["keyId"], case .string(let state) = members["state"],
        case .string(let algorithm) = members["algorithm"], case .integer(let uses) = members["uses"]
      else { throw .policy("passgate told nothing of the key") }
      (self.tenant, self.id, self.state, self.algorithm, self.uses) = (tenant, id, state, algorithm, uses)
      active = if case .string(let time) = members["active"] { time } else { nil }
      replaces = if case .string(let key) = members["replaces"] { key } else { nil }
    }

    /// For people.
    var name: String { String(id.prefix(8)) }
  }

  func file(_ end: String) -> String { "\(stem).\(end)" }

  var officer: [String] { ["--profile", "\(drill.sandbox.path)/profiles/operator.json5"] }

  private func passgate(_ words: [String]) throws(PKIError) -> [String: JSONValue] {
    let text = try drill.command("passgate", words + ["--profile", profile, "--json"])
    let value = try settings { () throws(SettingsError) in try parseJSON(Array(text.utf8)) }
    guard case .object(let members) = value else { throw .policy("passgate answered with no object") }
    return members
  }

  private func keys() throws(PKIError) -> [Key] {
    guard case .array(let values) = try passgate(["key", "list"])["keys"] else { return [] }
    return try values.map { value throws(PKIError) in try Key(value) }
  }

  // MARK: A new key

  /// Has a new key certified and fetches its certificate: four hands, as in the guide.
  func renew(_ options: [String]) throws(PKIError) -> Key {
    // A certificate of the sandbox is far from being due.
    let words = ["key", "renew", "--suspected"] + options
    let asked = try Key(passgate(words)["key"])
    drill.note("\(asked.tenant) asks for the key \(asked.name) to be certified; the present one signs")
    try drill.command("passgate", ["operator", "key", "orders", "--out", file("orders")] + officer)
    try drill.command(
      "passgate-pki",
      ["issue", "--directory", "\(drill.sandbox.path)/pki", "--orders", file("orders")])
    try drill.command("passgate", ["operator", "key", "register", file("orders")] + officer)
    drill.note("it is certified offline and registered; both keys are accepted")
    return try Key(passgate(words)["key"])
  }

  /// Waits until the new key is ready, makes the profile sign with it, and sees that it is in use.
  func change(to new: Key, with options: [String]) throws(PKIError) {
    try drill.pass(until: new.active.flatMap { CivilTime($0) }?.milliseconds ?? 0, days: 0.5)
    _ = try passgate(["key", "switch"] + options)
    drill.note("the profile signs with \(new.name); what is still open signs with the old key")
    try drill.settle()
    guard let used = try keys().first(where: { $0.id == new.id }), used.state == "active", used.uses > 0
    else { throw .policy("the new key \(new.name) of \(new.tenant) is not in use") }
    drill.note("\(used.uses) requests were signed with \(new.name)")
  }

  // MARK: A signing server's key

  /// Makes a key and its request, as the operator of a signing server does with any tool.
  func makeRequest() throws(PKIError) {
    let pair = try content(of: file("csr.pem")) { () throws(CryptoError) in
      let key = try PrivateKey.generate(.ecdsaP256SHA256)
      let signer = try FileSigner(key, .ecdsaP256SHA256)
      let subject = try DistinguishedName(commonName: "drill")
      return (key: try key.pem(), request: try CertificateRequest(subject: subject, signer: signer).pem())
    }
    try onFiles { () throws(SystemError) in
      try Files.writeDurably(pair.key, to: file("key.pem"), mode: 0o600, replace: false)
      try Files.writeDurably(pair.request, to: file("csr.pem"), replace: false)
    }
  }

  /// Puts the key into the signing server's configuration, from when the platform is ready for it.
  func addToSigner(_ key: Key) throws(PKIError) {
    let path = "\(drill.sandbox.path)/passgate-signer.json5"
    let text = try drill.sandbox.text(path)
    let list = "\n  keys: [\n"
    guard text.contains(list) else { throw .policy("\(path) has no list of keys") }
    let entry = """
          { tenant: "\(key.tenant)", deployment: "sandbox", algorithm: "\(key.algorithm)", from: "\(key.active ?? "")",
            certificate: "\(file("crt.pem"))", key: "\(file("key.pem"))" },

      """
    let changed = text.replacing(list, with: list + entry, maxReplacements: 1)
    try onFiles { () throws(SystemError) in
      try Files.writeDurably(Array(changed.utf8), to: path, mode: 0o600)
    }
  }

  // MARK: A key that was replaced

  /// The tenant's newest key that another has replaced, and that is still accepted.
  func replacedKey() throws(PKIError) -> Key {
    let keys = try keys()
    let replaced = Set(keys.compactMap(\.replaces))
    guard let key = keys.last(where: { replaced.contains($0.id) && $0.state != "revoked" }) else {
      throw .policy("the tenant of \(profile) has no key that was replaced")
    }
    return key
  }

  /// A check as the profile asks for it that 'key switch' has left.
  func checkWithFormerProfile() throws(PKIError) -> DrillAnswer {
    try drill.answer(
      "passgate",
      [
        "verify", "identity", "--json", "--profile", profile + ".bak", "--claim",
        "\(drill.sandbox.path)/claim.json",
      ])
  }
}
