import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// What came of the checks of one rotation.
struct DrillTally {
  /// One reply whose signature was verified.
  struct Reply {
    let keyID: [UInt8]
    /// The platform's time in it, milliseconds since 1970.
    let time: UInt64
  }

  var connections = 0
  private(set) var requests = 0
  private(set) var failures = 0
  private(set) var replies: [Reply] = []
  /// What programs wrote to standard error when they failed.
  var complaints: [String] = []

  /// Takes what a program printed: one JSON object a line. A request without a verified reply of status OK has
  /// failed.
  mutating func take(_ output: String, sent: Int, status: Int32) {
    let good = output.split(separator: "\n").compactMap { Self.reply(String($0)) }
    requests += sent
    failures += max(0, sent - good.count)
    if status != 0 && good.count == sent { failures += 1 }
    replies += good
  }

  private static func reply(_ line: String) -> Reply? {
    guard let value = try? parseJSON(Array(line.utf8)), case .object(let members) = value,
      members["status"] == .string("OK"), members["replyVerified"] == .bool(true),
      case .string(let keyID)? = members["replyKeyId"], let keyID = Hex.decode(keyID),
      case .string(let time)? = members["serverTime"], let time = CivilTime(time)
    else { return nil }
    return Reply(keyID: keyID, time: time.milliseconds)
  }

  /// How many replies a key signed, in the order of the set.
  func signed(by set: KeySet) -> [(entry: KeySet.Entry, count: Int)] {
    set.entries.map { entry in (entry, replies.count { $0.keyID == entry.keyID }) }.filter { $0.count > 0 }
  }

  /// Replies that a key signed outside its time. A reply is dated a moment before it is signed, and the platform looks
  /// at its clock once a second, so the old key may be used a little longer.
  func strays(in set: KeySet) -> Int {
    replies.count { reply in
      guard let key = set.entries.first(where: { $0.keyID == reply.keyID })?.lifecycle else { return true }
      let isEarly = reply.time + 250 < key.active ?? .max
      return isEarly || reply.time > key.retiring.map { $0 + Drill.settling } ?? .max
    }
  }
}
