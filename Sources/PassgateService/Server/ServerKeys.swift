package import PassgateCrypto

/// A key of the TLS server over its life.
package struct ServerKey: Sendable {
  /// The leaf first, without the root.
  package let chain: [Certificate]
  package let key: PrivateKey
  package let lifecycle: KeyLifecycle

  package init(chain: [Certificate], key: PrivateKey, lifecycle: KeyLifecycle) {
    self.chain = chain
    self.key = key
    self.lifecycle = lifecycle
  }

  /// What a server shows and signs with.
  package func context() throws(CryptoError) -> TLSContext {
    try TLSContext.server(chain: chain, key: key, alpn: Self.alpn, clientCertificates: .requested)
  }

  static let alpn = "passgate/1"
}

/// The keys of a TLS server, and which of them connections meet at a time. Times are milliseconds since 1970.
package struct ServerKeys: Sendable {
  package let keys: [ServerKey]

  package init(_ keys: [ServerKey]) { self.keys = keys }

  /// The key of new connections at `now`.
  package func active(at now: UInt64) -> ServerKey? {
    KeySchedule.signing(keys.map(\.lifecycle), at: now).map { keys[$0] }
  }

  /// The next time after `now` at which that may change; nil when nothing more is to come.
  func nextChange(after now: UInt64) -> UInt64? {
    KeySchedule.nextChange(keys.map(\.lifecycle), after: now)
  }
}
