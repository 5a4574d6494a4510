import PassgateCrypto
import PassgateDomain
import PassgateWire

/// A tenant's key as it is named in the ledger.
struct KeyName: Sendable, Hashable {
  let deployment: Deployment
  let tenantID: String
  /// 32 bytes.
  let keyID: [UInt8]
}

/// What the ledger tells of a key beyond what is stated of its tenant.
struct KeyFacts: Sendable {
  /// The request that asked for it.
  struct Request: Sendable {
    let body: RenewKeyRequest
    /// The key that signed the request and is to be replaced.
    let replaces: [UInt8]
  }

  /// What follows from being replaced.
  struct Replacement: Sendable {
    /// When the earliest new key was ready, milliseconds since 1970.
    var since: UInt64
    /// How long this key stays after that, milliseconds.
    var overlap: UInt64
    /// The ids of the keys that replace it.
    var keyIDs: [[UInt8]]
  }

  let name: KeyName
  /// Nil for keys that no renewal made.
  var request: Request?
  /// Milliseconds since 1970.
  var requested: UInt64 = 0
  var lifecycle = KeyLifecycle()
  /// DER; empty until it is registered, and for keys that no renewal made.
  var certificate: [UInt8] = []
  var tlsCertificate: [UInt8] = []
  /// Nil while no key that replaces it is registered.
  var replacement: Replacement?

  init(_ name: KeyName) { self.name = name }

  /// Waits for its certificate, and may still get it.
  var isPending: Bool { request != nil && lifecycle.published == nil && lifecycle.revoked == nil }
}

extension KeyFacts.Replacement {
  /// A key that was replaced stays until it was not used for 7 days.
  private static let unused: UInt64 = 7 * 86_400_000
  private static let hour: UInt64 = 3_600_000

  /// When the overlap that was ordered is over, milliseconds since 1970.
  var planned: UInt64 { Self.sum(since, overlap) }

  /// When the key ends, in milliseconds since 1970. In whole hours, so that its use does not move the end at every
  /// request.
  ///
  /// - Parameters:
  ///   - lastUse: milliseconds since 1970.
  ///   - notAfter: of its certificate, milliseconds since 1970.
  func end(lastUse: UInt64, notAfter: UInt64) -> UInt64 {
    let idle = (Self.sum(lastUse, Self.unused) / Self.hour + 1) * Self.hour
    // Whole seconds, as the validity of certificates.
    return min(max(planned, idle), notAfter) / 1_000 * 1_000
  }

  private static func sum(_ time: UInt64, _ span: UInt64) -> UInt64 {
    let (sum, isOver) = time.addingReportingOverflow(span)
    // Far enough for every calendar, and near enough to be added to.
    return isOver ? .max / 4 : min(sum, .max / 4)
  }
}
