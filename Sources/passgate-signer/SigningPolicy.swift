import PassgateCrypto
import PassgateSystem
import PassgateWire

/// Who may have what signed, and with which keys.
struct SigningPolicy: Sendable {
  /// By the SHA-256 fingerprint of the application's certificate.
  let applications: [[UInt8]: Application]
  /// The keys that the platform has registered, by key id.
  let keys: [[UInt8]: HeldKey]
  /// The keys for data, by key id.
  var dataKeys: [[UInt8]: DataKey] = [:]

  /// The same with signers of its own, for another thread.
  func duplicate() throws(CryptoError) -> SigningPolicy {
    var copies: [[UInt8]: HeldKey] = [:]
    for (id, key) in keys { copies[id] = try key.duplicate() }
    // Data is signed by one thread, whichever loop it comes from.
    return SigningPolicy(applications: applications, keys: copies, dataKeys: dataKeys)
  }

  /// The key of this id, if the application may use it.
  func key(_ id: [UInt8], for application: Application) -> HeldKey? {
    guard let key = keys[id], application.tenants.contains(key.tenantID) else { return nil }
    return key
  }

  /// The key for data of this id, if the application may use it.
  func dataKey(_ id: [UInt8], for application: Application) -> DataKey? {
    guard let key = dataKeys[id], application.dataKeys.contains(key.name) else { return nil }
    return key
  }

  /// The key that its tenant's requests are to be signed with now: of those whose time has come the latest.
  func current(_ tenantID: String, _ deployment: Deployment, at now: UInt64) -> HeldKey? {
    let usable = keys.values.filter {
      $0.tenantID == tenantID && $0.deployment == deployment && $0.from <= now
        && $0.certificate.isValid(atMilliseconds: now)
    }
    // Equal times cannot be, unless somebody has written so: then the choice is at least the same on all loops.
    return usable.max { ($0.from, Hex.encode($0.keyID)) < ($1.from, Hex.encode($1.keyID)) }
  }
}

/// A program of the tenant that may have requests signed.
struct Application: Sendable, Equatable {
  /// What the log calls it, `[a-z0-9-]{1,32}`.
  let name: String
  /// The tenants whose keys it may use.
  let tenants: Set<String>
  /// Full names: `passgate.v1.Verification/VerifyIdentity`.
  let methods: Set<String>
  /// The business scenes it may name.
  let scenes: Set<String>
  /// The names of the keys that sign data for it.
  var dataKeys: Set<String> = []
}

/// A tenant's key in this server's keeping.
struct HeldKey: Sendable {
  let tenantID: String
  /// The only deployment that the platform takes the key in.
  let deployment: Deployment
  /// What the platform registered, for `tenant-signing`.
  let certificate: Certificate
  let signer: any Signer
  /// When it becomes the one to use, milliseconds since 1970: where an application leaves the choice to this server.
  var from: UInt64 = 0

  var algorithm: SignatureAlgorithm { signer.algorithm }
  var keyID: [UInt8] { certificate.publicKey.keyID }

  func duplicate() throws(CryptoError) -> HeldKey {
    HeldKey(
      tenantID: tenantID, deployment: deployment, certificate: certificate, signer: try signer.duplicate(),
      from: from)
  }
}

/// A key for the tenant's own business: its certificate is for `general-signing`, which the platform registers for
/// nobody, so that whatever it signs is never a request.
struct DataKey: Sendable {
  let name: String
  let certificate: Certificate
  let signer: any Signer
}

extension Certificate {
  /// Whether the time is within the validity, both ends included.
  func isValid(atMilliseconds wallMilliseconds: UInt64) -> Bool {
    let seconds = Int64(clamping: wallMilliseconds / 1_000)
    return notBefore <= seconds && seconds <= notAfter
  }
}
