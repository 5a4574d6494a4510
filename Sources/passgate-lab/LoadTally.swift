import PassgateWire

/// What a load counts for all its connections.
struct LoadTally {
  var latency = Histogram()
  /// Replies by the reason of their refusal; successes are in `latency` alone.
  var refused: [Reason: Int] = [:]
  var verified = 0
  var answered = 0
  /// Replies with a key that the connection's Hello had not announced.
  var unannounced = 0
  /// Nil where nobody asks which keys were used.
  var keys: KeyTally?
}

/// Which keys signed requests and replies, and until when.
struct KeyTally {
  /// The life of one key as its users see it. Times are those that the replies name, milliseconds since 1970.
  struct Use {
    var accepted = 0
    var refused = 0
    var firstAccepted: UInt64 = 0
    var lastAccepted: UInt64 = 0
  }

  /// By the key that signed the request, with its tenant.
  private(set) var requests: [[UInt8]: (tenant: String, use: Use)] = [:]
  /// By the key that signed the reply.
  private(set) var replies: [[UInt8]: Use] = [:]
  /// Keys that signed replies though none before them had named them as the next.
  private(set) var unforetold: Set<[UInt8]> = []
  private var foretold: Set<[UInt8]> = []
  /// Algorithms of which a reply was seen.
  private var algorithms: Set<UInt32> = []

  mutating func note(request: RequestHeader, reply: ResponseHeader) {
    Self.note(reply, in: &requests[request.keyID, default: (request.tenantID, Use())].use)
    if !reply.nextKeyID.isEmpty { foretold.insert(reply.nextKeyID) }
    let isFirst = algorithms.insert(reply.algorithm).inserted
    if !isFirst, replies[reply.keyID] == nil, !foretold.contains(reply.keyID) {
      unforetold.insert(reply.keyID)
    }
    Self.note(reply, in: &replies[reply.keyID, default: Use()])
  }

  private static func note(_ reply: ResponseHeader, in use: inout Use) {
    guard reply.status == .ok else { return use.refused += 1 }
    use.accepted += 1
    let time = reply.createdMilliseconds
    use.firstAccepted = use.accepted == 1 ? time : min(use.firstAccepted, time)
    use.lastAccepted = max(use.lastAccepted, time)
  }
}
