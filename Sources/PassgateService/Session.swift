import PassgateRPC

/// What the service remembers of one connection; nothing of it is shared or outlives the connection.
final class Session {
  /// Keys that may have a window on one connection.
  static let keyLimit = 8

  let channelBinding: [UInt8]
  private var windows: [[UInt8]: ReplayWindow] = [:]
  var verifiedRoots = VerifiedRoots()

  init(_ peer: Peer) { channelBinding = peer.identity.channelBinding }

  /// True when this key has not used the number on this connection.
  func accepts(_ sequence: UInt64, of keyID: [UInt8]) -> Bool { windows[keyID]?.accepts(sequence) ?? true }

  /// Marks a number used. False when the connection has its eight keys already.
  func mark(_ sequence: UInt64, of keyID: [UInt8]) -> Bool {
    guard windows[keyID] != nil || windows.count < Self.keyLimit else { return false }
    windows[keyID, default: ReplayWindow()].mark(sequence)
    return true
  }
}
