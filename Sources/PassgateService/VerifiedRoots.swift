/// The roots whose signature has verified on one connection: a batch of requests costs one verification.
///
/// A hit skips the public-key operation and nothing else. Only successes are kept.
struct VerifiedRoots {
  /// Everything that the skipped verification depended on.
  struct Entry: Hashable {
    let keyID: [UInt8]
    let tenantID: String
    let algorithm: UInt32
    let treeSize: UInt64
    let root: [UInt8]
    let value: [UInt8]
  }

  /// Roots kept for one connection.
  static let capacity = 64

  private var entries: Set<Entry> = []
  private var order: [Entry] = []
  private var next = 0
  private var epoch: UInt64 = 0

  /// True when this signature over this root has verified before, at the same epoch of the directory.
  mutating func contains(_ entry: Entry, epoch: UInt64) -> Bool {
    if epoch != self.epoch {
      self = VerifiedRoots()
      self.epoch = epoch
    }
    return entries.contains(entry)
  }

  /// Keeps a success, in place of the oldest when full.
  mutating func insert(_ entry: Entry) {
    guard entries.insert(entry).inserted else { return }
    if order.count < Self.capacity {
      order.append(entry)
    } else {
      entries.remove(order[next])
      order[next] = entry
      next = (next + 1) % Self.capacity
    }
  }
}
