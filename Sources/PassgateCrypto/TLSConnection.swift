import COpenSSL

/// One TLS 1.3 connection over a non-blocking socket, used by one thread at a time.
///
/// The socket stays the caller's: it is neither closed here nor waited for. With level-triggered readiness,
/// read again while `hasBufferedInput`, because bytes that are buffered here wake nobody.
@safe package final class TLSConnection {
  /// Which side of the handshake this is.
  package enum Role: Sendable {
    /// Accepts.
    case server
    /// Connects to a server whose certificate must be for this DNS name or IP address.
    case client(serverName: String)
  }

  /// How far the handshake has come.
  package enum Progress: Sendable, Equatable {
    /// Both sides are known to each other; reading and writing may begin.
    case done
    /// Call again when the socket is readable.
    case wantRead
    /// Call again when the socket is writable.
    case wantWrite
    /// The peer went away.
    case closed
    /// Refused by either side; the sentence says why.
    case failed(String)
  }

  /// What became of a read or a write.
  package enum Transfer: Sendable, Equatable {
    /// So many bytes were moved; none only when none were given.
    case bytes(Int)
    /// Call again when the socket is readable.
    case wantRead
    /// Call again when the socket is writable.
    case wantWrite
    /// The peer ended the connection.
    case closed
    /// The connection is broken; the sentence says how.
    case failed(String)
  }

  /// The peer's certificate, once the handshake is done; nil when it showed none.
  package private(set) var peerCertificate: Certificate?
  private let context: TLSContext
  private let pointer: OpaquePointer
  private var state = State.handshaking
  private var binding: [UInt8]?
  private var keyUpdates = 0
  /// Key updates of the peer that a connection lives through; stacks that make any make one in 2^24 records.
  private static let keyUpdateLimit = 32

  private enum State {
    case handshaking
    case open
    case ended
  }

  /// A connection over the socket `fd`, which must stay open as long as this object is used.
  ///
  /// - Throws: `.mismatch` when `context` was made for the other role, `.malformed` for a server name that is
  ///   none, `.library`.
  package init(_ context: TLSContext, fd: Int32, role: Role) throws(CryptoError) {
    self.context = context
    unsafe pointer = try ErrorQueue.unwrap(
      SSL_new(context.pointer), .library, "no memory for a TLS connection")
    try unsafe ErrorQueue.check(SSL_set_fd(pointer, fd), .library, "the socket cannot carry TLS")
    unsafe SSL_set_msg_callback(pointer, watchMessages)
    unsafe passgate_SSL_set_msg_callback_arg(pointer, Unmanaged.passUnretained(self).toOpaque())
    switch role {
    case .server where context.isServer: unsafe SSL_set_accept_state(pointer)
    case .client(let serverName) where !context.isServer:
      try expect(serverName)
      unsafe SSL_set_connect_state(pointer)
    default: throw CryptoError(.mismatch, "the TLS settings were made for the other side of a connection")
    }
  }

  deinit {
    unsafe SSL_free(pointer)
  }

  /// Remembers the name for `PeerRules`, and sends it in the clear where TLS allows (RFC 6066 section 3: no
  /// addresses).
  private func expect(_ serverName: String) throws(CryptoError) {
    let what = "the server name cannot be used for TLS"
    let kind = try ServerName(serverName)
    try unsafe ErrorQueue.check(
      X509_VERIFY_PARAM_set1_host(SSL_get0_param(pointer), serverName, 0), .library, what)
    guard case .dns = kind else { return }
    try unsafe ErrorQueue.check(passgate_SSL_set_tlsext_host_name(pointer, serverName), .library, what)
  }
}

// MARK: handshake

extension TLSConnection {
  /// Carries the handshake on as far as the socket allows.
  package func handshake() -> Progress {
    ErrorQueue.clear()
    let result = unsafe SSL_do_handshake(pointer)
    if result == 1 { return finishHandshake() }
    switch outcome(of: result) {
    case .wantRead: return .wantRead
    case .wantWrite: return .wantWrite
    case .ended: return .closed
    case .broken(let cause): return .failed("the TLS handshake failed: \(refusal ?? cause)")
    }
  }

  /// The application protocol agreed on; nil when there is none.
  package var negotiatedALPN: String? {
    var name: UnsafePointer<UInt8>?
    var length: UInt32 = 0
    unsafe SSL_get0_alpn_selected(pointer, &name, &length)
    guard let name = unsafe name else { return nil }
    return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
  }

  /// 32 bytes that are the same at both ends of this connection and at no end of another (RFC 9266).
  ///
  /// - Throws: `.library` before the handshake is done.
  package func channelBinding() throws(CryptoError) -> [UInt8] {
    if let binding { return binding }
    let label = "EXPORTER-Channel-Binding"
    var exported = [UInt8](repeating: 0, count: 32)
    ErrorQueue.clear()
    try unsafe ErrorQueue.check(
      SSL_export_keying_material(pointer, &exported, exported.count, label, label.utf8.count, nil, 0, 1),
      .library, "the channel binding needs a finished handshake")
    binding = exported
    return exported
  }

