package import PassgateCrypto
import PassgateSystem

/// The keys of one role over time, as one file: who signs now, who comes next, who is on the way out.
///
/// A rotation replaces the file as a whole (written beside it, synchronised, renamed), so a reader sees the old or
/// the new one. Key files are never changed: a new key has files of its own.
package struct KeySet: Sendable, Equatable {
  /// What the keys of a set are for.
  package enum Role: String, Sendable, CaseIterable {
    /// The platform's replies; one key active for each algorithm.
    case reply
    /// The platform's TLS server.
    case server
    /// The authority that issues certificates.
    case issuing
    /// What the registry's records are sealed with; no certificates. The first entry and its file stay for the
    /// registry's life: documents' numbers are hashed with it.
    case registry
  }

  /// One key of the set.
  package struct Entry: Sendable, Equatable {
    /// 32 bytes: SHA-256 of the SubjectPublicKeyInfo, or of the secret of a `registry` key under a label.
    package var keyID: [UInt8]
    /// Nil for a `registry` key.
    package var algorithm: SignatureAlgorithm?
    /// The PEM file with its certificates, leaf first, relative to the set's file; nil for a `registry` key.
    package var certificate: String?
    /// Where the private key is: a file relative to the set's, or a PKCS#11 URI (RFC 7512).
    package var key: String
    package var lifecycle: KeyLifecycle

    package init(
      keyID: [UInt8], algorithm: SignatureAlgorithm?, certificate: String?, key: String,
      lifecycle: KeyLifecycle
    ) {
      self.keyID = keyID
      self.algorithm = algorithm
      self.certificate = certificate
      self.key = key
      self.lifecycle = lifecycle
    }
  }

  package var role: Role
  /// From 1; each change adds one.
  package var version: UInt64
  /// SHA-256 of the file of the version before, 32 bytes; nil in the first.
  package var previous: [UInt8]?
  package var entries: [Entry]

  package init(role: Role, version: UInt64 = 1, previous: [UInt8]? = nil, entries: [Entry]) {
    self.role = role
    self.version = version
    self.previous = previous
    self.entries = entries
  }
}

// MARK: - The file

extension KeySet {
  private static let times: [(name: String, time: any WritableKeyPath<KeyLifecycle, UInt64?> & Sendable)] = [
    ("published", \.published), ("active", \.active), ("retiring", \.retiring), ("retired", \.retired),
    ("tainted", \.tainted), ("revoked", \.revoked),
  ]

  /// The file's text: JSON, times in ISO 8601 to the millisecond, UTC.
  package var json: String {
    var json = JSONWriter()
    json.object { json in
      json.string("role", role.rawValue)
      json.number("version", Int(clamping: version))
      if let previous { json.string("previous", Hex.encode(previous)) }
      json.array("keys") { json in
        for entry in entries { json.object { json in Self.write(entry, to: &json) } }
      }
    }
    return json.result + "\n"
  }

  private static func write(_ entry: Entry, to json: inout JSONWriter) {
    json.string("keyId", Hex.encode(entry.keyID))
    if let algorithm = entry.algorithm { json.string("algorithm", algorithm.name) }
    if let certificate = entry.certificate { json.string("certificate", certificate) }
    json.string("key", entry.key)
    for (name, path) in times {
      if let time = entry.lifecycle[keyPath: path] {
        json.string(name, CivilTime.timestamp(milliseconds: time))
      }
    }
  }

  /// Reads a set's file.
  ///
  /// - Throws: every problem at once, one a line, each with its place.
  package init(file path: String) throws(SettingsError) {
    let reader = try SettingsReader(file: path)
    let role = reader.choice("role", of: Role.allCases.map(\.rawValue))
    let version = reader.integer("version", in: 1...Int.max)
    let previous = reader.has("previous") ? Self.digest(reader, "previous") : nil
    let entries = reader.objects("keys", required: true).map(Self.entry)
    reader.finish()
    guard reader.problems.isEmpty, let role = Role(rawValue: role) else {
      throw SettingsError(reader.problems.joined(separator: "\n"))
    }
    self.init(role: role, version: UInt64(version), previous: previous, entries: entries)
  }

  private static func entry(_ reader: SettingsReader) -> Entry {
    var lifecycle = KeyLifecycle()
    for (name, path) in times where reader.has(name) {
      let milliseconds = CivilTime(reader.string(name))?.milliseconds
      if milliseconds == nil { reader.problem(name, "must be a time such as 2026-11-23T14:00:00.000Z") }
      lifecycle[keyPath: path] = milliseconds
    }
    if let fault = lifecycle.fault { reader.problem("published", fault) }
    return Entry(
      keyID: digest(reader, "keyId"), algorithm: reader.has("algorithm") ? reader.algorithm() : nil,
      certificate: reader.has("certificate") ? reader.string("certificate") : nil, key: reader.string("key"),
      lifecycle: lifecycle)
  }

  private static func digest(_ reader: SettingsReader, _ key: String) -> [UInt8] {
    let bytes = Hex.decode(reader.string(key)) ?? []
    if bytes.count != 32 { reader.problem(key, "must be 64 hexadecimal digits") }
    return bytes
  }
}
