/// The bounds of a connection and of a server. Times in nanoseconds unless named otherwise.
package struct ServerLimits: Sendable {
  /// Largest frame until a live certificate was seen or a signature verified, bytes.
  package var frameBytesBeforeTrust = 65_536
  /// Largest frame afterwards, bytes.
  package var frameBytes = 3_145_728
  /// Calls of one connection that may be unanswered; beyond it the server stops reading.
  package var inFlight = 256
  /// Unsent reply bytes of one connection at which the server stops reading it.
  package var outputBytes = 1_048_576
  /// Connections of the whole server.
  package var connections = 20_000
  /// Connections of one remote address.
  package var connectionsPerAddress = 4_096
  /// Refused requests on one connection before it is closed.
  package var unauthenticRequests = 16
  /// Cancels that named no running call before the connection is closed.
  package var idleCancels = 100

  package var handshake = seconds(10)
  /// A frame may dawdle this long before the rate below applies.
  package var frameGrace = seconds(2)
  /// Bytes a second that a partial frame must make after its grace.
  package var frameBytesPerSecond = 4_096
  /// How long a peer may take nothing of its output, and a connection that ends may take for the rest.
  package var writeStall = seconds(20)
  package var pingAfterSilence = seconds(60)
  package var pongWithin = seconds(20)
  package var idle = seconds(300)
  /// Age at which a connection is asked to go, so that load spreads after a deployment.
  package var age = seconds(1_800)
  /// Pings closer together than this are strikes.
  package var pingInterval = seconds(10)
  package var pingStrikes = 2
  /// How long the first GoAway waits for its ping before the second.
  package var goAwayWait = seconds(1)
  /// How long calls may still run after the second GoAway.
  package var drainGrace = seconds(60)

  /// How long a connection that was told to go may take to close its side.
  package var linger = seconds(1)

  package init() {}
}

/// Whole seconds as nanoseconds.
package func seconds(_ count: UInt64) -> UInt64 { count * 1_000_000_000 }