  private func finishHandshake() -> Progress {
    // A client that offers no protocol at all never reaches the server's callback.
    guard negotiatedALPN == context.alpn else {
      return refuse("the peer does not speak \(context.alpn)")
    }
    if let certificate = unsafe SSL_get0_peer_certificate(pointer) {
      guard let decoded = try? unsafe Certificate(retaining: certificate) else {
        return refuse("the peer's certificate cannot be read")
      }
      peerCertificate = decoded
    }
    state = .open
    return .done
  }

  private func refuse(_ cause: String) -> Progress {
    ErrorQueue.clear()
    state = .ended
    return .failed("the TLS handshake failed: \(cause)")
  }

  /// Why this side refused the peer's certificate; nil when it did not.
  private var refusal: String? {
    let code = unsafe SSL_get_verify_result(pointer)
    guard code != Int(X509_V_OK) else { return nil }
    let fault = ChainFault(code: Int32(truncatingIfNeeded: code))
    return "the peer's certificate was refused: \(fault.words); \(fault.meaning.advice)"
  }
}

// MARK: data

extension TLSConnection {
  /// Whether bytes of the peer wait here, so that the socket need not become readable first.
  package var hasBufferedInput: Bool {
    unsafe state == .open && SSL_has_pending(pointer) == 1
  }

  /// Reads what one record holds into the start of `buffer`, at most all of it.
  package func read(into buffer: inout [UInt8]) -> Transfer {
    guard state == .open else { return .closed }
    var count = 0
    ErrorQueue.clear()
    let result = unsafe buffer.withUnsafeMutableBytes {
      unsafe SSL_read_ex(pointer, $0.baseAddress, $0.count, &count)
    }
    return result == 1 ? .bytes(count) : transfer(after: result)
  }

  /// Writes as much of `bytes` as the socket takes; the rest is to be given again when it is writable.
  package func write(_ bytes: Span<UInt8>) -> Transfer {
    guard state == .open else { return .closed }
    var written = 0
    while written < bytes.count {
      let next = writeRecord(bytes.extracting(written..<bytes.count))
      guard case .bytes(let count) = next else { return written > 0 ? .bytes(written) : next }
      written += count
    }
    return .bytes(written)
  }

  /// Tells the peer that no more will be sent; the socket may then be closed.
  package func shutdown() {
    guard state == .open else { return }
    state = .ended
    ErrorQueue.clear()
    unsafe SSL_shutdown(pointer)
    ErrorQueue.clear()
  }

  private func writeRecord(_ bytes: Span<UInt8>) -> Transfer {
    var count = 0
    ErrorQueue.clear()
    let result = unsafe bytes.withUnsafeBytes {
      unsafe SSL_write_ex(pointer, $0.baseAddress, $0.count, &count)
    }
    return result == 1 ? .bytes(count) : transfer(after: result)
  }

  private func transfer(after result: Int32) -> Transfer {
    switch outcome(of: result) {
    case .ended where keyUpdates > Self.keyUpdateLimit: .failed("the peer changes its keys without end")
    case .wantRead: .wantRead
    case .wantWrite: .wantWrite
    case .ended: .closed
    case .broken(let cause): .failed("the TLS connection broke: \(cause)")
    }
  }
}

// MARK: key updates

extension TLSConnection {
  /// Counts a key update of the peer. One too many closes the connection to OpenSSL, which would otherwise
  /// read on for as long as they come, and give nobody else on this thread a turn.
  fileprivate func noteKeyUpdate() {
    keyUpdates += 1
    guard keyUpdates > Self.keyUpdateLimit else { return }
    unsafe SSL_set_shutdown(pointer, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
  }
}

/// Sees each message of the protocol as OpenSSL sends or receives it.
private let watchMessages:
  @convention(c) (
    Int32, Int32, Int32, UnsafeRawPointer?, Int, OpaquePointer?, UnsafeMutableRawPointer?
  ) -> Void = { isSent, _, kind, message, length, _, connection in
    guard isSent == 0, kind == SSL3_RT_HANDSHAKE, length > 0,
      let message = unsafe message, let connection = unsafe connection,
      unsafe message.load(as: UInt8.self) == UInt8(SSL3_MT_KEY_UPDATE)
    else { return }
    unsafe Unmanaged<TLSConnection>.fromOpaque(connection).takeUnretainedValue().noteKeyUpdate()
  }

// MARK: outcomes

extension TLSConnection {
  private enum Outcome {
    case wantRead
    case wantWrite
    case ended
    case broken(String)
  }

  /// What OpenSSL means by a `result` that is not success, the thread's error queue emptied.
  private func outcome(of result: Int32) -> Outcome {
    switch unsafe SSL_get_error(pointer, result) {
    case SSL_ERROR_WANT_READ: return .wantRead
    case SSL_ERROR_WANT_WRITE: return .wantWrite
    case SSL_ERROR_ZERO_RETURN, SSL_ERROR_SYSCALL:
      ErrorQueue.clear()
      state = .ended
      return .ended
    default:
      state = .ended
      return .broken(ErrorQueue.drain(.library, "refused").detail)
    }
  }
}
