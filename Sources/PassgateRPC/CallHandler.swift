package import PassgateWire

/// One call that arrived, with its connection and its time of arrival.
package struct Call {
  package let peer: Peer
  package let id: UInt64
  package let kind: Frame.Kind
  /// Monotonic nanoseconds.
  package let arrived: UInt64

  package init(peer: Peer, id: UInt64, kind: Frame.Kind, arrived: UInt64) {
    self.peer = peer
    self.id = id
    self.kind = kind
    self.arrived = arrived
  }
}

/// The answer to one call.
package struct Reply: Sendable {
  package let connection: ConnectionID
  package let callID: UInt64
  package let kind: Frame.Kind
  /// The request's signature did not verify: too many of these close the connection.
  package let isUnauthentic: Bool

  package init(connection: ConnectionID, callID: UInt64, kind: Frame.Kind, isUnauthentic: Bool = false) {
    self.connection = connection
    self.callID = callID
    self.kind = kind
    self.isUnauthentic = isUnauthentic
  }
}

/// What other threads send back to a loop's service.
package protocol Mail: Sendable {}

/// The service behind a loop. One instance lives on each loop's thread and is never shared.
package protocol CallHandler: AnyObject {
  /// The first frame of a connection.
  func hello() -> Hello
  /// Every connection is about to get a new Hello: what it announces is in force from here.
  func reconfigured()
  /// A connection is open: the service may recognise its certificate.
  func opened(_ peer: Peer)
  /// Calls of one tick; what is not answered at once is answered by mail.
  func handle(_ calls: [Call], now: UInt64) -> [Reply]
  /// Mail from a worker: the replies that it completes.
  func receive(_ mail: any Mail, now: UInt64) -> [Reply]
  /// The peer gave up this call. It is still answered.
  func cancel(_ callID: UInt64, of connection: ConnectionID)
  /// A connection has ended.
  func closed(_ peer: Peer)
  /// About four times a second.
  func timer(now: UInt64)
  /// After each timer: the connections that the service wants to end, as replies with a `GoAway`.
  func farewells() -> [Reply]
}

extension CallHandler {
  /// A service whose Hello never changes has nothing to take over.
  package func reconfigured() {}
  /// A service that ends no connections by itself.
  package func farewells() -> [Reply] { [] }
}
