import CPassgate

/// One unit of a connection, behind its length.
package struct Frame: MappedMessage {
  package enum Kind: Sendable, Equatable {
    case hello(Hello)
    case request(Request)
    case response(Response)
    case cancel
    /// 8 opaque bytes.
    case ping([UInt8])
    /// The 8 bytes of the ping.
    case pong([UInt8])
    case goAway(GoAway)
    case signingCall(SigningCall)
    case signingReply(SigningReply)
  }

  /// From 1 and strictly rising, chosen by the caller; 0 in frames that belong to no call.
  package var callID: UInt64
  package var kind: Kind

  package init(callID: UInt64 = 0, kind: Kind) {
    self.callID = callID
    self.kind = kind
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__frame__init)
  private static let pingBytes = 8

  init(from fields: FieldReader) throws(WireError) {
    callID = fields.uint64(1)
    switch fields.oneof(of: 2) {
    case 2: kind = .hello(try fields.message(2))
    case 3: kind = .request(try fields.message(3))
    case 4: kind = .response(try fields.message(4))
    case 5: kind = .cancel
    case 6: kind = .ping(try Frame.opaque(fields, 6))
    case 7: kind = .pong(try Frame.opaque(fields, 7))
    case 8: kind = .goAway(try fields.message(8))
    case 9: kind = .signingCall(try fields.message(9))
    case 10: kind = .signingReply(try fields.message(10))
    default: throw WireError(.missing, field: "kind")
    }
    guard kind.belongsToCall == (callID > 0) else {
      throw WireError(callID > 0 ? .notAllowed : .missing, field: fields.name(1))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, callID)
    switch kind {
    case .hello(let hello): fields.set(2, hello)
    case .request(let request): fields.set(3, request)
    case .response(let response): fields.set(4, response)
    case .cancel: fields.set(5) { _ in }
    case .ping(let opaque): fields.set(6) { $0.set(1, opaque) }
    case .pong(let opaque): fields.set(7) { $0.set(1, opaque) }
    case .goAway(let goAway): fields.set(8, goAway)
    case .signingCall(let call): fields.set(9, call)
    case .signingReply(let reply): fields.set(10, reply)
    }
  }

  private static func opaque(_ fields: FieldReader, _ number: Int) throws(WireError) -> [UInt8] {
    try fields.inside(number) { ping throws(WireError) in try ping.bytes(1, exactly: pingBytes) }
  }
}

extension Frame.Kind {
  fileprivate var belongsToCall: Bool {
    switch self {
    case .request, .response, .cancel, .signingCall, .signingReply: true
    case .hello, .ping, .pong, .goAway: false
    }
  }
}

/// What the server says first, and again when its reply keys change.
package struct Hello: MappedMessage {
  /// The version of the protocol; the only one is 1.
  package static let protocolVersion: UInt32 = 1

  /// Unix time.
  package var serverTimeMilliseconds: UInt64
  package var software: String
  package var limits: Limits
  /// None on a signing server.
  package var replyKeys: [ReplyKey]

  package init(serverTimeMilliseconds: UInt64, software: String, limits: Limits, replyKeys: [ReplyKey]) {
    self.serverTimeMilliseconds = serverTimeMilliseconds
    self.software = software
    self.limits = limits
    self.replyKeys = replyKeys
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__hello__init)

  init(from fields: FieldReader) throws(WireError) {
    guard fields.uint32(1) == Hello.protocolVersion else {
      throw WireError(.notAllowed, field: fields.name(1))
    }
    serverTimeMilliseconds = fields.uint64(2)
    software = fields.text(3)
    limits = try fields.message(4)
    replyKeys = try fields.messages(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, Hello.protocolVersion)
    fields.set(2, serverTimeMilliseconds)
    fields.set(3, software)
    fields.set(4, limits)
    fields.set(5, replyKeys)
  }
}

