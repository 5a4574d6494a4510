import COpenSSL

/// Reads the blocks of a PEM text (RFC 7468) one after the other; text between them is skipped.
@safe struct PEMBlocks: ~Copyable {
  /// One block.
  struct Block {
    /// What stands after BEGIN, "CERTIFICATE" for instance.
    let label: String
    /// What the base64 text decodes to.
    let der: [UInt8]
  }

  private let bio: OpaquePointer

  init(_ text: [UInt8]) throws(CryptoError) {
    unsafe bio = try ErrorQueue.unwrap(BIO_new(BIO_s_mem()), .library, "no memory for a PEM text")
    _ = unsafe BIO_write(bio, text, Int32(clamping: text.count))
  }

  deinit {
    unsafe BIO_free(bio)
  }

  /// The next block; nil at the end of the text.
  ///
  /// - Throws: `.malformed` when a block has begun but cannot be read.
  mutating func next() throws(CryptoError) -> Block? {
    var label: UnsafeMutablePointer<CChar>?
    var header: UnsafeMutablePointer<CChar>?
    var data: UnsafeMutablePointer<UInt8>?
    var length = 0
    defer {
      unsafe CRYPTO_free(label, nil, 0)
      unsafe CRYPTO_free(header, nil, 0)
      unsafe CRYPTO_clear_free(data, length, nil, 0)
    }
    ErrorQueue.clear()
    guard unsafe PEM_read_bio(bio, &label, &header, &data, &length) == 1, let name = unsafe label else {
      return try atEnd()
    }
    return unsafe Block(
      label: String(cString: name), der: Array(UnsafeBufferPointer(start: data, count: length)))
  }

  private func atEnd() throws(CryptoError) -> Block? {
    guard ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else {
      throw ErrorQueue.drain(.malformed, "a PEM block cannot be read")
    }
    ErrorQueue.clear()
    return nil
  }
}

extension PEMBlocks {
  /// One block with `der` in it, ending in a line feed.
  static func text(label: String, _ der: [UInt8]) throws(CryptoError) -> [UInt8] {
    let bio = try unsafe ErrorQueue.unwrap(BIO_new(BIO_s_mem()), .library, "no memory for a PEM text")
    defer { unsafe BIO_free(bio) }
    guard unsafe PEM_write_bio(bio, label, "", der, der.count) > 0 else {
      throw ErrorQueue.drain(.library, "a \(label) could not be written as PEM")
    }
    return unsafe memoryContents(of: bio)
  }
}
