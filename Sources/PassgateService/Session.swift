import PassgateRPC

/// What the service remembers of one connection; nothing of it is shared or outlives the connection.
final class Session {
  /// Keys that may have a window on one connection.
  static let keyLimit = 8

  let channelBinding: [UInt8]
  /// A handful at most: comparing is faster than hashing.
  private var windows: [(keyID: [UInt8], window: ReplayWindow)] = []
  var verifiedRoots = VerifiedRoots()
  /// The tenant whose request verified last here; known while conformance runs are under way.
  var tenantID: String?

  /// Keys that have signed on this connection.
  var keyIDs: [[UInt8]] { windows.map(\.keyID) }

  init(_ peer: Peer) { channelBinding = peer.identity.channelBinding }

  /// True when this key has not used the number on this connection.
  func accepts(_ sequence: UInt64, of keyID: [UInt8]) -> Bool {
    place(of: keyID).map { windows[$0].window.accepts(sequence) } ?? true
  }

  /// Marks a number used. False when the connection has its eight keys already.
  func mark(_ sequence: UInt64, of keyID: [UInt8]) -> Bool {
    if let place = place(of: keyID) {
      windows[place].window.mark(sequence)
      return true
    }
    guard windows.count < Self.keyLimit else { return false }
    var window = ReplayWindow()
    window.mark(sequence)
    windows.append((keyID, window))
    return true
  }

  private func place(of keyID: [UInt8]) -> Int? { windows.firstIndex { $0.keyID == keyID } }
}
