import PassgateRPC

/// Two byte queues in place of a TLS socket, and what a poller would see of them.
final class MemoryTransport: Transport {
  /// How the handshake goes on, step by step; it is complete when none is left.
  var handshakeSteps: [TransportResult] = []
  /// Sent by the peer and not read yet.
  var incoming: [UInt8] = []
  /// Written and not taken by the peer yet.
  var outgoing: [UInt8] = []
  /// Bytes that may wait in `outgoing`; what is more is refused.
  var capacity = Int.max
  /// Reading needs to write first, as TLS does to answer a renewal of keys.
  var readAwaitsWriting = false
  /// The peer sends no more.
  var isHalfClosed = false
  /// The peer is gone, and writing fails.
  var isReset = false
  private(set) var isShutDown = false
  let descriptor: Int32?

  init(descriptor: Int32) { self.descriptor = descriptor }

  var isReadable: Bool { !incoming.isEmpty || isHalfClosed || isReset }
  var isWritable: Bool { outgoing.count < capacity || isReset }

  func handshake() -> TransportResult {
    if isReset || isHalfClosed { return .closed }
    return handshakeSteps.isEmpty ? .bytes(0) : handshakeSteps.removeFirst()
  }

  func read(into buffer: inout [UInt8]) -> TransportResult {
    if isReset { return .failed("reset") }
    if readAwaitsWriting, !isWritable { return .wantsWrite }
    guard !incoming.isEmpty else { return isHalfClosed ? .closed : .wantsRead }
    let count = min(incoming.count, buffer.count)
    buffer.replaceSubrange(0..<count, with: incoming[..<count])
    incoming.removeFirst(count)
    return .bytes(count)
  }

  var hasBufferedInput: Bool { !incoming.isEmpty }

  func write(_ bytes: [UInt8], from offset: Int) -> TransportResult {
    if isReset || isShutDown { return .failed("reset") }
    let count = min(bytes.count - offset, capacity - outgoing.count)
    guard count > 0 else { return .wantsWrite }
    outgoing += bytes[offset..<offset + count]
    return .bytes(count)
  }

  func shutdown() { isShutDown = true }

  func identity() -> TransportIdentity {
    TransportIdentity(certificate: nil, channelBinding: [UInt8](repeating: 7, count: 32))
  }
}
