/// What came of a request to move bytes or to go on with a handshake.
package enum TransportResult: Equatable, Sendable {
  /// So many bytes were moved; a finished handshake reports 0.
  case bytes(Int)
  case wantsRead
  case wantsWrite
  case closed
  /// The reason is for the log, never for the peer.
  case failed(String)
}

/// A byte stream that never blocks: a TLS socket in service, a pair of queues in tests.
package protocol Transport: AnyObject {
  /// Goes on with the handshake; `.bytes(0)` when it is complete.
  func handshake() -> TransportResult
  /// Fills the front of `buffer`.
  func read(into buffer: inout [UInt8]) -> TransportResult
  /// Whether input waits here that no poller will report.
  var hasBufferedInput: Bool { get }
  /// Sends what it can of `bytes` from `offset` on.
  func write(_ bytes: [UInt8], from offset: Int) -> TransportResult
  /// Tells the peer that nothing more will come. Reading then throws away what still arrives.
  func shutdown()
  /// The descriptor to poll, if there is one.
  var descriptor: Int32? { get }
  /// Who is at the other end; asked once, after the handshake.
  func identity() -> TransportIdentity
}
