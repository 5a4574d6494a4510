package import PassgateCrypto

/// Names one connection of a loop; never reused, so that a late reply cannot reach a stranger.
package struct ConnectionID: Hashable, Sendable {
  /// Position in the loop's table.
  package let slot: UInt32
  /// Counts the tenants of that position.
  package let generation: UInt32

  package init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// The same as one number, for the poller's user word.
  var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

  init(token: UInt64) {
    self.init(slot: UInt32(truncatingIfNeeded: token), generation: UInt32(truncatingIfNeeded: token >> 32))
  }
}

/// What the transport proved about the other end.
package struct TransportIdentity: Sendable {
  /// The client certificate, if one was presented; its key was proven, its chain was not judged.
  package let certificate: Certificate?
  /// RFC 9266, 32 bytes.
  package let channelBinding: [UInt8]

  package init(certificate: Certificate?, channelBinding: [UInt8]) {
    self.certificate = certificate
    self.channelBinding = channelBinding
  }
}

/// The other end of an open connection, as the service sees it.
package final class Peer {
  package let id: ConnectionID
  /// The remote address without its port.
  package let address: String
  package let identity: TransportIdentity
  /// Set by the service when the peer has proven to be somebody; raises the frame limit.
  package var isTrusted = false
  /// What the service keeps for this connection.
  package var session: AnyObject?

  package init(id: ConnectionID, address: String, identity: TransportIdentity) {
    self.id = id
    self.address = address
    self.identity = identity
  }
}