/// What a connection may carry, as the server announces it.
package struct Limits: MappedMessage {
  /// Bytes of a frame until a live tenant certificate was seen or a signature has verified.
  package var frameBytesBeforeTrust: UInt32
  /// Bytes of a frame afterwards.
  package var frameBytes: UInt32
  /// Bytes of a request's header.
  package var headerBytes: UInt32
  /// Calls without an answer.
  package var inFlight: UInt32
  /// Largest distance of a request's `created` from the server's time.
  package var clockSkewMilliseconds: UInt32
  package var defaultTimeoutMilliseconds: UInt32
  package var maximumTimeoutMilliseconds: UInt32
  /// A connection without a call is closed after this time.
  package var idleMilliseconds: UInt32

  package init(
    frameBytesBeforeTrust: UInt32 = 64 * 1024, frameBytes: UInt32 = 3 * 1024 * 1024,
    headerBytes: UInt32 = 1024, inFlight: UInt32 = 256, clockSkewMilliseconds: UInt32 = 300_000,
    defaultTimeoutMilliseconds: UInt32 = 5_000, maximumTimeoutMilliseconds: UInt32 = 30_000,
    idleMilliseconds: UInt32 = 300_000
  ) {
    self.frameBytesBeforeTrust = frameBytesBeforeTrust
    self.frameBytes = frameBytes
    self.headerBytes = headerBytes
    self.inFlight = inFlight
    self.clockSkewMilliseconds = clockSkewMilliseconds
    self.defaultTimeoutMilliseconds = defaultTimeoutMilliseconds
    self.maximumTimeoutMilliseconds = maximumTimeoutMilliseconds
    self.idleMilliseconds = idleMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__limits__init)

  init(from fields: FieldReader) throws(WireError) {
    frameBytesBeforeTrust = fields.uint32(1)
    frameBytes = fields.uint32(2)
    headerBytes = fields.uint32(3)
    inFlight = fields.uint32(4)
    clockSkewMilliseconds = fields.uint32(5)
    defaultTimeoutMilliseconds = fields.uint32(6)
    maximumTimeoutMilliseconds = fields.uint32(7)
    idleMilliseconds = fields.uint32(8)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, frameBytesBeforeTrust)
    fields.set(2, frameBytes)
    fields.set(3, headerBytes)
    fields.set(4, inFlight)
    fields.set(5, clockSkewMilliseconds)
    fields.set(6, defaultTimeoutMilliseconds)
    fields.set(7, maximumTimeoutMilliseconds)
    fields.set(8, idleMilliseconds)
  }
}

/// A key that signs replies, with its certificate chain.
package struct ReplyKey: MappedMessage {
  package enum State: UInt32, Sendable, CaseIterable {
    case active = 1
    /// Announced, not used yet.
    case next = 2
    /// Its successor signs; what it has signed is still on its way.
    case retiring = 3
  }

  package var state: State
  package var algorithm: UInt32
  /// DER, the leaf first, without the root; at least the leaf.
  package var certificates: [[UInt8]]

  package init(state: State, algorithm: UInt32, certificates: [[UInt8]]) {
    self.state = state
    self.algorithm = algorithm
    self.certificates = certificates
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__reply_key__init)

  init(from fields: FieldReader) throws(WireError) {
    state = try fields.choice(1)
    algorithm = try fields.algorithm(2)
    certificates = fields.byteStrings(3)
    guard !certificates.isEmpty else { throw WireError(.missing, field: fields.name(3)) }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, state.rawValue)
    fields.set(2, algorithm)
    fields.set(3, certificates)
  }
}

/// The last thing a peer says before it closes, or the announcement that it will.
package struct GoAway: MappedMessage {
  package enum Reason: UInt32, Sendable, CaseIterable {
    case shutdown = 1
    case maximumAge = 2
    case idle = 3
    case protocolError = 4
    case frameTooLarge = 5
    case tooManyPings = 6
    case enhanceYourCalm = 7
    case tooSlow = 8
    case notAuthentic = 9
    /// The platform's signing device does not answer: calls were not answered and may be sent again.
    case unavailable = 10
  }

  package var reason: Reason
  /// Calls above it were not processed and are safe to repeat elsewhere.
  package var lastCallID: UInt64
  /// For people; names a field, never a value.
  package var detail: String

  package init(reason: Reason, lastCallID: UInt64, detail: String = "") {
    self.reason = reason
    self.lastCallID = lastCallID
    self.detail = detail
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__go_away__init)

  init(from fields: FieldReader) throws(WireError) {
    reason = try fields.choice(1)
    lastCallID = fields.uint64(2)
    detail = fields.text(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, reason.rawValue)
    fields.set(2, lastCallID)
    fields.set(3, detail)
  }
}
