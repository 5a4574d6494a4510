import PassgateCrypto

/// A key of the TLS server over its life.
struct ServerKey: Sendable {
  /// The leaf first, without the root.
  let chain: [Certificate]
  let key: PrivateKey
  let lifecycle: KeyLifecycle
}

/// The keys of a TLS server, and which of them connections meet at a time. Times are milliseconds since 1970.
struct ServerKeys: Sendable {
  let keys: [ServerKey]

  /// The key of new connections at `now`.
  func active(at now: UInt64) -> ServerKey? {
    KeySchedule.signing(keys.map(\.lifecycle), at: now).map { keys[$0] }
  }

  /// The next time after `now` at which that may change; nil when nothing more is to come.
  func nextChange(after now: UInt64) -> UInt64? {
    KeySchedule.nextChange(keys.map(\.lifecycle), after: now)
  }
}
