import COpenSSL
import PassgateCrypto

/// Whether no failure waits in this thread's queue to be taken for one of TLS.
func errorQueueIsEmpty() -> Bool {
  ERR_peek_error() == 0
}

/// The private key `pem` as encrypted PKCS#8.
func encrypted(_ pem: [UInt8], passphrase: String) -> [UInt8] {
  let input = unsafe BIO_new_mem_buf(pem, Int32(pem.count))
  let output = unsafe BIO_new(BIO_s_mem())
  let key = unsafe PEM_read_bio_PrivateKey(input, nil, nil, nil)
  unsafe PEM_write_bio_PKCS8PrivateKey(
    output, key, EVP_aes_128_cbc(), passphrase, Int32(passphrase.utf8.count), nil, nil)
  var text = [UInt8](repeating: 0, count: 4096)
  let length = unsafe BIO_read(output, &text, Int32(text.count))
  unsafe EVP_PKEY_free(key)
  unsafe BIO_free(input)
  unsafe BIO_free(output)
  return Array(text.prefix(Int(max(0, length))))
}

/// A client that renews its keys as often as it is told to, which `TLSConnection` never does.
@safe final class KeyUpdater {
  private let context: OpaquePointer
  private let connection: OpaquePointer

  /// - Parameter socket: one that never blocks, and stays the caller's.
  init(_ socket: Int32) throws {
    guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
      throw CryptoError(.library, "no memory")
    }
    unsafe self.context = context
    guard let connection = unsafe SSL_new(context) else { throw CryptoError(.library, "no memory") }
    unsafe self.connection = connection
    let offered = [UInt8(testProtocol.utf8.count)] + Array(testProtocol.utf8)
    unsafe SSL_set_alpn_protos(connection, offered, UInt32(offered.count))
    unsafe SSL_set_fd(connection, socket)
    unsafe SSL_set_connect_state(connection)
  }

  /// Shakes hands with whoever `answer` moves.
  func handshake(_ answer: () -> TLSConnection.Progress) {
    for _ in 0..<8 {
      let isDone = unsafe SSL_do_handshake(connection) == 1
      if answer() == .done, isDone { return }
    }
  }

  /// Sends so many key updates. False when one could not be sent.
  func updateKeys(_ count: Int) -> Bool {
    for _ in 0..<count {
      guard unsafe SSL_key_update(connection, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 else { return false }
      guard unsafe SSL_do_handshake(connection) == 1 else { return false }
    }
    return true
  }

  deinit {
    unsafe SSL_free(connection)
    unsafe SSL_CTX_free(context)
  }
}
