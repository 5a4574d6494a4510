import PassgateCrypto
import PassgateWire

/// Who may have what signed, and with which keys.
struct SigningPolicy: Sendable {
  /// By the SHA-256 fingerprint of the application's certificate.
  let applications: [[UInt8]: Application]
  /// By key id.
  let keys: [[UInt8]: HeldKey]

  /// The same with signers of its own, for another thread.
  func duplicate() throws(CryptoError) -> SigningPolicy {
    var copies: [[UInt8]: HeldKey] = [:]
    for (id, key) in keys { copies[id] = try key.duplicate() }
    return SigningPolicy(applications: applications, keys: copies)
  }

  /// The key of this id, if the application may use it.
  func key(_ id: [UInt8], for application: Application) -> HeldKey? {
    guard let key = keys[id], application.tenants.contains(key.tenantID) else { return nil }
    return key
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
}

/// A tenant's key in this server's keeping.
struct HeldKey: Sendable {
  let tenantID: String
  /// The only deployment that the platform takes the key in.
  let deployment: Deployment
  /// What the platform registered, for `tenant-signing`.
  let certificate: Certificate
  let signer: any Signer

  var algorithm: SignatureAlgorithm { signer.algorithm }

  func duplicate() throws(CryptoError) -> HeldKey {
    HeldKey(
      tenantID: tenantID, deployment: deployment, certificate: certificate, signer: try signer.duplicate())
  }
}

extension Certificate {
  /// Whether the time is within the validity, both ends included.
  func isValid(atMilliseconds wallMilliseconds: UInt64) -> Bool {
    let seconds = Int64(clamping: wallMilliseconds / 1_000)
    return notBefore <= seconds && seconds <= notAfter
  }
}
