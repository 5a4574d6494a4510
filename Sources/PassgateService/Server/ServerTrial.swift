import PassgateCrypto
import PassgateSystem

/// A handshake of a server with itself, as a client that trusts the platform's root makes it: whether a key can be put
/// before clients.
struct ServerTrial {
  let anchors: [Certificate]

  /// Connects by every name that the certificate serves.
  func prove(_ key: ServerKey) throws(CryptoError) {
    let names = key.chain.first?.serverNames ?? []
    guard !names.isEmpty else { throw CryptoError(.mismatch, "the server's certificate names no server") }
    let server = try key.context()
    let client = try TLSContext.client(anchors: anchors, alpn: ServerKey.alpn)
    for name in names { try connect(client, to: server, by: text(name)) }
  }

  private func connect(_ client: TLSContext, to server: TLSContext, by name: String) throws(CryptoError) {
    let sockets: SocketPair
    do { sockets = try SocketPair() } catch { throw CryptoError(.library, "\(error)") }
    let accepting = try TLSConnection(server, fd: sockets.first.raw, role: .server)
    let connecting = try TLSConnection(client, fd: sockets.second.raw, role: .client(serverName: name))
    // Each side moves when the other has: a handshake of TLS 1.3 takes three turns.
    for _ in 0..<8 {
      let (there, here) = (connecting.handshake(), accepting.handshake())
      for case .failed(let problem) in [there, here] { throw CryptoError(.untrusted, problem) }
      if there == .done, here == .done { return }
    }
    throw CryptoError(.library, "the server's handshake with itself does not end")
  }

  private func text(_ name: ServerName) -> String {
    switch name {
    case .dns(let name): name
    case .address(let bytes): addressText(bytes)
    }
  }

  /// The dotted form of 4 bytes, the groups of 16.
  private func addressText(_ bytes: [UInt8]) -> String {
    guard bytes.count == 16 else { return bytes.map { "\($0)" }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { place in
      String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
