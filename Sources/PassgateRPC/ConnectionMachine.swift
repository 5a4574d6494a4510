package import PassgateWire

/// The protocol of one connection as a value: frames and time in, directives out, no I/O (DESIGN section 3).
///
/// The connection that owns it sends what it says, hands delivered calls to the service and reports back
/// each answered call with `answered()`.
package struct ConnectionMachine: Sendable {
  /// What the owner does next.
  package enum Directive: Sendable, Equatable {
    /// The frame is a call for the service.
    case deliver
    /// Nothing to do.
    case ignore
    case send(Frame.Kind)
    /// The peer no longer wants this call.
    case cancel(UInt64)
    /// Tell the peer why, then close.
    case fail(GoAway.Reason, String)
    /// Everything is answered: close.
    case close
  }

  /// Which calls this server answers.
  package enum Dialect: Sendable {
    case platform
    case signing
  }

  private enum Phase {
    case open
    /// The first GoAway is out; its ping is under way.
    case announced(GoAway.Reason, since: UInt64, ping: [UInt8])
    /// The second GoAway is out: calls above the last one are not processed.
    case final(since: UInt64)
  }

  private let dialect: Dialect
  private let limits: ServerLimits
  private var phase = Phase.open
  /// The highest call delivered: a GoAway names it, and what is above may be repeated elsewhere.
  package private(set) var lastCallID: UInt64 = 0
  private var lastHeard: UInt64
  private var lastCall: UInt64
  private let opened: UInt64
  private var pingSent: UInt64?
  private var lastPing: UInt64?
  private var strikes = 0
  private var idleCancels = 0
  private var unauthentic = 0
  /// Calls delivered and not answered yet.
  package private(set) var inFlight = 0
  /// True once the peer has shown a live certificate or a valid signature: larger frames are accepted.
  package var isTrusted = false

  package init(dialect: Dialect, limits: ServerLimits, now: UInt64) {
    self.dialect = dialect
    self.limits = limits
    opened = now
    lastHeard = now
    lastCall = now
  }

  /// Largest frame that is accepted now, bytes.
  package var frameLimit: Int { isTrusted ? limits.frameBytes : limits.frameBytesBeforeTrust }

  /// False while the peer has as many unanswered calls as it may.
  package var mayReadCalls: Bool { inFlight < limits.inFlight }

  /// Judges one frame from the peer.
  package mutating func receive(_ frame: Frame, now: UInt64) -> Directive {
    lastHeard = now
    switch frame.kind {
    case .request where dialect == .platform: return call(frame.callID, now: now)
    case .signingCall where dialect == .signing: return call(frame.callID, now: now)
    case .cancel: return cancel(frame.callID)
    case .ping(let opaque): return ping(opaque, now: now)
    case .pong(let opaque): return pong(opaque, now: now)
    case .goAway: return inFlight == 0 ? .close : .ignore
    case .hello, .request, .response, .signingCall, .signingReply:
      return .fail(.protocolError, "this frame is not the peer's to send")
    }
  }

  private mutating func call(_ id: UInt64, now: UInt64) -> Directive {
    guard id > lastCallID else { return .fail(.protocolError, "call ids must rise") }
    if case .final = phase { return .ignore }
    lastCallID = id
    lastCall = now
    inFlight += 1
    return .deliver
  }

  private mutating func cancel(_ id: UInt64) -> Directive {
    guard id <= lastCallID else { return cancelOfUndelivered() }
    if inFlight > 0 { return .cancel(id) }
    idleCancels += 1
    return idleCancels > limits.idleCancels
      ? .fail(.enhanceYourCalm, "too many cancels of ended calls") : .ignore
  }

  /// A call that crossed the second GoAway was never delivered, and its caller may still give it up.
  private func cancelOfUndelivered() -> Directive {
    if case .final = phase { return .ignore }
    return .fail(.protocolError, "cancel of a call that was never made")
  }

  private mutating func ping(_ opaque: [UInt8], now: UInt64) -> Directive {
    if let lastPing, now &- lastPing < limits.pingInterval {
      strikes += 1
      if strikes > limits.pingStrikes { return .fail(.tooManyPings, "at most one ping in ten seconds") }
    } else {
      strikes = 0
    }
    lastPing = now
    return .send(.pong(opaque))
  }

  private mutating func pong(_ opaque: [UInt8], now: UInt64) -> Directive {
    if pingSent.map(Self.opaque) == opaque { pingSent = nil }
    guard case .announced(let reason, _, let expected) = phase, opaque == expected else { return .ignore }
    return finishAnnouncement(reason, now: now)
  }

  private mutating func finishAnnouncement(_ reason: GoAway.Reason, now: UInt64) -> Directive {
    phase = .final(since: now)
    return .send(.goAway(GoAway(reason: reason, lastCallID: lastCallID, detail: "")))
  }

  /// One delivered call has been answered. `isUnauthentic`: its signature did not verify.
  package mutating func answered(isUnauthentic: Bool) -> Directive {
    inFlight = max(0, inFlight - 1)
    if isUnauthentic {
      unauthentic += 1
      if unauthentic >= limits.unauthenticRequests {
        return .fail(.notAuthentic, "too many requests that are not authentic")
      }
    }
    if case .final = phase, inFlight == 0 { return .close }
    return .ignore
  }

  /// Starts the two-phase farewell; nothing happens when one is under way.
  package mutating func drain(_ reason: GoAway.Reason, now: UInt64) -> [Directive] {
    guard case .open = phase else { return [] }
    let ping = Self.opaque(now)
    phase = .announced(reason, since: now, ping: ping)
    return [
      .send(.goAway(GoAway(reason: reason, lastCallID: .max, detail: ""))),
      .send(.ping(ping)),
    ]
  }

  /// What is due at `now`.
  package mutating func timers(now: UInt64) -> [Directive] {
    switch phase {
    case .open: return openTimers(now: now)
    case .announced(let reason, let since, _):
      guard now &- since >= limits.goAwayWait else { return [] }
      return [finishAnnouncement(reason, now: now)]
    case .final(let since):
      return inFlight == 0 || now &- since >= limits.drainGrace ? [.close] : []
    }
  }

  private mutating func openTimers(now: UInt64) -> [Directive] {
    if let pingSent, now &- pingSent >= limits.pongWithin { return [.close] }
    if now &- opened >= limits.age { return drain(.maximumAge, now: now) }
    if inFlight == 0, now &- lastCall >= limits.idle { return drain(.idle, now: now) }
    guard pingSent == nil, now &- lastHeard >= limits.pingAfterSilence else { return [] }
    pingSent = now
    return [.send(.ping(Self.opaque(now)))]
  }

  /// The time as a ping's eight bytes: its pong is told from older ones.
  private static func opaque(_ now: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: now >> (56 - 8 * UInt64($0))) }
  }
}
