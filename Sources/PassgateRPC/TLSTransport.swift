package import PassgateCrypto
package import PassgateSystem

/// A TLS connection over a socket that never blocks.
package final class TLSTransport: Transport {
  private let socket: FileDescriptor
  private let connection: TLSConnection
  private var isShutDown = false

  /// Takes the socket over; TLS starts with the first `handshake()`.
  package init(_ socket: consuming FileDescriptor, context: TLSContext) throws(CryptoError) {
    connection = try TLSConnection(context, fd: socket.raw, role: .server)
    self.socket = socket
  }

  package var descriptor: Int32? { socket.raw }

  package func handshake() -> TransportResult {
    switch connection.handshake() {
    case .done: .bytes(0)
    case .wantRead: .wantsRead
    case .wantWrite: .wantsWrite
    case .closed: .closed
    case .failed(let reason): .failed(reason)
    }
  }

  package func read(into buffer: inout [UInt8]) -> TransportResult {
    if isShutDown { return Sockets.discardInput(socket.raw, into: &buffer) ? .wantsRead : .closed }
    return TransportResult(connection.read(into: &buffer))
  }

  package var hasBufferedInput: Bool { !isShutDown && connection.hasBufferedInput }

  package func write(_ bytes: [UInt8], from offset: Int) -> TransportResult {
    TransportResult(connection.write(bytes.span.extracting(offset...)))
  }

  package func shutdown() {
    isShutDown = true
    connection.shutdown()
    Sockets.shutdownWriting(socket.raw)
  }

  package func identity() -> TransportIdentity {
    TransportIdentity(
      certificate: connection.peerCertificate, channelBinding: (try? connection.channelBinding()) ?? [])
  }
}

extension TransportResult {
  fileprivate init(_ transfer: TLSConnection.Transfer) {
    switch transfer {
    case .bytes(let count): self = .bytes(count)
    case .wantRead: self = .wantsRead
    case .wantWrite: self = .wantsWrite
    case .closed: self = .closed
    case .failed(let reason): self = .failed(reason)
    }
  }
}
