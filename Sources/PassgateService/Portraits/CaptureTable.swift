import PassgateDomain

/// A capture of a live picture: what the tenant's side was told to do, and until when.
struct Capture: Sendable {
  /// How long a capture may take.
  static let lifeMilliseconds: UInt64 = 120_000

  /// 16 random bytes.
  let id: [UInt8]
  /// 32 random bytes, for a capture device to sign.
  let nonce: [UInt8]
  /// Drawn by chance.
  let turn: HeadTurn
  /// When it was begun, milliseconds since 1970.
  let begun: UInt64
  /// When it ends, monotonic nanoseconds.
  fileprivate let until: UInt64

  /// When it ends, milliseconds since 1970.
  var expires: UInt64 { begun + Self.lifeMilliseconds }
}

/// Captures that were begun: each good once, for whoever began it. Bounded in number; pure but for the numbers that it
/// draws.
struct CaptureTable {
  /// At most 2,048 of one tenant and 16,384 in all, some 500 bytes each.
  static var limits: ReadingLimits {
    ReadingLimits(
      ofTenant: 2_048, inAll: 16_384, bytes: .max, life: Capture.lifeMilliseconds * 1_000_000)
  }

  private var captures: ReadingTable<Capture>

  init(limits: ReadingLimits = limits) { captures = ReadingTable(limits: limits) }

  /// Captures that nobody has used yet.
  var count: Int { captures.count }

  /// - Parameters:
  ///   - now: monotonic nanoseconds.
  ///   - wallMilliseconds: since 1970.
  /// - Throws: `.full`.
  mutating func begin(_ owner: ReadingOwner, now: UInt64, wallMilliseconds: UInt64) throws(ReadingFault)
    -> Capture
  {
    let drawn = freshSalt()
    let capture = Capture(
      id: freshSalt(), nonce: freshSalt() + freshSalt(), turn: drawn[0] & 1 == 0 ? .left : .right,
      begun: wallMilliseconds, until: now &+ Capture.lifeMilliseconds * 1_000_000)
    try captures.insert(capture, id: capture.id, owner: owner, bytes: 0, now: now)
    return capture
  }

  /// Takes a capture for the check that it was begun for. Anybody else who names it ends it.
  ///
  /// - Throws: `.notFound`.
  mutating func take(_ id: [UInt8], by owner: ReadingOwner, now: UInt64) throws(ReadingFault) -> Capture {
    let capture = try captures.take(id, turn: 1, by: owner, now: now)
    captures.remove(id)
    guard now < capture.until else { throw .notFound }
    return capture
  }

  /// Lets a capture be used once more for what is left of its time: the platform failed, not the person.
  mutating func giveBack(_ capture: Capture, to owner: ReadingOwner, now: UInt64) {
    // Where others have taken its place meanwhile, a new one has to be begun.
    try? captures.insert(capture, id: capture.id, owner: owner, bytes: 0, now: now)
  }

  /// Ends the captures whose time is over.
  mutating func expire(_ now: UInt64) { captures.expire(now) }
}
